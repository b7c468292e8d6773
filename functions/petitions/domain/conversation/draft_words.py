"""The field values of a petition being written while a message edits them: find the words to edit, replace them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from petitions.domain.conversation.passages import Passage, inserted, joined, put_in
from petitions.domain.understanding import edit_words as w
from petitions.domain.understanding.edit_message import (
    EDGES,
    MOST_ITEMS,
    Item,
    Number,
    Span,
    has_digit,
    is_day,
    numbers_in,
)
from petitions.domain.understanding.text import Text

Place = tuple[str, Span]
"""A field name, and the span of some words in the field's value."""

LONGEST_VALUE = 300
"""The most characters of a place, a name or an address."""
MOST_CHANGES = 20
"""The number of changes after which the rest of a message is not read."""
_SHARED = 0.6
"""The share of a description's words that a sentence must contain to be the sentence described."""
_FEWEST_LETTERS = 3
"""A single word with fewer letters may stand in both the message and the draft by coincidence."""
_QUOTED_FIRST = 100
"""The number of words added to a quotation, so that it is preferred over longer unquoted words."""
_NEAR = 2
"""The most words between a day of the week and its date."""
_DATE = 5
"""The number of pieces of a date with its year: "22/11/2026" has 5, with the separators."""
_HOUSE = re.compile(r"(?:so nha |so |nha so |nha )?(\d{1,4}[a-z]?)", re.ASCII)
_DATE_MARKS = re.compile(r"([/.-])")
_WITH_HOUSES = ("content", "place", "home")
"""The fields in which numbers are looked for."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a field's value."""

    field: str
    old: str
    """The replaced or removed words. Empty if words were added."""
    new: str
    """The words put in. Empty if words were removed."""


@dataclass
class Edits:
    """The result of reading a message as edits of a draft."""

    values: dict[str, str]
    """The values after the edits, by field: "content", "place", "name", "phone", "home", "email"."""
    changes: list[Change] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """Words that the message wants to change and that do not occur in the draft."""
    taken: list[Span] = field(default_factory=list)
    """The spans of the message that were carried out as instructions."""
    undone: str | None = None
    """The words to restore, "" for the last change, or None if nothing is undone."""
    rewritten: bool = False
    guessed: bool = False
    """Whether a correction was recognised only by the words beside a number."""


