"""The nightly comparison of petitions here and on the portal: numbers, states, and a hash for every petition.

Petitions filed within WINDOW are compared. Differences are stored with a proposed repair, and those that
`portal_differences` calls safe are repaired at once. The numbers of a night are stored as
`portal_state/night-{date}`. Petitions with changes that are not yet pushed or applied are not compared.

Files are not compared: as far as is known, a record of the portal names none of them (`data/portal.json`).
`portal_files.py` sends a file until the portal has accepted or rejected it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from petitions import telemetry
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.confidentiality import may_go_to_portal
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.portal.portal_change import InboundState
from petitions.domain.portal.portal_compare import FoundDifference, compare
from petitions.domain.portal.portal_differences import (
    DIFFERENCE_REPAIRS,
    Difference,
    DifferenceKind,
    difference_id,
    difference_path,
    night_path,
)
from petitions.domain.portal.portal_items import PortalRecord
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import HANOI
from petitions.ports.portal import Portal
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.portal.keep_difference import keep_difference, log_difference, settle_difference
from petitions.usecases.portal.portal_births import known_there
from petitions.usecases.portal.portal_breaker import PortalBreaker
from petitions.usecases.portal.portal_pages import next_page
from petitions.usecases.portal.repair_portal import RepairPortal, side_of

WINDOW = timedelta(days=30)
BUDGET = timedelta(seconds=40)
PAGE = 200
MOST_WAITING = 2000


@dataclass
class _Night:
    since: datetime
    began: datetime
    codes: set[str] = field(default_factory=set)
    national: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    count: Counter[str] = field(default_factory=Counter)
    states_here: Counter[str] = field(default_factory=Counter)
    states_there: Counter[str] = field(default_factory=Counter)
    differences: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class ReconcilePortal:
    """Compares petitions here and on the portal, once a night."""

    store: Store
    clock: Clock
    portal: Portal
    breaker: PortalBreaker
    repair: RepairPortal

    def __call__(self) -> dict[str, Any]:
        """Compare both sides, store and repair differences, and return the numbers of the night. Raise Retryable."""
        began = self.clock.now()
        night = _Night(since=began - WINDOW, began=began, waiting=self._on_their_way())
        complete = self._read_there(night) and self._read_here(night)
        if complete:
            self._check_units(night)
        figures = {
            "schema": 1,
            "at": began,
            "since": night.since,
            "complete": complete,
            **{name: night.count[name] for name in ("there", "here", "equal", "waiting", "repaired", "units_unknown")},
            "states_here": dict(night.states_here),
            "states_there": dict(night.states_there),
            "differences": dict(night.differences),
        }
        path = night_path(began.astimezone(HANOI).date())
        if not self.store.create(path, figures):
            self.store.update(path, figures)
        telemetry.log(
            "INFO" if complete else "ERROR",
            "portal reconciled",
            metric="portal_reconciled" if complete else "portal_reconcile_incomplete",
            differences=sum(night.differences.values()),
            there=night.count["there"],
            here=night.count["here"],
            repaired=night.count["repaired"],
        )
        return figures

    def _on_their_way(self) -> set[str]:
        query = Query("portal_inbound", where=(("state", "==", InboundState.NEW),), limit=MOST_WAITING)
        return {str(document.data["national_code"]) for document in self.store.find(query)}

    def _read_there(self, night: _Night) -> bool:
        since, page = night.since, 1
        while self.clock.now() in UpTo(night.began + BUDGET):
            if not self.breaker.admits():
                return False
            answer = self.portal.records_since(since, page)
            self.breaker.note(down=answer.down)
            if answer.outcome is not Outcome.OK:
                return False
            fresh = [record for record in answer.items if record.national_code not in night.national]
            self._compare_page(night, fresh)
            if not answer.more:
                return True
            since, page = next_page(since, page, [record.at for record in answer.items])
        return False

    def _compare_page(self, night: _Night, records: list[PortalRecord]) -> None:
        ours = [record.code if find_code(record.code) == record.code else "" for record in records]
        named = sorted({code for code in ours if code})
        found = dict(zip(named, self.store.get_all([petition_path(code) for code in named]), strict=True))
        for record, code in zip(records, ours, strict=True):
            fields = found.get(code)
            petition = Petition.model_validate(fields) if fields else known_there(self.store, record.national_code)
            self._compare(night, petition, record)

    def _compare(self, night: _Night, petition: Petition | None, record: PortalRecord) -> None:
        if record.national_code in night.national:
            return
        night.national.add(record.national_code)
        night.count["there"] += 1
        night.states_there[record.state or "-"] += 1
        if petition is None:
            if record.national_code in night.waiting:
                night.count["waiting"] += 1
            else:
                self._found(night, FoundDifference(DifferenceKind.MISSING_HERE, "", record.state), record.code, record)
            return
        known = petition.sync.national_code
        if petition.code in night.codes or (known and known != record.national_code):
            self._found(
                night, FoundDifference(DifferenceKind.TWIN, known or "", record.national_code), petition.code, record
            )
            return
        night.codes.add(petition.code)
        self._count_here(night, petition)
        if _on_its_way(petition, night):
            night.count["waiting"] += 1
            return
        if known is None:
            self._found(night, FoundDifference(DifferenceKind.CODE, "", record.national_code), petition.code, record)
        there = side_of(record)
        differences = compare(petition, self.repair.side_here(petition, record), there)
        night.count["equal"] += not differences
        # A push sends everything, so it is done once, and after the changes that are taken over.
        tells = [difference for difference in differences if not difference.take]
        for difference in [difference for difference in differences if difference.take] + tells:
            self._found(night, difference, petition.code, record, is_pushed=difference in tells[1:])

    def _read_here(self, night: _Night) -> bool:
        after: tuple[Any, ...] = ()
        while self.clock.now() in UpTo(night.began + BUDGET):
            query = Query(
                "petitions",
                where=(("filed_at", ">=", night.since),),
                order_by=("filed_at", "__name__"),
                limit=PAGE,
                start_after=after,
            )
            page = self.store.find(query)
            for document in page:
                petition = Petition.model_validate(document.data)
                if petition.code not in night.codes and not self._compare_alone(night, petition):
                    return False
            if len(page) < PAGE:
                return True
            after = (page[-1].data["filed_at"], page[-1].id)
        return False

    def _compare_alone(self, night: _Night, petition: Petition) -> bool:
        night.codes.add(petition.code)
        if _on_its_way(petition, night):
            self._count_here(night, petition)
            night.count["waiting"] += 1
            return True
        if petition.sync.national_code:
            answer = self.portal.fetch(petition.sync.national_code)
            if answer.outcome is not Outcome.OK:
                return False
            if answer.items:
                night.codes.discard(petition.code)
                self._compare(night, petition, answer.items[0])
                return True
        self._count_here(night, petition)
        self._found(night, FoundDifference(DifferenceKind.MISSING_THERE, petition.state, ""), petition.code, None)
        return True

    def _count_here(self, night: _Night, petition: Petition) -> None:
        night.count["here"] += 1
        night.states_here[self.portal.word_of_state(petition.state)] += 1

    def _found(
        self, night: _Night, found: FoundDifference, code: str, record: PortalRecord | None, *, is_pushed: bool = False
    ) -> None:
        night.differences[found.kind.value] += 1
        national = record.national_code if record else ""
        difference: Difference = self.store.transact(
            lambda tx: keep_difference(
                tx,
                found.kind,
                code=code,
                national_code=national,
                reason=found.take or DIFFERENCE_REPAIRS[found.kind][0],
                now=night.began,
                here=found.here,
                there=found.there,
            )
        )
        log_difference(difference)
        if DIFFERENCE_REPAIRS[found.kind][1]:
            if not is_pushed:
                self.repair.repair(difference, record, found.take)
            self.repair.settle(difference, "repaired", "system")
            night.count["repaired"] += 1

    def _check_units(self, night: _Night) -> None:
        units = self.repair.apply.units
        everyone = [unit.code for unit in units.directory.units] + [ward.code for ward in units.directory.wards]
        coded = {unit: code for unit in everyone if (code := units.code_of(unit))}
        self._settle_codes(list(coded))
        answer = self.portal.units()
        if answer.outcome is Outcome.OK and answer.items:
            unknown = {*coded.values()} - set(answer.items)
            night.count["units_unknown"] = len(unknown)
            if unknown:
                telemetry.log("ERROR", "units unknown to the portal", metric="portal_units_unknown", units=len(unknown))

    def _settle_codes(self, units: list[str]) -> None:
        ids = [difference_id(DifferenceKind.UNIT_CODE, unit) for unit in units]
        found = self.store.get_all([difference_path(item) for item in ids])
        for identity in [str(item["id"]) for item in found if item and item["state"] == "open"]:
            self.store.transact(partial(settle_difference, identity=identity))


def _on_its_way(petition: Petition, night: _Night) -> bool:
    sync = petition.sync
    if not may_go_to_portal(petition):
        return True
    return sync.next_at is not None or sync.handled_seq < petition.version or (sync.national_code in night.waiting)
