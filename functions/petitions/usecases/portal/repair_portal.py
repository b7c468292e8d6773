"""The repair of a difference with the portal: the local state is sent, or the portal's state is taken over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from petitions import telemetry
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.portal.portal_change import InboundChange, PortalFiling
from petitions.domain.portal.portal_compare import ComparedSide, PortalSide, compare, local_side
from petitions.domain.portal.portal_differences import Difference, DifferenceKind, difference_path
from petitions.domain.portal.portal_items import PortalRecord
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, NotFound, Rejected, Retryable
from petitions.ports.messages import Message, Publisher
from petitions.ports.portal import Portal
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.portal.apply_change import ApplyChange
from petitions.usecases.portal.portal_births import with_national_code
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import (
    Actor,
    Change,
    change_petition,
    changed_fields,
    last_filer_text,
    petition_in,
)

MOST_REPAIRS = 20
BUDGET = timedelta(seconds=5)
"""No repair is begun later than this after the first one. The rest waits for the next pull."""

_WORDLESS = {DifferenceKind.CONFLICT, DifferenceKind.TWIN}


class PortalSilent(Conflict):
    """Raised if the portal does not answer. Nothing was repaired, and a later attempt may succeed."""


@dataclass(frozen=True)
class RepairPortal:
    """Repairs differences, for the pull and for the operator's command."""

    store: Store
    publisher: Publisher
    clock: Clock
    portal: Portal
    apply: ApplyChange

    def __call__(self, difference_id: str, by: str) -> Difference:
        """Do the proposed repair of an open difference, after reading both sides again. Return the closed difference.

        Raise NotFound, Conflict if a person must decide, or PortalSilent.
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
            here = self.side_here(petition, record)
            take = {
                found_difference.kind: found_difference.take
                for found_difference in compare(petition, here, side_of(record))
            }.get(difference.kind, "")
            self.repair(difference, record, take)
        else:
            self.repair(difference, record, "")
        return self.settle(difference, "repaired", by)

    def repair_requested(self) -> int:
        """Do the repairs that officers requested, and return their number.

        A failed repair is open again and does not stop the rest. While the portal does not answer, requests stay.
        """
        query = Query("portal_differences", where=(("state", "==", "wanted"),), limit=MOST_REPAIRS)
        budget, done = UpTo(self.clock.now() + BUDGET), 0
        for document in self.store.find(query):
            if budget.is_over(self.clock.now()):
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

    def settle(self, difference: Difference, state: Literal["repaired", "dismissed"], by: str) -> Difference:
        """Mark the difference as `repaired`, or as `dismissed` by a person."""
        self.store.update(difference_path(difference.id), {"state": state, "by": by})
        return replace(difference, state=state, by=by)

    def repair(self, difference: Difference, record: PortalRecord | None, take: str) -> None:
        """Do the repair for this kind of difference. `take` names the portal's change to take over, or is ""."""
        kind, now = difference.kind, self.clock.now()
        if kind is DifferenceKind.MISSING_THERE:
            self._tell_all(difference.code, now)
        elif kind is DifferenceKind.MISSING_HERE and record is not None:
            self._take(record, "new", now)
        elif kind is DifferenceKind.CODE and record is not None:
            self._learn(difference.code, record.national_code)
        elif take and record is not None:
            self._take(record, take, now)
        else:
            self._tell_now(difference, now)

    def side_here(self, petition: Petition, record: PortalRecord) -> ComparedSide:
        """Return the local state for the comparison with the record, in the portal's words and codes.

        The portal may still use the code of a unit that was merged into a local one. Both then count as the same unit.
        """
        units = self.apply.units
        same = units.unit_of(record.unit) == units.directory.heir(petition.unit)
        unit = record.unit if same else units.code_of(petition.unit) or ""
        return local_side(petition, self.portal.word_of_state(petition.state), unit, side_of(record).side)

    def _record(self, national_code: str) -> PortalRecord | None:
        answer = self.portal.fetch(national_code)
        if answer.outcome is not Outcome.OK:
            raise PortalSilent(f"the portal does not answer: {answer.reason}")
        return answer.items[0] if answer.items else None

    def _learn(self, code: str, national_code: str) -> None:
        def keep_code(tx: Transaction) -> None:
            petition = petition_in(tx, code)
            tx.update(petition_path(code), changed_fields(petition, with_national_code(petition, national_code)))

        self.store.transact(keep_code)

    def _tell_all(self, code: str, now: datetime) -> None:
        def start_over(tx: Transaction) -> None:
            petition = petition_in(tx, code)
            again: dict[str, Any] = {"handled_seq": 0, "verify_seq": petition.version, "next_at": now, "files": []}
            tx.update(petition_path(code), {"sync": replace(petition.sync, **again).stored()})

        self.store.transact(start_over)

    def _tell_now(self, difference: Difference, now: datetime) -> None:
        def write_line(tx: Transaction) -> list[Message]:
            petition = petition_in(tx, difference.code)
            if petition.sync.refusals:
                if petition.sync.lease_until is not None:
                    return []  # it is being tried
                tx.update(petition_path(petition.code), {"sync.next_at": now, "sync.refusals": 0})
                return []
            reason = f"{difference.kind}: {difference.there or '-'}"
            _, nudge = change_petition(
                tx,
                petition,
                {},
                Change(
                    RecordedAction.PORTAL_REPAIR,
                    Actor(Role.SYSTEM),
                    now,
                    reason=reason,
                    filer_text=last_filer_text(tx, petition),
                ),
            )
            return [nudge]

        key = f"{difference.id}:{now.isoformat()}"
        commit(self.store, self.publisher, self.clock, producer="portal-repair", key=key, body=write_line)

    def _take(self, record: PortalRecord, kind: str, now: datetime) -> None:
        filed = record.petition
        at = record.at or now
        inbound = InboundChange(
            id=f"record:{record.national_code}:{kind}:{at.isoformat()}",
            kind=kind,
            code=record.code,
            national_code=record.national_code,
            key=record.key,
            text=record.answer if kind == "answered" else "",
            unit=record.unit,
            level=record.level or None,
            filed=PortalFiling.model_validate(filed, from_attributes=True) if filed else None,
            at=at,
            received_at=now,
            raw={},
        )
        self.store.create(inbound.path, inbound.stored())
        self.apply(inbound)


def side_of(record: PortalRecord) -> PortalSide:
    """Return the state of a record on the portal, for the comparison."""
    side = ComparedSide(record.state, record.unit, record.answer, record.level)
    return PortalSide(side, record.away, record.returned, record.at)
