"""Messages whose meaning the test sets, in place of the language model's reading."""

from __future__ import annotations

from dataclasses import replace

from petitions.domain.understanding.commands import Command, Situation
from tests.unit.world import World

LIKELY = 0.97
"""The probability of a clear reading."""


def means(world: World, text: str, *commands: Command, chance: float = LIKELY) -> str:
    read(world, text, *commands, chance=chance)
    return world.types(text)


def read(world: World, text: str, *commands: Command, chance: float = LIKELY) -> list[Situation]:
    """Let the bot read a text as the given commands from now on.

    Return a list that collects the situations in which the text is read.
    """
    world.meant[text] = tuple(
        command if command.end else replace(command, words=text, end=len(text), chance=chance) for command in commands
    )
    world.situations.clear()
    return world.situations
