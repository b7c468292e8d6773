"""Messages with a meaning given by the test in place of the language model's reading."""

from __future__ import annotations

from dataclasses import replace

from petitions.domain.understanding.commands import Command, Situation
from tests.unit.world import World

LIKELY = 0.97
"""The probability of a clear reading."""


def means(world: World, text: str, *commands: Command, chance: float = LIKELY) -> str:
    """Type a text that the bot reads as the given commands. Return the reply.

    A command without an end covers the whole text.
    """
    read(world, text, *commands, chance=chance)
    return world.types(text)


def read(world: World, text: str, *commands: Command, chance: float = LIKELY) -> list[Situation]:
    """Let the bot read a text as the given commands from now on.

    Return a list that collects the situations of the conversation in which the text is read.
    """
    world.meant[text] = tuple(
        command if command.end else replace(command, words=text, end=len(text), chance=chance) for command in commands
    )
    world.situations.clear()
    return world.situations