class DraftWords:
    """The field values of a draft, changed step by step by the instructions in a message."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.edits = Edits(dict(values))
        self.gap: tuple[str, int] | None = None
        """The field and position at which an instruction has removed words, or None."""
        self.closed: frozenset[str] = frozenset()
        """The fields that the current instruction may not change."""
        self._passages: dict[str, Passage] = {}

    def passage(self, name: str) -> Passage:
        """Return the value of a field as a `Passage`, in which words can be looked up."""
        if name not in self._passages:
            self._passages[name] = Passage(self.edits.values.get(name) or "")
        return self._passages[name]

    def raw(self, name: str) -> str:
        return self.passage(name).raw

    def at(self, place: Place) -> str:
        """Return the words at a place, i.e. at a span of a field's value."""
        return self.raw(place[0])[slice(*place[1])]

    # Finding.

    def find(self, items: Sequence[Item], name: str = "") -> Place | None:
        """Return where the draft contains the longest run of words from a message, or None.

        The search covers the field `name`, or all fields if it is empty or unknown. Fields in `closed` are left out.
        """
        values = self.edits.values
        best: tuple[int, Place] | None = None
        for one in [name] if name in values else [name for name, value in values.items() if value]:
            if one in self.closed:
                continue
            passage = self.passage(one)
            for size, words in _runs(passage, items[:MOST_ITEMS]):
                span = passage.find(words) if best is None or size > best[0] else None
                if span:
                    best = size, (one, span)
        return best[1] if best else None

    def described(self, name: str, words: Sequence[str], *, whole: bool) -> Span | None:
        """Return the span of the sentence with most of these words, or of a part of it, or None.

        `whole` asks for the whole sentence.
        """
        passage, wanted = self.passage(name), _telling_words(words)
        best: tuple[float, Span] | None = None
        for share, span in self._shares(name, wanted):
            if share >= _SHARED and (best is None or share > best[0]):
                best = share, span
        if best is None:
            return None
        every = passage.words(best[1])
        named = [word for word in every if word.folded in wanted]
        span = named[0].start, named[-1].end
        if whole or len(named) * 2 > len(every):
            return passage.around(span, whole=True)
        return span if len(named) * 2 > len(passage.words(span)) else None  # else most words between were not named

    def share(self, words: Sequence[str]) -> tuple[float, int]:
        """Return the largest share of the words that one sentence contains, 0 to 1, and the number of words compared.

        Filling words are not compared.
        """
        wanted = _telling_words(words)
        return max(((share, len(wanted)) for share, _ in self._shares("content", wanted)), default=(0.0, 0))

    def _shares(self, name: str, wanted: Sequence[str]) -> Iterator[tuple[float, Span]]:
        counts = Counter(wanted)
        for sentence in self.passage(name).sentences if wanted else ():
            yield sum(counts[word] for word in sentence.words & counts.keys()) / len(wanted), sentence.span

    def number(self, number: Number) -> Place | None:
        """Return the first place at which the content or an address has this number, or None."""
        for name in _WITH_HOUSES:
            for other in self.passage(name).numbers:
                if other.written.lower() == number.written.lower():
                    return name, other.span
        return None

    def number_at(self, place: Place) -> Span | None:
        """Return the span of the first number that overlaps a span of words, or None."""
        name, (begin, end) = place
        numbers = self.passage(name).numbers
        return next((number.span for number in numbers if number.start < end and begin < number.end), None)

    # Writing.

    def put(self, place: Place, new: str) -> None:
        """Replace the words at a place. An empty place inserts `new`, an empty `new` removes the words."""
        (name, (begin, end)), old = place, self.at(place)
        value = self.raw(name)
        if not old:
            self._write(name, inserted(value[:begin], new, value[end:]))
        elif new:
            self._write(name, put_in(value, (begin, end), new))
        else:
            self._write(name, joined(value[:begin], value[end:]))
        self.edits.changes.append(Change(name, old, new))

    def put_everywhere(self) -> bool:
        """Repeat the last replacement in the other fields. Return whether any contained the old words."""
        last = self.edits.changes[-1] if self.edits.changes else None
        if last is None or not (last.old and last.new):
            return False
        words, found = Text.of(last.old).folded.split(), False
        for name in ("content", "place", "home", "name"):
            span = self.passage(name).find(words) if name != last.field else None
            if span:
                self.put((name, span), last.new)
                found = True
        return found

    def take_out(self, place: Place) -> None:
        """Remove the words at a place, and remember the position in `gap` for a replacement that may follow."""
        name, (begin, _) = place
        before = self.raw(name)[:begin].rstrip(" ,;\"“”'")
        self.put(place, "")
        self.gap = name, len(before)

    def put_whole(self, name: str, new: str) -> None:
        """Replace the whole value of a field."""
        self.put((name, (0, len(self.raw(name)))), new)

    def assign(self, name: str, value: str) -> bool:
        """Set a field to a short value. Return False if the value is empty or the field may not change.

        In an address, a house number alone replaces only the house number: "số nhà 12" makes "12 phố Huế" of "5 phố
        Huế".
        """
        value = value.strip(EDGES)[:LONGEST_VALUE]
        if not value or name in self.closed:
            return False
        old = self.raw(name)
        house = _HOUSE.fullmatch(Text.of(value).flat) if name in w.ADDRESSES else None
        number = next(iter(numbers_in(old, 1)), None) if house else None
        if house and number:
            value = f"{old[: number.start]}{house[1]}{old[number.end :]}"
        self._write(name, value)
        self.edits.changes.append(Change(name, old, value))
        return True

    def change_phone(self, old: str, new: str) -> bool:
        """Replace the last occurrence of `old` in the phone number. Return False if nothing was replaced.

        If `new` is about as long as the number, it replaces the whole number.
        """
        phone = self.raw("phone")
        at = phone.rfind(old)
        if at < 0 or not new or not old:
            return False
        return self.assign("phone", new if len(new) >= len(phone) - 1 else phone[:at] + new + phone[at + len(old) :])

    def put_number(self, place: Place, new: tuple[int, Number], given: Sequence[tuple[int, Number]]) -> bool:
        """Replace the number, date or day of the week at a place.

        A day with its date counts as one: "chủ nhật 22/11". A date without a year keeps the old year. `given` lists all
        new numbers with the index of the item where each begins. Return False if a day would replace a number, or the
        reverse.
        """
        old, number = self.at(place), new[1]
        near = [other for at, other in given if abs(at - new[0]) <= _NEAR]
        dated = {other.is_day for other in near} == {False, True}
        words = " ".join(other.written for other in near) if dated else number.written
        if len(near) == 1 and is_day(old) != number.is_day:
            return False
        parts, known = _DATE_MARKS.split(words), _DATE_MARKS.split(old)
        if len(near) == 1 and len(parts) == _DATE - 2 and len(known) == _DATE:
            words = f"{words}{known[3]}{known[4]}"
        self.put(place, words)
        return True

    def _write(self, name: str, value: str) -> None:
        self.edits.values[name] = value
        self._passages.pop(name, None)

    # Numbers beside the same words.

    def align(self, items: Sequence[Item], at: int, number: Number, *, name: str, eager: bool) -> bool:
        """Replace the number of the draft that stands beside the same words or has the same form.

        Return False if no number fits, two fit equally well, or the draft has the new number already.

        Args:
            items: the words of the message.
            at: the index of the item where the number begins.
            number: the new number.
            name: the field named by the message. Addresses are searched only if named.
            eager: whether the message is surely a correction, so that one similarity is enough.
        """
        size = len(Text.of(number.written).words)
        before = [item.folded for item in items[max(0, at - 2) : at]]
        behind = [item.folded for item in items[at + size : at + size + 2]]
        where = name if name in w.ADDRESSES else "content"
        passage, ranked = self.passage(where), list[tuple[int, Place]]()
        for other in (other for other in passage.numbers if other.is_day == number.is_day):
            if other.written.lower() == number.written.lower():
                return False
            alike = number.is_day or other.shape == number.shape
            ranked.append((_likeness(passage.beside(other.span), (before, behind)) + alike, (where, other.span)))
        ranked.sort(key=lambda one: -one[0])
        if not ranked or ranked[0][0] < (1 if eager else 2) or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
            return False
        likeness, place = ranked[0]
        old = self.at(place)
        self.put(place, number.written)
        if likeness > 1 and not name:
            self._align_house(old, number)
        return True

    def _align_house(self, old: str, number: Number) -> None:
        same = [number.span for number in self.passage("place").numbers if number.written == old]
        if len(same) == 1 and len(old) > 1:
            self.put(("place", same[0]), number.written)


