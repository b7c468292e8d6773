"""The elements of a turn of the conversation: an input and its possible effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import QuestionPurpose
from petitions.domain.citizen.draft import InputPart, PetitionDraft
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Location
from petitions.domain.understanding.acts import Situation
from petitions.domain.understanding.message_reader import Said
from petitions.domain.understanding.values import SaidValues


class CityGuide(Protocol):
    """The knowledge of Hanoi that the conversation needs."""

    @property
    def petitions_a_day(self) -> int:
        """Return how many petitions one person may file on one day."""
        ...

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        """Return the codes of the wards that fit, best first, and whether the first is sure."""
        ...

    def ward_name(self, code: str) -> str:
        """Return the ward's name with its type."""
        ...

    def nature(self, text: str) -> str | None:
        """Return the kind of guidance that a text needs (a value of `guidance.GUIDANCE_KINDS`, or `FIELD`), or None."""
        ...

    def values(self, text: str) -> SaidValues:
        """Return the values that a message of a story holds."""
        ...

    def responsible(self, text: str, *, surely: bool) -> str | None:
        """Return the unit that is likeliest, or surely, responsible for what the text tells; None if it tells none."""
        ...

    def read(self, text: str, situation: Situation) -> Said:
        """Return the reading of a message."""
        ...


@dataclass(frozen=True)
class Say:
    """A text of the catalogue with its parameters."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FilePetition:
    """The citizen confirmed: file a petition from this draft."""

    draft: PetitionDraft
    at: datetime
    """Zalo's time of the confirmation."""


@dataclass(frozen=True)
class RateAnswer:
    """The citizen's rating of an answer, with the reason if given."""

    code: str
    level: int
    reason: str | None = None


@dataclass(frozen=True)
class GiveRatingReason:
    """The reason for a low rating."""

    code: str
    reason: str
    quiet: bool = False
    """Whether nothing is said of it, because more is said of the same words."""


@dataclass(frozen=True)
class LookUpStatus:
    """The citizen asks for the status of a petition."""

    code: str


@dataclass(frozen=True)
class AddToPetition:
    """Parts to add to a petition already filed."""

    code: str
    parts: tuple[InputPart, ...]
    quiet: bool = False
    """Whether to send no reply, as within a burst."""
    by: Literal["citizen", "officer"] = "citizen"
    correction: bool = False


@dataclass(frozen=True)
class AskWhichPetition:
    """A question about own petitions that needs their states; `own_petitions.resolve_question` answers it."""

    purpose: QuestionPurpose | Literal["duplicate", "status", "amend"]
    codes: tuple[str, ...]
    parts: tuple[InputPart, ...] = ()
    """The correction, for the purpose `amend`."""


@dataclass(frozen=True)
class WithdrawPetition:
    """The citizen withdraws a petition."""

    code: str


@dataclass(frozen=True)
class EraseCitizenData:
    """The citizen asks for the erasure of their data."""


@dataclass(frozen=True)
class GuidanceGiven:
    """Guidance instead of, or before, a petition; it is recorded under `id`."""

    id: str
    kind: str
    text: str


@dataclass(frozen=True)
class ContactWanted:
    """The citizen needs a person; carrying it out also tells them who was told, if the reason has words for that."""

    why: ContactReason
    text: str = ""
    code: str | None = None
    """The petition that it is about."""


@dataclass(frozen=True)
class ReplyToOfficer:
    """The citizen writes back to an officer who answered their request for contact."""

    request: str
    """The id of the request."""
    text: str


@dataclass(frozen=True)
class AskContactInfo:
    """Send Zalo's form for contact data with the reply."""


@dataclass(frozen=True)
class GuidanceEnded:
    """The outcome of drafts for which guidance was given."""

    ids: tuple[str, ...]
    outcome: Literal["filed", "cancelled"]


Effect = (
    Say
    | AskContactInfo
    | FilePetition
    | RateAnswer
    | GiveRatingReason
    | LookUpStatus
    | AddToPetition
    | AskWhichPetition
    | WithdrawPetition
    | EraseCitizenData
    | GuidanceGiven
    | ContactWanted
    | ReplyToOfficer
    | GuidanceEnded
)


@dataclass(frozen=True)
class OwnPetitionStatus:
    """The state of an own petition."""

    state: State
    rated: bool
    """Whether its answer has been rated."""


@dataclass(frozen=True)
class CitizenInput:
    """An event of a citizen, in Zalo's time; several attachments of an event are several parts."""

    key: str
    at: datetime
    parts: tuple[InputPart, ...]
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    quoted: str | None = None
    """The petition of the message that this one replies to."""
    said: Said | None = None
    """The reading of its text; None if it has none."""
    burst: bool = False
    """Whether it follows an acknowledged input so closely that it needs no acknowledgement."""

    @property
    def read(self) -> Said:
        """Return the reading of its text. Raise ValueError if it has none."""
        if self.said is None:
            raise ValueError("the input has no text")
        return self.said

    @property
    def text(self) -> str:
        """Return the typed text, or ""."""
        return "\n".join(part.text for part in self.parts if part.text)

    @property
    def location(self) -> Location | None:
        """Return the shared position, or None."""
        return next((part.location for part in self.parts if part.location), None)


@dataclass(frozen=True)
class ConversationTurn:
    """The citizen after an input, and its effects."""

    citizen: Citizen
    effects: tuple[Effect, ...] = ()

    def say(self, key: str, **params: Any) -> ConversationTurn:
        """Return the turn with another text to say."""
        return replace(self, effects=(*self.effects, Say(key, params)))

    def say_first(self, key: str, **params: Any) -> ConversationTurn:
        """Return the turn with a text before what it says."""
        return self.first(Say(key, params))

    def first(self, *effects: Effect) -> ConversationTurn:
        """Return the turn with these effects before the others."""
        return replace(self, effects=(*effects, *self.effects))

    def then(self, *effects: Effect) -> ConversationTurn:
        """Return the turn with these effects after the others."""
        return replace(self, effects=(*self.effects, *effects))
