"""The commands that a clause of a citizen's message can give, such as "describes a problem" or "asks something"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Field = Literal["name", "phone", "place", "home", "email", "org", "content"]
SAID_FIELDS: tuple[Field, ...] = ("name", "phone", "place", "home", "email", "org", "content")

DangerKind = Literal["violence", "fire", "medical", "child", "suicide", "electric", "water", "lost", "other"]

TOPICS = (
    "cost", "time", "call_time", "outcome", "inspection", "overdue", "next", "handler", "dissatisfied", "secrecy",
    "accused_knows", "anonymous", "required", "privacy", "who_reads", "age", "residence", "for_other", "competence",
    "elsewhere", "denunciation", "police", "hotline", "emergency", "procedure", "where_office", "office_hours",
    "legitimacy", "who_are_you", "other_channels", "how_to", "attachments", "voice", "correct_later", "edit", "several",
    "tracking", "withdraw_how", "written", "language", "draft", "draft_kept", "received", "why", "off_topic",
    "english", "menu", "other",
)  # fmt: skip
"""Topics of questions to the bot. Most are answered by the text `faq_TOPIC` of the catalogue.

"english" and "menu" are requests for another language and for the menu.
"""


class Situation(StrEnum):
    """The state of the conversation in which a message is read."""

    IDLE_NEW = "idle_new"
    """Nothing is filed, and there is no draft."""
    IDLE_FILED = "idle_filed"
    """At least one petition is filed, and there is no draft."""
    ANSWERED = "answered"
    """A petition was answered, and its rating was asked for."""
    REFUSED = "refused"
    SUPPLEMENT = "supplement"
    """The unit asked for more information."""
    OFFICER = "officer"
    """An officer waits for an answer."""
    CONSENT = "consent"
    CONTENT = "content"
    """A description of the problem is asked for."""
    PLACE = "place"
    CHOOSE_WARD = "choose_ward"
    CONTACT = "contact"
    """Name, home and telephone are asked for at once."""
    NAME = "name"
    HOME = "home"
    PHONE = "phone"
    CONFIRM = "confirm"
    """The summary of the petition is shown before it is sent."""
    DUPLICATE = "duplicate"
    """A petition similar to the draft exists: 1 adds to it, 2 makes a new one."""
    TWO_MATTERS = "two_matters"
    """The description is about two problems: 1 files two petitions, 2 files one."""
    ERASE_CONFIRM = "erase_confirm"
    WITHDRAW_CONFIRM = "withdraw_confirm"
    DANGER = "danger"
    """A danger was reported some time ago and is not over."""
    RATE_REASON = "rate_reason"
    """The reason of a low rating is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of a message that gives a command."""

    words: str = ""
    """The words as typed, without spaces and punctuation at both ends."""
    start: int = 0
    """The index of the clause's first character in the message."""
    end: int = 0
    """The index of the next clause's first character, or the length of the message."""
    chance: float = 1.0
    """The probability of this reading. It is 1 for commands read by exact rules."""


@dataclass(frozen=True, slots=True)
class Tell(Clause):
    """A clause that describes a problem. It begins a petition or continues one."""


@dataclass(frozen=True, slots=True)
class Give(Clause):
    """A clause that gives a value about the writer, or the place of the problem."""

    field: Field
    value: str
    """The value as typed. A phone number has only digits after a leading 0 or +."""


@dataclass(frozen=True, slots=True)
class Correct(Clause):
    """A clause that changes a value or words given before."""

    field: Field | None
    """The field to change, or None if the message names none."""
    value: str | None
    """The new value, or None if the message gives none."""
    old: str | None = None


@dataclass(frozen=True, slots=True)
class Remove(Clause):
    """A clause that asks to remove words from the description of the problem."""

    target: str
    """The words themselves, or a description of them such as "dòng cuối" or "hết"."""


@dataclass(frozen=True, slots=True)
class Affirm(Clause):
    """An affirmative answer in words."""


@dataclass(frozen=True, slots=True)
class Deny(Clause):
    """A negative answer in words."""


@dataclass(frozen=True, slots=True)
class Choose(Clause):
    """The choice of a numbered option of the open question."""

    number: int


@dataclass(frozen=True, slots=True)
class Finish(Clause):
    """The end of the description of the problem, such as "xong" (done)."""


@dataclass(frozen=True, slots=True)
class Skip(Clause):
    """A request to leave the open question unanswered."""


@dataclass(frozen=True, slots=True)
class Cancel(Clause):
    """A request to drop the petition being written, or the step in progress."""


@dataclass(frozen=True, slots=True)
class Ask(Clause):
    """A question to the bot."""

    topic: str
    """The topic of the question, one of TOPICS."""


@dataclass(frozen=True, slots=True)
class Status(Clause):
    """A question about the state of a petition."""

    code: str | None = None


@dataclass(frozen=True, slots=True)
class Add(Clause):
    """An addition to a petition already filed, or an answer to an officer or a unit."""


@dataclass(frozen=True, slots=True)
class Contest(Clause):
    """A request for a review of an answer or a refusal."""


@dataclass(frozen=True, slots=True)
class Rate(Clause):
    """A rating of the answer to a petition."""

    level: int | None
    """1 very satisfied, 2 satisfied, 3 not satisfied. None if the words name no level."""


@dataclass(frozen=True, slots=True)
class Withdraw(Clause):
    """A request to withdraw a petition already filed."""


@dataclass(frozen=True, slots=True)
class Erase(Clause):
    """A request to delete the citizen's data."""


@dataclass(frozen=True, slots=True)
class WithdrawConsent(Clause):
    """A withdrawal of the consent to the processing of data (LAW 5.1)."""


@dataclass(frozen=True, slots=True)
class CallPerson(Clause):
    """A request to speak with an officer."""

    phone: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Danger(Clause):
    """A report of a danger to life or limb, or of its end."""

    kind: DangerKind = "other"
    over: bool = False


@dataclass(frozen=True, slots=True)
class Talk(Clause):
    """Thanks, a greeting, or anger without a reported problem."""


@dataclass(frozen=True, slots=True)
class Feedback(Clause):
    """An opinion about the bot itself."""


@dataclass(frozen=True, slots=True)
class Unclear(Clause):
    """A clause of too uncertain meaning, so that the bot asks back."""


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
"""The name of each command in training data and models."""
