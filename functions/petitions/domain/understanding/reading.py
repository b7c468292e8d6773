"""The commands read from a message, and the protocol of readers, which makes the local reader replaceable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from petitions.domain.understanding.commands import (
    NAMES,
    Add,
    Command,
    Contest,
    Correct,
    Danger,
    Feedback,
    Field,
    Give,
    Situation,
    Tell,
    Unclear,
)
from petitions.domain.understanding.taught_words import MenuWord
from petitions.domain.understanding.text import Text

Wanted = TypeVar("Wanted", bound=Command)


@dataclass(frozen=True, slots=True)
class Reading:
    """A message with the commands, petition codes and numbered choice found in it."""

    text: Text
    situation: Situation
    """The situation of the conversation in which the message was read."""
    commands: tuple[Command, ...]
    """The commands, in the order of their clauses."""
    codes: tuple[str, ...] = ()
    """The codes of petitions in the message."""
    number: int | None = None
    """The number of an option, if the message consists of nothing else."""
    word: MenuWord | None = None
    """The entry of the menu, if the message consists of its words only."""
    taught: bool = False
    """Whether the message is only a keyword, a number or a code, and describes no problem."""
    others: tuple[tuple[Field, str], ...] = ()
    """The fields and values of other people in the message."""
    miscoded: bool = False
    """Whether the message is only a malformed petition code."""

    def of(self, kind: type[Wanted]) -> list[Wanted]:
        return [command for command in self.commands if isinstance(command, kind)]

    def has(self, *kinds: type[Command]) -> bool:
        return any(isinstance(command, kinds) for command in self.commands)

    def value(self, field: Field) -> str | None:
        """Return the first value given for a field, or None."""
        return next((give.value for give in self.of(Give) if give.field == field), None)

    @property
    def valued(self) -> list[Correct | Give]:
        """Commands that correct or give a value, corrections first."""
        return [*self.of(Correct), *self.of(Give)]

    @property
    def in_danger(self) -> Danger | None:
        """The first danger that is not over, or None."""
        return next((danger for danger in self.of(Danger) if not danger.over), None)

    @property
    def summary(self) -> str:
        """Situation and names of the commands, without the citizen's words: "consent: affirm give:phone"."""
        return f"{self.situation}: {' '.join(map(_named, self.commands))}"

    @property
    def asks(self) -> bool:
        """Whether a clause is unclear, so that the bot must ask back."""
        return any(isinstance(command, Unclear) for command in self.commands)


class Reader(Protocol):
    """A reader of messages as commands. `python -m infra.conversation.evaluate` compares readers."""

    def read(self, text: Text, situation: Situation, labels: Sequence[str] = ()) -> Reading:
        """Return the reading of a message. Never raise.

        `labels` are the labels of the numbered options that the citizen sees.
        """
        ...


def merged(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands without repetitions. Commands with words, such as a described problem, are all kept."""
    found: dict[object, Command] = {}
    for at, command in enumerate(commands):
        wordy = isinstance(command, Tell | Add | Contest | Feedback | Danger | Unclear)
        found.setdefault(at if wordy else _essence(command), command)
    return tuple(found.values())


def _named(command: Command) -> str:
    details = (getattr(command, name, None) for name in ("field", "number", "topic", "level", "kind"))
    over = ["over"] if isinstance(command, Danger) and command.over else []
    return ":".join([NAMES[type(command)], *(over or [str(detail) for detail in details if detail is not None])])


_APART = ("words", "start", "end", "chance")


def _essence(command: Command) -> tuple[object, ...]:
    names = (name for name in type(command).__dataclass_fields__ if name not in _APART)
    return type(command), *(getattr(command, name) for name in names)
