"""Read labelled messages: texts of citizens, with the situation of the conversation, the commands and the values.

Files have two forms. `texts/clauses/*.txt` has headers `# situation | the bot's question` (with `+photo` after the
situation for captions), followed by one message per line. A message consists of clauses. A clause begins with its
command, and values are in braces:

  [affirm]Có. [give]Tôi là {name:Lê Thị Hoa}, [ask:cost]có mất phí không

A caption begins with its owner (`=draft`). ` ~harm erase,cancel` at the end names commands that would do harm if chosen
by mistake. `texts/training/*.jsonl` has the older form with one command per message, called its act: `{"id",
"situation", "text", "act", "also", "values", "harm"}`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from petitions.domain.understanding.commands import NAMES, SAID_FIELDS, Situation

TEXTS = Path(__file__).with_name("texts")
TRAINING = (TEXTS / "training", TEXTS / "clauses")
"""Training texts, one file per author."""
HELD_OUT = (TEXTS / "held_out", TEXTS / "clauses_held_out")
"""Texts that are only used for evaluation, by other authors. Developers of the model must not read them."""
DANGERS_HELD_OUT = TEXTS / "dangers_held_out"
"""Cries for help beside other content, and innocent messages with the same words. Used only for evaluation."""

COMMANDS = frozenset(NAMES.values())
VALUE_NAMES = frozenset({*SAID_FIELDS, "old", "words", "code", "time"})
_TAG = re.compile(r"\[([a-z_]+)(?::([^\]]*))?\]|\{(\w+):|\}")

OLD_ACTS: Mapping[str, str] = {
    "file": "tell",
    "done": "finish",
    "yes": "affirm",
    "no": "deny",
    "decline": "skip",
    "thanks": "talk",
    "greeting": "talk",
    "vent": "talk",
    "emergency": "danger",
    "nothing": "unclear",
    "english": "ask",
    "menu": "ask",
}
"""The commands for those acts of the older form that have another name."""


@dataclass(frozen=True)
class LabelledClause:
    """A clause of a message: `text[start:end]`, its command, and a detail of the command."""

    start: int
    end: int
    command: str
    detail: str = ""
    """More about the command: a topic, level, kind, number or field, depending on the command."""


@dataclass(frozen=True)
class LabelledValue:
    """A value in a message, such as a name, at `text[start:end]`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Message:
    """A citizen's message with labels: the situation, the bot's last question, the clauses and the values."""

    id: str
    author: str
    situation: Situation
    asked: str
    text: str
    clauses: tuple[LabelledClause, ...]
    values: tuple[LabelledValue, ...] = ()
    harm: tuple[str, ...] = ()
    """Commands that would do harm if the model chose them by mistake. `give:phone` means a wrong value for `phone`."""
    owner: str = ""
    """For a caption: the thing to which its picture belongs, such as `draft`."""
    act: Mapping[str, Any] = field(default_factory=dict)
    """The row of a message in the older form, else empty."""

    @property
    def commands(self) -> list[str]:
        return list(dict.fromkeys(clause.command for clause in self.clauses))


def marked(line: str) -> tuple[str, list[LabelledClause], list[LabelledValue]]:
    """Parse a line with marks into its text, clauses and values.

    Raise ValueError if the line does not begin with a command.
    """
    text, begun, stack, values = "", [], [], []
    last = 0
    for found in _TAG.finditer(line):
        text += line[last : found.start()]
        last = found.end()
        if found[1] in COMMANDS:
            begun.append((len(text), found[1], found[2] or ""))
        elif found[3] in VALUE_NAMES:
            stack.append((found[3], len(text)))
        elif found[0] == "}" and stack:
            name, start = stack.pop()
            values.append(LabelledValue(name, start, len(text)))
        else:
            text += found[0]
    text += line[last:]
    if not begun or begun[0][0]:
        raise ValueError("a line begins with the command of its first clause")
    ends = [start for start, _, _ in begun[1:]] + [len(text)]
    clauses = [LabelledClause(start, end, *rest) for (start, *rest), end in zip(begun, ends, strict=True)]
    return text, clauses, values


def _of_lines(path: Path) -> Iterator[Message]:
    situation, asked = Situation.IDLE_NEW, ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        line = unicodedata.normalize("NFC", raw.strip())
        if line.startswith("#"):
            named, _, asked = line[1:].partition("|")
            situation, asked = Situation(named.split("+")[0].strip()), asked.strip()
        elif line:
            owner, line = _owner(line)
            line, _, harm = line.partition(" ~harm")
            try:
                text, clauses, values = marked(line.replace("\\n", "\n"))
            except ValueError as error:
                raise SystemExit(f"{path}:{number}: {error}") from error
            yield Message(
                id=f"{path.stem}-{number}",
                author=path.stem,
                situation=situation,
                asked=asked,
                text=text,
                clauses=tuple(clauses),
                values=tuple(values),
                harm=tuple(name for name in re.split(r"[ ,]+", harm) if name),
                owner=owner,
            )


def _owner(line: str) -> tuple[str, str]:
    found = re.match(r"=(\w+) ?", line)
    return (found[1], line[found.end() :]) if found else ("", line)


def of_act(row: Mapping[str, Any], author: str) -> Message:
    """Return the message of a row in the older form. Raise KeyError or ValueError if the row is malformed."""
    act, text = str(row["act"]), unicodedata.normalize("NFC", str(row["text"]))
    command, detail = OLD_ACTS.get(act, act), ""
    bare = re.fullmatch(r"\W*(\d{1,2})\W*", text)
    if act in {"english", "menu"}:
        detail = act
    elif command == "ask":
        detail = str(row["values"].get("topic", "other"))
    elif command == "rate":
        detail = str(row["values"].get("level", ""))
    elif command == "correct":
        detail = str(row["values"].get("field", ""))
    if bare and command in {"affirm", "deny", "give", "add"}:
        command, detail = "choose", bare[1]
    return Message(
        id=str(row["id"]),
        author=author,
        situation=Situation(row["situation"]),
        asked="",
        text=text,
        clauses=(LabelledClause(0, len(text), command, detail),),
        harm=tuple(row["harm"]),
        act=dict(row),
    )


def read(path: Path) -> list[Message]:
    """Return the messages of a file, or of all files in a folder. Exit with the line number of a bad line."""
    if path.is_dir():
        return [item for file in sorted(path.iterdir()) if file.suffix in {".txt", ".jsonl"} for item in read(file)]
    if path.suffix == ".txt":
        return list(_of_lines(path))
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                found.append(of_act(json.loads(line), path.stem))
            except (ValueError, KeyError, TypeError) as error:
                raise SystemExit(f"{path}:{number}: {error!r}") from error
    return found
