"""The state of a citizen's conversation: the current activity, messages from offices, and the open question.

The activity is nothing, writing a petition (draft), or adding to a filed petition.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from petitions.domain.citizen.draft import ConversationStep, InputPart, PetitionDraft, SaidValue
from petitions.domain.shared.records import Instant, Record, replace


class Nothing(Record):
    """The stage in which the citizen is neither writing a petition nor adding to one."""

    kind: Literal["nothing"] = "nothing"


class Writing(Record):
    """The stage in which the citizen is writing a petition."""

    kind: Literal["writing"] = "writing"
    step: ConversationStep
    draft: PetitionDraft = PetitionDraft()
    missed: int = 0
    """The number of replies in a row that did not answer the open question."""


class Adding(Record):
    """The stage in which the citizen adds messages to a filed petition. It ends with "xong" (done) or a silence."""

    kind: Literal["adding"] = "adding"
    code: str
    at: Instant
    """The time of the newest message added."""
    correcting: bool = False
    """Whether the messages correct earlier statements."""


Stage = Annotated[Nothing | Writing | Adding, Field(discriminator="kind")]


class Answered(Record):
    """A message to the citizen that a petition was answered."""

    kind: Literal["answered"] = "answered"
    code: str
    at: Instant
    rated: bool = False


class Refused(Record):
    """A message to the citizen that a petition was refused."""

    kind: Literal["refused"] = "refused"
    code: str
    at: Instant


class Requested(Record):
    """An office's message that a unit has asked the citizen for a supplement and still waits for it."""

    kind: Literal["requested"] = "requested"
    code: str
    at: Instant


class OfficerAnswer(Record):
    """A message that an officer answered the citizen's request to speak with one."""

    request: str
    """The id of the citizen's request."""
    at: Instant


OfficeMessage = Annotated[Answered | Refused | Requested, Field(discriminator="kind")]
MOST_OFFICE_MESSAGES = 20

QuestionPurpose = Literal[
    "menu", "rating", "view", "add", "correct", "withdraw", "withdraw_sure", "rate", "reason", "erase", "belongs",
    "meant", "matters", "reconsider", "review", "callback", "whose", "sender",
]  # fmt: skip
"""The purpose of a question with numbered choices, other than the questions about a draft."""


class OpenQuestion(Record):
    """The last question with numbered choices, other than the questions about a draft."""

    purpose: QuestionPurpose
    codes: list[str] = Field(default_factory=list)
    """The codes of petitions to choose from, in the order of their numbers."""
    readings: list[str] = Field(default_factory=list)
    """The names of commands to choose from, in the order of their numbers."""
    draft: PetitionDraft | None = None
    """The draft to restore if the citizen changes their mind."""
    level: int | None = None
    """The level that the words of a rating seemed to mean, to be confirmed."""
    parts: list[InputPart] = Field(default_factory=list)
    """The parts of messages that wait to be assigned to one of the choices."""
    values: list[SaidValue] = Field(default_factory=list)
    """The values, such as a telephone number, between which the citizen must choose or name the person."""
    at: Instant


class Filed(Record):
    """The petition that the citizen filed last."""

    code: str
    at: Instant
    """The time at which the citizen confirmed the petition, by Zalo's clock."""


class OpenDanger(Record):
    """A danger that the citizen reported and that is not over."""

    kind: str
    at: Instant
    """The time of the newest message about the danger, by Zalo's clock."""
    placed: bool = False
    """Whether the citizen has sent the location of the danger."""


class Pace(Record):
    """The number of replies sent within the last minute."""

    at: Instant
    replies: int
    flooding: bool = False
    """Whether there were too many replies. The citizen then got a notice (`flood_control`)."""


class Conversation(Record):
    """The state of a citizen's conversation."""

    stage: Stage = Nothing()
    office_messages: list[OfficeMessage] = Field(default_factory=list)
    """The offices' messages about petitions, the newest first, at most one per petition."""
    officer: OfficerAnswer | None = None
    """The newest answer of an officer to the citizen's request to speak with one."""
    question: OpenQuestion | None = None
    filed: Filed | None = None
    danger: OpenDanger | None = None
    last_at: Instant | None = None
    """The time of the newest input applied, by Zalo's clock."""
    acknowledged_at: Instant | None = None
    pace: Pace | None = None

    @property
    def draft(self) -> PetitionDraft | None:
        return self.stage.draft if isinstance(self.stage, Writing) else None

    @property
    def step(self) -> ConversationStep | None:
        """Return the value for which the draft waits, or None without a draft."""
        return self.stage.step if isinstance(self.stage, Writing) else None

    @property
    def missed(self) -> int:
        """Return the number of replies in a row that did not answer the draft's open question."""
        return self.stage.missed if isinstance(self.stage, Writing) else 0

    @property
    def adding(self) -> Adding | None:
        return self.stage if isinstance(self.stage, Adding) else None

    @property
    def requested(self) -> list[str]:
        """Return the codes of petitions with a unit waiting for a supplement, the oldest request first."""
        return [item.code for item in reversed(self.office_messages) if isinstance(item, Requested)]

    @property
    def flooding(self) -> bool:
        """Return whether the citizen got a notice about writing too fast."""
        return self.pace is not None and self.pace.flooding

    def unrated(self) -> Answered | None:
        """Return the newest message about an answer that the citizen has not rated yet, or None."""
        return next(
            (answered for answered in self.office_messages if isinstance(answered, Answered) and not answered.rated),
            None,
        )

    def with_office_message(self, message: Answered | Refused | Requested) -> Conversation:
        """Return the conversation after an office's message. It replaces an earlier message about the same petition."""
        return replace(
            self, office_messages=[message, *self.without(message.code).office_messages][:MOST_OFFICE_MESSAGES]
        )

    def after_rating(self, code: str) -> Conversation:
        """Return the conversation with the answer marked as rated, and without an open question for the rating."""
        rated = [
            replace(item, rated=True) if isinstance(item, Answered) and item.code == code else item
            for item in self.office_messages
        ]
        question = None if self.question and self.question.purpose == "rating" else self.question
        return replace(self, office_messages=rated, question=question)

    def after_supplement(self, code: str) -> Conversation:
        """Return the conversation after a supplement for this petition. A message about its answer stays."""
        remaining = [item for item in self.office_messages if not (isinstance(item, Requested) and item.code == code)]
        return replace(self, office_messages=remaining)

    def without(self, code: str) -> Conversation:
        """Return the conversation without the office's message about this petition."""
        return replace(self, office_messages=[item for item in self.office_messages if item.code != code])
