"""Read messages with a learned network that runs in the same process.

The network finds clauses, their commands and values. A clause gets the command with the lowest expected harm. If every
command may do harm, the clause is unclear and the bot asks back. Exact rules read only numbers, labels of options,
codes and the keywords that the bot asks people to type.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from petitions.domain.language.language import is_english
from petitions.domain.language.name_words import GIVEN
from petitions.domain.routing.places import Places
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.features import SeenWord, seen
from petitions.domain.understanding.network import Network, Run, Scores, clauses, likely, mean, spans
from petitions.domain.understanding.other_people import OtherPeople, is_beside_values
from petitions.domain.understanding.own_values import PERSONAL, addresses, introductions, own_values, without_births
from petitions.domain.understanding.phones import Telephone, telephones
from petitions.domain.understanding.reading import Reading, merged
from petitions.domain.understanding.taught_words import (
    codes_in,
    is_code,
    is_miscoded,
    is_taught,
    labelled,
    leading_number,
    level_led,
    level_named,
    menu_word,
    number_in,
    taught_command,
)
from petitions.domain.understanding.text import EMAIL, HEAD, LONGEST_READ, TAIL, Text

WRONG, HURT, QUESTION = 1.0, 2.0, 0.8
"""The cost of a wrong choice, the additional cost of a harmful one, and the cost of a short question."""
DANGER_FROM = 0.5
"""The least probability at which a danger is read. A false alarm sends an officer to look."""
SURE_OF_KIND = 0.5
"""The least probability of a kind of danger. With a lower one, the kind is "other"."""
OVER_FROM = 0.8
"""The least probability at which a danger is over. A citizen who is wrongly taken to be safe gets no help."""
NO_ANSWER_FROM = 0.7
"""The least probability at which a question counts as one to which the bot has no answer.

With a lower one, the likeliest answer is given.
"""
_NO_ANSWER = frozenset({"other", "off_topic"})
LIKELIEST = 0.9999
_FAINT = 0.005

_CODE = re.compile(r"\b(?:hn|pakn)[-. ]?\d[\w.-]{3,25}", re.ASCII)
_ENDS = " \t\n.,;:!-–—\"'“”()*•"
_PARTS = re.compile(r"[.,;!?\n]")
_LONGEST_LEVEL = 40
"""The most characters between punctuation marks that may name a level of satisfaction."""
_ANSWERS = (c.Choose, c.Deny)
_TELLING = frozenset({"tell", "add", "contest"})
"""The commands of clauses that describe a problem, in which other people may be mentioned."""
_TOGETHER = frozenset({("ha", "noi"), ("viet", "nam"), ("nhu", "tren")})
"""Pairs of words in an address that must not be cut apart."""
_PLACES = frozenset({"home", "place"})
_PLACING = frozenset({c.Situation.PLACE, c.Situation.CHOOSE_WARD})
_ASKED_FOR = frozenset(
    {c.Situation.CONTACT, c.Situation.NAME, c.Situation.HOME, c.Situation.PHONE}
    | {c.Situation.PLACE, c.Situation.CHOOSE_WARD, c.Situation.CONFIRM}
)
"""The situations in which the bot has asked for values or shows them for correction."""
_ANSWERING = frozenset({"affirm", "choose", "deny", "finish", "skip", "talk"})
_TALKING = _ANSWERING | {"ask", "person", "status", "danger"}
"""The commands of clauses that say nothing about other people."""
_ADDRESSED = frozenset({"correct", "remove"})
"""The commands of clauses that address the bot. Values in them are the writer's own."""
_TELLING_AT_SUMMARY = {"give": "add", "correct": "add"}
_TELLING_ELSEWHERE = {"give": "tell", "correct": "correct"}
_GIVEN: Mapping[str, c.Field] = {field: field for field in c.SAID_FIELDS}
_BARE_COMMANDS: Mapping[str, type[c.Command]] = {
    name: kind
    for kind, name in c.NAMES.items()
    if kind not in {c.Give, c.Correct, c.Remove, c.Choose, c.Ask, c.Rate, c.Danger, c.CallPerson, c.Status}
}


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int
    likely: Mapping[str, float]
    scores: Scores
    name: str = "danger"
    """The name of the command chosen for the clause."""

    def is_addressed(self, naming: Sequence[int]) -> bool:
        calls = self.name == "person" and not any(self.first <= at < self.last for at in naming)
        return calls or self.name in _ADDRESSED


