"""`make -s understand FILE=messages.jsonl`: print the readings of a file's messages, one JSON object per line.

A reading is the list of commands found in a message, with their values. Input: `{"id", "text", "situation"?,
"asked"?}`. The default situation is `idle_new`. `asked` is the bot's question, with the labels of numbered options ("1
Đồng ý 2 Không"). Output: `{"id", "commands": [{"cmd", "field", "value"}], "asks"}`, and `act` and `values` for data
sets of the older form. `asks` is true if the conversation would ask for the meaning.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from infra import json_lines
from infra.conversation.corpus import Message
from infra.conversation.evaluate import Judged, main_of
from infra.json_lines import BadLineError, text_of
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import NAMES, Situation
from petitions.domain.understanding.reading import Reading
from petitions.domain.understanding.text import Text
from petitions.wiring import understanding

_OPTION = re.compile(r"(?:^|[\s.?:])(\d)[.)]? ([^\d]{1,60}?)(?=\s*(?:[,.;]? ?\d[.)]? |$))")
_ACTS: Mapping[str, str] = {
    "finish": "done",
    "affirm": "yes",
    "deny": "no",
    "skip": "decline",
    "talk": "thanks",
    "danger": "emergency",
    "remove": "correct",
    "withdraw_consent": "erase",
    "feedback": "vent",
}
"""The commands with another name in the older form of data sets, each with that name."""


def understand(row: dict[str, Any]) -> dict[str, Any]:
    """Return the reading of a row's message as JSON. Raise BadLineError if the row is invalid."""
    named = text_of(row, "situation") or Situation.IDLE_NEW.value
    if named not in set(Situation):
        raise BadLineError(f'"situation" must be one of {", ".join(Situation)}')
    situation = Situation(named)
    text = text_of(row, "text")
    reading = understanding.reader().read(Text.of(text), situation, labels(str(row.get("asked") or "")))
    judged = Judged(Message(str(row["id"]), "", situation, "", text, ()), reading)
    return {
        "id": row["id"],
        "commands": [dict(command) for command in listed(reading)],
        "asks": judged.asks,
        "act": act_of(judged, situation),
        "values": values_of(reading),
    }


def labels(asked: str) -> list[str]:
    """Return the labels of a question's options: `"1 Đồng ý 2 Không"` -> `["Đồng ý", "Không"]`."""
    return [found[2].strip(" ,.;") for found in _OPTION.finditer(asked)]


def listed(reading: Reading) -> Iterator[dict[str, Any]]:
    """Yield the commands of a reading as JSON objects with `cmd`, `field` and `value`.

    A phone number in a request for a call is the value of that command, not a command of its own.
    """
    called = {call.phone for call in reading.of(c.CallPerson)}
    for command in reading.commands:
        if isinstance(command, c.Give) and command.field == "phone" and command.value in called:
            continue
        if isinstance(command, c.Unclear) and len(reading.commands) > 1:
            continue  # the bot does not ask if another command is clear
        field = getattr(command, "field", None) or getattr(command, "topic", None)
        value = next((found for name in _SHOWN if (found := getattr(command, name, None)) is not None), None)
        if isinstance(command, c.Danger) and command.over:
            value = "over"
        elif isinstance(command, c.Tell | c.Add):
            value = command.words
        yield {"cmd": NAMES[type(command)], "field": field, "value": None if value is None else str(value)}


_SHOWN = ("value", "target", "number", "code", "level", "phone", "kind")
"""Attributes of commands. The first one that a command has is printed as its value."""


def act_of(judged: Judged, situation: Situation) -> str:
    """Return the main command under its name in the older form, called an act."""
    main = main_of(judged.names)
    reading = judged.reading
    number = next((choice.number for choice in reading.of(c.Choose)), None)
    asked = {question.topic for question in reading.of(c.Ask)}
    if main == "tell":
        return "file" if situation in {"idle_new", "idle_filed", "answered", "refused", "supplement"} else "tell"
    if main == "choose" and number is not None:
        return _chosen(situation, number)
    if main == "ask" and asked & {"english", "menu"}:
        return "english" if "english" in asked else "menu"
    return _ACTS.get(main, main)


def _chosen(situation: Situation, number: int) -> str:
    options = {
        Situation.CONSENT: ("yes", "no"),
        Situation.CONFIRM: ("yes", "correct", "cancel"),
        Situation.DUPLICATE: ("add", "file"),
        Situation.CHOOSE_WARD: ("give",) * 6,
        Situation.ANSWERED: ("rate",) * 3,
        Situation.HOME: ("give",),
    }.get(situation, ())
    if number == 0 and situation is Situation.CHOOSE_WARD:
        return "decline"
    return options[number - 1] if 0 < number <= len(options) else "unclear"


def values_of(reading: Reading) -> dict[str, Any]:
    """Return the values in the older form. The ward is added if the address or the message clearly names one."""
    found: dict[str, Any] = {}
    for command in reading.commands:
        if isinstance(command, c.Give | c.Correct) and command.field and command.value:
            found.setdefault(command.field, command.value)
        elif isinstance(command, c.Ask):
            found.setdefault("topic", command.topic)
        elif isinstance(command, c.Rate) and command.level:
            found.setdefault("level", command.level)
    places = understanding.places()
    ward = places.find(found.get("place") or found.get("home") or reading.text.raw)
    if ward.sure and ward.ward:
        found["ward"] = understanding.ward_names()[ward.ward]
    return found


def main(argv: list[str] | None = None) -> int:
    """Print the readings of the messages. Return 1 if a line was invalid, 2 if the file cannot be read."""
    return json_lines.run((__doc__ or "").splitlines()[0], understand, argv)


if __name__ == "__main__":
    sys.exit(main())
