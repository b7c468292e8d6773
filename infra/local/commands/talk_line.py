"""Parse a line of `talk`: a citizen's text, or a command such as `@photo caption`. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from infra.local.commands import zalo_event

LineKind = Literal["text", "photo", "voice", "location", "sticker", "file", "wait", "look"]

LINES_HELP = """\
One line is one message of the citizen; \\n in it is a line break.
  words                     a text (@@words for a text that begins with @)
  @photo [caption]          a photo
  @voice [12]               a voice message of 12 seconds
  @location [21.02 105.85]  a position, by default at Hoan Kiem lake
  @sticker                  a sticker
  @file name.pdf            a file: the one at that path, else one made up under that name
  @wait 60                  nothing: the stack's clock moves by 60 seconds
  (an empty line)           nothing: shows messages that came meanwhile"""

HOAN_KIEM = (21.0287, 105.8524)
SOME_SECONDS = 10
LONGEST_VOICE = 600
COMMAND = re.compile(r"@(\w+)(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class TalkLine:
    """A parsed line of `talk`.

    `typed` is the line as typed. `text` is the text of a message, a caption, or the name of a file.
    """

    kind: LineKind
    typed: str = ""
    text: str = ""
    seconds: int = 0
    place: tuple[float, float] = HOAN_KIEM


def parse(line: str) -> TalkLine:
    """Parse a text, or a command that begins with `@`. Raise ValueError with a message for the user."""
    typed = line.strip().replace("\\n", "\n")
    if not typed:
        return TalkLine("look")
    if not typed.startswith("@"):
        return TalkLine("text", typed, text=typed)
    if typed.startswith("@@"):
        return TalkLine("text", typed[1:], text=typed[1:])
    match = COMMAND.fullmatch(typed)
    read = COMMANDS.get(match[1]) if match else None
    if match is None or read is None:
        known = ", ".join(f"@{name}" for name in COMMANDS)
        raise ValueError(f"{typed.split()[0]!r} is not one of {known}; a text that begins with @ is written @@...")
    return read(typed, (match[2] or "").strip())


def _photo(typed: str, rest: str) -> TalkLine:
    return TalkLine("photo", typed, text=rest)


def _voice(typed: str, rest: str) -> TalkLine:
    seconds = _seconds("@voice", rest) if rest else SOME_SECONDS
    if seconds > LONGEST_VOICE:
        raise ValueError(f"@voice: {LONGEST_VOICE} seconds at most")
    return TalkLine("voice", typed, seconds=seconds)


def _location(typed: str, rest: str) -> TalkLine:
    if not rest:
        return TalkLine("location", typed)
    degrees = rest.replace(",", " ").split()
    if len(degrees) != len(HOAN_KIEM):
        raise ValueError("@location takes nothing or a position such as 21.0285 105.8542")
    if fault := zalo_event.fault("location", degrees):
        raise ValueError(f"@location: {fault}")
    return TalkLine("location", typed, place=(float(degrees[0]), float(degrees[1])))


def _sticker(typed: str, rest: str) -> TalkLine:
    if rest:
        raise ValueError("@sticker takes no words")
    return TalkLine("sticker", typed)


def _file(typed: str, rest: str) -> TalkLine:
    if not rest or "\n" in rest:
        raise ValueError("@file needs a name such as name.pdf")
    return TalkLine("file", typed, text=rest)


def _wait(typed: str, rest: str) -> TalkLine:
    return TalkLine("wait", typed, seconds=_seconds("@wait", rest))


def _seconds(command: str, written: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", written) or int(written) == 0:
        raise ValueError(f"{command} takes a number of seconds such as 60")
    return int(written)


COMMANDS: dict[str, Callable[[str, str], TalkLine]] = {
    "photo": _photo,
    "voice": _voice,
    "location": _location,
    "sticker": _sticker,
    "file": _file,
    "wait": _wait,
}
