"""The story of a draft: what of a message belongs to it, words taken out or replaced, two matters, and guidance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from petitions.domain.citizen.conversation import OpenQuestion
from petitions.domain.citizen.draft import InputPart
from petitions.domain.conversation.turn import CityGuide, GuidanceGiven, Slot, Turn
from petitions.domain.language.words import shortened
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.text import LONGEST_READ, Text

_STORIES = (c.Tell, c.Add, c.Contest, c.Danger)
_OF_THE_CHANNEL = frozenset(
    {"privacy", "secrecy", "who_are_you", "legitimacy", "how_to", "draft", "help", "english", "menu"}
)
"""The topics of questions that are no part of a story."""
_STEADY = 8
"""Words beside a value from which the clause tells something."""
_BEGINNING = frozenset({Situation.IDLE_NEW, Situation.IDLE_FILED})
_ASKED_FOR_VALUES = frozenset(
    {Situation.CONTACT, Situation.NAME, Situation.HOME, Situation.PHONE, Situation.PLACE, Situation.CHOOSE_WARD}
)
_UNSURE = 0.6
"""The probability below which a clause beside a story is kept with it: nothing that was told is lost."""
_SURE_BESIDE = 0.95
"""The probability from which a short answer beside a story is one: its first words are often read as a "yes"."""
_LONGEST_ANSWER = 10
"""The most words of a short answer."""
_MARKS_OF_ENDS = ("", *".,;:!?…\n-–—")
_SHORT_ANSWERS = (c.Affirm, c.Deny, c.Choose, c.Finish, c.Skip)
FEWEST_WORDS = 6
"""A matter of two has at least so many words."""
MOST_TRIED = 4
"""The places at which a second matter may begin; each costs two routings."""
SHOWN = 70

ALL = frozenset(
    {"het", "tat ca", "toan bo", "sach", "everything", "all", "noi dung", "toan bo noi dung", "het noi dung"}
)
_LAST, _FIRST = frozenset({"cuoi", "last"}), frozenset({"dau", "first"})
_UNITS = frozenset({"dong", "cau", "doan", "tin", "line", "sentence"})
_SENTENCE_ENDS = ".!?…\n"


def story_of(turn: Turn, kinds: tuple[type[c.Command], ...] = _STORIES) -> str:
    """Return the words of the message that belong to a story: the clauses that tell, with what stands unsure beside.

    `kinds` are the commands that tell.
    """
    reading = turn.reading
    if reading.taught:
        return ""
    if len(reading.text.words) > LONGEST_READ:
        return reading.text.raw
    spans = story_spans(turn, kinds)
    return "".join(reading.text.raw[start:end] for start, end in spans).strip(" ,;-–—")


def story_spans(turn: Turn, kinds: tuple[type[c.Command], ...] = _STORIES) -> list[tuple[int, int]]:
    """Return where the clauses of the message stand that belong to a story."""
    reading = turn.reading
    begins = reading.situation in _BEGINNING and reading.has(c.Give)
    tells = begins or reading.has(*kinds)
    spans: set[tuple[int, int]] = set()
    for command in reading.commands:
        asked = reading.situation in _ASKED_FOR_VALUES
        steady = not asked and isinstance(command, c.Give) and _untold(command, reading.of(c.Give)) >= _STEADY
        piece = tells and isinstance(command, _SHORT_ANSWERS) and not is_answer(turn, command)
        piece = piece or (tells and _is_torn(turn, command))
        if (steady or piece or _belongs(command, kinds, beside=tells)) and command.end > command.start:
            spans.add((command.start, command.end))
    return sorted(spans)


def _belongs(command: c.Command, kinds: tuple[type[c.Command], ...], *, beside: bool) -> bool:
    if isinstance(command, kinds):
        return not (isinstance(command, c.Danger) and command.over)
    if not beside:
        return False
    if isinstance(command, c.Ask):
        return command.topic not in _OF_THE_CHANNEL or command.chance < _UNSURE
    if isinstance(command, c.Give):
        return command.field == "place"
    if isinstance(command, c.Unclear):
        return True
    return isinstance(command, c.Talk | c.Status) and command.chance < _UNSURE


def is_answer(turn: Turn, command: c.Command) -> bool:
    """Return whether a short answer is meant, and no piece of what stands beside it: "Có người rào bãi"."""
    reading = turn.reading
    if all(isinstance(other, (*_SHORT_ANSWERS, c.Talk)) for other in reading.commands):
        return reading.taught or len(command.words.split()) <= _LONGEST_ANSWER
    apart = _is_apart(reading.text.raw, command)
    return apart and (command.chance >= _SURE_BESIDE or not reading.has(c.Tell, c.Add, c.Contest))


def _is_apart(raw: str, command: c.Command) -> bool:
    """Return whether marks or the message's ends stand on both sides of a clause."""
    before, own = raw[: command.start].rstrip(" "), raw[command.start : command.end].rstrip(" ")
    return before[-1:] in _MARKS_OF_ENDS and (own[-1:] in _MARKS_OF_ENDS or command.end >= len(raw))


