"""Messages with a meaning set by the test instead of a model: typed text and the commands read in it."""

from __future__ import annotations

from dataclasses import replace

from petitions.domain.understanding.commands import Command, Situation
from tests.unit.world import World

LIKELY = 0.97
"""The probability of the reading of clear words."""


def means(world: World, text: str, *commands: Command, chance: float = LIKELY) -> str:
    """Have the citizen type a text that is read as these commands. Return the reply.

    A command without a clause spans the whole text.
    """
    read(world, text, *commands, chance=chance)
    return world.types(text)


def read(world: World, text: str, *commands: Command, chance: float = LIKELY) -> list[Situation]:
    """Read a text as these commands from now on. Return the list that collects the situations in which it is read."""
    world.meant[text] = tuple(
        command if command.end else replace(command, words=text, end=len(text), chance=chance) for command in commands
    )
    world.situations.clear()
    return world.situations
