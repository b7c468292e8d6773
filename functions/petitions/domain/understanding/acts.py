"""The situations of a conversation, the dialog acts of a message, and the choice of one that hurts least.

A wrong reading costs 1: the citizen says it again. How much more it hurts to take one act for another is declared with
the model, by the situations alike: the share of authors who said that the choice would hurt somebody who meant that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Situation(StrEnum):
    """The state of the conversation in which a message is read."""

    IDLE_NEW = "idle_new"
    """Nothing is filed, and there is no draft."""
    IDLE_FILED = "idle_filed"
    """A petition is open, and there is no draft."""
    ANSWERED = "answered"
    """A petition was answered, and its rating was asked for."""
    REFUSED = "refused"
    SUPPLEMENT = "supplement"
    """The unit asked for more."""
    OFFICER = "officer"
    """An officer answered a request for contact."""
    CONSENT = "consent"
    CONTENT = "content"
    """The story is being told."""
    PLACE = "place"
    CHOOSE_WARD = "choose_ward"
    NAME = "name"
    HOME = "home"
    PHONE = "phone"
    CONFIRM = "confirm"
    """The summary is shown: 1 sends, 2 corrects, 3 cancels."""
    DUPLICATE = "duplicate"
    """A petition like the draft exists: 1 adds to it, 2 makes a new one."""


class DialogAct(StrEnum):
    """The intention of a message."""

    FILE = "file"
    TELL = "tell"
    DONE = "done"
    YES = "yes"
    NO = "no"
    GIVE = "give"
    CORRECT = "correct"
    DECLINE = "decline"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    PERSON = "person"
    ASK = "ask"
    STATUS = "status"
    THANKS = "thanks"
    GREETING = "greeting"
    RATE = "rate"
    CONTEST = "contest"
    ADD = "add"
    EMERGENCY = "emergency"
    VENT = "vent"
    NOTHING = "nothing"
    ENGLISH = "english"
    MENU = "menu"
    UNCLEAR = "unclear"
    """A careful person would ask back."""


_GROUP = {
    Situation.IDLE_NEW: "idle",
    Situation.IDLE_FILED: "idle",
    Situation.ANSWERED: "after",
    Situation.REFUSED: "after",
    Situation.SUPPLEMENT: "after",
    Situation.OFFICER: "after",
    Situation.CONSENT: "offered",
    Situation.CONFIRM: "offered",
    Situation.DUPLICATE: "offered",
    Situation.CONTENT: "told",
    Situation.PLACE: "asked",
    Situation.CHOOSE_WARD: "asked",
    Situation.NAME: "asked",
    Situation.HOME: "asked",
    Situation.PHONE: "asked",
}


def group(situation: Situation) -> str:
    """Return the name of the situations in which people speak alike."""
    return _GROUP[situation]


ASKED = tuple(situation for situation in Situation if group(situation) == "asked")
"""The situations in which a value is asked for."""
OUTSIDE = tuple(situation for situation in Situation if group(situation) in {"idle", "after"})
"""The situations without a draft."""

TOPICS = (
    "privacy", "cost", "time", "who_are_you", "procedure",
    "competence", "office_hours", "legitimacy", "how_to", "other",
)  # fmt: skip
"""What people ask the channel about."""

Harm = Mapping[str, Mapping[str, float]]
"""By the act meant and the act taken, from 0 to 1, how surely the choice hurts; what is not there does not."""

WRONG = 1.0
HURT = 3.0
"""The cost of a choice that surely hurts, beyond that of a wrong one."""
QUESTION = 0.7
"""The cost of a short question."""

MOST_RANKED = 4
_FAINT = 0.005
_ASKS_ITSELF = frozenset({DialogAct.UNCLEAR, DialogAct.NOTHING, DialogAct.VENT, DialogAct.ERASE, DialogAct.WITHDRAW})
"""After these nothing happens before the citizen has confirmed it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The act taken, or the question to ask instead."""

    act: DialogAct
    asks: bool
    """Whether the bot asks what was meant."""
    likely: tuple[tuple[DialogAct, float], ...]
    """The likeliest acts with their probability, the likeliest first."""


def choose(likely: Mapping[DialogAct, float], harm: Harm) -> Choice:
    """Return the choice with the least expected cost, given the probability of each act."""
    weighed = [(act, share) for act, share in likely.items() if share > _FAINT]
    expected = {
        taken: sum(
            share * (WRONG + HURT * harm.get(meant, {}).get(taken, 0.0))
            for meant, share in weighed
            if meant is not taken
        )
        for taken, _ in weighed
    }
    best = min(expected, key=lambda act: expected[act])
    ranked = tuple(sorted(weighed, key=lambda pair: -pair[1])[:MOST_RANKED])
    return Choice(best, best not in _ASKS_ITSELF and expected[best] > QUESTION, ranked)
