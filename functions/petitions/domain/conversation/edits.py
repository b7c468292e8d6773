"""Edits of a draft in the citizen's own words, read with the draft in hand.

A message is cut into instructions. Each names words of the draft (quoted, repeated or described) and what is to stand
there. Nothing changes but words that are found in the draft; what is not found is returned as missed.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import Text

Span = tuple[int, int]
"""Where words begin and end in a text, in characters."""

MOST_ITEMS = 80
"""The words of an instruction that are compared with the draft."""
LONGEST_VALUE = 300
"""The characters of a place, a name or an address."""
_SHARED = 0.6
"""The share of the words that describe a sentence which it must have."""
_FEWEST_LETTERS = 3


def _phrases(listed: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in listed.split(", "))


_OUT = _phrases(
    "bo, bo di, xoa, xoa di, xoa bo, cat, cat bo, go, go bo, gach, gach bo, loai, loai bo, luoc bo, dung ghi, dung de, dung nhac, "
    "dung neu, khong ghi, khong de, ko ghi, k ghi, khoi ghi, remove, delete, drop, take out, leave out, cross out, get rid of, take it out, take that out, delete it, remove it, remove that, delete that"
)
_ALTER = _phrases(
    "sua, sua lai, doi, doi lai, thay, thay doi, thay the, chinh, chinh lai, ghi, ghi lai, viet, viet lai, de, change, replace, "
    "correct, make, set, update, fix, put"
)
_INTO = _phrases("thanh, sang, bang, to, with, into, by")
_IS = _phrases(
    "la, phai la, moi la, lai la, dung la, dung ra la, thuc ra la, chinh xac la, is, was, should be, must be, should say, to be"
)
_NOT = _phrases(
    "chu khong phai, chu ko phai, chu k phai, chu kg phai, chu hong phai, chu khong phai la, chu khong, chu ko, khong phai la, khong phai, "
    "ko phai, k phai, kg phai, hong phai, not, instead of, rather than, and not, isn t, wasn t, is not, was not"
)
_ADD = _phrases(
    "them, ghi them, viet them, them vao, noi them, ke them, bo sung, bo sung them, chen, chen them, add, insert, include, also say, also write"
)
_AFTER = _phrases("sau, vao sau, dang sau, phia sau, ngay sau, after, right after")
_BEFORE = _phrases("truoc, vao truoc, dang truoc, phia truoc, ngay truoc, before, right before")
_LAST = _phrases("cuoi, cuoi cung, sau cung, last, end")
_FIRST = _phrases("dau, dau tien, first, beginning")
_KEEP = _phrases(
    "chi giu, chi giu lai, giu lai, giu moi, giu lai moi, chi de, chi de lai, de lai moi, chi can, keep only, only keep, just keep"
)
_ONLY = _phrases(
    "chi ghi, chi viet, ghi moi, chi noi, chi la, chi con, ghi thay, viet thay, viet thay la, thay vao do, thay vao do ghi, thay vao do la, "
    "ghi thanh, just, only, just say, just write, only say, instead write, instead say"
)
_ANEW = _phrases("noi dung, viet lai, viet lai noi dung, ghi lai noi dung, content, text, rewrite")
_UNDO = _phrases(
    "hoan lai, hoan tac, nhu cu, nhu ban dau, nhu luc dau, nhu truoc, tra lai, khoi phuc, undo, put back, change it back, revert, "
    "giu nguyen nhu cu, quay lai nhu cu"
)
_WHOLE = _phrases("het, tat ca, toan bo, sach, everything, all, het noi dung, toan bo noi dung, noi dung")
_SENTENCES = frozenset({"cau", "dong", "sentence", "line", "tin"})
_PIECES = frozenset({"doan", "phan", "y", "khuc", "part", "bit"})
_WORDS = frozenset({"chu", "tu", "cum", "word", "words"})
_JOINING = frozenset({"va", "voi", "con", "roi", "and", "also", "then", "nhung", "ma", "xong", "vs", "vs"})
_WRONG = frozenset({"nham", "sai", "thieu", "wrong", "mistake", "lon"})
_MOVED = frozenset({"dung", "moi", "co", "phai", "chu", "rather", "actually"}) | _WRONG
_ASKING = frozenset({"chua", "khong", "ko", "k", "hong", "sao", "nao", "gi"})

_WHO = ("toi", "tui", "em", "e", "minh", "m", "bac", "chu", "co", "anh", "chi", "chau", "con", "ong", "ba", "nguoi gui")


def _owned(listed: str) -> str:
    """Return labels, and each with whose it is: "tên", "tên tôi", "tên của tôi"."""
    heads = listed.split(", ")
    return ", ".join([*(f"{head}{of} {who}" for head in heads for who in _WHO for of in ("", " cua"))])


_LABELS: Mapping[tuple[str, ...], str] = {
    tuple(words.split()): name
    for name, listed in {
        "place": "noi xay ra, noi xay ra su viec, dia chi xay ra, dia chi su viec, dia diem, dia diem xay ra, cho xay ra, "
        "noi su viec, vi tri, place, the place, location",
        "home": "dia chi, dia chi lien he, dia chi lien lac, dia chi nha, contact address, my address, home address, address, "
        + _owned("dia chi, nha, dia chi nha, dia chi lien he"),
        "name": "ho va ten, ho ten, ho ten nguoi gui, ten nguoi phan anh, nguoi gui, my name, name, the name, " + _owned("ten, ho ten"),
        "phone": "so dien thoai, so dien thoai lien he, dien thoai, sdt, so dt, dt, so may, phone, phone number, my phone, my number, "
        "my phone number, telephone, " + _owned("so, sdt, so dien thoai, dien thoai, dt"),
        "email": "email, mail, e mail, thu dien tu, dia chi email, dia chi mail, my email, " + _owned("email, mail"),
        "content": "noi dung, trong noi dung, content, the text",
    }.items()
    for words in listed.split(", ")
}
_TAILS = _phrases(
    "di, nha, nhe, nghe, nghen, nhen, a, ah, ak, roi, thoi, dum, gium, giup, ho, voi, luon, hen, vay, please, thanks, thank you, cam on, "
    "cho dung, moi dung, la dung, moi phai, cho chinh xac, cho du, cho ro, giup voi, day, ay, nhi, chu, moi dung nhe, xong, co ma"
)
_AFTER_TAILS = frozenset({"giup", "ho", "cho", "nhe", "nha", "a", "di", "voi", "thoi", "dum", "gium", "luon", "oi", "cam", "on"})
_POLITE_ENDS = frozenset({"nhe", "nha", "a", "giup", "voi", "please", "nghe", "nhen", "nghen", "ho", "dum", "gium", "thoi"})
_LEADING = (COURTESY_FOLDED | frozenset(["la", "thanh", "cho", "ghi", "phai", "dung", "cau", "chu", "doan", "rang", "the", "an", "into", "to", "with", "it", "that", "is"])) - {"so", "co", "con"}
_OPENING = _JOINING | COURTESY_FOLDED | frozenset(["thi", "ok", "okay", "da", "vang", "nho", "lam", "on", "please", "sorry"])
_PRONOUNS = frozenset("it that this no do day nay ra them luon chan not han giup".split())
_FILLING = (
    COURTESY_FOLDED | _SENTENCES | _PIECES | _WORDS
    | frozenset(["ve", "noi", "co", "cai", "cho", "di", "nha", "nhe", "roi", "thoi", "cuoi", "dau", "het", "ca", "nguyen", "the", "about", "where", "that", "of", "nghe", "ra", "nua", "vu", "chuyen", "bit", "should", "go"])
)
_ADDED_HEADS = frozenset(["giup", "ho", "cho", "gium", "dum", "voi", "cau", "dong", "y", "la", "rang", "vao", "noi", "dung", "doan", "chu", "luon", "nua", "the", "that", "in", "into"])
_NOT_OUT = _phrases("bo qua, bo sung, bo phieu, bo phan, bo hoang, bo truong")
_BEFORE_BO = frozenset(["toan", "can", "noi", "dong", "phan", "tien", "cua", "chua", "dang"])
_AT_EDGES = frozenset({"o", "vao", "len", "xuong", "at", "the", "cau", "dong", "phan", "noi", "dung"})
_WEAK = _phrases("de, make, set, ghi, viet, put")
_HELD = _phrases("van, van la, cho toi, cho em, giup toi, giup em, phai, moi, moi la, o, chi, thi, should just be, should be, just, dung, phai co")
_REQUESTS = _phrases("duoc khong, duoc ko, dc khong, dc ko, dc k, giup, giup em, giup toi, giup minh, can you, could you, please")
_AT_END = _phrases("o cuoi, cuoi, o cuoi cung, cuoi cung, at the end")
_COMPLAINTS = _WRONG | frozenset("lap sao mat rong".split())
_NO = frozenset("khong ko k hong dung chua".split())
_MEDIA = frozenset("anh hinh video clip file tep photo photos picture pictures".split())
_PLACED = frozenset("o la so ngo ngach hem thon xom to khu toa chung can tap duong pho".split())
_BY_THEMSELVES = frozenset({"sua", "doi", "thay"})
_BEFORE_ADDING = _OPENING | frozenset("phai ghi can muon xin giup ho gium dum cho nua trong noi dung luon lai ve phan".split())
_CLOSING = ".!?…)\"”"
_WRITE = _phrases("ghi, ghi la, viet, viet la, de, de la, write, put")
_COUNTS: Mapping[str, int] = {
    **{word: number for number, words in enumerate((("mot", "1", "one"), ("hai", "2", "two", "nhi"), ("ba", "3", "three"), ("bon", "4", "tu", "four")), 1) for word in words}
}
_FEWEST_WORDS, _FEW, _SHORT, _BRIEF, _MOST_MORE, _NEAR, _LONG_NUMBER = 3, 4, 9, 5, 4, 2, 9
_ENDS = " \t\n.,;:!?-–—\"'“”„«»‘’"
_STOPS = ".!?;\n"
_QUOTED = re.compile("[\"“”„«]([^\"“”„«»]{1,600})[\"“”»]|(?<!\\w)['‘]([^'‘’]{2,300})['’](?!\\w)")
_TOKEN = re.compile(
    r"(?<![\w.])\d[\da-zA-Z]{0,12}(?:[./:,-][\da-zA-Z]{0,3}\d[\da-zA-Z]{0,8}){0,4}"
    r"|\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chủ nhật|chu nhat|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_SPELLED: Mapping[str, tuple[str, ...]] = {
    Text.of(word).folded: (word,)
    for word in "bỏ xóa cắt gỡ gạch loại sửa đổi chỉnh thêm chèn thành giữ chỉ cuối đầu trước".split()
} | {"xoa": ("xóa", "xoá"), "dung": ("đừng", "đúng"), "sang": (), "thay": (), "sau": (), "la": ("là",), "vao": ("vào",), "moi": ("mới", "mỗi")}
"""How operators are written with marks: "bố" is no "bỏ"."""
_HOUSE = re.compile(r"(?:so nha |so |nha so |nha )?(\d{1,4}[a-z]?)", re.ASCII)
_ARROWS = ("->", "→", "=>")


@dataclass(frozen=True, slots=True)
class _Item:
    """A word of the message, or what stands between two quotation marks."""

    folded: str
    operator: str
    """The same, but empty where the marks make it another word than the operator's."""
    start: int
    end: int
    gap: str
    """What stands before it."""
    quoted: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of one value."""

    field: str
    old: str
    """Empty if words were added."""
    new: str
    """Empty if words were taken out."""


@dataclass
class Edits:
    """The edits of a message: what the values are after them."""

    values: dict[str, str]
    """By field: "content", "place", "name", "phone", "home", "email"."""
    changes: list[Change] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """Words that an instruction names, and that are not in the draft."""
    taken: list[Span] = field(default_factory=list)
    """Where the instructions stand in the message."""
    undone: str | None = None
    """The words that are to be as before, or "" for whatever was changed last; None if nothing is undone."""
    rewritten: bool = False
    guessed: bool = False
    """Whether nothing in the words but what stands beside a number or a name says that it is corrected."""


def read_edits(
    text: Text, before: Mapping[str, str], *, apart: Sequence[Span] = (), values: Sequence[Span] = ()
) -> Edits:
    """Return the edits that a message makes of a draft's values, as they stand `before` it.

    What stands `apart` says something else, and no words that are added run on into the clauses of `values`.
    """
    editor = _Editor(text, before, apart, values)
    editor.read()
    return editor.found


def labels_in(text: Text) -> set[str]:
    """Return the fields whose labels stand in a message."""
    editor = _Editor(text, {})
    labels = (editor._label(at, len(editor.items))[0] for at in range(len(editor.items)))
    return {label for label in labels if label}


class _Editor:
    """Reads a message instruction by instruction; each sees what the ones before it have changed."""

    def __init__(
        self, text: Text, before: Mapping[str, str], apart: Sequence[Span] = (), values: Sequence[Span] = ()
    ) -> None:
        self.raw = text.raw
        self.items = _items(text, apart)
        self._values = values
        self.found = Edits(dict(before))
        self._gap: tuple[str, int] | None = None
        """Where the instruction before took words out, by field."""

    def read(self) -> None:
        """Carry out all instructions."""
        pieces = list(self._instructions())
        until, before = 0, None
        for number, (begin, end) in enumerate(pieces):
            first = self._skipped(begin, end)
            if begin < until or first >= end:
                continue
            until = self._widened(first, pieces, number)
            gap, missed = self._gap, len(self.found.missed)
            done = self._instruct(first, until)
            if before is not None and (not done or len(self.found.missed) > missed) and self._points_back(first, until):
                del self.found.missed[missed:]
                begin, done = before, self._instruct(before, until)
            if self._gap == gap:
                self._gap = None
            if done:
                self.found.taken.append((self.items[begin].start, self.items[until - 1].end))
            before = None if done else begin

    # Cutting.

    def _instructions(self) -> Iterator[Span]:
        """Yield where instructions stand: sentences, and parts of one that change something of their own."""
        begin = 0
        for at in range(1, len(self.items)):
            gap, word = self.items[at].gap, self.items[at].folded
            stop = any(mark in gap for mark in "!?;\n") or (("." in gap or "…" in gap) and " " in gap)
            comma = any(mark in gap for mark in (", ", "–", " - "))
            if stop or ((comma or word in _JOINING) and self._acts(begin, at)):
                yield begin, at
                begin = at
        if self.items:
            yield begin, len(self.items)

    def _acts(self, begin: int, at: int) -> bool:
        """Return whether what begins here changes something of its own, behind what began at `begin`."""
        first = self._skipped(at, len(self.items))
        if self._at(first, _NOT) or self._at(at - 1, _AFTER | _BEFORE):
            return False
        if any(self._at(first, phrases) for phrases in (_OUT, _ALTER - _WEAK, _ADD, _KEEP, _ONLY, _UNDO)) or self._label(first, len(self.items))[1]:
            return True
        if self.items[at].folded in _JOINING and "," not in self.items[at].gap:
            return False
        end = next((n for n in range(at + 1, len(self.items)) if any(mark in self.items[n].gap for mark in ",.;!?\n")), len(self.items))
        value = self._label_within(begin, at)[0] in {"place", "home"} or self._first(_ADD, begin, at) is not None
        negated = self._first(_NOT, begin, at) is not None
        if value or (negated and self._first(_IS, first, end)):
            return False
        kinds = (_OUT, _INTO, _NOT, _ADD, _KEEP)
        return self._number_alone(first, end) or any(self._first(kind, first, end) for kind in kinds) or any(item.quoted for item in self.items[first:end])

    def _skipped(self, begin: int, end: int) -> int:
        while begin < end and self.items[begin].quoted is None and self.items[begin].folded in _OPENING and not self._label(begin, end)[1]:
            if begin + 1 < end and self._between(begin + 1, begin + 2)[:1].isupper() and self.items[begin].folded in COURTESY_FOLDED:
                break  # "anh Tuấn"
            if self._at(begin, _KEEP | _ONLY):
                break  # "chỉ giữ"
            begin += 1
        return begin

    def _widened(self, first: int, pieces: Sequence[Span], number: int) -> int:
        """Return where an instruction ends; what stands behind "thêm:" and "nội dung:" runs on over sentences."""
        end = pieces[number][1]
        added, anew = self._at(first, _ADD), self._at(first, _ANEW)
        head = first + (added or anew)
        open_ended = head > first and head < len(self.items) and (":" in self.items[head].gap or (anew and self._at(head, _IS | _INTO | _ALTER)))
        if not open_ended:
            return end
        for begin, after in islice(pieces, number + 1, None):
            if self._ends(begin, first) or self._is_sending(begin, after) or (added and self._acts(first, begin)):
                break
            end = after
        return end

    def _ends(self, at: int, since: int) -> bool:
        """Return whether another clause than that of `since` stands here, which says something else."""
        here, there = self.items[at].start, self.items[since].start
        return any(there < begin <= here < end for begin, end in self._values)

    def _is_sending(self, begin: int, end: int) -> bool:
        words = {item.folded for item in self.items[begin:end]}
        return end - begin <= 7 and bool(words & {"gui", "send", "nop", "submit"})

    def _points_back(self, a: int, b: int) -> bool:
        """Return whether an instruction says what is to be done with words that stand before it."""
        named = [item for item in self.items[a:b] if item.quoted or item.folded not in _FILLING | _PRONOUNS]
        found = self._first(_OUT, a, b)
        return (found is not None and len(named) <= found[1] - found[0]) or self._at(a, _ALTER) > 0

    # Reading one instruction.

    def _instruct(self, a: int, b: int) -> bool:
        ends = self.items[b].gap if b < len(self.items) else self.raw[self.items[b - 1].end :]
        last = next((item.folded for item in reversed(self.items[a:b]) if item.folded not in COURTESY_FOLDED), "")
        quotes = any(item.quoted for item in self.items[a:b])
        request = self._first(_REQUESTS, a, b) is not None
        if (last == "chua" or ("?" in ends and not request)) and not quotes:
            return False
        weak = () if last in _ASKING else (self._set, self._number, self._respelled)
        forms = (
            self._undo, self._instead, self._anew, self._add, self._quotes, self._contrast, self._into, self._same,
            *weak[:1], self._keep, self._remove, *weak[1:],
        )  # fmt: skip
        return any(form(a, b) for form in forms)

    def _undo(self, a: int, b: int) -> bool:
        found = self._first(_UNDO, a, b)
        if found is None or {"nguyen", "van"} & {item.folded for item in self.items[a : found[0] + 1]}:
            return False
        quoted = next((item.quoted for item in self.items[a:b] if item.quoted), None)
        words = [item.folded for item in self.items[found[1] : b] if item.folded not in _FILLING]
        self.found.undone = quoted or " ".join(words)
        return True

    def _instead(self, a: int, b: int) -> bool:
        """Put words where the instruction before has taken some out: "..., chỉ ghi là một cán bộ"."""
        if self._gap is None or not (size := self._at(a, _ONLY) or self._at(a, _WRITE)):
            return False
        words = self._value(self._from((a + size, b))[0], b, "content")
        name, at = self._gap
        if words and not _find(self.found.values[name], Text.of(words).folded.split()):
            self._put(name, (at, at), words)
        return True

    def _anew(self, a: int, b: int) -> bool:
        """"nội dung: ...", "viết lại là: ..."."""
        head = next((a + skip + size for skip in (0, self._at(a, _ALTER)) if (size := self._at(a + skip, _ANEW))), 0)
        if not head or head >= b:
            return False
        joined = ":" in self.items[head].gap
        rest = head + (self._at(head, _ALTER) and self._at(head, _ALTER))
        rest += self._at(rest, _IS | _INTO)
        joined = joined or rest > head or ":" in self.items[min(rest, b - 1)].gap
        operator = any(self._at(rest, phrases) for phrases in (_OUT, _ADD, _KEEP))
        if not joined or rest >= b or operator or b - rest < _FEWEST_WORDS:
            return False
        self._put("content", (0, len(self.found.values.get("content", ""))), self._written(rest, b))
        self.found.rewritten = True
        return True

    def _quotes(self, a: int, b: int) -> bool:
        """Put quoted words in place of others that are quoted and stand in the draft, in this order."""
        if self._first(_OUT, a, b):
            return False
        quoted = [at for at in range(a, b) if self.items[at].quoted]
        done = False
        for old, new in pairwise(quoted):
            words = Text.of(self.items[new].quoted or "").folded.split()
            place = self._ground(old, old + 1)
            if place and words and not (_find(self.found.values[place[0]], words) and words[:1] != Text.of(self.items[old].quoted or "").folded.split()[:1]):
                self._everywhere(*place, (self.items[new].quoted or "").strip())
                done = True
        return done

    def _contrast(self, a: int, b: int) -> bool:
        """"B chứ không phải A", "không phải A mà là B"."""
        found = self._first(_NOT, a, b)
        if found is None:
            return False
        p, q = found
        label = self._label_within(a, p)[0] or self._label_within(q, b)[0]
        turned = self._first(_IS | _INTO, q, b)
        if turned and turned[1] < b:
            old, new = (q, turned[0]), (turned[1], b)
        else:
            begin = a
            while (split := self._first(_IS | _INTO, begin, p)) and split[1] < p:
                begin = split[1]
            old, new = (q, b), (begin, p)
            if self._from(new)[0] >= p:  # "không phải 5/10 đâu, 15/9 mới đúng"
                comma = next((n for n in range(q + 1, b) if "," in self.items[n].gap), b)
                old, new = (q, comma), (comma, b)
        digits = self._digits(*old)
        phone = self.found.values.get("phone", "")
        if len(digits) > 1 and digits in phone and (label == "phone" or not self._ground(*old)):
            return self._phone(phone, digits, self._digits(*new))
        place = self._ground(*old, label=None if label == "content" else label) or self._ground(*old)
        if place is None:
            return self._into_number(new, label)
        name, span = place
        words = self._trimmed(*self._from(new))
        if name == "ward":
            return self._assign("ward", words)
        token = self._token_in(name, span)
        given = self._tokens(*new)
        if token and given:
            return self._put_token(name, token, given[0] if turned else given[-1], given)
        if not words or len(Text.of(words).words) > len(Text.of(self.found.values[name][slice(*span)]).words) + _MOST_MORE:
            return False
        self._put(name, span, words)
        return True

    def _from(self, span: Span) -> Span:
        """Return a span without the words with which a new value begins: a label, "là", "đúng ra"."""
        a, b = span
        while a < b and self.items[a].quoted is None and self.items[a].folded in _MOVED | _LEADING | {"ghi", "viet", "sua", "van", "roi"}:
            if self.items[a].folded == "chu" and a + 1 < b and self.items[a + 1].folded == "nhat":
                break
            a += 1
        size = self._label(a, b)[1]
        return (a + size, b) if a + size < b else (a, b)

    def _into_number(self, new: Span, label: str | None) -> bool:
        return any([self._aligned(at, token, label, eager=True) for at, token in self._tokens(*new)])

    def _add(self, a: int, b: int) -> bool:
        found = self._first(_ADD, a, b) or ((self._at(a, _phrases("con thieu, thieu")) and (a, a + self._at(a, _phrases("con thieu, thieu")))) or None)
        if found is None:
            return False
        p, q = found
        if q < b and self.items[q].folded in _MEDIA:
            return False  # the pictures come by themselves
        anchor, used = self._anchor(a, b)
        taken = {at for begin, end in used for at in range(begin, end)}
        told = [at for at in range(a, p) if at not in taken and self.items[at].folded not in _BEFORE_ADDING]
        if told:
            return False  # "họ đòi thêm giấy tờ" tells something
        label, size = self._label(q, b)
        if size and label != "content":
            return self._set(q, b)
        label = self._label_within(a, p)[0]
        if label and label != "content":
            return False
        quoted = [at for at in range(a, b) if self.items[at].quoted and at not in taken]
        colon = next((n for n in range(q, b) if ":" in self.items[n].gap), None)
        loose = [at for at in range(q, b) if at not in taken and self.items[at].quoted is None and self.items[at].folded not in _FILLING | _LEADING | {"vao", "noi", "dung"}]
        if quoted and len(loose) < _FEW:
            words = "; ".join(self.items[at].quoted or "" for at in quoted)
        else:
            begin = colon if colon is not None else q
            begin = begin if colon is not None else self._opened(begin, b, taken)
            end = begin
            while end < b and end not in taken and not self._ends(end, q if q < b else a):
                end += 1
            words = self._written(begin, end) if begin < end else ""
        words = words.strip(" \t\n;:")
        if not words:
            return False
        content = self.found.values.get("content", "")
        at = anchor if anchor is not None else len(content)
        self._put("content", (at, at), words)
        return True

    def _opened(self, begin: int, end: int, taken: Container[int]) -> int:
        """Return where the words to be added begin, behind "giúp em câu là"."""
        asked = False
        while begin < end and (
            begin in taken or self.items[begin].folded in _ADDED_HEADS or (asked and self.items[begin].folded in COURTESY_FOLDED)
        ):
            asked = self.items[begin].folded in {"giup", "ho", "cho", "gium", "dum", "voi"}
            begin += 1
        return begin

    def _anchor(self, a: int, b: int) -> tuple[int | None, list[Span]]:
        """Return where words are to be put, and what of the instruction says so."""
        content = self.found.values.get("content", "")
        for at in range(a, b):
            for phrases, behind in ((_AFTER, True), (_BEFORE, False)):
                size = self._at(at, phrases)
                span, end = self._named(at + size, b) if size else (None, at)
                if span:
                    return (span[1] if behind else span[0]), [(at, end)]
        for phrases, where in ((_LAST, len(content)), (_FIRST, 0)):
            found = self._first(phrases, a, b)
            begin = found[0] if found else 0
            while found and begin > a and self.items[begin - 1].folded in _AT_EDGES:
                begin -= 1
            if found and begin < found[0]:
                end = found[1]
                while end < b and self.items[end].folded in {"don", "noi", "dung", "cung"}:
                    end += 1
                return where, [(begin, end)]
        return None, []

    def _before(self, at: int, words: Container[str]) -> bool:
        return at > 0 and self.items[at - 1].folded in words

    def _named(self, begin: int, b: int) -> tuple[Span | None, int]:
        """Return where the words that begin here stand in the content, and where they end in the message."""
        content = self.found.values.get("content", "")
        first = begin
        while begin < b and self.items[begin].quoted is None and self.items[begin].folded in _SENTENCES | _PIECES | _WORDS:
            begin += 1
        unit = begin > first
        if begin < b and self.items[begin].quoted:
            return _find(content, Text.of(self.items[begin].quoted or "").folded.split()), begin + 1
        for stop in range(min(b, begin + 14), begin, -1):
            span = _find(content, [item.folded for item in self.items[begin:stop]])
            if span and (stop - begin > 1 or unit or _digit(self.items[begin].folded)):
                return span, stop
        if unit and begin < b:
            stop = next((n for n in range(begin + 1, b) if self.items[n].gap.strip()[:1] in {",", ":"} or self._at(n, _ADD)), b)
            return self._described("content", begin, stop, whole=True), stop
        return None, begin

    def _into(self, a: int, b: int) -> bool:
        """"đổi A thành B", "câu về A sửa: B"."""
        for p in range(a + 1, b):
            mark = any(arrow in self.items[p].gap for arrow in (*_ARROWS, ":"))
            size = self._at(p, _INTO) or self._at(p, _IS)
            if not (mark or size) or p + size >= b:
                continue
            altered = self._first(_ALTER, a, p) is not None
            arrow = any(arrow in self.items[p].gap for arrow in _ARROWS)
            quoted = self.items[p - 1].quoted is not None and self.items[p + size].quoted is not None
            if not (altered or arrow or quoted):
                continue
            phones = telephones(Text.of(self._between(p + size, b)).flat)
            if phones and self._ground(a, p) is None:
                return self._assign("phone", phones[0].number)
            label = self._label_within(a, p)[0]
            label = None if label == "content" else label
            if label is None and b - a > 0 and self.items[p - 1].folded in {"phuong", "xa", "ward"} and p - a <= 4:
                unit = {"phuong": "phường", "xa": "xã"}.get(self.items[p - 1].folded, "")
                return self._assign("ward", f"{unit} {self._value(p + size, b, 'name')}")
            if label == "phone":
                new, old, phone = self._digits(p + size, b), self._digits(a, p), self.found.values.get("phone", "")
                return self._phone(phone, old if old and old in phone else phone[-len(new) :], new)
            place = self._ground(a, p, label=label)
            if label and (place is None or label == "name"):
                return self._assign(label, self._value(p + size, b, label))
            units = {item.folded for item in self.items[a:p]} & (_SENTENCES | _PIECES)
            if units and (place is None or place[0] == "content") and not any(item.quoted for item in self.items[a:p]):
                span = self._described("content", a, p, whole=True)
                place = ("content", span) if span else place
            missing = next((item.quoted for item in self.items[a:p] if item.quoted), None)
            if place is None and missing:
                self.found.missed.append(missing)
                return True
            if place is None:
                return self._into_number((p + size, b), label)
            name, span = place
            if self._tokens(p + size, b) and not self._token_in(name, span) and not units and p + size + _FEW > b:
                return self._into_number((p + size, b), label)
            new = self._written(p + size, b) if units else self._value(p + size, b, name)
            if not new:
                return False
            if name == "ward":
                return self._assign("ward", new)
            self._everywhere(name, span, new)
            return True
        return False

    def _keep(self, a: int, b: int) -> bool:
        found = self._first(_KEEP, a, b)
        only = self._first(_ONLY, a, b)
        label = self._label_within(a, b)[0]
        if only and label in {"place", "home"}:
            begin = only[1] + self._at(only[1], _IS)
            return self._assign(label, self._value(begin, b, label))
        if found is None:
            return False
        if self._gap is not None:
            return True  # which says in other words what was just done
        content = self.found.values.get("content", "")
        spans = [_find(content, Text.of(item.quoted).folded.split()) for item in self.items[found[1] : b] if item.quoted]
        kept = [content[begin:end] for begin, end in filter(None, spans)] or [content[slice(*span)].strip() for span in self._ordinals(found[1], b)]
        if not kept:
            span = self._described("content", found[1], b, whole=True)
            kept = [content[slice(*span)].strip()] if span else []
        if not kept:
            return False
        self._put("content", (0, len(content)), " ".join(kept))
        return True

    def _ordinals(self, a: int, b: int) -> list[Span]:
        """Return the sentences that are named by their place: "hai câu đầu", "câu cuối", "câu thứ hai"."""
        content = self.found.values.get("content", "")
        pieces = [piece for piece in _pieces(content) if content[slice(*piece)].strip()]
        found: list[int] = []
        for at in range(a, b):
            word = self.items[at].folded
            near = [item.folded for item in self.items[max(a, at - 3) : min(b, at + 4)]]
            if not set(near) & (_SENTENCES | {"sentences", "lines", "one"} | _PIECES):
                continue
            count = next((_COUNTS[other] for other in near if other in _COUNTS), 1) if "thu" not in near else 1
            before = self.items[at - 1].folded if at else ""
            if word in {"dau", "first", "nhat"}:
                found += range(min(count, len(pieces)))
            elif word in {"cuoi", "last"}:
                found += range(max(0, len(pieces) - count), len(pieces))
            elif before == "thu" and word in _COUNTS and _COUNTS[word] <= len(pieces):
                found.append(_COUNTS[word] - 1)
        return [pieces[at] for at in sorted(set(found))]

    def _remove(self, a: int, b: int) -> bool:
        found = self._first_out(a, b)
        if found is None:
            return False
        p, q = found
        others = {item.folded for item in self.items[a:b]} & {"khac", "other", "others", "rest"}
        rest = self.items[a].folded == "lai" and self._before(a, {"con"})  # "còn lại xóa hết"
        if (others or rest) and self.found.changes:
            return True
        label = self._label_within(a, b)[0]
        quotes = [at for at in range(a, b) if self.items[at].quoted]
        if quotes:
            reach = self._range(q, b)
            if reach:
                self._take_out("content", reach)
            for at in () if reach else quotes:
                self._remove_words(at, at + 1, label, quoted=True)
            return True
        after, before = (self._skipped(q, b), self._reason(q, b)), (a, p)
        named = [item for item in self.items[slice(*after)] if item.folded not in _FILLING | _PRONOUNS]
        ordinal = self._ordinals(*after) or self._is_whole(*after)
        own = self._label_within(*before)[0] in {"phone", "email"} or self._share(*before) > self._share(*after)
        if not ordinal and p > a and (not named or own):
            return self._remove_words(*before, label, quoted=False)
        begin, done = after[0], False
        for at in range(after[0] + 1, after[1]):
            if self.items[at].folded in {"voi", "va", "and"} and at + 1 < after[1] and self.items[at + 1].folded in _SENTENCES | _PIECES | _WORDS | {"chuyen", "vu", "cai"}:
                done = self._remove_words(begin, at, label, quoted=False) or done
                begin = at + 1
        return self._remove_words(begin, after[1], label, quoted=False) or done

    def _first_out(self, a: int, b: int) -> Span | None:
        found = self._first(_OUT, a, b)
        while found and (self._at(found[0], _NOT_OUT) or (found[0] and self.items[found[0] - 1].folded in _BEFORE_BO and self.items[found[0]].gap == " ")):
            found = self._first(_OUT, found[1], b)
        return found

    def _reason(self, begin: int, end: int) -> int:
        """Return where what is to be taken out ends, and a reason begins."""
        for at in range(begin + 1, end):
            apart = "," in self.items[at].gap and (self._ground(begin, at) is not None or not self._ground(at, end))
            if self.items[at].folded in {"vi", "tai", "because", "keo", "so"} or apart:
                return at
        return end

    def _share(self, a: int, b: int) -> tuple[float, int]:
        """Return the share of the telling words that a sentence of the content has, at most, and their number."""
        wanted = [item.folded for item in self.items[a:b] if item.folded not in _FILLING]
        content = self.found.values.get("content", "")
        have = [{word.folded for word in Text.of(content[slice(*piece)]).words} for piece in _pieces(content)]
        return max(((sum(word in words for word in wanted) / len(wanted), len(wanted)) for words in have if wanted), default=(0.0, 0))

    def _is_whole(self, a: int, b: int) -> bool:
        words = tuple(item.folded for item in self.items[a:b] if item.folded not in COURTESY_FOLDED | {"di", "nha", "nhe"})
        return words in _WHOLE

    def _remove_words(self, a: int, b: int, label: str | None, *, quoted: bool) -> bool:
        if a >= b:
            return False
        content = self.found.values.get("content", "")
        words = Text.of(self.items[a].quoted or "").folded.split() if quoted else [item.folded for item in self.items[a:b]]
        if not quoted and self._is_whole(a, b) and label in {None, "content"}:
            self._put("content", (0, len(content)), "")
            return True
        named, size = self._label(a, b)
        if named in {"phone", "email"} and not [word for word in words[size:] if word not in _FILLING | _PRONOUNS] and self.found.values.get(named):
            self._put(named, (0, len(self.found.values[named])), "")
            return True
        units = (set(words) | {self.items[a - 1].folded if a else ""}) & (_SENTENCES | _PIECES)
        if not quoted and (spans := self._ordinals(a, b)) and not _find(content, words):
            for span in reversed(spans):
                self._take_out("content", span)
            return True
        if not quoted and (reach := self._range(a, b)):
            self._take_out("content", reach)
            return True
        fields = [label] if label in {"place", "home", "email"} else ["content", "place", "home", "name", "email"]
        for name in fields:
            value = self.found.values.get(name) or ""
            span = _find_quoted(value, self.items[a].quoted or "", last=self._at(b, _AT_END) > 0) if quoted else None
            near = None if quoted else self._ground(a, b, label=name)
            wanted = [word for word in words if word not in _FILLING]
            if near and wanted and len(Text.of(value[slice(*near[1])]).words) >= len(wanted):
                span = near[1]
            if span is None and name == "content":
                span = self._described(name, a, b, whole=bool(units & _SENTENCES), words=words if quoted else None)
            elif span and not quoted and units and not _covers(value, span, wanted):
                span = _around(value, span, whole=bool(units & _SENTENCES))
            if span:
                self._take_out(name, span)
                return True
        self.found.missed.append(self.items[a].quoted or self._between(a, b))
        return True

    def _range(self, a: int, b: int) -> Span | None:
        """Return what "từ A đến B" or "từ A đến hết" means."""
        content = self.found.values.get("content", "")
        for at in range(a, b):
            if self.items[at].folded not in {"tu", "from"}:
                continue
            stop = next((n for n in range(at + 2, b) if self.items[n].folded in {"den", "toi", "to", "cho"}), None)
            first = self._ground(at + 1, stop or b)
            if first is None or first[0] != "content":
                continue
            if stop is None and self.items[at - 1].folded in {"dau", "starting", "beginning"}:
                return first[1][0], len(content)
            if stop is None:
                continue
            last = self._ground(stop + 1, b)
            if last and last[0] == "content" and last[1][1] > first[1][0]:
                return first[1][0], last[1][1]
            words = {item.folded for item in self.items[stop:b]}
            if words & {"het", "end"}:
                sentence = _around(content, first[1], whole=True)
                return first[1][0], sentence[1] if words & _SENTENCES else len(content)
        return None

    def _same(self, a: int, b: int) -> bool:
        """"Địa chỉ liên hệ là chỗ xảy ra luôn": one of the two addresses is the other."""
        first, size = self._label_within(a, b)
        at = next((n for n in range(a, b) if self._label(n, b)[1]), b)
        second = self._label_within(at + size, b)[0]
        if {first, second} != {"place", "home"} or self._first(_NOT, a, b):
            return False
        return self._assign(first or "", self.found.values.get(second or "", ""))

    def _set(self, a: int, b: int) -> bool:
        """"nơi xảy ra: X", "số điện thoại là X"."""
        start = next((at for at in range(a, min(b, a + _SHORT)) if self._label(at, b)[1]), a)
        label, size = self._label(start, b)
        if not size or label == "content" or start + size >= b or self._first(_OUT | _ADD | _NOT, a, start):
            phones = telephones(Text.of(self._between(a, b)).flat)
            return len(phones) == 1 and b - a <= _SHORT and self._assign("phone", phones[0].number)
        begin = start + size
        if self._at(begin, _OUT) or self._at(begin, _NOT):
            return False
        missing = self.items[begin].folded == "thieu"
        begin = begin + missing
        while (comma := self._comma(begin, b)) and {item.folded for item in self.items[begin:comma]} & _COMPLAINTS:
            begin = comma
        colon = next((n for n in range(begin, min(b, begin + _SHORT)) if ":" in self.items[n].gap), None)
        begin = colon if colon is not None else begin
        for phrases in (_HELD, _ALTER, _IS | _INTO, _ONLY, _HELD, _IS):
            begin += self._at(begin, phrases)
        if begin >= b:
            return False
        value = self._value(begin, b, label or "")
        words = set(Text.of(value).folded.split())
        if not value or words <= _FILLING | _MOVED | _ASKING or words & {"giong", "tren", "sao", "nao", "gi"} or self._first(_OUT | _NOT, begin, b):
            return False
        if label == "phone":
            digits = "".join(filter(str.isdigit, value))
            phone = self.found.values.get("phone", "")
            ending = {"cuoi", "duoi", "ends", "ending", "end"} & {item.folded for item in self.items[a:b]}
            if not 8 < len(digits) < 16:  # noqa: PLR2004 - the digits of a number
                return bool(ending and phone and len(digits) > 1) and self._phone(phone, phone[-len(digits) :], digits)
        old = self.found.values.get(label or "", "")
        if missing and old and label in {"place", "home"}:
            value = f"{value}, {old}"
        return self._assign(label or "", value)

    def _comma(self, a: int, b: int) -> int | None:
        return next((n for n in range(a + 1, b) if "," in self.items[n].gap), None)

    def _number(self, a: int, b: int) -> bool:
        """A number beside the same words as another one in the draft: "con em 9 tháng rồi", "ngày 15/9 mới đúng"."""
        tokens = self._tokens(a, b)
        if not tokens or b - a == 1 or self._first(_OUT | _ADD, a, b):
            return False
        label = self._label_within(a, b)[0]
        moved = bool({item.folded for item in self.items[a:b]} & _MOVED) or any(kind_of(token) == "day" for _, token in tokens)
        if len(tokens) == 2:  # noqa: PLR2004 - "số nhà 41 chứ, ai lại 14"
            known = [self._known(token) for _, token in tokens]
            if [bool(one) for one in known].count(True) == 1:
                name, span = known[0] or known[1] or ("", (0, 0))
                new = tokens[1 if known[0] else 0][1]
                if moved and kind_of(new) == kind_of(self.found.values[name][slice(*span)]):
                    self._put(name, span, new)
                    return True
        done = [self._aligned(at, token, label, eager=moved or b - a <= _BRIEF) for at, token in tokens]
        self.found.guessed = self.found.guessed or (any(done) and not moved)
        return any(done)

    def _respelled(self, a: int, b: int) -> bool:
        """A name that stands in the draft with other marks: "Nguyễn Trãi dấu ngã nhé"."""
        place = self._ground(a, b)
        if place is None or b - a > _SHORT:
            return False
        name, span = place
        old = self.found.values[name][slice(*span)]
        words = Text.of(old).folded.split()
        if len(words) == 1 and "dau" not in {item.folded for item in self.items[a:b]}:
            return False
        at = next((n for n in range(a, b) if [item.folded for item in self.items[n : n + len(words)]] == words), None)
        new = self._between(at, at + len(words)) if at is not None else ""
        if not new or new.lower() == old.lower() or not Text.of(new).marked:
            return False
        self._everywhere(name, span, new)
        self.found.guessed = True
        return True

    # Finding.

    def _at(self, at: int, phrases: frozenset[tuple[str, ...]]) -> int:
        """Return how many words of the longest of these phrases stand here; 0 if none does."""
        words: list[str] = []
        best = 0
        for item in self.items[at : at + 5] if 0 <= at < len(self.items) else ():
            if item.quoted is not None or (words and any(mark in item.gap for mark in ",.:;!?\n")):
                break
            words.append(item.operator)
            if tuple(words) in phrases:
                best = len(words)
        return best

    def _first(self, phrases: frozenset[tuple[str, ...]], a: int, b: int) -> Span | None:
        """Return where the first of these phrases stands that is not negated; None if none does."""
        for at in range(a, b):
            size = self._at(at, phrases)
            negated = at > a and self.items[at - 1].folded in _NO and phrases in (_OUT, _ADD, _ALTER)
            if size and at + size <= b and not negated:
                return at, at + size
        return None

    def _label(self, a: int, b: int) -> tuple[str | None, int]:
        """Return the field whose label stands here, and how many words it has."""
        for size in range(min(6, b - a), 0, -1):
            words = tuple(item.folded for item in self.items[a : a + size])
            after = self.items[a + size] if a + size < len(self.items) else None
            if words[0] == "nha" and not (after and (after.folded in _PLACED or _digit(after.folded) or ":" in after.gap)):
                continue
            if words in _LABELS and not any(item.quoted for item in self.items[a : a + size]):
                return _LABELS[words], size
        return None, 0

    def _label_within(self, a: int, b: int) -> tuple[str | None, int]:
        return next((found for at in range(a, b) if (found := self._label(at, b))[1]), (None, 0))

    def _ground(self, a: int, b: int, label: str | None = None) -> tuple[str, Span] | None:
        """Return the field and place of the longest run of these words that stands in the draft."""
        fields = [label] if label and label in self.found.values else [name for name in self.found.values if self.found.values[name]]
        best: tuple[int, str, Span] | None = None
        for name in fields:
            value = Text.of(self.found.values.get(name) or "")
            folded = f" {value.folded} "
            for i in range(a, min(b, a + MOST_ITEMS)):
                if self.items[i].quoted:
                    words = Text.of(self.items[i].quoted or "").folded.split()
                    size = 100 + len(words)
                else:
                    j, run = i, ""
                    while j < b and self.items[j].quoted is None and (j == i or "," not in self.items[j].gap) and f"{run} {self.items[j].folded} " in folded:
                        run = f"{run} {self.items[j].folded}"
                        j += 1
                    words = run.split()
                    size = len(words) if _telling(words) else 0
                if words and size and (best is None or size > best[0]) and (span := _found(value, words)):
                    best = (size, name, span)
        return (best[1], best[2]) if best else None

    def _described(self, name: str, a: int, b: int, *, whole: bool, words: Sequence[str] | None = None) -> Span | None:
        """Return the sentence, or the part of one, that has most of these words."""
        value = self.found.values.get(name) or ""
        named = words or [item.folded for item in self.items[a + self._at(a, _ALTER) : b] if item.operator not in _BY_THEMSELVES]
        wanted = [word for word in named if word not in _FILLING]
        best: tuple[float, Span] | None = None
        for piece in _pieces(value) if wanted else ():
            text = Text.of(value[slice(*piece)])
            have = {word.folded for word in text.words}
            share = sum(word in have for word in wanted) / len(wanted)
            if share >= _SHARED and (best is None or share > best[0]):
                at = [word for word in text.words if word.folded in wanted]
                span = (piece[0] + at[0].start, piece[0] + at[-1].end)
                best = (share, _around(value, span, whole=True) if whole or len(at) * 2 > len(text.words) else span)
        return best[1] if best else None

    # Numbers and days.

    def _tokens(self, a: int, b: int) -> list[tuple[int, str]]:
        """Return the numbers and days among these words, each with the item where it begins."""
        if a >= b:
            return []
        begin = self.items[a].start
        found = []
        for token in _tokens(self.raw[begin : self.items[b - 1].end]):
            at = next((n for n in range(a, b) if self.items[n].start <= begin + token.start() < self.items[n].end), None)
            if at is not None and self.items[at].quoted is None and sum(map(str.isdigit, token[0])) < _LONG_NUMBER:
                found.append((at, token[0]))
        return found

    def _known(self, token: str) -> tuple[str, Span] | None:
        """Return where a number stands in the content or an address."""
        for name in ("content", "place", "home"):
            for other in _tokens(self.found.values.get(name) or ""):
                if other[0].lower() == token.lower():
                    return name, other.span()
        return None

    def _token_in(self, name: str, span: Span) -> Span | None:
        return next((other.span() for other in _tokens(self.found.values[name]) if other.start() < span[1] and span[0] < other.end()), None)

    def _digits(self, a: int, b: int) -> str:
        return "".join(filter(str.isdigit, self._between(a, b)))

    def _number_alone(self, a: int, b: int) -> bool:
        return bool(self._tokens(a, b))

    def _aligned(self, at: int, token: str, label: str | None, *, eager: bool) -> bool:
        """Put a number or day in place of the one in the draft that stands beside the same words, or is alike."""
        size = len(Text.of(token).words)
        after = [item.folded for item in self.items[at + size : at + size + 2]]
        before = [item.folded for item in self.items[max(0, at - 2) : at]]
        fields = [label] if label in {"place", "home"} else ["content", "place", "home"]
        ranked: list[tuple[int, str, Span]] = []
        for name in fields:
            value = self.found.values.get(name) or ""
            for other in _tokens(value):
                if kind_of(other[0]) != kind_of(token):
                    continue
                if other[0].lower() == token.lower():
                    return False
                right = [word.folded for word in Text.of(value[other.end() : other.end() + 20]).words[:2]]
                left = [word.folded for word in Text.of(value[max(0, other.start() - 20) : other.start()]).words[-2:]]
                score = 2 * (right[:1] == after[:1] != []) + (right == after and len(right) > 1)
                score += 2 * (left[-1:] == before[-1:] != []) + (len(before) > 1 and before[0] in left)
                score += kind_of(token) == "day" or _shape(other[0]) == _shape(token)
                ranked.append((score, name, other.span()))
        ranked.sort(key=lambda one: -one[0])
        needed = 1 if eager else 2
        clear = ranked and ranked[0][0] >= needed and (len(ranked) == 1 or ranked[1][0] < ranked[0][0])
        if not clear:
            return False
        old = self.found.values[ranked[0][1]][slice(*ranked[0][2])]
        self._put(ranked[0][1], ranked[0][2], token)
        for name in ("content", "place", "home"):  # a house number of the story stands in the address too
            if name != ranked[0][1] and name in fields and ranked[0][0] > 1 and label is None:
                same = [other.span() for other in _tokens(self.found.values.get(name) or "") if other[0] == old and len(old) > 1]
                if len(same) == 1 and name == "place":
                    self._put(name, same[0], token)
        return True

    def _put_token(self, name: str, span: Span, new: tuple[int, str], given: Sequence[tuple[int, str]]) -> bool:
        """Put a number or a day in place of another; "chủ nhật 22/11" is one, and a year stays that is not named."""
        old = self.found.values[name][slice(*span)]
        near = [token for at, token in given if abs(at - new[0]) <= _NEAR]
        words = " ".join(near) if len({kind_of(token) for token in near}) > 1 else new[1]
        if len(near) < 2 and kind_of(old) != kind_of(new[1]):  # noqa: PLR2004 - a day and its date
            return False
        parts, known = re.split(r"[/.-]", words), re.split(r"([/.-])", old)
        if len(near) == 1 and len(parts) == 2 and len(known) == 5:  # noqa: PLR2004 - day and month; with the year
            words = f"{words}{known[3]}{known[4]}"
        self._put(name, span, words)
        return True

    def _phone(self, phone: str, old: str, new: str) -> bool:
        at = phone.rfind(old)
        if at < 0 or not new or not old:
            return False
        changed = new if len(new) >= len(phone) - 1 else phone[:at] + new + phone[at + len(old) :]
        return self._assign("phone", changed)

    # Writing.

    def _written(self, a: int, b: int) -> str:
        """Return words of the message as typed, with what closes them."""
        end = self.items[b - 1].end
        while end < len(self.raw) and self.raw[end] in _CLOSING:
            end += 1
        written = self.raw[self.items[a].start : end].strip(" \t\n\"'“”,;")
        tail = b
        while tail > a and self.items[tail - 1].quoted is None and self.items[tail - 1].folded in _POLITE_ENDS:
            tail -= 1
        return written if tail == b else self._between(a, tail)

    def _between(self, a: int, b: int) -> str:
        return self.raw[self.items[a].start : self.items[b - 1].end] if a < b else ""

    def _ended(self, a: int, b: int) -> int:
        """Return where words end without the courtesy behind them; "Đông Anh" is no courtesy."""
        while b > a and self.items[b - 1].quoted is None:
            size = next((n for n in (3, 2, 1) if b - n >= a and tuple(item.folded for item in self.items[b - n : b]) in _TAILS), 0)
            pronoun = self.items[b - 1].folded in COURTESY_FOLDED and b - 1 > a and self.items[b - 2].folded in _AFTER_TAILS
            if not (size or pronoun) or self._between(b - 1, b)[:1].isupper():
                break
            b -= size or 1
        return b

    def _trimmed(self, a: int, b: int) -> str:
        """Return words of the message without courtesy around them."""
        while a < b and self.items[a].quoted is None and self.items[a].folded in _LEADING:
            a += 1
        return self._between(a, self._ended(a, b)).strip(_ENDS)

    def _value(self, a: int, b: int, name: str) -> str:
        """Return a new value: what is quoted, what has the form of the field, or the words without courtesy."""
        quoted = next((item.quoted for item in self.items[a:b] if item.quoted), None)
        written = self._between(a, b)
        if name == "email":
            found = _EMAIL.search(written)
            return found[0].lower().rstrip(".-") if found else ""
        if name == "phone":
            phones = telephones(Text.of(written).flat)
            return phones[0].number if phones else "".join(filter(str.isdigit, written))
        if quoted:
            return quoted.strip()
        polite = {"nhe", "nha", "thoi", "a", "em", "nghe"} if name in {"place", "home"} else None
        b = next((n for n in range(a + 1, b) if "," in self.items[n].gap and (polite is None or self.items[n - 1].folded in polite)), b)
        if name == "name":  # "Đức chữ C", "Kiên có dấu"
            b = next((n for n in range(a + 1, b) if self.items[n].folded in {"chu", "dau"} or self._at(n, _phrases("co dau, khong dau, la sai"))), b)
        while a < b and self.items[a].folded in {"la", "thanh", "cho", "ghi", "rang"}:
            a += 1
        return self._between(a, self._ended(a, b)).strip(_ENDS)

    def _assign(self, name: str, value: str) -> bool:
        value = value.strip(_ENDS)[:LONGEST_VALUE]
        if not value:
            return False
        old = self.found.values.get(name, "")
        house = _HOUSE.fullmatch(Text.of(value).flat)
        token = next(_tokens(old), None) if house and name in {"place", "home"} else None
        if house and token:  # of an address only the house is named
            value = f"{old[: token.start()]}{house[1]}{old[token.end() :]}"
        self.found.values[name] = value
        self.found.changes.append(Change(name, old, value))
        return True

    def _put(self, name: str, span: Span, new: str) -> None:
        """Put words in place of a span."""
        value = self.found.values.get(name, "")
        old = value[slice(*span)]
        if not old:
            self.found.values[name] = _inserted(value[: span[0]], new, value[span[1] :])
        elif new:
            self.found.values[name] = put_in(value, span, new)
        else:
            self.found.values[name] = _joined(value[: span[0]], value[span[1] :])
        self.found.changes.append(Change(name, old, new))

    def _take_out(self, name: str, span: Span) -> None:
        before = self.found.values[name][: span[0]].rstrip(" ,;\"“”'")
        self._put(name, span, "")
        self._gap = (name, len(before))

    def _everywhere(self, name: str, span: Span, new: str) -> None:
        """Put words in place of a span, and of the same words in the other values."""
        old = self.found.values[name][slice(*span)]
        self._put(name, span, new)
        words = Text.of(old).folded.split()
        for other in ("content", "place", "name") if len(words) > 1 or _digit(old) else ():
            same = _find(self.found.values.get(other) or "", words)
            if same and self.found.values[other][slice(*same)] != new:
                self._put(other, same, new)


def _items(text: Text, apart: Sequence[Span]) -> list[_Item]:
    quotes = [(found.start(), found.end(), found[1] or found[2]) for found in _QUOTED.finditer(text.raw)]
    found: list[_Item] = []
    last = 0
    left_out = False
    for word in text.words:
        if any(begin <= word.start < end for begin, end in apart):
            left_out = True
            continue
        quote = next((quote for quote in quotes if quote[0] <= word.start < quote[1]), None)
        if quote and found and found[-1].start == quote[0]:
            continue
        start, end = (quote[0], quote[1]) if quote else (word.start, word.end)
        closed = found[-1].quoted[-1] if found and found[-1].quoted and found[-1].quoted[-1] in ".!?" else ""
        gap = "\n" if left_out else f"{closed}{text.raw[last:start]}"
        left_out = False
        other = word.marked and word.raw.lower() not in _SPELLED.get(word.folded, (word.raw.lower(),))
        folded = "" if quote else word.folded
        found.append(_Item(folded, "" if other else folded, start, end, gap, quote[2] if quote else None))
        last = end
    return found


def _find_quoted(value: str, quoted: str, *, last: bool) -> Span | None:
    """Return where quoted words stand, at first or last; those that are left out at "..." are meant as well."""
    text = Text.of(value)
    if last:
        at = value.lower().rfind(quoted.strip().lower())
        return (at, at + len(quoted.strip())) if at >= 0 else _found(text, Text.of(quoted).folded.split())
    first, *rest = (Text.of(part).folded.split() for part in re.split(r"\.{3}|…", quoted))
    span = _found(text, first)
    if span and rest and rest[-1]:
        end = _found(text, rest[-1])
        return (span[0], end[1]) if end and end[1] > span[0] else None
    return span


def _telling(words: Sequence[str]) -> bool:
    """Return whether words that a message shares with the draft are shared by more than chance."""
    apart = [word for word in words if word not in _FILLING | _JOINING]
    return len(apart) > 1 or any(_digit(word) for word in apart) or any(len(word) >= _FEWEST_LETTERS for word in apart)


def _digit(words: str) -> bool:
    return any(character.isdigit() for character in words)


def _tokens(value: str) -> Iterator[re.Match[str]]:
    """Yield the numbers and the days of a week in a text."""
    yield from _TOKEN.finditer(value)


def kind_of(token: str) -> str:
    """Return whether a token is a day of the week or a number."""
    return "day" if " " in token or token.lower().endswith("day") else "number"


def _shape(number: str) -> str:
    return re.sub(r"\d", "9", number) if number.isdigit() else re.sub(r"\d+", "9", number).lower()


def find(value: str, words: str) -> Span | None:
    """Return where words stand in a text, whatever their marks; None if they do not."""
    return _find(value, Text.of(words).folded.split())


def _find(value: str, words: Sequence[str]) -> Span | None:
    return _found(Text.of(value), words)


def _found(text: Text, words: Sequence[str]) -> Span | None:
    """Return where words stand in a text, whatever their marks."""
    folded = " ".join(["", *(word.folded for word in text.words), ""])
    at = folded.find(" ".join(["", *words, ""])) if words else -1
    if at < 0:
        return None
    first = folded.count(" ", 0, at)
    return text.words[first].start, text.words[first + len(words) - 1].end


def _pieces(value: str) -> Iterator[Span]:
    """Yield the sentences of a text."""
    begin = 0
    for at, character in enumerate(value):
        ends = character in "!?;\n…" or (character == "." and not value[at + 1 : at + 2].strip())
        if ends:
            yield begin, at + 1
            begin = at + 1
    if value[begin:].strip():
        yield begin, len(value)


def _around(value: str, span: Span, *, whole: bool) -> Span:
    """Return the sentence that holds a span, or the part of it between commas."""
    begin, end = next(((a, b) for a, b in _pieces(value) if a <= span[0] < b), span)
    if not whole:
        left = value.rfind(",", begin, span[0])
        right = value.find(",", span[1], end)
        begin, end = (left if left >= 0 else begin), (right if right >= 0 else end)
    while begin < span[0] and value[begin].isspace():
        begin += 1
    return begin, max(end, span[1])


def put_in(text: str, span: Span, new: str) -> str:
    """Return a text with other words in place of a span; words that stand beside it already are not put twice."""
    added = [word.folded for word in Text.of(new).words]
    before, after = Text.of(text[: span[0]]).words[-40:], Text.of(text[span[1] :]).words[:40]
    left = _shared([word.folded for word in before], added)
    right = _shared([word.folded for word in reversed(after)], added[::-1][: len(added) - left])
    start = before[-left].start if left else span[0]
    end = span[1] + (after[right - 1].end if right else 0)
    closed = new[-1:] in ".!?" and text[end : end + 1] in ".!?" and text[end : end + 1]
    return f"{text[:start]}{new[:-1] if closed else new}{text[end:]}"


def _shared(around: Sequence[str], added: Sequence[str]) -> int:
    """Return how many words at the end of `around` are the first of `added`."""
    most = min(len(around), len(added) - 1)
    return next((n for n in range(most, 0, -1) if list(around[len(around) - n :]) == list(added[:n])), 0)


def _inserted(before: str, new: str, after: str) -> str:
    left, right = before.rstrip(), after.lstrip()
    if right.startswith((".", ",", ";")) and left:
        return f"{left}{'' if new[:1] in ',.;' else ', '}{new.rstrip(' .')}{after}"
    gap = "" if not left else " " if left[-1] in ".!?…,;:" or new[:1] in ",.;" or right else ". "
    if new[:1] in ",.;":
        gap = ""
    return f"{left}{gap}{new}{' ' if right else ''}{right}"


def _covers(value: str, span: Span, wanted: Sequence[str]) -> bool:
    """Return whether a span has just the words wanted, of a sentence that is much longer."""
    words = Text.of(value[slice(*span)]).folded.split()
    begin, end = _around(value, span, whole=False)
    return len(words) > _FEW and set(wanted) <= set(words) and len(Text.of(value[begin:end]).words) > len(words) + _FEW


def _joined(before: str, after: str) -> str:
    """Return two parts of a text with one space between them, and no comma left alone."""
    left, right = before.rstrip(" ,;\"“”'"), after.lstrip(" \"“”'")
    if not left or left[-1] in ".!?…\n":
        right = right.lstrip(" ,;.")
    if not left:
        return right.strip()
    return f"{left}{'' if right[:1] in {'', ',', '.', ';', '!', '?', chr(10)} else ' '}{right}".strip()
