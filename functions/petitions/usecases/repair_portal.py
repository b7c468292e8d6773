"""Puts a difference between the portal and this system right: by telling the portal, or by taking over what it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions import telemetry
from petitions.domain.inbound import Filed, Inbound
from petitions.domain.lifecycle import Role
from petitions.domain.petition import Petition, petition_path
from petitions.domain.portal_compare import Side, There, compare, local_side
from petitions.domain.portal_differences import Difference, Kind, difference_path
from petitions.errors import Conflict, NotFound, Rejected
from petitions.ports import Clock, Message, Outcome, Portal, PortalRecord, Publisher, Query, Store, Transaction
from petitions.usecases.apply_change import ApplyChange
from petitions.usecases.changes import Actor, change, petition_in
from petitions.usecases.outbox import commit
from petitions.usecases.portal_births import known_there

MOST = 20
_WORDLESS = {Kind.CONFLICT, Kind.TWIN}


@dataclass(frozen=True)
class RepairPortal:
    """Repairs; also the operator's command."""

    store: Store
    publisher: Publisher
    clock: Clock
    portal: Portal
    apply: ApplyChange

    def __call__(self, difference_id: str, by: str) -> Difference:
        """Do the proposed repair of an open difference, as both sides stand now.

        Raises NotFound, and Conflict for what only a person can decide or while the portal does not answer.
        """
        found = self.store.get(difference_path(difference_id))
        if found is None:
            raise NotFound(f"there is no difference {difference_id}")
        difference = Difference.model_validate(found)
        if difference.kind in _WORDLESS:
            raise Conflict("only a person can decide this: act on the petition at the desk, then dismiss it")
        record = self._record(difference.national_code) if difference.national_code else None
        fields = self.store.get(petition_path(difference.code)) if difference.code else None
        petition = Petition.model_validate(fields) if fields else None
        if petition is not None and record is not None:
            here = local_side(petition, self.portal.word_of_state(petition.state), side_of(record).side)
            take = {each.kind: each.take for each in compare(petition, here, side_of(record))}.get(difference.kind, "")
            self.repair(difference, record, take)
        else:
            self.repair(difference, record, "")
        return self.settle(difference, "repaired", by)

    def wanted(self) -> int:
        """Do the repairs that operators asked for; returns how many were done. What cannot be done is open again."""
        query = Query("portal_differences", where=(("state", "==", "wanted"),), limit=MOST)
        done = 0
        for document in self.store.find(query):
            try:
                self(document.id, str(document.data.get("by", "operator")))
                done += 1
            except Rejected as error:
                self.store.update(difference_path(document.id), {"state": "open"})
                telemetry.log("WARNING", "repair refused", difference=document.id, reason=error.reason)
        return done

    def settle(self, difference: Difference, state: str, by: str) -> Difference:
        """Close it: `repaired`, or `dismissed` by a person."""
        self.store.update(difference_path(difference.id), {"state": state, "by": by})
        return difference.model_copy(update={"state": state, "by": by})

    def repair(self, difference: Difference, record: PortalRecord | None, take: str) -> None:
        """What the kind of difference needs; `take` is the kind of change that brings the portal's here."""
        kind, now = difference.kind, self.clock.now()
        if kind is Kind.MISSING_THERE:
            self._tell_all(difference.code, now)
        elif kind is Kind.MISSING_HERE and record is not None:
            self._take(record, "new", now)
        elif kind is Kind.CODE and record is not None:
            self.store.update(petition_path(difference.code), {"sync.national_code": record.national_code})
        elif take and record is not None:
            self._take(record, take, now)
        else:
            self._tell_now(difference, now)

    def _record(self, national_code: str) -> PortalRecord | None:
        answer = self.portal.fetch(national_code)
        if answer.outcome is not Outcome.OK:
            raise Conflict(f"the portal does not answer: {answer.reason}")
        return answer.items[0] if answer.items else None

    def _tell_all(self, code: str, now: datetime) -> None:
        """From the first line on; each call is looked up first."""

        def work(tx: Transaction) -> None:
            petition = petition_in(tx, code)
            again = {"handled_seq": 0, "verify_seq": petition.version, "next_at": now}
            tx.update(petition_path(code), {"sync": petition.sync.model_copy(update=again).stored()})

        self.store.transact(work)

    def _tell_now(self, difference: Difference, now: datetime) -> None:
        """A line that makes the push tell state, answer and rating."""

        def work(tx: Transaction) -> list[Message]:
            petition = petition_in(tx, difference.code)
            reason = f"{difference.kind}: {difference.there or '-'}"
            _, nudge = change(
                tx, petition, {}, action="portal_repair", actor=Actor(Role.SYSTEM), now=now, reason=reason
            )
            return [nudge]

        key = f"{difference.id}:{now.isoformat()}"
        commit(self.store, self.publisher, self.clock, producer="portal-repair", key=key, work=work)

    def _take(self, record: PortalRecord, kind: str, now: datetime) -> None:
        """As if the change had come in the feed: stored, then applied once."""
        filed = record.petition
        at = record.at or now
        inbound = Inbound(
            id=f"record:{record.national_code}:{kind}:{at.isoformat()}",
            kind=kind,
            code=record.code,
            national_code=record.national_code,
            key=record.key,
            text=record.answer if kind == "answered" else "",
            unit=record.unit,
            level=record.level or None,
            filed=Filed.model_validate(filed, from_attributes=True) if filed else None,
            at=at,
            received_at=now,
            raw={},
        )
        self.store.create(inbound.path, inbound.stored())
        self.apply(inbound)


def side_of(record: PortalRecord) -> There:
    """The record for the comparison."""
    side = Side(record.state, record.unit, record.answer, record.level)
    return There(side, record.away, record.returned, record.at)


def petition_of(store: Store, record: PortalRecord) -> Petition | None:
    """The petition here of a record: by our code, else by the national one."""
    fields = store.get(petition_path(record.code)) if record.code else None
    return Petition.model_validate(fields) if fields else known_there(store, record.national_code)
