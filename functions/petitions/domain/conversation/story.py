"""Finds the description of the problem (the story) in a message, splits one about two problems, and adds guidance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from petitions.domain.citizen.conversation import OpenQuestion
from petitions.domain.citizen.draft import InputPart
from petitions.domain.conversation.turn import CityGuide, GuidanceGiven, Slot, Turn
from petitions.domain.language.words import shortened
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.text import LONGEST_READ, Text
from petitions.domain.understanding.told_asides import is_told, names_somebody

_STORIES = (c.Tell, c.Add, c.Contest, c.Danger)
TOLD_TOO = frozenset(
    {"cost", "time", "outcome", "inspection", "overdue", "handler", "next", "procedure", "competence", "office_hours"}
    | {"where_office", "why", "other"}
)
"""Topics of questions that may be a part of a description. All others are questions to the bot."""
_STEADY = 8
"""The number of other words from which a clause with a value or small talk counts as description."""
_BEGINNING = frozenset({Situation.IDLE_NEW, Situation.IDLE_FILED})
_ASKED_FOR_VALUES = frozenset(
    {Situation.CONTACT, Situation.NAME, Situation.HOME, Situation.PHONE, Situation.PLACE, Situation.CHOOSE_WARD}
)
_UNSURE = 0.6
"""The probability below which a clause beside a description is kept with it, so that no content is lost."""
_SURE_BESIDE = 0.95
"""The probability from which a clause beside a description counts as a short answer.