def _is_torn(turn: Turn, command: c.Command) -> bool:
    """Return whether a clause is torn out of a sentence that tells something, and not surely anything else."""
    values = isinstance(command, c.Give | c.Correct) and command.value is not None
    return not values and command.chance < _SURE_BESIDE and not _is_apart(turn.reading.text.raw, command)


def _untold(give: c.Give, gives: Sequence[c.Give]) -> int:
    """Return how many words of a clause that gives values are no part of them; a number is typed as three."""
    within = [other for other in gives if other.start == give.start]
    return len(give.words.split()) - sum(3 if one.field == "phone" else len(one.value.split()) for one in within)


def story_parts(turn: Turn, kinds: tuple[type[c.Command], ...] = _STORIES) -> list[InputPart]:
    """Return the parts of the input that belong to a story: its words, if any, and whatever is no text."""
    story = story_of(turn, kinds)
    found: list[InputPart] = []
    for part in turn.entry.parts:
        if part.type != "text":
            found.append(part)
        elif story:
            found.append(part.model_copy(update={"text": story}))
            story = ""
    return found


def take_out(parts: Sequence[InputPart], target: str) -> tuple[list[InputPart], str] | None:
    """Return the parts without the words that the citizen names, and those words; None if they are not there."""
    named = Text.of(target).folded.split()
    if not named:
        return None
    if " ".join(named) in ALL:
        return [part for part in parts if not part.text], "\n".join(part.text for part in parts if part.text)
    for part in reversed(parts) if _after_unit(named)[0].partition(" ")[0] in _LAST else parts:
        span = _place_in(part.text or "", named)
        if part.text and span:
            begin, end = span
            left = _joined(part.text[:begin], part.text[end:])
            changed = [
                other if other is not part else part.model_copy(update={"text": left}) if left else None
                for other in parts
            ]
            return [other for other in changed if other is not None], part.text[begin:end].strip()
    return None


_AROUND = " .,;\"'“”„«»"
_BECOMES = (" thanh ", " -> ", " → ", " sang ", " bang ", " la ")
_CHANGES = frozenset("doi sua thay chinh chu cau tu so cho cai giup ho em toi lai".split())  # noqa: SIM905 - as text


def replaced_words(words: str) -> tuple[str, str] | None:
    """Return old and new words of an edit such as "đổi 62m2 thành 62,5m2", or None."""
    flat = Text.of(words).flat
    if not any(word in flat.split() for word in ("doi", "sua", "thay", "change")):
        return None
    at, mark = next(((flat.find(mark), mark) for mark in _BECOMES if mark in flat), (-1, ""))
    if at < 0:
        return None
    old, new = words[:at].split(), words[at + len(mark) :].strip(" .,;")
    while old and Text.of(old[0]).folded in _CHANGES:
        old = old[1:]
    return (" ".join(old).strip(_AROUND), new.strip(_AROUND)) if old and new else None


def put_in(parts: Sequence[InputPart], old: str, new: str) -> list[InputPart] | None:
    """Return the parts with other words in place of old ones; None if the old ones are not there."""
    for part in parts:
        text = put_in_text(part.text, old, new) if part.text else None
        if text is not None:
            return [other if other is not part else part.model_copy(update={"text": text}) for other in parts]
    return None


_AROUND_SEEN = 200
"""How many characters around words that are replaced are compared with the new ones."""


def put_in_text(text: str, old: str, new: str) -> str | None:
    """Return a text with other words in place of old ones; None if the old ones are not there.

    Words of the new ones that stand beside the old ones already are not put twice: "ngõ 68 Trần Cung" with "ngõ 86
    Trần Cung" for "68" is "ngõ 86 Trần Cung".
    """
    span = _place_in(text, Text.of(old).folded.split())
    if span is None:
        return None
    added = [word.folded for word in Text.of(new[:_AROUND_SEEN]).words]
    since = max(0, span[0] - _AROUND_SEEN)
    before, after = Text.of(text[since : span[0]]).words, Text.of(text[span[1] : span[1] + _AROUND_SEEN]).words
    left = _shared([word.folded for word in before], added)
    right = _shared([word.folded for word in reversed(after)], added[::-1][: len(added) - left])
    start = since + before[-left].start if left else span[0]
    end = span[1] + (after[right - 1].end if right else 0)
    return f"{text[:start]}{new}{text[end:]}"


def _shared(around: Sequence[str], added: Sequence[str]) -> int:
    """Return how many words at the end of `around` are the first of `added`."""
    most = min(len(around), len(added) - 1)
    return next((n for n in range(most, 0, -1) if list(around[len(around) - n :]) == list(added[:n])), 0)


