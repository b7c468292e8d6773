"""The bot's laws hold in every state of a conversation, for up to three commands with and without photos."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator

import pytest

from petitions.domain.citizen.draft import PartType
from petitions.domain.understanding.commands import NAMES, Situation
from tests.property.command_laws import LAWS, broken, outcome
from tests.property.standings import KINDS, STANDINGS, TAUGHT, Message, one_of_each, sets_of_kinds, situation

SEED = int(os.environ.get("COMMAND_SEED", "1"))
"""The seed for words, order and attachments. `COMMAND_SEED=n` draws others."""
ATTACHED: tuple[PartType, ...] = ("image", "audio", "location", "file")
MOST_SHOWN = 5


def messages(chance: random.Random, most: int) -> Iterator[Message]:
    """Yield messages with every set of kinds of commands, with and without an attachment.

    For sets of three kinds only one of the two is drawn.
    """
    for kinds in sets_of_kinds(most):
        attached: list[tuple[PartType, ...]] = [(), (chance.choice(ATTACHED),)]
        for media in attached if len(kinds) < 3 else [chance.choice(attached)]:
            if kinds or media:
                yield Message(one_of_each(kinds, chance), media)


def taught() -> Iterator[Message]:
    """Yield every word that the bot asks citizens to type, alone and with a picture."""
    for message in TAUGHT:
        yield message
        yield Message(message.clauses, ("image",), message.taught, message.word)


def walk(name: str, most: int, seed: int) -> list[str]:
    """Return the broken laws, with the messages, for all messages in the given state of the conversation."""
    chance, found = random.Random(f"{seed} {name}"), []
    for message in (*taught(), *messages(chance, most)):
        found += [f"{message}: {words}" for words in broken(outcome(STANDINGS[name], message, chance))]
    return found


@pytest.mark.parametrize("most", [2, pytest.param(3, marks=pytest.mark.release)])
@pytest.mark.parametrize("name", STANDINGS)
def test_what_holds_of_every_turn_holds_whatever_is_meant(name: str, most: int) -> None:
    found = walk(name, most, SEED)
    assert not found, "\n".join([f"COMMAND_SEED={SEED}, {len(found)} wrong", *found[:MOST_SHOWN]])


@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", STANDINGS)
def test_it_holds_with_ten_other_wordings_of_each_set(name: str) -> None:
    first = random.SystemRandom().randrange(10**6)
    for seed in range(first, first + 10):
        found = walk(name, 3, seed)
        assert not found, "\n".join([f"COMMAND_SEED={seed}, {len(found)} wrong", *found[:MOST_SHOWN]])
    sys.stdout.write(f"{name}: seeds {first} to {first + 9}\n")


def test_every_situation_and_every_command_is_walked() -> None:
    assert {situation(name) for name in STANDINGS} == {*Situation}
    assert {*KINDS} == {*NAMES.values()}
    assert len({law.__name__ for law in LAWS}) == len(LAWS) > 10