First words of a description are often misread as a "yes".
"""
_LONGEST_ANSWER = 10
"""The most words of a short answer."""
_MARKS_OF_ENDS = ("", *".,;:!?…\n-–—")
_ASIDES = (c.Ask, c.Feedback, c.Unclear)
"""The commands whose words are added to the draft if they mention somebody or an event."""
_SHORT_ANSWERS = (c.Affirm, c.Deny, c.Choose, c.Finish, c.Skip)
_OPENING = 4
"""The number of first words of a clause among which consent is looked for."""
FEWEST_WORDS = 6
"""The fewest words of each of two problems in a message."""
MOST_TRIED = 4
"""The most positions tried as the beginning of a second problem. A trial routes two texts."""
SHOWN = 70


def story_of(turn: Turn, kinds: tuple[type[c.Command], ...] = _STORIES) -> str:
    """Return the words of the message that describe the problem, with uncertain clauses beside them, or "".

    `kinds` are the kinds of commands that make a description.
    """
    reading = turn.reading
    if reading.taught:
        return ""
    if len(reading.text.words) > LONGEST_READ:
        return reading.text.raw
    spans = story_spans(turn, kinds)
    return "".join(reading.text.raw[start:end] for start, end in spans).strip(" ,;-–—")


def story_spans(turn: Turn, kinds: tuple[type[c.Command], ...] = _STORIES) -> list[tuple[int, int]]:
    """Return the spans of the clauses that describe the problem, in order."""
    reading = turn.reading
    begins = reading.situation in _BEGINNING and reading.has(c.Give)
    tells = begins or reading.has(*kinds)
    asides = {one.start for one in reading.commands if turn.telling and isinstance(one, _ASIDES) and is_told(one.words)}
    spans: set[tuple[int, int]] = set()
    for command in reading.commands:
        asked = reading.situation in _ASKED_FOR_VALUES
        steady = (
            not asked and isinstance(command, c.Give) and _words_outside_values(command, reading.of(c.Give)) >= _STEADY
        )
        long = isinstance(command, c.Affirm) and len(command.words.split()) > _LONGEST_ANSWER
        piece = (tells or long) and isinstance(command, _SHORT_ANSWERS) and not is_answer(turn, command)
        piece = piece or (tells and _is_torn(turn, command)) or (bool(asides) and isinstance(command, c.Unclear))
        piece = piece or (
            tells and not asked and isinstance(command, c.Give) and not _is_apart(reading.text.raw, command)
        )
        if (
            steady or piece or command.start in asides or _belongs(command, kinds, beside=tells)
        ) and command.end > command.start:
            spans.add((command.start, command.end))
    return sorted(spans)


def _belongs(command: c.Command, kinds: tuple[type[c.Command], ...], *, beside: bool) -> bool:
    if isinstance(command, kinds):
        return not (isinstance(command, c.Danger) and command.over)
    if not beside:
        return False
    if isinstance(command, c.Ask):
        return command.topic in TOLD_TOO or command.chance < _UNSURE or names_somebody(command.words)
    if isinstance(command, c.Feedback):
        return command.chance < _UNSURE or names_somebody(command.words)
    if isinstance(command, c.Give):
        return command.field == "place"
    if isinstance(command, c.Unclear):
        return True
    passing = isinstance(command, c.Talk | c.Status)
    return passing and (command.chance < _UNSURE or len(command.words.split()) >= _STEADY)


def left_out(turn: Turn) -> list[str]:
    """Return the questions and remarks beside a description, or naming somebody, that the draft does not include."""
    spans = set(story_spans(turn))
    asides = [
        command
        for command in turn.reading.commands
        if isinstance(command, (c.Ask, c.Status, c.Unclear)) and (command.start, command.end) not in spans
    ]
    return [command.words for command in asides if spans or names_somebody(command.words)]


def is_answer(turn: Turn, command: c.Command) -> bool:
    """Return whether a yes, a no or another short answer is meant as one. "Có" in "Có người rào bãi" is no yes."""
    reading = turn.reading
    if isinstance(command, c.Affirm) and reading.situation is Situation.CONSENT and _opens_with_consent(command.words):
        return True
    if all(isinstance(other, (*_SHORT_ANSWERS, c.Talk)) for other in reading.commands):
        return reading.taught or len(command.words.split()) <= _LONGEST_ANSWER
    apart = _is_apart(reading.text.raw, command)
    return apart and (command.chance >= _SURE_BESIDE or not reading.has(c.Tell, c.Add, c.Contest))


def _opens_with_consent(words: str) -> bool:
    first = " ".join(Text.of(words).folded.split()[:_OPENING])
    return "dong y" in first or "agree" in first


def _is_apart(raw: str, command: c.Command) -> bool:
    before, own = raw[: command.start].rstrip(" "), raw[command.start : command.end].rstrip(" ")
    return before[-1:] in _MARKS_OF_ENDS and (own[-1:] in _MARKS_OF_ENDS or command.end >= len(raw))


def _is_torn(turn: Turn, command: c.Command) -> bool:
    """Return whether a clause is a fragment of a sentence with content, and not surely anything else."""
    values = isinstance(command, c.Give | c.Correct) and command.value is not None
    return not values and command.chance < _SURE_BESIDE and not _is_apart(turn.reading.text.raw, command)


def _words_outside_values(give: c.Give, gives: Sequence[c.Give]) -> int:
    """Return how many words of a clause with values belong to none of them. A phone number counts as three words."""
    within = [other for other in gives if other.start == give.start]
    return len(give.words.split()) - sum(3 if one.field == "phone" else len(one.value.split()) for one in within)


def story_parts(turn: Turn, kinds: tuple[type[c.Command], ...] = _STORIES) -> list[InputPart]:
    """Return the attachments of the input, and its text reduced to the words that describe the problem."""
    story = story_of(turn, kinds)
    found: list[InputPart] = []
    for part in turn.entry.parts:
        if part.type != "text":
            found.append(part)
        elif story:
            found.append(replace(part, text=story))
            story = ""
    return found


_MARKS = (
    ("thu", "hai"), ("viec", "thu", "hai"), ("chuyen", "thu", "hai"), ("viec", "nua"), ("chuyen", "nua"),
    ("ngoai", "ra"), ("mot", "viec", "khac"), ("mot", "chuyen", "khac"), ("viec", "2"), ("second",),
    ("another", "thing"),
)  # fmt: skip
"""Phrases that begin a second problem, without diacritics."""
_NUMBERED = ("2.", "2)")


def ask_about_two(turn: Turn) -> bool:
    """Ask whether a text about two problems is to become two petitions.

    Return False if the text is about one problem, or if the citizen was asked before.
    """
    draft = turn.draft
    texts = [part for part in draft.parts if part.text]
    found = _split(texts[0].text or "", turn.guide) if len(texts) == 1 and not draft.matters_asked else None
    if found is None:
        return False
    first, second = found
    parts = [
        replace(texts[0], text=first),
        replace(texts[0], text=second, key=f"{texts[0].key}-2"),
    ]
    turn.change_draft(matters_asked=True)
    question = OpenQuestion(purpose="matters", parts=parts, at=turn.entry.at)
    turn.ask_about(question, "matters_ask", one=shortened(first, SHOWN), other=shortened(second, SHOWN))
    return True


def separate(turn: Turn, question: OpenQuestion) -> None:
    """Reduce the draft to the first of two problems, and keep the second for the petition after it."""
    first, second = question.parts
    parts = [first if part.key == first.key else part for part in turn.draft.parts]
    turn.change_draft(parts=parts, then=[second])


def _split(text: str, guide: CityGuide) -> tuple[str, str] | None:
    """Return the two problems of a text if two different units are likely responsible for them, or None."""
    for at in islice(_beginnings(text), MOST_TRIED):
        first, second = text[:at].strip(" ,;\n-"), text[at:].strip()
        units = {guide.responsible(matter, surely=False) for matter in (first, second)}
        if None not in units and len(units) == 2:  # noqa: PLR2004 - two matters, two units
            return first, second
    return None


def _beginnings(text: str) -> Iterator[int]:
    words = Text.of(text).words
    folded = [word.folded for word in words]
    for at in range(FEWEST_WORDS, len(words) - FEWEST_WORDS):
        marked = any(tuple(folded[at : at + len(mark)]) == mark for mark in _MARKS)
        if marked or text[words[at].start : words[at].end + 1] in _NUMBERED:
            yield words[at].start


def guide_story(turn: Turn) -> None:
    """Add guidance for the draft's text to the reply, for example about denunciations.

    Guidance of one kind is given once per draft.
    """
    draft = turn.draft
    if "outside" not in draft.guided and turn.guide.outside(draft.content()):
        turn.change_draft(guided=[*draft.guided, "outside"])
        turn.say(Slot.ANSWER, "scope_outside")
        draft = turn.draft
    kind = turn.guide.nature(draft.content())
    if kind is None or kind == "emergency" or kind in draft.guided:
        return
    guidance_id = f"{turn.entry.key}-{kind}"
    turn.change_draft(guided=[*draft.guided, kind], guidance=[*draft.guidance, guidance_id])
    turn.do(Slot.ANSWER, GuidanceGiven(guidance_id, kind, draft.content()))
    turn.say(Slot.ANSWER, f"guide_{kind}")
