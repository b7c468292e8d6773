"""Messages whose meaning a test says, so that it depends on no model: typed text with the commands that it means."""

from __future__ import annotations

from dataclasses import replace

from petitions.domain.understanding.commands import Command, Situation
from tests.unit.world import World

LIKELY = 0.97
"""The probability of a reading of words that are clear."""


def means(world: World, text: str, *commands: Command, chance: float = LIKELY) -> str:
    """Have the citizen type a text that means these commands; return the reply.

    A command that names no clause is about the whole text.
    """
    read(world, text, *commands, chance=chance)
    return world.types(text)


def read(world: World, text: str, *commands: Command, chance: float = LIKELY) -> list[Situation]:
    """Have a text mean these commands from now on; return the list of the situations in which it is read."""
    world.meant[text] = tuple(
        command if command.end else replace(command, words=text, end=len(text), chance=chance) for command in commands
    )
    world.situations.clear()
    return world.situations