class LocalReader:
    """A reader of messages with a neural network and a directory of places. Implements `reading.Reader`."""

    def __init__(self, network: Network, places: Places) -> None:
        self._network = network
        self._places = places

    def read(self, text: Text, situation: c.Situation, labels: Sequence[str] = ()) -> Reading:
        """Return the commands of a message, given the labels of the options that the citizen sees. Never raise."""
        number, codes = number_in(text), codes_in(text)
        chosen = number if number is not None else labelled(text, labels)
        exact = (
            c.Choose(number=chosen, words=text.raw.strip(), end=len(text.raw))
            if chosen is not None
            else taught_command(text)
        )
        if exact is None and is_code(text):
            exact = c.Status(code=codes[0], words=text.raw.strip(), end=len(text.raw))
        if exact is None and text.wordless:
            exact = c.Unclear(words=text.raw.strip(), end=len(text.raw))
        led = leading_number(text, len(labels)) if exact is None else None
        found, others = ([exact], ()) if exact else self._commands(_middle_left_out(text), situation, codes)
        if led:
            choice = c.Choose(number=led[0], words=text.raw[: led[1]].strip(), end=led[1])
            rest = (command for command in found if command.end > led[1] and not isinstance(command, _ANSWERS))
            found = [choice, *(replace(command, start=max(command.start, led[1])) for command in rest)]
        if situation is c.Situation.ANSWERED and not exact:
            levels = list(_levels_between_marks(text))
            found = [*(one for one in found if not (levels and isinstance(one, c.Rate))), *levels]
        commands = merged(found)
        return Reading(
            text,
            situation,
            commands,
            codes,
            number=number,
            word=menu_word(text),
            others=tuple(others),
            taught=is_taught(text),
            miscoded=is_miscoded(text),
        )

    def _commands(
        self, text: Text, situation: c.Situation, codes: Sequence[str]
    ) -> tuple[list[c.Command], Sequence[tuple[c.Field, str]]]:
        """Return the commands of a text, and the values of other people in it with their fields."""
        phones = telephones(text.flat)
        scores = self._network.scores(seen_words(text, self._places, phones), situation)
        classes = self._network.classes
        found = spans(scores.logs["value"], classes["value"])
        runs = clauses(scores, classes["command"], found)
        pieces = [self._piece(run, scores, situation) for run in runs]
        values = _Values.found_in(text, found, phones, pieces, situation)
        read: list[c.Command] = []
        for piece in pieces:
            read += self._of_piece(piece, text, values, codes)
        if not any(isinstance(command, c.Danger) for command in read):
            read += self._danger_within(text, scores, runs)
        return read, list(dict.fromkeys(values.of(values.theirs)))

    def _piece(self, run: Run, scores: Scores, situation: c.Situation) -> _Piece:
        chances = dict(zip(self._network.classes["command"], likely(scores, run), strict=True))
        return _Piece(run.first, run.last, chances, scores, self._choice(chances, situation))

    def _danger_within(self, text: Text, scores: Scores, runs: Sequence[Run]) -> Iterator[c.Danger]:
        """Yield dangers in a message whose clauses give other commands: “muốn chết vì bị vòi tiền”."""
        commands = self._network.classes["command"]
        chance = dict(zip(commands, scores.whole, strict=True)).get("danger", 0.0)
        if chance >= DANGER_FROM:
            shares = [row[commands.index("danger")] for row in scores.heads["command"]]
            likeliest = max(range(len(shares)), key=shares.__getitem__)
            around = _Piece(max(0, likeliest - 1), min(len(shares), likeliest + 2), {}, scores)
            clause = next(run for run in runs if likeliest < run.last)
            yield self._danger(around, _place(clause, text, chance))

    def _chances(self, name: str, first: int, last: int, scores: Scores) -> dict[str, float]:
        return dict(zip(self._network.classes[name], mean(scores.heads[name], first, last), strict=True))

    def _best(self, name: str, piece: _Piece) -> str:
        chances = self._chances(name, piece.first, piece.last, piece.scores)
        return max(chances, key=chances.__getitem__)

    def _topic(self, piece: _Piece) -> str:
        """Return the most probable topic of a question.

        "other" and "off_topic" are the topics without an answer. They are returned only if they have a probability of
        at least `NO_ANSWER_FROM`, otherwise the most probable topic with an answer.
        """
        chances = self._chances("topic", piece.first, piece.last, piece.scores)
        best = max(chances, key=chances.__getitem__)
        if best in _NO_ANSWER and chances[best] < NO_ANSWER_FROM:
            best = max(chances.keys() - _NO_ANSWER, key=chances.__getitem__)
        return best

    def _choice(self, chances: Mapping[str, float], situation: c.Situation) -> str:
        """Return the command with the least expected harm, or "unclear" if asking back does less."""
        harm = self._network.harm.get(situation, {})
        weighed = [(name, share) for name, share in chances.items() if share > _FAINT]
        taken_ones = [name for name, share in weighed if name != "danger" or share >= DANGER_FROM]
        cost = {
            taken: sum(
                share * (WRONG + HURT * harm.get(meant, {}).get(taken, 0.0))
                for meant, share in weighed
                if meant != taken
            )
            for taken in taken_ones
        }
        best = min(cost, key=cost.__getitem__)
        return best if cost[best] <= QUESTION else "unclear"

    def _of_piece(self, piece: _Piece, text: Text, values: _Values, codes: Sequence[str]) -> Iterator[c.Command]:
        """Yield the commands of a clause: its own and one per value that it gives.

        A clause that gives a value of another person is part of the described problem.
        """
        name, clause = piece.name, _place(piece, text, piece.likely[piece.name])
        if name in {"give", "correct"} and values.of_others(piece):
            name, clause = values.telling[name], _place(piece, text, LIKELIEST)
        elif name == "tell" and values.are_all(piece):
            name = "give"
        words = clause["words"]
        gives = list(values.given(piece.first, piece.last, whole_homes=name in {"give", "correct"}))
        if name == "correct":
            old = values.named("old", piece.first, piece.last)
            if not gives:
                field = None if values.of_others(piece) else _GIVEN.get(self._best("field", piece))
                yield c.Correct(field=field, value=None, old=old, **clause)
            yield from (c.Correct(field=field, value=value, old=old, **clause) for field, value in gives)
        elif name == "remove":
            yield c.Remove(target=values.named("words", piece.first, piece.last) or words, **clause)
        elif name == "ask":
            yield c.Ask(topic=self._topic(piece), **clause)
        else:
            if name != "give" or not gives:
                phone = values.phone_within(piece)
                time = values.named("time", piece.first, piece.last)
                yield self._bare(name, piece, clause, phone=phone, time=time, code=codes[0] if codes else None)
            yield from (c.Give(field=field, value=value, **clause) for field, value in gives)

    def _bare(
        self, name: str, piece: _Piece, clause: dict[str, Any], *, phone: str | None, time: str | None, code: str | None
    ) -> c.Command:
        """Return the command of a clause, without the values that become `Give` commands."""
        match name:
            case "choose":
                return c.Choose(number=int(self._best("option", piece)), **clause)
            case "rate":
                named = level_named(clause["words"])
                level = named or int(self._best("level", piece))
                certain = named or level_led(clause["words"], level)
                return c.Rate(level=level, **clause | ({"chance": 1.0} if certain else {}))
            case "danger":
                return self._danger(piece, clause)
            case "person":
                return c.CallPerson(phone=phone, time=time, **clause)
            case "status":
                return c.Status(code=code, **clause)
            case _:
                return _BARE_COMMANDS.get(name, c.Unclear)(**clause)

    def _danger(self, piece: _Piece, clause: dict[str, Any]) -> c.Danger:
        kinds = self._chances("kind", piece.first, piece.last, piece.scores)
        kind = max(kinds, key=kinds.__getitem__)
        certain = kind if kind != "over" and kinds[kind] >= SURE_OF_KIND else "other"
        return c.Danger(kind=certain, over=kinds["over"] >= OVER_FROM, **clause)  # type: ignore[arg-type]


