"""The values of a draft while a message edits them: the words that it means found, and others put in their place."""

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
"""The field and the characters where words stand."""

LONGEST_VALUE = 300
"""The characters of a place, a name or an address."""
MOST_CHANGES = 20
"""The changes behind which a message is read no further."""
_SHARED = 0.6
"""The share of the words that describe a sentence which it must have."""
_FEWEST_LETTERS = 3
"""The letters of a word that by itself is in a message and a draft by more than chance."""
_QUOTED_FIRST = 100
"""The words that a quoted one counts for where the longest run is looked for."""
_NEAR = 2
"""The items within which a day stands beside its date."""
_DATE = 5
"""The parts of a date with its year and of the marks between them."""
_HOUSE = re.compile(r"(?:so nha |so |nha so |nha )?(\d{1,4}[a-z]?)", re.ASCII)
_DATE_MARKS = re.compile(r"([/.-])")
_WITH_HOUSES = ("content", "place", "home")
"""The fields that hold numbers."""


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
    """Whether nothing in the words but what stands beside a number says that it is corrected."""


class DraftWords:
    """The values as the instructions before have left them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.edits = Edits(dict(values))
        self.gap: tuple[str, int] | None = None
        """The field and the character where an instruction took words out."""
        self._passages: dict[str, Passage] = {}

    def passage(self, name: str) -> Passage:
        """Return a value with what is looked up in it."""
        if name not in self._passages:
            self._passages[name] = Passage(self.edits.values.get(name) or "")
        return self._passages[name]

    def raw(self, name: str) -> str:
        """Return a value as it is written."""
        return self.passage(name).raw

    def at(self, place: Place) -> str:
        """Return the words of a place."""
        return self.raw(place[0])[slice(*place[1])]

    # Finding.

    def ground(self, items: Sequence[Item], name: str = "") -> Place | None:
        """Return where the longest run of these words stands, in the values or in one of them."""
        values = self.edits.values
        best: tuple[int, Place] | None = None
        for one in [name] if name in values else [name for name, value in values.items() if value]:
            passage = self.passage(one)
            for size, words in _runs(passage, items[:MOST_ITEMS]):
                span = passage.find(words) if best is None or size > best[0] else None
                if span:
                    best = size, (one, span)
        return best[1] if best else None

    def described(self, name: str, words: Sequence[str], *, whole: bool) -> Span | None:
        """Return the sentence of a value, or the part of one, that has most of these words."""
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
        return passage.around(span, whole=True) if whole or len(named) * 2 > len(every) else span

    def share(self, words: Sequence[str]) -> tuple[float, int]:
        """Return the share of the telling words that a sentence of the content has, at most, and their number."""
        wanted = _telling_words(words)
        return max(((share, len(wanted)) for share, _ in self._shares("content", wanted)), default=(0.0, 0))

    def _shares(self, name: str, wanted: Sequence[str]) -> Iterator[tuple[float, Span]]:
        """Yield the share of these words that each sentence of a value has, and where it stands."""
        counts = Counter(wanted)
        for sentence in self.passage(name).sentences if wanted else ():
            yield sum(counts[word] for word in sentence.words & counts.keys()) / len(wanted), sentence.span

    def number(self, number: Number) -> Place | None:
        """Return where a number stands in the content or an address."""
        for name in _WITH_HOUSES:
            for other in self.passage(name).numbers:
                if other.written.lower() == number.written.lower():
                    return name, other.span
        return None

    def number_at(self, place: Place) -> Span | None:
        """Return where a number stands in a place."""
        name, (begin, end) = place
        numbers = self.passage(name).numbers
        return next((number.span for number in numbers if number.start < end and begin < number.end), None)

    # Writing.

    def put(self, place: Place, new: str) -> None:
        """Put words in a place; they are added where the place has none."""
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
        """Change in the other values too what was changed last; return whether it stands in any of them."""
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
        """Take the words of a place out."""
        name, (begin, _) = place
        before = self.raw(name)[:begin].rstrip(" ,;\"“”'")
        self.put(place, "")
        self.gap = name, len(before)

    def put_whole(self, name: str, new: str) -> None:
        """Put words in place of a whole value."""
        self.put((name, (0, len(self.raw(name)))), new)

    def assign(self, name: str, value: str) -> bool:
        """Set a short value; of an address only the house may be named."""
        value = value.strip(EDGES)[:LONGEST_VALUE]
        if not value:
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
        """Put digits in place of the last ones of the telephone that are like `old`, or of all of it."""
        phone = self.raw("phone")
        at = phone.rfind(old)
        if at < 0 or not new or not old:
            return False
        return self.assign("phone", new if len(new) >= len(phone) - 1 else phone[:at] + new + phone[at + len(old) :])

    def put_number(self, place: Place, new: tuple[int, Number], given: Sequence[tuple[int, Number]]) -> bool:
        """Put a number or a day in place of another: "chủ nhật 22/11" is one, and a year stays that is not named.

        `given` are all the new numbers, each with the item where it begins.
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
        """Put a number in place of the one that stands beside the same words, or is alike.

        It begins at item `at`. One likeness is enough where it is surely a correction (`eager`). An address is looked
        at only where `name` says so: the numbers of houses are like any other.
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
        """Put the number of a house of the story in the place too, if it stands there once."""
        same = [number.span for number in self.passage("place").numbers if number.written == old]
        if len(same) == 1 and len(old) > 1:
            self.put(("place", same[0]), number.written)


def _likeness(around: tuple[list[str], list[str]], said: tuple[list[str], list[str]]) -> int:
    """Return how alike the words are before and behind two numbers."""
    (left, right), (before, behind) = around, said
    score = 2 * (right[:1] == behind[:1] != []) + (right == behind and len(right) > 1)
    return score + 2 * (left[-1:] == before[-1:] != []) + (len(before) > 1 and before[0] in left)


def _runs(passage: Passage, items: Sequence[Item]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield what is quoted, and the longest runs of words of one part that stand in a value; first their size."""
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
    """Return whether words that a message shares with the draft are shared by more than chance."""
    apart = [word for word in words if word not in w.BY_CHANCE]
    return len(apart) > 1 or any(has_digit(word) or len(word) >= _FEWEST_LETTERS for word in apart)


def _telling_words(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in w.FILLING][:MOST_ITEMS]
