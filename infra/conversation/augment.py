"""More messages from those that were written: with other values, without marks, in lower case, at other questions.

A matter is one whatever was asked. A name or an address is learned by its place in a message and not by heart; people
who write without marks write the same things as those who do not.
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
_SWAPS, _BARE, _LOWERED, _ELSEWHERE = 0.8, 0.5, 0.3, 0.4
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


def augmented(items: Sequence[Message], seed: int = 1) -> list[Message]:
    """Return messages made of these, in a fixed order for a seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    pools: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for value in item.values:
            if value.name in _SWAPPED:
                pools[value.name].append(item.text[value.start : value.end])
    found: list[Message] = []
    for item in items:
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


def _is_steady(item: Message) -> bool:
    """Return whether a message would be read the same whatever was asked."""
    begins = item.situation in {Situation.IDLE_NEW, Situation.CONTENT} and not item.owner
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