def _place(piece: _Piece | Run, text: Text, chance: float) -> dict[str, Any]:
    return {
        "words": text.between(piece.first, piece.last).strip(_ENDS),
        "start": text.words[piece.first].start if piece.first else 0,
        "end": text.words[piece.last].start if piece.last < len(text.words) else len(text.raw),
        "chance": round(min(chance, LIKELIEST), 4),
    }


def _levels_between_marks(text: Text) -> Iterator[c.Rate]:
    """Yield the first rating, in the bot's wording, between punctuation marks: "..., không hài lòng"."""
    begin = 0
    for part in _PARTS.split(text.raw):
        level = level_named(part) if len(part) <= _LONGEST_LEVEL else None
        if level:
            yield c.Rate(level=level, words=part.strip(), start=begin, end=begin + len(part), chance=1.0)
            return
        begin += len(part) + 1


@dataclass(frozen=True, slots=True)
class _Values:
    """The values in a text, separated into those for the bot and those of other people."""

    text: Text
    spans: Sequence[Run]
    begins: Sequence[int]
    """The indexes of the first words of `spans`."""
    phones: Sequence[Telephone]
    theirs: Sequence[Run]
    """The values of other people, which are not in `spans`."""
    telling: Mapping[str, str]
    """The command of a clause that gives or corrects a value of another person."""

    @classmethod
    def found_in(
        cls,
        text: Text,
        found: Sequence[Run],
        phones: Sequence[Telephone],
        pieces: Sequence[_Piece],
        situation: c.Situation,
    ) -> _Values:
        """Return the values of a text.

        Where a problem is described or no value is asked for, values of other people are separated.
        """
        introduced = introductions(text, found)
        together = [*without_births(text, found), *introduced, *addresses(text)]
        spans = every = sorted(together, key=lambda run: run.first)
        asked = situation in _ASKED_FOR
        changes = situation is c.Situation.CONFIRM
        tells = any(piece.name in _TELLING or piece.name == "unclear" for piece in pieces)
        placing = situation in _PLACING
        tags = [run.tag for run in every if run.tag in PERSONAL]
        several = len(tags) > len(set(tags))  # of one telephone at its question nobody else is the owner
        if tells or changes or placing or several or not asked:
            steady = [one for one in pieces if one.name not in _TALKING]
            telling = [at for one in steady for at in range(one.first, one.last)]
            telling = telling if changes and not is_english(text.words) else []
            calling = {
                at for one in pieces if one.name == "person" and not changes for at in range(one.first, one.last)
            }
            apart = OtherPeople(text).values(every, telling) - calling  # a person to call may be anybody
            spans = [run for run in every if run.first not in apart]
        if placing and not any(run.tag in _PLACES for run in spans):
            spans = every  # where somebody else lives may be where it happened
        if tells or not asked:
            naming = [run.first for run in every if run.tag == "name"]
            addressed = {at for one in pieces if one.is_addressed(naming) for at in range(one.first, one.last)}
            addressed |= {run.first for run in introduced}
            aside = {at for one in pieces if one.name in _ANSWERING for at in range(one.first, one.last)}
            unaddressed = [run for run in every if run.first not in addressed]
            meant = [run for run in spans if run.first in addressed]
            spans = sorted(
                [*meant, *own_values(text, unaddressed, aside, tells=tells, asked=asked and not changes)],
                key=lambda run: run.first,
            )
        begins = [run.first for run in spans]
        known = set(begins)
        theirs = [run for run in every if run.first not in known]
        return cls(text, spans, begins, phones, theirs, _TELLING_AT_SUMMARY if changes else _TELLING_ELSEWHERE)

    def of_others(self, piece: _Piece) -> bool:
        at = bisect_left(self.theirs, piece.first, key=lambda run: run.first)
        return at < len(self.theirs) and self.theirs[at].first < piece.last

    def are_all(self, piece: _Piece) -> bool:
        """Return whether a clause gives a name and otherwise has only values and their labels."""
        runs = self._within(piece.first, piece.last)
        held = {at for run in runs for at in range(run.first, run.last)}
        beside = (self.text.words[at] for at in range(piece.first, piece.last) if at not in held)
        return any(run.tag == "name" for run in runs) and all(map(is_beside_values, beside))

    def phone_within(self, piece: _Piece) -> str | None:
        """Return the first phone number in a clause, whether the writer's or another person's, or None."""
        begin, end = self.text.words[piece.first].start, self.text.words[piece.last - 1].end
        return next((phone.number for phone in self.phones if begin <= phone.start < end), None)

    def given(self, first: int, last: int, *, whole_homes: bool) -> Iterator[tuple[c.Field, str]]:
        """Yield (field, value) for values that begin between the words `first` and `last` (exclusive).

        With `whole_homes`, a place right after a home becomes part of it: "12 Trung Kính, phường Yên Hòa".
        """
        runs = self._within(first, last)
        yield from self.of(_joined(runs) if whole_homes else runs)

    def of(self, runs: Iterable[Run]) -> Iterator[tuple[c.Field, str]]:
        """Yield (field, value) for these runs of words. Runs without a valid value are left out."""
        for span in runs:
            if span.tag in _GIVEN:
                value = self._value(span)
                if value:
                    yield _GIVEN[span.tag], value

    def _value(self, span: Run) -> str | None:
        match span.tag:
            case "phone":
                return self._phone(span)
            case "email":
                return self.text.between(span.first, span.last).lower().rstrip(".-")
            case _:
                return self._written(span)

    def named(self, name: str, first: int, last: int) -> str | None:
        """Return the first value with the tag `name` among these words, or None."""
        return next((self._written(span) for span in self._within(first, last) if span.tag == name), None)

    def _within(self, first: int, last: int) -> Sequence[Run]:
        return self.spans[bisect_left(self.begins, first) : bisect_left(self.begins, last)]

    def _written(self, span: Run) -> str:
        last = self._name_end(span) if span.tag == "name" else self._whole_end(span)
        return self.text.between(span.first, last).strip(_ENDS) if last > span.first else ""

    def _whole_end(self, span: Run) -> int:
        """Return the end of a value, moved if it would split a pair of words, as in “Hà | Nội”."""
        return span.last + (span.tag in _PLACES and self._is_together(span.last))

    def _name_end(self, span: Run) -> int:
        """Return the end of a name: at punctuation, or before a place such as “Hà Nội” included by mistake."""
        words = self.text.words
        last = next((at for at in range(span.first + 1, span.last) if words[at].parted), span.last)
        if last == span.last == span.first + 2 and self._goes_on(last):
            return last + 1
        if self._is_together(last):
            return last - 1
        return last - 2 if last - span.first > 1 and self._is_together(last - 1) else last

    def _goes_on(self, at: int) -> bool:
        """Return whether the word at this index is the given name after two words of a name, as in “Lê Thị | Mây”."""
        words = self.text.words
        named = at < len(words) and not words[at].parted and words[at].folded in GIVEN
        return named and all(word.raw[:1].isupper() for word in words[at - 1 : at + 1])

    def _is_together(self, at: int) -> bool:
        words = self.text.words
        return 0 < at < len(words) and not words[at].parted and (words[at - 1].folded, words[at].folded) in _TOGETHER

    def _phone(self, span: Run) -> str | None:
        begin, end = self.text.words[span.first].start, self.text.words[span.last - 1].end
        return next((phone.number for phone in self.phones if phone.start < end and begin < phone.end), None)


