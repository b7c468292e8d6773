"""Separate the writer's own names, phone numbers, homes and companies in a message from those of other people.

A description of a problem mentions relatives, neighbours and officials. A value in it is the writer's only in a clear
presentation (“tôi tên là …” at the start of a clause, a signature at the end) or right beside one. The bot asks for all
others. A value missed here costs the writer one more question. A wrong value files the petition under the name of the
person whom it accuses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from petitions.domain.language.name_words import GIVEN, SURNAMES
from petitions.domain.language.words import Word
from petitions.domain.understanding.network import Run
from petitions.domain.understanding.other_people import WRITERS
from petitions.domain.understanding.text import EMAIL, Text
from petitions.domain.understanding.vocabulary import word_set

PERSONAL = frozenset({"name", "phone", "home", "org", "email"})
"""The tags of values that belong to a person."""
_PLACES = frozenset({"home", "place"})
_BESIDE = PERSONAL | _PLACES


_OF_CHILDREN = word_set("em e cháu chau con mình minh")
"""Pronouns that often mean another person: “cháu Khôi”, “em Hoa”."""
_NAMES = word_set("la ten am m name")
_NAMING = _NAMES | word_set("ho va day du xin phep gioi thieu is this")
_FILING = word_set("nguoi gui ki phan anh viet don lam kien nghi ho va ten la")
"""Words of a label such as “Người làm đơn:”."""
_PHONES = word_set("so dt sdt dien thoai may zalo di dong phone number is")
_DESKS = frozenset({"bàn"})
"""The words of labels that need their diacritics: “bàn” is a desk phone, “bạn” is a friend."""
_CALLING = word_set("lien he goi cho voi qua theo la cua o xin vui long hay can nhe a rieng moi lai ngay")
_LIVING = word_set(
    "o tai tru ngu song nha dia chi thuong hien dang cu hk hktt so ngo ngach hem to thon xom la cua rieng moi"
)
_OTHER_LABELS = word_set("email mail is sinh nam tuoi cd cmnd can cuoc cong dan ca nhan tru quan va")
_COMPANY = word_set("dai dien cho ben chung la cua xin ten")
_JOINING = _NAMING | _FILING | _PHONES | _CALLING | _LIVING | _OTHER_LABELS
"""Words that may stand between the values of one person."""
_PRESENTING = {
    "name": (_NAMING | {"cua"}, _NAMES),
    "org": (_COMPANY, _COMPANY),
    "phone": (_PHONES | _CALLING, _PHONES | {"goi", "he"}),
    "home": (_LIVING, _LIVING),
    "place": (_LIVING, _LIVING),
    "email": (_CALLING | _OTHER_LABELS, _OTHER_LABELS),
}
"""By tag, the words allowed beside the writer's pronoun before a value, and words of which one must occur."""
_GREETINGS = word_set("da vang chao thua kinh gui alo xin a hi hello dong y ok")
_GREETED = word_set("anh chi ad admin cac ban qui can bo co quan lanh dao uy ubnd thanh pho ha noi")
_CLOSING = word_set("a nhe cam on xin chan thanh tran trong da nhieu ki ten kinh thu day")
_ADDRESSING = word_set("toi chung em xin muon can phan anh kien nghi to cao khieu nai trinh bay de gui")
"""Words after the name of the writer at the beginning of a message: “Nguyễn Thị Lan, tôi phản ánh …”."""
_PETITIONS = frozenset(
    {("phan", "anh"), ("kien", "nghi"), ("to", "cao"), ("khieu", "nai"), ("trinh", "bay"), ("de", "nghi")}
    | {("bo", "sung")}
)
_MARKS = frozenset(',.;!?()\n"“”…')
"""Punctuation between the parts of a text. A colon is not included, because it ties a label to its value."""
_SENTENCE_ENDS = frozenset(".!?;\n")
_MOST_LED = 6
"""The most words looked at before or after a value."""
_LONGEST_GREETING = 16
_MIDDLE = word_set("van thi")
_FULL = 3
"""The number of words of a full name."""
_BORN = word_set("sn sinh nam ns")
_DIGITS_OF_YEAR = 4


def own_values(text: Text, found: Sequence[Run], aside: Collection[int] = (), *, tells: bool, asked: bool) -> list[Run]:
    """Return the values found, in order, without those of other people.

    `aside` are the indexes of words that answer or greet. `tells` is True for a message that describes a problem. In
    other messages a value is the writer's unless another person is mentioned before it. `asked` is True if the bot has
    asked for values. Two values side by side between punctuation marks are then the writer's too. A home whose owner is
    unknown becomes a "place".
    """
    blocks = _Blocks(text, found, aside)
    tells = tells or not all(blocks.are_own(block, tells=False, asked=asked) for block in blocks.every)
    own: set[int] = set()
    nobodys: set[int] = set()
    for block in blocks.every:
        if blocks.are_own(block, tells=tells, asked=asked):
            own.update(run.first for run in block)
        elif all(run.tag in _PLACES for run in block):
            nobodys.update(run.first for run in block)
    return [
        Run("place", run.first, run.last) if run.first in nobodys else run
        for run in found
        if run.tag not in PERSONAL or run.first in own | nobodys
    ]


