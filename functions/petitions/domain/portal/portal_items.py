"""Values that this system and the national portal exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from petitions.domain.shared.outcome import Outcome

T = TypeVar("T")


@dataclass(frozen=True)
class PortalSubmission:
    """A petition as one side first submits it to the other."""

    code: str
    """Our code, or empty if it was filed there."""
    title: str
    content: str
    name: str
    address: str
    phone: str
    unit: str
    """The unit's national code, or empty if it has none or no unit is chosen yet."""
    unit_name: str
    ward: str
    """The ward's national code, or empty if it is not known."""
    kind: str
    """The class: pakn or vbqppl."""
    at: datetime
    email: str = ""


@dataclass(frozen=True)
class PortalStatus:
    """A petition's state and the unit that holds it, with all the words about the step for its filer."""

    code: str
    national_code: str
    """The code by which the portal knows petitions that were filed there."""
    state: str
    """Our word."""
    unit: str
    """The unit's national code, or empty if it has none."""
    unit_name: str
    at: datetime
    step: str
    """The action, in Vietnamese."""
    words: str = ""
    """The words to the filer: the reason, the request for a supplement, the guidance."""
    due: Mapping[str, datetime] = field(default_factory=dict)
    """The promised instants of the next steps, by the name of the clock: reception, answer, supplement."""


@dataclass(frozen=True)
class PortalAnswer:
    """The approved answer."""

    code: str
    national_code: str
    text: str
    author: str
    """The name of the officer who signed or approved it, or empty if it is not known."""
    position: str
    unit_name: str
    at: datetime


@dataclass(frozen=True)
class PortalRating:
    """The citizen's rating."""

    code: str
    national_code: str
    level: int
    """1 very satisfied, 2 satisfied, 3 not satisfied."""
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class PortalFile:
    """A file of the petition or of its answer."""

    code: str
    national_code: str
    id: str
    """Our id, by which the portal stores the file once."""
    purpose: str
    name: str
    media_type: str
    content: bytes = field(repr=False)


PortalItem = PortalSubmission | PortalStatus | PortalAnswer | PortalRating


@dataclass(frozen=True)
class PortalReply:
    """The result of a call to the portal."""

    outcome: Outcome
    """OK also for a look-up that finds nothing under its key."""
    reason: str = ""
    """A stable word for logs."""
    found: bool = False
    """Whether a look-up found something."""
    national_code: str | None = None
    """Present only if the portal gave it."""
    down: bool = False
    """Whether the portal as a whole is not there (no connection, no session, silence) rather than refusing the call."""


@dataclass(frozen=True)
class PortalChange:
    """A change made on the portal."""

    id: str
    """The change's identity on the portal."""
    kind: str | None
    """Our word for the kind, or None if the portal's word is not known here."""
    code: str
    """Our code, or empty if the portal did not give it."""
    national_code: str
    text: str
    at: datetime | None
    raw: Mapping[str, Any]
    """The change as it came."""
    key: str = ""
    """The key of our call, or empty if the portal did not give it."""
    unit: str = ""
    """The national code of the unit of ours that the change names."""
    level: int | None = None
    """A rating."""
    petition: PortalSubmission | None = None
    """A petition that was filed on the portal."""
    strange: str = ""
    """The name of a field with a code that is not known here."""


@dataclass(frozen=True)
class PortalRecord:
    """A petition as the portal holds it now."""

    national_code: str
    code: str
    key: str
    state: str
    """The portal's word."""
    unit: str
    """Its national code."""
    answer: str
    level: int
    """0 means no rating."""
    away: bool
    """Whether another authority holds it."""
    returned: bool
    """Whether its answer has to be given again."""
    at: datetime | None
    petition: PortalSubmission | None
    """The petition as it was filed."""


@dataclass(frozen=True)
class PortalPage(Generic[T]):
    """A page of a listing by the portal."""

    outcome: Outcome
    reason: str = ""
    items: tuple[T, ...] = ()
    """Empty unless the outcome is OK."""
    more: bool = False
    """Whether further pages may follow."""
    down: bool = False
