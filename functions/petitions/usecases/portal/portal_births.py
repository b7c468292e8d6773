"""Petitions that citizens filed on the portal for Hanoi. Those that this side did not submit are filed here too.

A record of the portal is matched with a petition by the key of the submitting call, by the local code, or by the
national code. While the result of a submission is unknown, its record may arrive without any of these. A record that
could be such a submission then waits for a later run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions.domain.language.words import shortened
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.pages.links import OPEN_FOR
from petitions.domain.petition.codes import find_code, make_code
from petitions.domain.petition.petition import (
    PORTAL_FILER,
    TITLE_LENGTH,
    Contact,
    Petition,
    PortalSync,
    RoutingResult,
    UnitNews,
    UnitProposal,
    petition_path,
)
from petitions.domain.portal.national_units import NationalUnits
from petitions.domain.portal.portal_change import InboundChange, PortalFiling
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import HANOI, replace
from petitions.domain.units.directory import COORDINATORS, Directory
from petitions.ports.messages import Message
from petitions.ports.store import Query, Reader, Store, Transaction
from petitions.ports.world import Ids
from petitions.usecases.shared.petition_changes import Actor, begin_petition
from petitions.usecases.shared.timekeeping import Timekeeping

OPEN_SUBMISSION_FOR = timedelta(hours=1)
"""How long a submission without result delays all records without our code. After that, only similar ones."""

_OPEN = 200


@dataclass(frozen=True)
class PortalBirths:
    """Finds or creates the petition for a record on the portal."""

    ids: Ids
    units: NationalUnits
    timekeeping: Timekeeping

    def must_wait(self, store: Store, inbound: InboundChange, now: datetime) -> bool:
        """Return whether the portal's record may be a submission from here whose result is unknown."""
        filed = inbound.filed
        if filed is None or own_code(inbound) or known_there(store, inbound.national_code):
            return False
        query = Query(
            "petitions",
            where=(("sync.submitting_since", "<=", now),),
            order_by=("sync.submitting_since",),
            limit=_OPEN,
        )
        submitting = (Petition.model_validate(document.data) for document in store.find(query))
        return any(_young(petition, now) or _alike(petition, filed) for petition in submitting)

    def find(self, tx: Transaction, inbound: InboundChange) -> Petition | None:
        """Return the petition of a change, found by the local code in it or else by the national code, or None."""
        code = own_code(inbound)
        if code:
            found = tx.get(petition_path(code))
            return None if found is None else Petition.model_validate(found)
        return None if inbound.code else known_there(tx, inbound.national_code)

    def create(
        self, tx: Transaction, inbound: InboundChange, filed: PortalFiling, now: datetime
    ) -> tuple[Petition, Message]:
        """Create the petition with its reception clock. Return the petition and the message to publish.

        If the portal has chosen a unit, the petition goes there. Otherwise the routing finds one.
        """
        code = make_code(now.astimezone(HANOI).date(), self.ids.code_letters())
        unit, ward = self.units.unit_of(filed.unit), self.units.unit_of(filed.ward)
        created = Petition(
            code=code,
            source="portal",
            citizen=PORTAL_FILER,
            petition_class="vbqppl" if filed.kind == "vbqppl" else "pakn",
            title=filed.title or shortened(filed.content, TITLE_LENGTH),
            content=filed.content,
            address=filed.address,
            ward=ward if ward and self.units.directory.ward(ward) else None,
            contact=Contact(name=filed.name, phone=filed.phone),
            state=State.NEW,
            unit=unit or COORDINATORS,
            held_by=[unit] if unit else [],
            routed=routed_there(unit, self.units.directory, now) if unit else None,
            news=UnitNews(at=now, kinds=["new"]) if unit else None,
            sync=PortalSync(national_code=inbound.national_code),
            filed_at=filed.at,
            page=self.ids.token(),
            page_until=now + OPEN_FOR,
        )
        return begin_petition(tx, created, self.timekeeping, Actor(Role.PORTAL), now)


def own_code(inbound: InboundChange) -> str:
    """Return the local code in the change or in the key of the submitting call, or "". Malformed codes are ignored."""
    for named in (inbound.code, inbound.key.partition(":")[0]):
        if named and find_code(named) == named:
            return named
    return ""


def known_there(reader: Reader, national_code: str) -> Petition | None:
    """Return the petition that has this national code, or None."""
    if not national_code:
        return None
    query = Query("petitions", where=(("sync.national_code", "==", national_code),), limit=1)
    return next((Petition.model_validate(document.data) for document in reader.find(query)), None)


def with_national_code(petition: Petition, national_code: str) -> Petition:
    """Return the petition with the national code from the portal, which ends its open submission."""
    known: dict[str, Any] = {"national_code": national_code, "submitting_since": None}
    return replace(petition, sync=replace(petition.sync, **known))


def routed_there(unit: str, directory: Directory, now: datetime) -> RoutingResult:
    """Return a routing result with the unit that the portal chose, so that the petition is not routed again."""
    return RoutingResult(
        proposals=[UnitProposal(unit=unit, score=1.0)],
        why=["portal"],
        confidence=1.0,
        auto=True,
        directory_version=directory.version,
        at=now,
    )


def _young(petition: Petition, now: datetime) -> bool:
    since = petition.sync.submitting_since
    return since is not None and now in Until(since + OPEN_SUBMISSION_FOR)


def _alike(petition: Petition, filed: PortalFiling) -> bool:
    return petition.content == filed.content and petition.contact.phone == filed.phone
