"""More messages from those that were written: beside a story, with other values, without marks, at other questions.

A cry for help is one whatever story stands beside it, and a matter is one whatever was asked. A name or an address is
learned by its place in a message and not by heart; people who write without marks write the same as those who do not.
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
"""Situations in which few authors do anything but answer."""
_STEADY = frozenset({"tell", "ask", "danger", "person", "feedback", "talk"})
"""What is the same whatever was asked."""
_FEWEST = 4
"""The fewest words of such a message: a shorter one may be an answer."""
_BEGINNING = frozenset({Situation.IDLE_NEW, Situation.CONTENT})
_BESIDE_A_STORY = frozenset({"danger", "talk"})
"""What authors write alone, and citizens beside their story."""
_STORIES = 2
"""How many stories such a message is put beside."""
_LONGEST_STORY = 40
_MARKS, _BECAUSE = (". ", ", ", " ", "\n"), ("", "", "vì ")
"""What ends the first of two clauses that have no mark between them, and what begins a story behind the other."""


def augmented(items: Sequence[Message], seed: int = 1) -> list[Message]:
    """Return messages made of these, in a fixed order for a seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    pools: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for value in item.values:
            if value.name in _SWAPPED:
                pools[value.name].append(item.text[value.start : value.end])
    told = beside_stories(items, chance)
    found = list(told)
    for item in (*items, *told):
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
    """Return the cries for help and the talk, each before or behind stories of others."""
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
    """Return one message of two; `between` begins the clauses of the second."""
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
    """Return whether a message would be read the same whatever was asked."""
    begins = item.situation in _BEGINNING and not item.owner
    return begins and _STEADY.issuperset(item.commands) and len(item.text.split()) >= _FEWEST


def swapped(item: Message, pools: Mapping[str, Sequence[str]], chance: random.Random) -> Message | None:
    """Return the message with values of other messages in place of its own; None if its values overlap."""
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