def introductions(text: Text, found: Sequence[Run]) -> list[Run]:
    """Return the full names after “tôi là”, “tên tôi là” and the like that `found` does not contain."""
    held = {at for run in found for at in range(run.first, run.last)}
    words = text.words
    runs = []
    for at in range(1, len(words) - 2):
        surname, middle, given = words[at : at + _FULL]
        full = surname.folded in SURNAMES and middle.folded in _MIDDLE and given.folded in GIVEN
        if full and at not in held and not (middle.parted or given.parted) and _introduces(words[max(0, at - 3) : at]):
            runs.append(Run("name", at, at + _FULL))
    return runs


def _introduces(lead: Sequence[Word]) -> bool:
    """Return whether the words before a name end with “tôi là”, “tôi tên là” or “tên tôi là”."""
    rest = list(lead)
    while rest and rest[-1].folded in _NAMES:
        rest.pop()
    return len(rest) < len(lead) and bool(rest) and rest[-1].raw.lower() in WRITERS


def without_births(text: Text, runs: Sequence[Run]) -> list[Run]:
    """Return the values, with years of birth removed from the beginning of homes: “sn 1952, 8 Láng Hạ”."""
    found = []
    for run in runs:
        first = run.first
        if run.tag in _PLACES and text.words[first].folded in _BORN:
            first = next((at + 1 for at in range(first, min(run.last, first + 3)) if _is_year(text.words[at])), first)
        if first < run.last:
            found.append(Run(run.tag, first, run.last))
    return found


def _is_year(word: Word) -> bool:
    return word.folded.isascii() and len(word.folded) == _DIGITS_OF_YEAR and word.folded[:2] in {"19", "20"}


def addresses(text: Text) -> list[Run]:
    """Return the e-mail addresses in a text as runs of words."""
    runs = []
    for match in EMAIL.finditer(text.raw):
        within = [at for at, word in enumerate(text.words) if match.start() <= word.start < match.end()]
        runs += [Run("email", within[0], within[-1] + 1)] if within else []
    return runs


