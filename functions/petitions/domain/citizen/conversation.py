"""The state of a citizen's conversation: the current activity, messages from offices, and the open question."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from petitions.domain.citizen.draft import ConversationStep, InputPart, PetitionDraft, SaidValue
from petitions.domain.shared.records import Instant, Record, replace


class Nothing(Record):
    """No activity."""

    kind: Literal["nothing"] = "nothing"


class Writing(Record):
    """A petition is being written."""

    kind: Literal["writing"] = "writing"
    step: ConversationStep
    draft: PetitionDraft = PetitionDraft()
    missed: int = 0
    """How many times in a row the open question was not answered."""


class Adding(Record):
    """Inputs are added to a petition already filed, until "xong" or a silence."""

    kind: Literal["adding"] = "adding"
    code: str
    at: Instant
    """The time of the newest addition."""
    correcting: bool = False
    """Whether these additions are corrections."""


Stage = Annotated[Nothing | Writing | Adding, Field(discriminator="kind")]


class Answered(Record):
    """A petition was answered."""

    kind: Literal["answered"] = "answered"
    code: str
    at: Instant
    rated: bool = False


class Refused(Record):
    """A petition was refused."""

    kind: Literal["refused"] = "refused"
    code: str
    at: Instant


class Requested(Record):
    """A unit asked for a supplement and still waits for it."""

    kind: Literal["requested"] = "requested"
    code: str
    at: Instant


class OfficerAnswer(Record):
    """An officer answered a request for contact through the inbox."""

    request: str
    """The id of the request."""
    at: Instant


Told = Annotated[Answered | Refused | Requested, Field(discriminator="kind")]
MOST_TOLD = 20

QuestionPurpose = Literal[
    "menu", "rating", "view", "add", "correct", "withdraw", "withdraw_sure", "rate", "reason", "erase", "belongs",
    "meant", "matters", "reconsider", "review", "callback", "whose", "sender",
]  # fmt: skip
"""The purpose of a numbered question outside a draft."""


class OpenQuestion(Record):
    """The last numbered question outside a draft."""

    purpose: QuestionPurpose
    codes: list[str] = Field(default_factory=list)
    """The petitions to choose from, in the order of their numbers."""
    readings: list[str] = Field(default_factory=list)
    """The commands to choose from, in the order of their numbers."""
    draft: PetitionDraft | None = None
    """The draft to restore after a change of mind."""
    level: int | None = None
    """The level that the words of a rating seemed to give."""
    parts: list[InputPart] = Field(default_factory=list)
    """The parts that wait to be assigned to one of them."""
    values: list[SaidValue] = Field(default_factory=list)
    """The values whose owner is asked for, or to choose from."""
    at: Instant


class Filed(Record):
    """The petition that was filed last."""

    code: str
    at: Instant
    """Zalo's time of its confirmation."""


class OpenDanger(Record):
    """A reported danger that is not over."""

    kind: str
    at: Instant
    """Zalo's time of the newest message about it."""
    placed: bool = False
    """Whether the citizen has given their location."""


class Pace(Record):
    """The replies of the last minute."""

    at: Instant
    replies: int
    flooding: bool = False
    """Whether there are too many replies. If so, the citizen has been notified (`flood_control`)."""


class Conversation(Record):
    """The state of the conversation."""

    stage: Stage = Nothing()
    told: list[Told] = Field(default_factory=list)
    """The messages of offices about petitions, the newest first. At most one per petition."""
    officer: OfficerAnswer | None = None
    """The newest answer of an officer to a request for contact."""
    question: OpenQuestion | None = None
    filed: Filed | None = None
    danger: OpenDanger | None = None
    last_at: Instant | None = None
    """Zalo's time of the newest input applied."""
    acknowledged_at: Instant | None = None
    pace: Pace | None = None

    @property
    def draft(self) -> PetitionDraft | None:
        """Return the draft, if one is being written."""
        return self.stage.draft if isinstance(self.stage, Writing) else None

    @property
    def step(self) -> ConversationStep | None:
        """Return the step that the draft waits at, or None without a draft."""
        return self.stage.step if isinstance(self.stage, Writing) else None

    @property
    def missed(self) -> int:
        """Return how many answers to the open question were not understood."""
        return self.stage.missed if isinstance(self.stage, Writing) else 0

    @property
    def adding(self) -> Adding | None:
        """Return the addition under way, if there is one."""
        return self.stage if isinstance(self.stage, Adding) else None

    @property
    def requested(self) -> list[str]:
        """Return the codes of petitions whose units wait for a supplement, the oldest request first."""
        return [item.code for item in reversed(self.told) if isinstance(item, Requested)]

    @property
    def flooding(self) -> bool:
        """Return whether the citizen has been notified that they write too fast."""
        return self.pace is not None and self.pace.flooding

    def unrated(self) -> Answered | None:
        """Return the newest answer that may be rated."""
        return next((answered for answered in self.told if isinstance(answered, Answered) and not answered.rated), None)

    def hears(self, message: Answered | Refused | Requested) -> Conversation:
        """Return the conversation after a message from an office about a petition."""
        return replace(self, told=[message, *self.without(message.code).told][:MOST_TOLD])

    def after_rating(self, code: str) -> Conversation:
        """Return the conversation with the answer rated and the question about it closed."""
        rated = [
            replace(item, rated=True) if isinstance(item, Answered) and item.code == code else item
            for item in self.told
        ]
        question = None if self.question and self.question.purpose == "rating" else self.question
        return replace(self, told=rated, question=question)

    def after_supplement(self, code: str) -> Conversation:
        """Return the conversation after a supplement: the unit no longer waits. An answer may still be rated."""
        remaining = [item for item in self.told if not (isinstance(item, Requested) and item.code == code)]
        return replace(self, told=remaining)

    def without(self, code: str) -> Conversation:
        """Return the conversation without any message from an office about the petition."""
        return replace(self, told=[item for item in self.told if item.code != code])
