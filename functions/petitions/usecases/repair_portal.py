"""Puts a difference between the portal and this system right: by telling the portal, or by taking over what it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import telemetry
from petitions.domain.inbound import Filed, Inbound
from petitions.domain.lifecycle import Role
from petitions.domain.petition import Petition, petition_path
from petitions.domain.portal_compare import Side, There, compare, local_side
from petitions.domain.portal_differences import Difference, Kind, difference_path
from petitions.errors import Conflict, NotFound, Rejected, Retryable
from petitions.ports import DELETE, Clock, Message, Outcome, Portal, PortalRecord, Publisher, Query, Store, Transaction
from petitions.usecases.apply_change import ApplyChange
from petitions.usecases.changes import Actor, change, petition_in
from petitions.usecases.outbox import commit

MOST = 20
BUDGET = timedelta(seconds=5)
"""No repair is begun later than this after the first one: the rest of the wishes wait for the next pull."""

_WORDLESS = {Kind.CONFLICT, Kind.TWIN}


class PortalSilent(Conflict):
    """The portal does not answer: nothing was repaired, and it is worth while to try again."""


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

        Raises NotFound, Conflict for what only a person can decide, PortalSilent while the portal does not answer.
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
        """Do the repairs that people asked for; returns how many were done.

        What cannot be done is open again; while the portal is silent the wishes stay. One that fails stops no other,
        nor the pull.
        """
        query = Query("portal_differences", where=(("state", "==", "wanted"),), limit=MOST)
        began, done = self.clock.now(), 0
        for document in self.store.find(query):
            if self.clock.now() - began > BUDGET:
                break
            try:
                self(document.id, str(document.data.get("by", "operator")))
                done += 1
            except (PortalSilent, Retryable) as error:
                telemetry.log("WARNING", "repair waits", difference=document.id, reason=error.reason)
                break
            except Exception as error:  # noqa: BLE001 - whatever it is, a person must see it, and the others go on
                self.store.update(difference_path(document.id), {"state": "open"})
                reason = error.reason if isinstance(error, Rejected) else type(error).__name__
                telemetry.log(
                    "ERROR", "repair failed", metric="portal_repair_failed", difference=document.id, reason=reason
                )
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
            learned = {"sync.national_code": record.national_code, "sync.submitting_since": DELETE}
            self.store.update(petition_path(difference.code), learned)
        elif take and record is not None:
            self._take(record, take, now)
        else:
            self._tell_now(difference, now)

    def _record(self, national_code: str) -> PortalRecord | None:
        answer = self.portal.fetch(national_code)
        if answer.outcome is not Outcome.OK:
            raise PortalSilent(f"the portal does not answer: {answer.reason}")
        return answer.items[0] if answer.items else None

    def _tell_all(self, code: str, now: datetime) -> None:
        """From the first line on; each call is looked up first."""

        def work(tx: Transaction) -> None:
            petition = petition_in(tx, code)
            again = {"handled_seq": 0, "verify_seq": petition.version, "next_at": now, "files": []}
            tx.update(petition_path(code), {"sync": petition.sync.model_copy(update=again).stored()})

        self.store.transact(work)

    def _tell_now(self, difference: Difference, now: datetime) -> None:
        """A line that makes the push tell state, answer and rating; what it is stuck at is tried again at once."""

        def work(tx: Transaction) -> list[Message]:
            petition = petition_in(tx, difference.code)
            if petition.sync.refusals:
                if petition.sync.lease_until is not None:
                    return []  # it is being tried
                tx.update(petition_path(petition.code), {"sync.next_at": now, "sync.refusals": 0})
                return []
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
