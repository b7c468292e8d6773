"""What the conversation is made of: an input, the effects it may have, and the turn they make together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from petitions.domain.conversation.citizen import Citizen, Draft, Part, Purpose
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Location


class Guide(Protocol):
    """What the conversation must know of Hanoi."""

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        """Codes of the wards that fit, best first, and whether the first is sure."""
        ...

    def ward_name(self, code: str) -> str:
        """The ward's name, with its type."""
        ...

    def nature(self, text: str) -> str | None:
        """What kind of guidance a text calls for (a key of `domain.guidance.KINDS`), or None for a petition."""
        ...


@dataclass(frozen=True)
class Say:
    """A text of the catalogue with its parameters."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FilePetition:
    """The citizen confirmed: a petition is born of this draft."""

    draft: Draft


@dataclass(frozen=True)
class Rate:
    """The citizen's rating of an answer, perhaps with its reason."""

    code: str
    level: int
    reason: str | None = None


@dataclass(frozen=True)
class RateReason:
    """Why the rating was low."""

    code: str
    reason: str


@dataclass(frozen=True)
class LookUp:
    """The citizen asks how a petition stands."""

    code: str


@dataclass(frozen=True)
class AddTo:
    """Something that belongs to a petition already filed; `quiet`: nothing is said to it, as in a burst."""

    code: str
    parts: tuple[Part, ...]
    quiet: bool = False
    by: Literal["citizen", "officer"] = "citizen"
    correction: bool = False


@dataclass(frozen=True)
class Offer:
    """A question about own petitions that needs their states: answered by `own.offered`; `parts` are a correction."""

    purpose: Purpose | Literal["duplicate", "status", "amend"]
    codes: tuple[str, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Withdraw:
    """The citizen takes a petition back."""

    code: str


@dataclass(frozen=True)
class EraseMe:
    """The citizen wants their data erased."""


@dataclass(frozen=True)
class Guided:
    """An answer in words instead of, or before, a petition: recorded under `id`."""

    id: str
    kind: str
    text: str


@dataclass(frozen=True)
class AskInfo:
    """Zalo's form for contact data goes with the reply."""


@dataclass(frozen=True)
class GuidanceEnded:
    """What became of the drafts that were guided: filed or cancelled."""

    ids: tuple[str, ...]
    outcome: Literal["filed", "cancelled"]


Effect = (
    Say
    | AskInfo
    | FilePetition
    | Rate
    | RateReason
    | LookUp
    | AddTo
    | Offer
    | Withdraw
    | EraseMe
    | Guided
    | GuidanceEnded
)


@dataclass(frozen=True)
class Standing:
    """How an own petition stands; `rated`: its answer has been rated."""

    state: State
    rated: bool


@dataclass(frozen=True)
class Input:
    """One event of a citizen, in Zalo's time; several attachments of one event are several parts.

    `quoted` is the petition that the message they replied to was about. `burst`: it follows so closely on one that
    had its acknowledgement that it needs none.
    """

    key: str
    at: datetime
    parts: tuple[Part, ...]
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    quoted: str | None = None
    burst: bool = False

    @property
    def text(self) -> str:
        """What was typed, if anything."""
        return "\n".join(part.text for part in self.parts if part.text)

    @property
    def location(self) -> Location | None:
        """A shared position, if any."""
        return next((part.location for part in self.parts if part.location), None)


@dataclass(frozen=True)
class Turn:
    """The citizen after an input, and what follows from it."""

    citizen: Citizen
    effects: tuple[Effect, ...] = ()

    def say(self, key: str, **params: Any) -> Turn:
        """The same with one more text to say."""
        return replace(self, effects=(*self.effects, Say(key, params)))

    def first(self, *effects: Effect) -> Turn:
        """The same with these effects before the others."""
        return replace(self, effects=(*effects, *self.effects))

    def then(self, *effects: Effect) -> Turn:
        """The same with these effects after the others."""
        return replace(self, effects=(*self.effects, *effects))
