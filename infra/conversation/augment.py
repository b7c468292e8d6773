"""Derive more training messages from labelled ones: with other names, without accents, in other situations.

The model should recognise names and addresses by their place in a message instead of memorising them, and read a
message the same way with and without accents. A cry for help stays one beside a citizen's account of a problem (a
story), and a report stays one after any question of the bot.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from infra.conversation.corpus import LabelledClause, LabelledValue, Message
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.text import Text

_SWAPPED = ("name", "home", "place", "org")
_SWAPS, _BARE, _LOWERED, _ELSEWHERE, _BEHIND = 0.8, 0.5, 0.3, 0.4, 0.5
_ASKING = (
    Situation.CONSENT, Situation.PLACE, Situation.CHOOSE_WARD, Situation.CONTACT, Situation.NAME, Situation.HOME,
    Situation.PHONE, Situation.CONFIRM, Situation.DUPLICATE, Situation.TWO_MATTERS, Situation.ERASE_CONFIRM,
    Situation.WITHDRAW_CONFIRM,
)  # fmt: skip
"""Situations of the conversation in which most authors only answered the bot's question.

Messages with other commands are copied to these situations.
"""
_STEADY = frozenset({"tell", "ask", "danger", "person", "feedback", "talk"})
"""Commands with a meaning that does not depend on the situation."""
_FEWEST = 4
"""The fewest words of a message that is copied to another situation. A shorter one may be an answer there."""
_BEGINNING = frozenset({Situation.IDLE_NEW, Situation.CONTENT})
_BESIDE_A_STORY = frozenset({"danger", "talk"})
"""Commands that authors wrote alone, but that citizens often write together with their account of the matter."""
_STORIES = 2
"""The number of accounts with which a message of such commands is combined."""
_LONGEST_STORY = 40
_MARKS, _BECAUSE = (". ", ", ", " ", "\n"), ("", "", "vì ")
"""Separators after the first clause if it lacks one, and the beginnings of a story that comes second."""


def augmented(items: Sequence[Message], seed: int = 1) -> list[Message]:
    """Return messages derived from these, without the originals.

    The same seed gives the same messages in the same order.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    pools: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for value in item.values:
            if value.name in _SWAPPED:
                pools[value.name].append(item.text[value.start : value.end])
    combined = beside_stories(items, chance)
    found = list(combined)
    for item in (*items, *combined):
        if _is_steady(item) and chance.random() < _ELSEWHERE:
            found.append(replace(item, situation=chance.choice(_ASKING), asked="", id=f"{item.id}-elsewhere"))
        named = any(value.name in _SWAPPED for value in item.values)
        other = swapped(item, pools, chance) if named else None
        if other:
            found.append(other)
        if not item.text.isascii():
            base = (swapped(item, pools, chance) if named else None) or item
            if chance.random() < _BARE:
                found.append(replace(base, text=Text.of(base.text).flat, id=f"{item.id}-bare"))
            elif chance.random() < _LOWERED and len(base.text.lower()) == len(base.text):
                found.append(replace(base, text=base.text.lower(), id=f"{item.id}-low"))
    return [item for item in found if len(item.text) == max(clause.end for clause in item.clauses)]


def beside_stories(items: Sequence[Message], chance: random.Random) -> list[Message]:
    """Return messages that combine a cry for help or small talk with a citizen's story, in either order."""
    begins = [item for item in items if item.situation in _BEGINNING and not item.owner]
    stories = [item for item in begins if item.commands == ["tell"] and len(item.text.split()) <= _LONGEST_STORY]
    beside = [item for item in begins if _BESIDE_A_STORY.issuperset(item.commands)] if stories else []
    found = []
    for item in (item for item in beside for _ in range(_STORIES)):
        story = chance.choice(stories)
        behind = chance.random() < _BEHIND
        both = joined(item, story, chance.choice(_BECAUSE), chance) if behind else joined(story, item, "", chance)
        found.append(replace(both, id=f"{item.id}-beside-{story.id}", author=item.author, situation=item.situation))
    return found


def joined(first: Message, second: Message, between: str, chance: random.Random) -> Message:
    head = first.text + (" " if first.text[-1] in ".!?…,:;" else chance.choice(_MARKS))
    by = len(head) + len(between)
    *before, last = first.clauses
    begun, *rest = second.clauses
    clauses = (
        *before,
        replace(last, end=len(head)),
        replace(begun, start=len(head), end=begun.end + by),
        *(replace(clause, start=clause.start + by, end=clause.end + by) for clause in rest),
    )
    values = (*first.values, *(replace(value, start=value.start + by, end=value.end + by) for value in second.values))
    return replace(first, text=f"{head}{between}{second.text}", clauses=clauses, values=values, harm=())


def _is_steady(item: Message) -> bool:
    """Return whether the message means the same in any situation and is long enough to be reused."""
    begins = item.situation in _BEGINNING and not item.owner
    return begins and _STEADY.issuperset(item.commands) and len(item.text.split()) >= _FEWEST


def swapped(item: Message, pools: Mapping[str, Sequence[str]], chance: random.Random) -> Message | None:
    """Return the message with its names and addresses replaced by ones from `pools`.

    Return None if its values overlap.
    """
    text, last = "", 0
    values: list[LabelledValue] = []
    moved: list[tuple[int, int]] = []
    for value in sorted(item.values, key=lambda value: value.start):
        if value.start < last:
            return None
        new = item.text[value.start : value.end]
        if value.name in _SWAPPED and chance.random() < _SWAPS:
            new = chance.choice(pools[value.name])
        text += item.text[last : value.start]
        values.append(LabelledValue(value.name, len(text), len(text) + len(new)))
        text += new
        moved.append((value.end, len(new) - (value.end - value.start)))
        last = value.end
    text += item.text[last:]

    def place(at: int) -> int:
        return at + sum(by for end, by in moved if end <= at)

    clauses = tuple(LabelledClause(place(c.start), place(c.end), c.command, c.detail) for c in item.clauses)
    return replace(item, id=f"{item.id}-swap", text=text, clauses=clauses, values=tuple(values))
