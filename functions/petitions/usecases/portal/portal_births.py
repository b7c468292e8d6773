"""A petition that was filed on the portal for Hanoi becomes one here, unless it is one of ours coming back.

It is matched by the key of our call, by our code, then by the national code. While a submission of ours is open, its
record may come back without any of them: what could be it waits a cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.language.words import shortened
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.petition.codes import find_code, make_code
from petitions.domain.petition.petition import (
    COORDINATORS,
    Contact,
    News,
    Petition,
    Proposal,
    Routed,
    Sync,
    petition_path,
)
from petitions.domain.portal.portal_change import Filed, Inbound
from petitions.domain.shared.records import HANOI
from petitions.domain.units.directory import Directory
from petitions.ports.messages import Message
from petitions.ports.store import Query, Reader, Store, Transaction
from petitions.ports.world import Ids
from petitions.usecases.petition.file_petition import TITLE_LENGTH
from petitions.usecases.shared.petition_changes import Actor, begin
from petitions.usecases.shared.timekeeping import Timekeeping

CITIZEN = "portal"
"""In place of a citizen of the channel: nobody is known under it, so that nothing is sent on Zalo."""

HOLD = timedelta(hours=1)
"""So long an open submission holds up every petition that carries no mark of ours; then only what is like it."""

_OPEN = 200


@dataclass(frozen=True)
class PortalBirths:
    """Finds and makes petitions for what the portal lists."""

    ids: Ids
    directory: Directory
    timekeeping: Timekeeping

    def must_wait(self, store: Store, inbound: Inbound, now: datetime) -> bool:
        """Whether this may be a submission of ours whose end is not known yet."""
        filed = inbound.filed
        if filed is None or own_code(inbound) or known_there(store, inbound.national_code):
            return False
        query = Query(
            "petitions",
            where=(("sync.submitting_since", "<=", now),),
            order_by=("sync.submitting_since",),
            limit=_OPEN,
        )
        submitting = (Petition.model_validate(each.data) for each in store.find(query))
        return any(_young(each, now) or _alike(each, filed) for each in submitting)

    def find(self, tx: Transaction, inbound: Inbound) -> Petition | None:
        """The petition that a change is about: by our code where the portal gives one, else by the national code."""
        code = own_code(inbound)
        if code:
            found = tx.get(petition_path(code))
            return None if found is None else Petition.model_validate(found)
        return None if inbound.code else known_there(tx, inbound.national_code)

    def bear(self, tx: Transaction, inbound: Inbound, filed: Filed, now: datetime) -> tuple[Petition, Message]:
        """The petition with its reception clock; the portal's choice of a unit holds, else routing finds one."""
        code = make_code(now.astimezone(HANOI).date(), self.ids.code_letters())
        unit = filed.unit if self.directory.knows(filed.unit) else ""
        born = Petition(
            code=code,
            source="portal",
            citizen=CITIZEN,
            petition_class="vbqppl" if filed.kind == "vbqppl" else "pakn",
            title=filed.title or shortened(filed.content, TITLE_LENGTH),
            content=filed.content,
            address=filed.address,
            ward=filed.ward if self.directory.ward(filed.ward) else None,
            contact=Contact(name=filed.name, phone=filed.phone),
            state=State.NEW,
            unit=unit or COORDINATORS,
            held_by=[unit] if unit else [],
            routed=routed_there(unit, self.directory, now) if unit else None,
            news=News(at=now, kinds=["new"]) if unit else None,
            sync=Sync(national_code=inbound.national_code),
            filed_at=filed.at,
        )
        return begin(tx, born, self.timekeeping, Actor(Role.PORTAL), now)


def own_code(inbound: Inbound) -> str:
    """Our code, if the change carries it or the key of a call of ours; only a well-formed one may become a path."""
    for named in (inbound.code, inbound.key.partition(":")[0]):
        if named and find_code(named) == named:
            return named
    return ""


def known_there(reader: Reader, national_code: str) -> Petition | None:
    """The petition that has this national code."""
    if not national_code:
        return None
    query = Query("petitions", where=(("sync.national_code", "==", national_code),), limit=1)
    return next((Petition.model_validate(each.data) for each in reader.find(query)), None)


def routed_there(unit: str, directory: Directory, now: datetime) -> Routed:
    """The portal has said whose it is: the machine is not asked."""
    return Routed(
        proposals=[Proposal(unit=unit, score=1.0)],
        why=["portal"],
        confidence=1.0,
        auto=True,
        directory_version=directory.version,
        at=now,
    )


def _young(petition: Petition, now: datetime) -> bool:
    since = petition.sync.submitting_since
    return since is not None and now - since < HOLD


def _alike(petition: Petition, filed: Filed) -> bool:
    return petition.content == filed.content and petition.contact.phone == filed.phone
