"""The situations of a conversation, the dialog acts of a message, and how much each confusion hurts."""

from __future__ import annotations

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
