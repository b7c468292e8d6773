"""Find the people other than the writer mentioned in a message, and the values that belong to them.

“anh”, “cô” or “bác” alone may mean the writer or the reader. Followed by “ấy”, a name, an occupation or an owner, the
word means somebody else. If two people are mentioned before a value, it belongs to the nearer one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cached_property

from petitions.domain.language.name_words import GIVEN, SURNAMES
from petitions.domain.language.words import Word, spellings
from petitions.domain.understanding.edit_words import OUT
from petitions.domain.understanding.network import Run
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.vocabulary import word_set

WRITERS = word_set("tôi toi tui em e cháu chau con mình minh tớ i my")
_NEVER_WRITERS = word_set("bố mẹ má cha chồng vợ ck vk nó hắn họ gã thằng lão mụ ả sếp kẻ")
_NEVER_WRITERS_BARE = word_set("me chong ck vk han thang sep")
_OWNED_BARE = word_set("bo vo cha ma con ba chu co di cau mo ban")
"""Words without diacritics that mean a person if a pronoun of the writer follows: “bo toi”."""
_OWNERS = word_set("toi tui em e chau minh")
_KIN = word_set("anh chị em cô chú bác ông bà cháu con cậu dì mợ thím cụ bạn thầy")
_KIN_BARE = word_set("anh chi em ong ba bac chau")
_OWN_KIN = word_set("em cháu chau con e")
"""The words of `_KIN` that writers most often use for themselves."""
_KINDS = word_set("gai trai re dau ruot ho ut ca dau nuoi hang can giao nho lon dau ke xa")
_DEMONSTRATIVES = word_set("ấy đó kia này nọ ta ý ay nay")
_ROLES = word_set(
    """
    cán_bộ công_an hàng_xóm giám_đốc chủ_tịch trưởng_phòng trưởng_thôn tổ_trưởng bảo_vệ kế_toán giáo_viên
    hiệu_trưởng chủ_nhà chủ_quán chủ_thầu chủ_đầu chủ_xe chủ_cửa nhân_viên lái_xe bí_thư thanh_tra dân_phòng
    bác_sĩ bác_sỹ y_tá bên_kia bên_đó cô_giáo thầy_giáo phó_phòng con_gái con_trai con_rể con_dâu văn_thư thư_ký
    thư_kí thu_ngân thủ_quỹ hiệu_phó
    """
)
"""Kinds of work and other pairs of words that mean a person."""
_ROLES_BARE = frozenset("_".join(spellings(part)[1] for part in role.split("_")) for role in _ROLES)
_APPLYING = word_set("gui ki phan viet lam kien khieu to lien nop de yeu")
"""Words after “người” that make it the writer of a petition."""
_REQUESTING = word_set(
    "sua doi ghi viet bo xoa them cho giup ho dum gium goi oi a nhe sửa lien xem kiem nhan luu cap thay"
)
"""Words after a person whom the message addresses: “cán bộ sửa giúp tôi”."""
_LABELS = word_set(
    "so dt sdt dien thoai may zalo di dong phone email mail ten ho va la o nha dia chi song tru tai thuong lien he moi"
)
_BESIDE_LABELS = _LABELS | word_set(
    "dung phai dang hay cu van chi theo qua xin muon nham gui vua da se doi sai khong can chuyen quen nay nha lai tren"
)
"""Words after “bác”, “chị” and the like, which then mean the writer: “bác tên là”, “chị vừa đổi”."""
_HOUSEHOLDS = word_set("nha gia cong cty co don doanh vo chung cho phuong xa")
_CHANGING = word_set("dung sai sua thanh phai doi nham viet chinh thay moi dang hay lai sang du")
"""Words that change a value or confirm one."""
_CONTRASTING = word_set("ma chu khong")
_AGE = word_set("tuoi sinh nam")
_INTO = word_set("sang thanh")
"""Words before a new value. The value is the writer's even if another person is mentioned: “đổi số sang số mẹ tôi”."""
_HELD = frozenset({"name", "phone", "home", "place", "email", "org"})
"""The tags of values that may belong to another person."""
_WHOLE = frozenset({"name", "home", "phone"})
_STEADY = 6
"""The number of words beside values from which a message reports something."""
_COURTESY = word_set("a nhe nha day do ma em anh chi the")
_LIVING = word_set("o la nha so tai chi")
_PLACING = word_set("xay noi diem cho viec")
_HOUSES = word_set("nha quan cho tiem xuong phong shop cua ngo tro nuoc trai lon vuon ruong ao san kho cong")
"""Words before the owner of a landmark: “gần nhà bà Hoa”, “quán nước ông Tám”."""
_POLICE = ["cong", "an"]
_AT = word_set("o tai so don gan canh dien truoc sau diem")
"""Words before a police office: “trụ sở công an phường”."""
_MOST_BEFORE, _MOST_BEHIND = 12, 8
_QUOTES = frozenset("\"“„«‘'")
_MARKS, _SENTENCE_ENDS = frozenset(",.;!?()\n…"), frozenset(".;!?\n…")


