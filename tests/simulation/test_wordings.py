"""The bot understands the simulated citizens' wordings, which keeps runs from testing the language model."""

from __future__ import annotations

import pytest

from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.text import Text
from petitions.wiring import understanding
from tests.simulation.people.wordings import WISHES, Wording

EVERY_WORDING = [
    pytest.param(where, wording, id=f"{name}, {where}, {number}")
    for name, wish in WISHES.items()
    for where in wish.where
    for number, wording in enumerate((wish.plain, *wish.others))
]
HARMLESS = {"talk", "unclear", "feedback", "person"}
"""Commands that the bot may read in a message besides the intended one."""


@pytest.mark.parametrize(("where", "wording"), EVERY_WORDING)
def test_a_wording_is_read_as_it_is_meant(where: Situation, wording: Wording) -> None:
    text = wording.text.format(phone="0912000017", code="HN-261123-0000-001C")
    summary = understanding.reader().read(Text.of(text), where).summary
    found, meant = (_addresses(words).split() for words in (summary.partition(": ")[2], wording.commands))
    kept = [command for command in dict.fromkeys(found) if command not in HARMLESS or command in meant]
    assert kept == list(dict.fromkeys(meant)), text


def _addresses(commands: str) -> str:
    """Return the commands with one name for both kinds of addresses, because the kind depends on the question."""
    return commands.replace("give:home", "give:place")
