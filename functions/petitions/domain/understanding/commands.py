"""The commands that a message can give to the conversation: a closed union, one command per clause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Field = Literal["name", "phone", "place", "home", "email", "org", "content"]
FIELDS: tuple[Field, ...] = ("name", "phone", "place", "home", "email", "org", "content")

DangerKind = Literal["violence", "fire", "medical", "child", "suicide", "electric", "water", "lost", "other"]

TOPICS = (
    "cost", "time", "call_time", "outcome", "inspection", "overdue", "next", "handler", "dissatisfied", "secrecy",
    "accused_knows", "anonymous", "required", "privacy", "who_reads", "age", "residence", "for_other", "competence",
    "elsewhere", "denunciation", "police", "hotline", "emergency", "procedure", "where_office", "office_hours",
    "legitimacy", "who_are_you", "other_channels", "how_to", "attachments", "voice", "correct_later", "edit", "several",
    "tracking", "withdraw_how", "written", "language", "draft", "draft_kept", "received", "why", "off_topic",
    "english", "menu", "other",
)  # fmt: skip
"""Topics of questions to the channel. Most are answered by the text `faq_TOPIC` of the catalogue.

"english" and "menu" are requests for another language and for the menu.
"""


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
    """The unit asked for more information."""
    OFFICER = "officer"
    """An officer waits for an answer."""
    CONSENT = "consent"
    CONTENT = "content"
    """The story is asked for."""
    PLACE = "place"
    CHOOSE_WARD = "choose_ward"
    CONTACT = "contact"
    """Name, home and telephone are asked for at once."""
    NAME = "name"
    HOME = "home"
    PHONE = "phone"
    CONFIRM = "confirm"
    """The summary is shown."""
    DUPLICATE = "duplicate"
    """A petition like the draft exists: 1 adds to it, 2 makes a new one."""
    TWO_MATTERS = "two_matters"
    """The story is about two matters: 1 files two petitions, 2 files one."""
    ERASE_CONFIRM = "erase_confirm"
    WITHDRAW_CONFIRM = "withdraw_confirm"
    DANGER = "danger"
    """A danger was reported some minutes ago and is not over."""
    RATE_REASON = "rate_reason"
    """The reason of a low rating is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The clause that a command is about."""

    words: str = ""
    """As typed, without spaces and separators at its ends."""
    start: int = 0
    """Its first character in the message."""
    end: int = 0
    """The first character of the next clause, or the length of the message."""
    chance: float = 1.0
    """The probability of the reading. 1 for commands read by exact rules."""


@dataclass(frozen=True, slots=True)
class Tell(Clause):
    """Begin or continue a matter, with `words` as its story."""


@dataclass(frozen=True, slots=True)
class Give(Clause):
    """Give a value about the writer, or the place of the matter."""

    field: Field
    value: str
    """As typed. A telephone number has only digits after a leading 0 or +."""


@dataclass(frozen=True, slots=True)
class Correct(Clause):
    """Change something given before."""

    field: Field | None
    """None if the message names no field."""
    value: str | None
    """None if the message gives no new value."""
    old: str | None = None


@dataclass(frozen=True, slots=True)
class Remove(Clause):
    """Take words out of the story."""

    target: str
    """The words themselves, or a description of them such as "dòng cuối" or "hết"."""


@dataclass(frozen=True, slots=True)
class Affirm(Clause):
    """Yes, in words."""


@dataclass(frozen=True, slots=True)
class Deny(Clause):
    """No, in words."""


@dataclass(frozen=True, slots=True)
class Choose(Clause):
    """Pick an option of the open question."""

    number: int


@dataclass(frozen=True, slots=True)
class Finish(Clause):
    """End the story."""


@dataclass(frozen=True, slots=True)
class Skip(Clause):
    """Leave the open question unanswered."""


@dataclass(frozen=True, slots=True)
class Cancel(Clause):
    """Drop the draft, or the step in progress."""


@dataclass(frozen=True, slots=True)
class Ask(Clause):
    """Ask the channel something."""

    topic: str
    """One of TOPICS."""


@dataclass(frozen=True, slots=True)
class Status(Clause):
    """Ask for the state of a petition."""

    code: str | None = None


@dataclass(frozen=True, slots=True)
class Add(Clause):
    """Add to a petition already filed, or answer an officer or a unit."""


@dataclass(frozen=True, slots=True)
class Contest(Clause):
    """Ask for the review of an answer or a refusal."""


@dataclass(frozen=True, slots=True)
class Rate(Clause):
    """Rate an answer."""

    level: int | None
    """1 very satisfied, 2 satisfied, 3 not satisfied. None if the words name no level."""


@dataclass(frozen=True, slots=True)
class Withdraw(Clause):
    """Take back a petition already filed."""


@dataclass(frozen=True, slots=True)
class Erase(Clause):
    """Delete the citizen's data."""


@dataclass(frozen=True, slots=True)
class WithdrawConsent(Clause):
    """No longer agree to the processing of data (LAW 5.1)."""


@dataclass(frozen=True, slots=True)
class CallPerson(Clause):
    """Talk to a human being."""

    phone: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Danger(Clause):
    """Report a danger to life or limb, or its end."""

    kind: DangerKind = "other"
    over: bool = False


@dataclass(frozen=True, slots=True)
class Talk(Clause):
    """Thanks, a greeting, or anger without a matter."""


@dataclass(frozen=True, slots=True)
class Feedback(Clause):
    """An opinion about the channel itself."""


@dataclass(frozen=True, slots=True)
class Unclear(Clause):
    """A clause with no safe reading, so that the bot asks back."""


Command = (
    Tell
    | Give
    | Correct
    | Remove
    | Affirm
    | Deny
    | Choose
    | Finish
    | Skip
    | Cancel
    | Ask
    | Status
    | Add
    | Contest
    | Rate
    | Withdraw
    | Erase
    | WithdrawConsent
    | CallPerson
    | Danger
    | Talk
    | Feedback
    | Unclear
)

NAMES: dict[type[Command], str] = {
    Tell: "tell",
    Give: "give",
    Correct: "correct",
    Remove: "remove",
    Affirm: "affirm",
    Deny: "deny",
    Choose: "choose",
    Finish: "finish",
    Skip: "skip",
    Cancel: "cancel",
    Ask: "ask",
    Status: "status",
    Add: "add",
    Contest: "contest",
    Rate: "rate",
    Withdraw: "withdraw",
    Erase: "erase",
    WithdrawConsent: "withdraw_consent",
    CallPerson: "person",
    Danger: "danger",
    Talk: "talk",
    Feedback: "feedback",
    Unclear: "unclear",
}
"""The name of a command in training labels and models."""