def is_beside_values(word: Word) -> bool:
    """Return whether a word beside a value only labels it, changes it, or is a polite word."""
    known = word.folded in _BESIDE_LABELS | _REQUESTING | COURTESY_FOLDED | _CHANGING | _AGE
    return known or word.raw.lower() in WRITERS or word.folded.isdigit()


def beside_values(text: Text, values: Collection[str]) -> list[Word]:
    """Return the words of a message outside these values and outside phone numbers, without polite words."""
    spans = [(at, at + len(value)) for value in values if (at := text.raw.find(value)) >= 0]
    spans += [(phone.start, phone.end) for phone in telephones(text.flat)]
    held = {at for begin, end in spans for at in range(begin, end)}
    return [word for word in text.words if word.folded not in COURTESY_FOLDED and word.start not in held]


class OtherPeople:
    """The people other than the writer mentioned in a message, with their values."""

    def __init__(self, text: Text) -> None:
        self._text, self._words = text, text.words
        self._folded = [word.folded for word in text.words]
        self._low = [word.raw.lower() for word in text.words]
        self._starts = [word.start for word in text.words]
        ends = [0, *(word.end for word in text.words)]
        self._gaps = [text.raw[end:start] for end, start in zip(ends, [*self._starts, len(text.raw)], strict=True)]

    @cached_property
    def named(self) -> list[Run]:
        """Words that name another person, in order."""
        found: list[Run] = []
        for at in range(len(self._words)):
            last = self._named_until(at) if not found or at >= found[-1].last else 0
            if last:
                found.append(Run("other", at, last))
        return found

    @cached_property
    def _begins(self) -> list[int]:
        return [run.first for run in self.named]

    def are_meant(self, begin: int, end: int) -> bool:
        """Return whether these characters are about another person.

        They are if they name one, or if they follow such a name in the same sentence and do not mention the writer.
        """
        first, last = bisect_left(self._starts, begin), bisect_left(self._starts, end)
        if self.among(first, last):
            return True
        far = max(0, first - _MOST_BEFORE)
        opening = next((at for at in range(first, far, -1) if not _SENTENCE_ENDS.isdisjoint(self._gaps[at])), far)
        at = self._count_before(first)
        before = self.named[at - 1] if at else None
        named = before is not None and before.first >= opening
        return named and before is not None and not any(self._low[at] in WRITERS for at in range(before.last, last))

    def _count_before(self, first: int) -> int:
        return bisect_left(self._begins, first)

    def among(self, first: int, last: int) -> bool:
        """Return whether another person is named in the words from `first` to `last` (exclusive)."""
        at = self._count_before(first)
        return at < len(self.named) and self.named[at].first < last

    def subjects(self, places: Collection[tuple[int, int]] = ()) -> list[tuple[int, int]]:
        """Return the spans of characters that name other people.

        Owners of a landmark (“gần nhà bà Hoa”) are left out, as are people in `places`, the spans of names of places
        such as “Hai Bà Trưng”.
        """
        spans = [(self._words[run.first].start, self._words[run.last - 1].end) for run in self.named]
        return [
            (begin, end)
            for run, (begin, end) in zip(self.named, spans, strict=True)
            if not (self._is_landmark(run) or any(first <= begin and end <= last for first, last in places))
        ]

    def _is_landmark(self, run: Run) -> bool:
        """Return whether a mention only locates a house or an office, as in “gần nhà bà Hoa”."""
        begins = run.first == 0 or self._is_parted(run.first)
        before = "" if begins else self._folded[run.first - 1]
        return before in _HOUSES or (self._folded[run.first : run.last] == _POLICE and (begins or before in _AT))

    def numbers(self) -> list[str]:
        """Return the phone numbers in sentences about other people."""
        return [phone.number for phone in telephones(self._text.flat) if self.are_meant(phone.start, phone.end)]

    def have(self, tag: str, value: str) -> bool:
        """Return whether a value in the message belongs to another person. `tag` is its field, such as "phone"."""
        meant = {phone.number for phone in telephones(Text.of(value).flat)}
        spans = [(phone.start, phone.end) for phone in telephones(self._text.flat) if phone.number in meant]
        if tag != "phone":
            begin = self._text.raw.find(value)
            spans = [(begin, begin + len(value))] if begin >= 0 else []
        runs = [Run(tag, bisect_left(self._starts, begin), bisect_left(self._starts, end)) for begin, end in spans]
        theirs = self.values([run for run in runs if run.first < run.last])
        return any(not self._is_taken_out(first) for first in theirs)

    def presents_writer(self) -> bool:
        """Return whether the message presents the writer with a label: “số của tôi”, “em tên là”."""
        return any(self._is_presented(at) for at in range(len(self._words)))

    def values(self, runs: Sequence[Run], telling: Collection[int] = ()) -> set[int]:
        """Return the indexes at which values of other people, and values quoted for removal, begin.

        `telling` are the words that may report something in a message that changes values. If they do, a value is the
        writer's only if the message presents it as such or changes it.
        """
        found: set[int] = set()
        runs = [run for run in runs if run.tag in _HELD]
        tells = self._tells_beside(runs, telling) and not self._is_contact(runs)
        last, before = 0, False
        for run in runs:
            lead = max(last, self._part(run.first))
            if lead == run.first and lead > last and self._names_before(lead):
                lead -= 1
            owner = self._owner(lead, run)
            together = last and all(self._is_between(at) for at in range(last, run.first))
            if owner is None and tells and run.tag != "place":
                owner = not self._is_changed(lead, run.first)
            before = owner if owner is not None else bool(before and together)
            if before or self._is_taken_out(run.first):
                found.add(run.first)
            last = run.last
        return found

    def _tells_beside(self, runs: Sequence[Run], telling: Collection[int]) -> bool:
        """Return whether more than a few words neither belong to a value nor concern a change of one."""
        held = {at for run in runs for at in range(run.first, run.last)}
        return sum(not is_beside_values(self._words[at]) for at in telling if at not in held) >= _STEADY

    def _is_contact(self, runs: Sequence[Run]) -> bool:
        """Return whether the message begins with name, home and phone, with only labels between them."""
        opening: set[str] = set()
        last = 0
        for run in runs:
            if not all(self._is_label(at) for at in range(last, run.first)):
                break
            opening.add(run.tag)
            last = run.last
        return opening >= _WHOLE

    def _is_changed(self, first: int, last: int) -> bool:
        return any(self._folded[at] in _CHANGING for at in range(first, last))

    def _names_before(self, first: int) -> bool:
        """Return whether a person is named right before the comma before a word, as in “số của mẹ tôi, 0912 …”."""
        at = self._count_before(first)
        ended = not _SENTENCE_ENDS.isdisjoint(self._gaps[first])
        return at > 0 and self.named[at - 1].last == first and not ended

    # Naming.

    def _named_until(self, at: int) -> int:
        """Return the end of the words from `at` on that name another person, or 0 if they do not."""
        low, folded, marked = self._low[at], self._folded[at], self._text.marked
        following = at + 1 if at + 1 < len(self._words) and not self._is_parted(at + 1) else None
        if self._is_never_writer(at, following):
            return self._owned_until(at + 1)
        if following is None:
            return 0
        after = self._folded[following]
        if self._is_role(at):
            return 0 if self._is_addressed(following + 1) else self._owned_until(following + 1)
        if folded == "nguoi" and after not in _APPLYING:
            return self._owned_until(following + 1)
        if low in (_KIN if marked else _KIN_BARE):
            named = 1 if self._is_role(following) else 2 if self._is_role(following + 1) else 0  # “anh Sơn công an”
            if named and not self._is_addressed(following + named + 1):
                return self._owned_until(following + named + 1)
            if self._is_kin_of_other(at, following):
                return self._owned_until(following + 1)
        if (low == "của" if marked else folded == "cua") and self._is_owner(following):
            return self._owned_until(following + 1)
        return 0

    def _is_role(self, at: int) -> bool:
        """Return whether two words are an occupation or another pair that means a person."""
        if at + 1 >= len(self._words) or self._is_parted(at + 1):
            return False
        typed, bare = "_".join(self._low[at : at + 2]), "_".join(self._folded[at : at + 2])
        return typed in _ROLES or (not self._text.marked and bare in _ROLES_BARE)

    def _is_never_writer(self, at: int, following: int | None) -> bool:
        low = self._low[at]
        after = self._folded[following] if following is not None else ""
        if low == "họ":
            return after not in {"ten", "va"}
        if self._text.marked:
            return low in _NEVER_WRITERS
        return low in _NEVER_WRITERS_BARE or (low in _OWNED_BARE and after in _OWNERS)

    def _is_kin_of_other(self, at: int, following: int) -> bool:
        low, after, behind = self._low[at], self._low[following], self._folded[following]
        if after in _DEMONSTRATIVES or behind in _KINDS or (after in WRITERS and low not in {after, "e"}):
            return not (self._text.marked and behind == "ho" and after != "họ")
        if (
            behind == "nha"
            and self._folded[at] in {"ong", "ba"}
            and self._low[following + 1 : following + 2]
            and self._low[following + 1] in WRITERS
        ):
            return True  # “ông nhà tôi”
        if self._words[following].raw[:1].isupper() and (behind in GIVEN or behind in SURNAMES):
            return True
        if low in _OWN_KIN or behind in _BESIDE_LABELS or behind in _REQUESTING or behind.isdigit():
            return False
        return self._text.marked and behind not in _COURTESY

    def _is_owner(self, at: int) -> bool:
        """Return whether a word after “của” (of) means another person."""
        low, folded = self._low[at], self._folded[at]
        if low in WRITERS or low in _KIN or low in _KIN_BARE or folded in _HOUSEHOLDS or folded in _LABELS:
            return False
        return not (folded.isdigit() or folded in {"rieng", "ca", "chinh", "ban", "nguoi"})

    def _is_addressed(self, at: int) -> bool:
        return at < len(self._words) and (self._is_parted(at) or self._folded[at] in _REQUESTING)

    def _owned_until(self, at: int) -> int:
        """Return the end of the words for a person, including the owner: “chồng (của) tôi”."""
        if at < len(self._words) and self._folded[at] == "cua":
            at += 1
        owned = at < len(self._words) and self._low[at] in WRITERS | _KIN and not self._is_parted(at)
        return at + 1 if owned else at

    # Owning.

    def _owner(self, first: int, run: Run) -> bool | None:
        """Return whether a value belongs to another person, or None if nothing indicates an owner.

        `first` is the index at which the words before the value begin.
        """
        if run.tag in {"place", "home"} and not _PLACING.isdisjoint(self._folded[first : run.first]):
            return False
        if run.tag == "place" and self._folded[max(0, run.first - 1)] not in _LIVING:
            return None
        at = self._count_before(run.first + 1)
        named = at > 0 and self.named[at - 1].last > first
        nearest = self.named[at - 1].last if named else first
        if any(self._folded[one] in _INTO for one in range(first, self.named[at - 1].first if named else run.first)):
            return False
        if any(self._is_presented(at) for at in range(nearest, run.first)):
            return False
        return named or (run.tag != "place" and self._belongs_behind(run.last)) or None

    def _is_presented(self, at: int) -> bool:
        """Return whether the word means the writer and stands beside a label, as in “số của tôi” or “tôi tên”."""
        if self._low[at] not in WRITERS:
            return False
        before = self._folded[at - 1] if at and not self._is_parted(at) else ""
        behind = self._folded[at + 1] if at + 1 < len(self._words) and not self._is_parted(at + 1) else ""
        return before in _LABELS - {"la"} | {"cua"} or (not before and behind in _LABELS)

    def _belongs_behind(self, last: int) -> bool:
        """Return whether words after a value attribute it to another person: “0912 … là số của ông ấy”."""
        for at in range(last, min(len(self._words), last + _MOST_BEHIND)):
            if self._is_parted(at) and self._folded[at] != "cua":
                return False
            begins = self._folded[at] == "cua" or (at > last and self._folded[at - 1] in _LABELS)
            if begins and self.among(at, at + 2):
                return True
            if self._folded[at] not in _LABELS | _COURTESY | {"cua"}:
                return False
        return False

    def _part(self, first: int) -> int:
        begin = first
        while begin > max(0, first - _MOST_BEFORE) and not self._is_parted(begin):
            begin -= 1
        return begin

    def _is_parted(self, at: int) -> bool:
        return not _MARKS.isdisjoint(self._gaps[at])

    def _is_between(self, at: int) -> bool:
        """Return whether a word between two values shows that they have one owner, as in “không phải A mà là B”."""
        return self._is_label(at) or self._folded[at] in _CHANGING | _CONTRASTING

    def _is_label(self, at: int) -> bool:
        return self._folded[at] in _LABELS

    # Quoting.

    def _is_taken_out(self, first: int) -> bool:
        """Return whether a word is in a quotation after “bỏ” (remove) or a similar verb."""
        for at in range(first, max(-1, first - _MOST_BEFORE), -1):
            gap = self._gaps[at]
            if not _QUOTES.isdisjoint(gap):
                return any(self._takes_out(one) for one in range(max(0, at - _MOST_BEHIND), at))
        return False

    def _takes_out(self, at: int) -> bool:
        words = [tuple(self._folded[at : at + size]) for size in (1, 2)]
        return any(phrase in OUT.every for phrase in words)
