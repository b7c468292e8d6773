"""The words and quotations of a message that may edit a draft, with look-ups of labels, phrases and numbers.

A part of a message is given by the index of its first item and the index after its last one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from petitions.domain.understanding import edit_words as w
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import EMAIL, Text

Span = tuple[int, int]
"""Begin and end (exclusive), in characters of a text or in items of a message."""

MOST_ITEMS = 80
"""The most items of an instruction that are compared, and the most around an item that are looked at."""
_OPENING = 8
"""The number of first items in which an instruction may remove the whole text: "bỏ hết đi, viết lại ..."."""
MOST_NUMBERS = 20
"""The most numbers of an instruction that are read."""
EDGES = " \t\n.,;:!?-–—\"'“”„«»‘’"
"""Characters around a value that do not belong to it."""
_PARTING = frozenset(",.:;!?\n")
_CLOSING = '.!?…)"”'
_LONG_NUMBER = 9
"""The number of digits from which a number is taken for a phone number."""
_QUOTED = re.compile(
    "[\"“”„«]([^\"“”„«»]{1,600}+)[\"“”»]|(?<!\\w)['‘]([^'‘’]{2,300}+)['’](?!\\w)"
)  # fmt: skip
_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(r"\d+")
_NUMBER = re.compile(
    r"(?<![\w.])\d[\da-zA-Z]{0,12}(?:[./:,-][\da-zA-Z]{0,3}\d[\da-zA-Z]{0,8}){0,4}"
    r"|\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chủ nhật|chu nhat"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """A word of a message, or a whole quotation."""

    folded: str
    """The word in lower case without diacritics. Empty for a quotation."""
    operator: str
    """Like `folded`, but empty if the typed diacritics make it a word other than the keyword: "bố" is no "bỏ"."""
    start: int
    end: int
    gap: str
    """The characters between the previous item and this one."""
    quoted: str | None = None
    words: tuple[str, ...] = ()
    """The quoted words, in lower case without diacritics."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number or a day of the week in a text."""

    written: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Start and end (exclusive) of the number in the text."""
        return self.start, self.end

    @property
    def is_day(self) -> bool:
        return is_day(self.written)

    @property
    def shape(self) -> str:
        """The form of the number for comparisons: "999" for a number of three digits, "9/9" for the date "15/11"."""
        return (_DIGIT if self.written.isdigit() else _DIGITS).sub("9", self.written).lower()


def numbers_in(text: str, most: int) -> list[Number]:
    """Return the first numbers and days of the week in a text, at most `most`."""
    return [Number(found[0], *found.span()) for found in islice(_NUMBER.finditer(text), most)]


def is_day(number: str) -> bool:
    return " " in number or number.lower().endswith("day")


def digits_of(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def items_of(text: Text, apart: Sequence[Span] = ()) -> list[Item]:
    """Return the words and quotations of a message, except those inside the character spans `apart`."""
    quotes = [(found.start(), found.end(), found[1] or found[2]) for found in _QUOTED.finditer(text.raw)]
    items: list[Item] = []
    last = quote = 0
    left_out = False
    for word in text.words:
        if any(begin <= word.start < end for begin, end in apart):
            left_out = True
            continue
        while quote < len(quotes) and quotes[quote][1] <= word.start:
            quote += 1
        start, end, quoted = quotes[quote] if quote < len(quotes) else (len(text.raw), 0, None)
        if start > word.start:
            start, end, quoted = word.start, word.end, None
        if quoted and items and items[-1].start == start:
            continue
        gap = "\n" if left_out else f"{_closed(items[-1:])}{text.raw[last:start]}"
        left_out = False
        if quoted:
            items.append(Item("", "", start, end, gap, quoted, tuple(Text.of(quoted).folded.split())))
        else:
            lowered = word.raw.lower()
            other = word.marked and lowered not in w.SPELLED.get(word.folded, (lowered,))
            items.append(Item(word.folded, "" if other else word.folded, start, end, gap))
        last = end
    return items


def _closed(last: Sequence[Item]) -> str:
    """Return the punctuation mark inside the last item if it is a quoted sentence, otherwise ""."""
    return next((item.quoted[-1] for item in last if item.quoted and item.quoted[-1] in ".!?"), "")


def _within(places: Sequence[int], first: int, end: int) -> Iterator[int]:
    """Yield those of the sorted indexes that lie in a part."""
    return (places[at] for at in range(bisect_left(places, first), bisect_left(places, end)))


def labels_in(text: Text) -> set[str]:
    """Return the fields whose labels are in a message, such as "phone" for "số điện thoại"."""
    message = EditMessage(text)
    return {label for at in range(len(message.items)) if (label := message.label(at, len(message.items))[0])}


class EditMessage:
    """The items of a message, with look-ups in parts of it."""

    def __init__(self, text: Text, apart: Sequence[Span] = (), clauses: Sequence[Span] = ()) -> None:
        self.raw = text.raw
        self.items = items_of(text, apart)
        self._starts = [item.start for item in self.items]
        self._clauses = clauses
        """The spans of clauses that give values."""
        self._phrases: dict[w.Phrases, list[int]] = {}
        """The indexes of items where a phrase without a negation begins, by set of phrases."""
        self._marks: dict[str, list[int]] = {}
        """The indexes of items behind a punctuation mark, by set of marks."""

    @cached_property
    def _labels(self) -> list[int]:
        return [at for at in range(len(self.items)) if self.label(at, len(self.items))[1]]

    @cached_property
    def _quotes(self) -> list[int]:
        return [at for at, item in enumerate(self.items) if item.quoted]

    # Words and phrases.

    def words(self, first: int, end: int) -> list[str]:
        """Return the words of a part in lower case without diacritics, with "" for a quotation."""
        return [item.folded for item in self.items[first:end]]

    def quote(self, first: int, end: int) -> str | None:
        """Return the first quotation in a part, or None."""
        return next((self.items[at].quoted for at in _within(self._quotes, first, end)), None)

    def quotes(self, first: int, end: int) -> list[int]:
        return list(_within(self._quotes, first, end))

    def is_word(self, at: int, words: Collection[str]) -> bool:
        return self.items[at].quoted is None and self.items[at].operator in words

    def is_behind(self, at: int, words: Collection[str]) -> bool:
        """Return whether the item before `at` is one of these words."""
        return at > 0 and self.items[at - 1].folded in words

    def is_behind_content(self, at: int) -> bool:
        """Return whether "nội dung" (content) precedes an item. Its "dung" does not mean "đừng" (do not)."""
        return self.words(max(0, at - 2), at) == ["noi", "dung"]

    def phrase(self, at: int, phrases: w.Phrases) -> int:
        """Return the number of words of the longest of these phrases that begins at an item, or 0."""
        if not 0 <= at < len(self.items) or self.items[at].operator not in phrases.heads:
            return 0
        words: tuple[str, ...] = ()
        longest = 0
        for item in self.items[at : at + w.LONGEST_PHRASE]:
            if item.quoted is not None or (words and not _PARTING.isdisjoint(item.gap)):
                break
            words = (*words, item.operator)
            if words in phrases.every:
                longest = len(words)
        return longest

    def first(self, phrases: w.Phrases, first: int, end: int) -> Span | None:
        """Return the span in a part of the first of these phrases that is not negated, or None."""
        if phrases not in self._phrases:
            found = [at for at in range(len(self.items)) if self.phrase(at, phrases)]
            self._phrases[phrases] = [at for at in found if not (phrases.negatable and self._is_negated(at))]
        for at in (first, *_within(self._phrases[phrases], first + 1, end)):
            size = self.phrase(at, phrases)
            if size and at + size <= end:
                return at, at + size
        return None

    def _is_negated(self, at: int) -> bool:
        return self.is_behind(at, w.NO) and not self.is_behind_content(at)

    def marked(self, marks: str, first: int, end: int) -> int | None:
        """Return the index of the first item in a part that follows one of these punctuation marks, or None."""
        if marks not in self._marks:
            every = frozenset(marks)
            self._marks[marks] = [at for at, item in enumerate(self.items) if not every.isdisjoint(item.gap)]
        return next(_within(self._marks[marks], first, end), None)

    def label(self, first: int, end: int) -> tuple[str, int]:
        """Return the field whose label begins at an item and the label's number of words, or ("", 0)."""
        if first >= end or self.items[first].folded not in w.LABEL_HEADS:
            return "", 0
        for size in range(min(w.LONGEST_LABEL, end - first), 0, -1):
            if self.items[first].folded == "nha" and (
                self.is_behind(first, w.BESIDE_A_HOUSE) or not self._is_placed(first + size)
            ):
                continue
            field = w.LABELS.get(tuple(self.words(first, first + size)))
            if field:
                return field, size
        return "", 0

    def _is_placed(self, at: int) -> bool:
        item = self.items[at] if at < len(self.items) else None
        if item is None:
            return False
        held = item.folded in w.STILL and at + 1 < len(self.items) and self.items[at + 1].folded == "o"
        return item.folded in w.PLACED or held or ":" in item.gap

    def label_within(self, first: int, end: int) -> tuple[str, int]:
        """Return the field of the first label in a part and the label's number of words, or ("", 0)."""
        labels = (self.label(at, end) for at in _within(self._labels, first, end))
        return next((found for found in labels if found[1]), ("", 0))

    def field_within(self, first: int, end: int) -> str:
        """Return the field of the first label in a part, or ""."""
        return self.label_within(first, end)[0]

    # Bounds of parts.

    def without_opening(self, first: int, end: int) -> int:
        """Return the index of the first item of an instruction after filler words such as "thì" and "xin"."""
        for at in range(self._behind_all_out(first, end), min(end, first + MOST_ITEMS)):
            if not self.is_word(at, w.OPENING) or self.label(at, end)[1]:
                return at
            name = at + 1 < end and self.between(at + 1, at + 2)[:1].isupper()
            if (name and self.items[at].folded in COURTESY_FOLDED) or self.phrase(at, w.KEEPS):
                return at  # "anh Tuấn", "chỉ giữ"
        return max(first, min(end, first + MOST_ITEMS))

    def _behind_all_out(self, first: int, end: int) -> int:
        """Return the index after a removal of the whole text that new words follow, otherwise `first`.

        In "bỏ hết đi, viết lại ..." (remove all, write ...) it is the index of "viết".
        """
        for at in range(first, min(end, first + _OPENING)):
            size = self.phrase(at, w.OUT)
            whole = next((n for n in (3, 2, 1) if size and tuple(self.words(at + size, at + size + n)) in w.WHOLE), 0)
            begin = at + size + whole
            while whole and begin < end and self.is_word(begin, w.OPENING | w.BESIDE_WHOLE):
                begin += 1
            if whole and begin < end and (self.phrase(begin, w.ALTER) or self.phrase(begin, w.ANEW)):
                return begin
        return first

    def without_lead(self, first: int, end: int) -> Span:
        """Return a part without the words that introduce a new value: a label, "là", "đúng ra"."""
        while first < end and self.is_word(first, w.VALUE_OPENING):
            if self.words(first, min(first + 2, end)) == ["chu", "nhat"]:
                break
            first += 1
        size = self.label(first, end)[1]
        return (first + size, end) if first + size < end else (first, end)

    def without_courtesy(self, first: int, end: int) -> int:
        """Return the end of a part, moved before polite words at its end. "Anh" in "Đông Anh" is not one."""
        while end > first and self.items[end - 1].quoted is None:
            sizes = range(min(w.LONGEST_TAIL, end - first), 0, -1)
            size = next((size for size in sizes if tuple(self.words(end - size, end)) in w.TAILS), 0)
            behind = end - 1 > first and self.is_behind(end - 1, w.AFTER_TAILS)
            pronoun = behind and self.items[end - 1].folded in COURTESY_FOLDED
            if not (size or pronoun) or self.between(end - 1, end)[:1].isupper():
                break
            end -= size or 1
        return end

    def is_past_clause(self, at: int, since: int) -> bool:
        """Return whether an item is in a clause that gives a value and begins after item `since`."""
        here, there = self.items[at].start, self.items[since].start
        return any(there < begin <= here < end for begin, end in self._clauses)

    # Text of parts.

    def between(self, first: int, end: int) -> str:
        """Return the words of a part as typed."""
        return self.raw[self.items[first].start : self.items[end - 1].end] if first < end else ""

    def written(self, first: int, end: int) -> str:
        """Return the words of a part as typed, with closing punctuation but without polite words at the end."""
        tail = end
        while tail > first and self.is_word(tail - 1, w.POLITE_ENDS):
            tail -= 1
        if tail < end:
            return self.between(first, tail)
        closed = self.items[end - 1].end
        while closed < len(self.raw) and self.raw[closed] in _CLOSING:
            closed += 1
        return self.raw[self.items[first].start : closed].strip(" \t\n\"'“”,;")

    def trimmed(self, first: int, end: int, *, courteous: bool = True) -> str:
        """Return the words of a part without polite words before them and, if `courteous`, after them."""
        while first < end and self.is_word(first, w.LEADING):
            first += 1
        return self.between(first, self.without_courtesy(first, end) if courteous else end).strip(EDGES)

    def value(self, first: int, end: int, field: str) -> str:
        """Return a part's value for a field, in the form of the field, or "".

        A quotation is returned without quotation marks. Polite words around other words are left out.
        """
        written = self.between(first, end)
        if field == "email":
            found = EMAIL.search(written)
            return found[0].lower().rstrip(".-") if found else ""
        if field == "phone":
            phones = telephones(Text.of(written).flat)
            return phones[0].number if phones else digits_of(written)
        quoted = self.quote(first, end)
        if quoted:
            return quoted.strip()
        end = next((at for at in range(first + 1, end) if self._ends_value(at, field)), end)
        if field == "name":
            end = next((at for at in range(first + 1, end) if self._is_note(at)), end)
        while first < end and self.items[first].folded in {"la", "thanh", "cho", "ghi", "rang"}:
            first += 1
        return self.between(first, self.without_courtesy(first, end)).strip(EDGES)

    def _ends_value(self, at: int, field: str) -> bool:
        """Return whether the comma before an item ends a value. An address may contain commas."""
        if "," not in self.items[at].gap:
            return False
        label = self.label(at, len(self.items))[0]
        return field not in w.ADDRESSES or self.is_behind(at, w.PLACE_ENDS) or label not in {"", "place", "home"}

    def _is_note(self, at: int) -> bool:
        """Return whether a remark on the spelling of a name begins here: "Đức chữ C", "Kiên có dấu"."""
        return self.items[at].folded in {"chu", "dau"} or self.phrase(at, w.NAME_NOTES) > 0

    def digits(self, first: int, end: int) -> str:
        return digits_of(self.between(first, end))

    def numbers(self, first: int, end: int) -> list[tuple[int, Number]]:
        """Return the numbers and days of the week in a part with their item indexes, without phones and quotations."""
        found: list[tuple[int, Number]] = []
        for number in numbers_in(self.between(first, end), MOST_NUMBERS):
            start = self.items[first].start + number.start
            at = bisect_right(self._starts, start) - 1
            within = self.items[at].quoted is None and start < self.items[at].end
            if within and len(digits_of(number.written)) < _LONG_NUMBER:
                found.append((at, number))
        return found