class _Blocks:
    """The values of a text, grouped into blocks with nothing but labels between the values of a block."""

    def __init__(self, text: Text, found: Sequence[Run], aside: Collection[int]) -> None:
        self._aside = aside
        self._text = text
        self._words = text.words
        self._folded = [word.folded for word in text.words]
        beside = [run for run in found if run.tag in _BESIDE]
        self.every = list(self._grouped(beside))
        self._first_personal = min((run.first for run in beside if run.tag in PERSONAL), default=len(text.words))

    def _grouped(self, found: Sequence[Run]) -> Iterator[list[Run]]:
        block: list[Run] = []
        for run in found:
            between = self._words[block[-1].last : run.first] if block else ()
            if block and (self._is_another(block, run) or not all(_joins(word) for word in between)):
                yield block
                block = []
            block.append(run)
        if block:
            yield block

    def _is_another(self, block: Sequence[Run], run: Run) -> bool:
        """Return whether a value begins a new block, as a second name, a name after a place, or a new sentence does."""
        named = any(one.tag == "name" for one in block)
        if run.tag == "name":
            return named or all(one.tag == "place" for one in block) or self._is_sentence(run.first)
        return not named and any(self._is_sentence(at) for at in range(block[-1].last, run.first + 1))

    def _is_parted(self, at: int) -> bool:
        return not _MARKS.isdisjoint(self._text.gap(at))

    def _is_sentence(self, at: int) -> bool:
        gap = self._text.gap(at)
        listed = at > 0 and "\n" not in gap and self._folded[at - 1].isdigit()
        return not (listed or _SENTENCE_ENDS.isdisjoint(gap))

    def are_own(self, block: Sequence[Run], *, tells: bool, asked: bool) -> bool:
        first, last = block[0].first, block[-1].last
        led = self._led(first)
        lead, opens = _without_e(self._words[led:first]), self._opens(led)
        tag = block[0].tag
        if self._presents(lead, tag):
            return True
        plain = all(_labels(word) for word in lead)
        if not plain:
            return self._is_possessed(tag, lead, last)
        if not tells or self._is_possessed(tag, lead, last):
            return True
        named = any(run.tag in {"name", "org"} for run in block)
        ends = self._ends(last) or (len(block) > 1 and tag == "name" and self._ends(last + 1))  # “Hà | Đông”
        if asked and (opens or (ends and self._is_parted(led))) and (len(block) > 1 or tag != "name" or lead):
            return True
        if opens:
            return ends or (named and self._addresses(last, parted=tag != "org"))
        signs = named or tag == "email" or any(word.folded == "he" for word in lead)  # “Liên hệ 0912 …”
        return signs and ends and self._is_sentence(self._behind_closing(led))

    def _behind_closing(self, at: int) -> int:
        """Return the index of the first closing word of a letter before a word, as in “Kính thư, Trần Văn An”."""
        while at and self._folded[at - 1] in _CLOSING:
            at -= 1
        return at

    def _ends(self, last: int) -> bool:
        """Return whether only closing words of a letter, or words of `aside`, follow a block."""
        return all(at in self._aside or self._folded[at] in _CLOSING for at in range(last, len(self._words)))

    def _opens(self, at: int) -> bool:
        """Return whether only a greeting, or only words of `aside`, precede a word."""
        greets = self._folded[:1] and self._folded[0] in _GREETINGS and at <= _LONGEST_GREETING
        return bool(greets and self._first_personal >= at) or all(one in self._aside for one in range(at))

    def _led(self, first: int) -> int:
        """Return the index at which the part of a value begins, after punctuation and any greeting."""
        begin = first
        while begin and not (begin - 1 in self._aside or self._is_parted(begin)) and begin > first - 2 * _MOST_LED:
            begin -= 1
        greeted = begin
        while greeted < first and self._folded[greeted] in _GREETINGS:
            greeted += 1
        if greeted > begin:
            while greeted < first and self._folded[greeted] in _GREETED:
                greeted += 1
        return greeted if greeted < first or begin == first else begin

    def _presents(self, lead: Sequence[Word], tag: str) -> bool:
        """Return whether words present the writer, as “tôi là”, “tên của tôi là” or “số điện thoại của tôi là” do."""
        allowed, needed = _PRESENTING[tag]
        if tag == "name" and len(lead) > 1 and lead[0].folded == "nguoi":
            return all(word.folded in _FILING for word in lead)
        writers = [word for word in lead if word.raw.lower() in WRITERS]
        labels = [word.folded for word in lead if word not in writers]
        if len(writers) != 1 or not allowed.issuperset(labels):
            return False
        if writers[0].raw.lower() in _OF_CHILDREN and (not labels or self._is_told_by_another(lead)):
            return False
        return not needed.isdisjoint(labels) or (tag == "name" and not labels)

    def _is_told_by_another(self, lead: Sequence[Word]) -> bool:
        """Return whether “tôi” occurs elsewhere, so that “cháu” and “em” mean other people."""
        wanted = {"tôi"} if self._text.marked else {"tôi", "toi"}
        return any(word.raw.lower() in wanted and word not in lead for word in self._words)

    def _is_possessed(self, tag: str, lead: Sequence[Word], last: int) -> bool:
        """Return whether “của tôi” follows a number and no other person precedes it: “0912 … là số của tôi”."""
        behind = self._words[last : last + _MOST_LED]
        end = next((at for at in range(len(behind)) if self._is_parted(last + at)), len(behind))
        spoken = [word for word in behind[:end] if word.folded not in _PHONES | {"la"}]
        own = len(spoken) == 2 and spoken[0].folded == "cua" and spoken[1].raw.lower() in WRITERS  # noqa: PLR2004
        return tag == "phone" and own and all(_labels(word) for word in lead)

    def _addresses(self, last: int, *, parted: bool) -> bool:
        """Return whether “(tôi xin) phản ánh” follows, after punctuation if `parted`."""
        if last >= len(self._words) or (parted and not self._is_parted(last)):
            return False
        behind = self._folded[last : last + _MOST_LED]
        for at in range(len(behind) - 1):
            if tuple(behind[at : at + 2]) in _PETITIONS:
                return True
            if behind[at] not in _ADDRESSING and not behind[at].isdigit():
                return False
        return False


def _without_e(words: Sequence[Word]) -> list[Word]:
    """Return the words without the “e” of “e-mail”, which may also mean “em” (I)."""
    mails = {at for at, word in enumerate(words) if word.folded == "mail"}
    return [word for at, word in enumerate(words) if not (word.folded == "e" and at + 1 in mails)]


def _labels(word: Word) -> bool:
    return word.folded in _JOINING or word.raw.isdigit() or word.raw.lower() in _DESKS


def _joins(word: Word) -> bool:
    return _labels(word) or word.raw.lower() in WRITERS