def _joined(found: Sequence[Run]) -> Iterator[Run]:
    before: Run | None = None
    for span in found:
        if before and before.tag == "home" and span.tag == "place" and span.first == before.last:
            before = Run("home", before.first, span.last)
            continue
        if before:
            yield before
        before = span
    if before:
        yield before


def _middle_left_out(text: Text) -> Text:
    """Return the text of a message, reduced to its beginning and end if it is very long."""
    if len(text.words) <= LONGEST_READ:
        return text
    head, tail = text.words[HEAD - 1].end, text.words[-TAIL].start
    return Text.of(f"{text.raw[:head]}\n{text.raw[tail:]}")


def _formed(text: Text, phones: Sequence[Telephone]) -> Iterator[tuple[int, str]]:
    forms = [(phone.start, phone.end, "zphone") for phone in phones]
    forms += [(found.start(), found.end(), "zmail") for found in EMAIL.finditer(text.raw)]
    forms += [(found.start(), found.end(), "zcode") for found in _CODE.finditer(text.flat)]
    starts = [word.start for word in text.words] if forms else []
    found: dict[int, str] = {}
    for begin, end, kind in forms:
        for at in range(bisect_left(starts, begin), bisect_left(starts, end)):
            if text.words[at].end <= end:
                found.setdefault(at, kind)
    yield from found.items()


def seen_words(text: Text, places: Places, phones: Sequence[Telephone] | None = None) -> list[SeenWord]:
    """Return the features of a text. `phones` are its telephone numbers, found here if not given."""
    known = dict(_formed(text, telephones(text.flat) if phones is None else phones))
    return seen(text, known, word_places(text, places))


def word_places(text: Text, places: Places) -> list[str]:
    """Return the feature of every word from the directory of places, "" outside names of places.

    "B3tw" means: B for the first word of a name (I for another), weight 3, "t" if the type of place is written, and the
    first letters of its possible kinds.
    """
    found = [""] * len(text.words)
    for mention in places.mentions(text.words):
        kinds = "+".join(sorted({name.kind[0] for name in mention.names}))
        for at in range(mention.start, mention.end):
            found[at] = (
                f"{'B' if at == mention.start else 'I'}{int(mention.weight)}{'t' if mention.type else ''}{kinds}"
            )
    return found