def _after_unit(named: Sequence[str]) -> tuple[str, bool]:
    """Return the words behind the first name of a unit ("câu"), else all, and whether there is such a name."""
    first = next((at for at, word in enumerate(named, 1) if word in _UNITS), 0)
    return " ".join(named[first:]), first > 0


def _place_in(text: str, named: Sequence[str]) -> tuple[int, int] | None:
    """Return where the words named stand in a text, or its last or first line or sentence."""
    if literally := _found(Text.of(text), named):
        return literally
    rest, whole = _after_unit(named)
    which = rest.partition(" ")[0]
    if whole and which in _LAST | _FIRST:
        pieces = [span for span in _pieces(text) if text[span[0] : span[1]].strip()]
        return (pieces[-1] if which in _LAST else pieces[0]) if pieces else None
    return _found(Text.of(text), rest.split()) if rest else None


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of a text, or its sentences where it is one line."""
    stops = "\n" if "\n" in text.strip() else _SENTENCE_ENDS
    begin = 0
    for at, character in enumerate(text):
        if character in stops:
            yield begin, at + 1
            begin = at + 1
    if begin < len(text):
        yield begin, len(text)


def _found(text: Text, named: Sequence[str]) -> tuple[int, int] | None:
    """Return where words stand in a text, whatever their marks."""
    folded = " ".join(["", *(word.folded for word in text.words), ""])
    at = folded.find(" ".join(["", *named, ""])) if named else -1
    if at < 0:
        return None
    first = folded.count(" ", 0, at)
    return text.words[first].start, text.words[first + len(named) - 1].end


def _joined(before: str, after: str) -> str:
    """Return two parts of a text with one space between them, and no comma left alone."""
    left, right = before.rstrip(" ,;\"“”'"), after.lstrip(" \"“”'")
    if not left or left[-1] in _SENTENCE_ENDS:
        right = right.lstrip(" ,;.")
    if not left:
        return right
    return f"{left}{'' if right[:1] in {'', ',', '.', ';', '!', '?', chr(10)} else ' '}{right}".strip()


_MARKS = (
    ("thu", "hai"), ("viec", "thu", "hai"), ("chuyen", "thu", "hai"), ("viec", "nua"), ("chuyen", "nua"),
    ("ngoai", "ra"), ("mot", "viec", "khac"), ("mot", "chuyen", "khac"), ("viec", "2"), ("second",),
    ("another", "thing"),
)  # fmt: skip
"""How people begin a second matter, folded."""
_NUMBERED = ("2.", "2)")


def ask_about_two(turn: Turn) -> bool:
    """Ask whether a story of one message is to become two petitions; False if it tells one, or was asked about."""
    draft = turn.draft
    told = [part for part in draft.parts if part.text]
    found = _split(told[0].text or "", turn.guide) if len(told) == 1 and not draft.matters_asked else None
    if found is None:
        return False
    first, second = found
    parts = [
        told[0].model_copy(update={"text": first}),
        told[0].model_copy(update={"text": second, "key": f"{told[0].key}-2"}),
    ]
    turn.change_draft(matters_asked=True)
    question = OpenQuestion(purpose="matters", parts=parts, at=turn.entry.at)
    turn.ask_about(question, "matters_ask", one=shortened(first, SHOWN), other=shortened(second, SHOWN))
    return True


def separate(turn: Turn, question: OpenQuestion) -> None:
    """Have the draft tell the first matter, and keep the second for a petition after it."""
    first, second = question.parts
    parts = [first if part.key == first.key else part for part in turn.draft.parts]
    turn.change_draft(parts=parts, then=[second])


def _split(text: str, guide: CityGuide) -> tuple[str, str] | None:
    """Return the two matters of a text, for which two units are likely responsible, or None."""
    for at in islice(_beginnings(text), MOST_TRIED):
        first, second = text[:at].strip(" ,;\n-"), text[at:].strip()
        units = {guide.responsible(matter, surely=False) for matter in (first, second)}
        if None not in units and len(units) == 2:  # noqa: PLR2004 - two matters, two units
            return first, second
    return None


def _beginnings(text: str) -> Iterator[int]:
    """Yield where words stand with which a second matter begins, with enough of them before and behind."""
    words = Text.of(text).words
    folded = [word.folded for word in words]
    for at in range(FEWEST_WORDS, len(words) - FEWEST_WORDS):
        marked = any(tuple(folded[at : at + len(mark)]) == mark for mark in _MARKS)
        if marked or text[words[at].start : words[at].end + 1] in _NUMBERED:
            yield words[at].start


def guide_story(turn: Turn) -> None:
    """Give the guidance that the story calls for, once per draft and kind."""
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
