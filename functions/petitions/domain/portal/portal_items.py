"""The values that this system and the national portal exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from petitions.domain.shared.outcome import Outcome

T = TypeVar("T")


@dataclass(frozen=True)
class PortalSubmission:
    """A petition as one side first tells the other of it. `unit` and `ward` are codes of our directory.

    `code` is ours, empty for one that was filed there; `kind` is its class (pakn, vbqppl).
    """

    code: str
    title: str
    content: str
    name: str
    address: str
    phone: str
    unit: str
    unit_name: str
    ward: str
    kind: str
    at: datetime
    email: str = ""


@dataclass(frozen=True)
class PortalStatus:
    """A petition's state (ours) and the unit that holds it. The portal knows its own petitions by the national code."""

    code: str
    national_code: str
    state: str
    unit: str
    unit_name: str
    at: datetime


@dataclass(frozen=True)
class PortalAnswer:
    """The approved answer."""

    code: str
    national_code: str
    text: str
    author: str
    unit_name: str
    at: datetime


@dataclass(frozen=True)
class PortalRating:
    """How satisfied the citizen is: 1 very, 2, 3 not."""

    code: str
    national_code: str
    level: int
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class PortalFile:
    """A file of the petition or of its answer; `id` is ours, by which the portal keeps it once."""

    code: str
    national_code: str
    id: str
    purpose: str
    name: str
    media_type: str
    content: bytes = field(repr=False)


PortalItem = PortalSubmission | PortalStatus | PortalAnswer | PortalRating


@dataclass(frozen=True)
class PortalReply:
    """What a call came to. `reason` is a stable word for logs; `national_code` only if the portal gave it.

    A look-up is OK also when the portal has nothing under that key: then `found` is False. `down` says that the
    portal as a whole is not there (no connection, no session, silence), not that it said no to this call.
    """

    outcome: Outcome
    reason: str = ""
    found: bool = False
    national_code: str | None = None
    down: bool = False


@dataclass(frozen=True)
class PortalChange:
    """Something that was done on the portal. `kind` is ours, None if the portal's word for it is not known here.

    `id` is the change's identity there; `code` is ours and `key` that of our call, empty if the portal did not give
    them; `raw` is what came. `strange` names a field that holds a code which is not known here. `unit` is the unit of
    ours that it names, `level` a rating, `petition` what was filed there.
    """

    id: str
    kind: str | None
    code: str
    national_code: str
    text: str
    at: datetime | None
    raw: Mapping[str, Any]
    key: str = ""
    unit: str = ""
    level: int | None = None
    petition: PortalSubmission | None = None
    strange: str = ""


@dataclass(frozen=True)
class PortalRecord:
    """A petition as the portal holds it now. `state` is the portal's word; `level` 0 means no rating.

    `away` says that another authority holds it, `returned` that its answer waits to be given again; `petition` is
    what was filed.
    """

    national_code: str
    code: str
    key: str
    state: str
    unit: str
    answer: str
    level: int
    away: bool
    returned: bool
    at: datetime | None
    petition: PortalSubmission | None


@dataclass(frozen=True)
class PortalPage(Generic[T]):
    """A page of what the portal lists, nothing unless the outcome is OK; `more` pages may follow."""

    outcome: Outcome
    reason: str = ""
    items: tuple[T, ...] = ()
    more: bool = False
    down: bool = False
