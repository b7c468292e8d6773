"""The values that this system and the national portal exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from petitions.domain.shared.outcome import Outcome

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class PortalSubmission:
    """A petition as one side first sends it to the other."""

    code: str
    """This system's code. "" if the petition was filed on the portal."""
    title: str
    content: str
    name: str
    address: str
    phone: str
    email: str = ""
    unit: str
    """The unit's national code. "" if it has none, or if no unit is chosen yet."""
    unit_name: str
    ward: str
    """The ward's national code, or "" if it is unknown."""
    kind: str
    """The portal's class of the petition: pakn or vbqppl."""
    at: datetime


@dataclass(frozen=True)
class PortalStatus:
    """A petition's state and unit after a step, with the texts about the step for the filer."""

    code: str
    national_code: str
    """The portal's code of a petition that was filed there."""
    state: str
    """This system's name of the state."""
    unit: str
    """The unit's national code, or "" if it has none."""
    unit_name: str
    at: datetime
    step: str
    """The Vietnamese name of the step."""
    words: str = ""
    """The text for the filer: the reason, the request for a supplement, or the guidance."""
    due: Mapping[str, datetime] = field(default_factory=dict)
    """The deadlines of the next steps, by the name of the clock: reception, answer, supplement."""


@dataclass(frozen=True)
class PortalAnswer:
    """The approved answer of a petition, to be sent to the portal."""

    code: str
    national_code: str
    text: str
    author: str
    """The name of the officer who signed or approved it, or "" if unknown."""
    position: str
    unit_name: str
    at: datetime


@dataclass(frozen=True)
class PortalRating:
    """The citizen's rating, to be sent to the portal."""

    code: str
    national_code: str
    level: int
    """1 very satisfied, 2 satisfied, 3 not satisfied."""
    reason: str
    at: datetime


@dataclass(frozen=True)
class PortalFile:
    """A file of a petition or of its answer, to be sent to the portal."""

    code: str
    national_code: str
    id: str
    """This system's id of the file. A second call with it stores nothing new on the portal."""
    purpose: str
    name: str
    media_type: str
    content: bytes = field(repr=False)


PortalItem = PortalSubmission | PortalStatus | PortalAnswer | PortalRating


@dataclass(frozen=True)
class PortalReply:
    """The result of a call to the portal."""

    outcome: Outcome
    """The result. OK also for a look-up that found nothing."""
    reason: str = ""
    """A fixed word for the reason of a failure, for logs."""
    found: bool = False
    """Whether a look-up found the call or petition."""
    national_code: str | None = None
    """The national code, if the portal sent it."""
    down: bool = False
    """Whether the portal as a whole is unreachable (no connection, no session, silence), instead of refusing this call.
    """


@dataclass(frozen=True)
class PortalChange:
    """A change made on the portal, as read from one of its listings."""

    id: str
    """The portal's id of the change."""
    kind: str | None
    """This system's name of the kind of change, or None if the portal's name is unknown here."""
    code: str
    """This system's code of the petition, or "" if the portal did not send it."""
    national_code: str
    text: str
    at: datetime | None
    raw: Mapping[str, Any]
    """The change exactly as the portal sent it."""
    key: str = ""
    """The key of this system's own call that caused the change, or ""."""
    unit: str = ""
    """The national code of the unit named in the change."""
    level: int | None = None
    """The level of a rating, or None."""
    petition: PortalSubmission | None = None
    """The petition, if the change is a filing on the portal."""
    strange: str = ""
    """The name of a field whose code is unknown here, or ""."""


@dataclass(frozen=True)
class PortalRecord:
    """A petition's current record on the portal."""

    national_code: str
    code: str
    key: str
    state: str
    """The portal's name of the state."""
    unit: str
    """The national code of the unit that handles the petition."""
    answer: str
    level: int
    """The level of the rating. 0 means no rating."""
    away: bool
    """Whether another authority handles the petition now."""
    returned: bool
    """Whether the petition has to be answered again."""
    at: datetime | None
    petition: PortalSubmission | None
    """The petition as it was filed on the portal."""


@dataclass(frozen=True)
class PortalPage(Generic[T]):
    """A page of a listing by the portal."""

    outcome: Outcome
    reason: str = ""
    items: tuple[T, ...] = ()
    """The items on the page. Empty unless the outcome is OK."""
    more: bool = False
    """Whether further pages of the listing may follow."""
    down: bool = False