def _likeness(around: tuple[list[str], list[str]], wanted: tuple[list[str], list[str]]) -> int:
    (left, right), (before, behind) = around, wanted
    score = 2 * (right[:1] == behind[:1] != []) + (right == behind and len(right) > 1)
    return score + 2 * (left[-1:] == before[-1:] != []) + (len(before) > 1 and before[0] in left)


def _runs(passage: Passage, items: Sequence[Item]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield (size, words) for quotations in a message, and for its longest runs of words that occur in the value."""
    end = 0
    for first, item in enumerate(items):
        if item.quoted is not None:
            yield _QUOTED_FIRST + len(item.words), item.words
            continue
        before, end = end, max(end, first)
        words = [item.folded for item in items[first:end]]
        while end < len(items) and _runs_on(items[end], begins=end == first):
            if f" {' '.join([*words, items[end].folded])} " not in passage.padded:
                break
            words.append(items[end].folded)
            end += 1
        if end > before and _telling(words):
            yield len(words), words


def _runs_on(item: Item, *, begins: bool) -> bool:
    return item.quoted is None and (begins or "," not in item.gap)


def _telling(words: Sequence[str]) -> bool:
    """Return whether words that a message shares with the draft are more than a coincidence."""
    apart = [word for word in words if word not in w.BY_CHANCE]
    return len(apart) > 1 or any(has_digit(word) or len(word) >= _FEWEST_LETTERS for word in apart)


def _telling_words(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in w.FILLING][:MOST_ITEMS]
