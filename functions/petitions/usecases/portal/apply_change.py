"""Application of a change from the portal, in the transaction that marks the stored change as applied.

`domain/portal/portal_conflicts.py` decides which side wins if both have changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions import telemetry
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, Role
from petitions.domain.petition.confidentiality import why_closed_to
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.portal.national_units import NationalUnits
from petitions.domain.portal.portal_change import InboundChange, InboundState
from petitions.domain.portal.portal_conflicts import Winner, decide_conflict
from petitions.domain.portal.portal_differences import DIFFERENCE_REPAIRS, Difference, DifferenceKind, difference_path
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import DELETE, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.portal.portal_births import PortalBirths, with_national_code
from petitions.usecases.portal.portal_decisions import PortalDecisions, change_label
from petitions.usecases.portal.portal_filers import FILERS_KINDS, PortalFilers
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, changed_fields, last_filer_text
from petitions.usecases.shared.timekeeping import Timekeeping

CONSUMER = "portal-pull"
KEPT_REASON = 2000
PATIENCE = timedelta(hours=1)
"""The time for which a change waits for its petition, as the portal's feed guarantees no order."""

_KEPT = ("reason", "code")
_METRICS = {
    InboundState.APPLIED: "portal_change_applied",
    InboundState.CONFLICT: "portal_change_conflict",
    InboundState.UNKNOWN: "portal_change_unknown",
}


@dataclass(frozen=True)
class _ChangeOutcome:
    state: InboundState
    reason: str = ""
    code: str = ""
    """The petition's code. Erasing the petition's data finds the stored change by it."""
    restricted: bool = False
    """Whether the data of the petition's filer have been erased."""

    def stored(self) -> dict[str, Any]:
        known: dict[str, Any] = {name: value for name in _KEPT if (value := getattr(self, name))}
        return (
            {"state": self.state, **known}
            | ({"filed": DELETE} if self.code else {})
            | ({"raw": {}} if self.restricted else {})
        )


class _NotYet(Exception):  # noqa: N818 - no fault: nothing is written and the change waits
    """Raised if the petition of the change is not known yet, but may still come. Nothing is written."""


@dataclass(frozen=True)
class ApplyChange:
    """Applies stored changes from the portal to the petitions."""

    store: Store
    publisher: Publisher
    clock: Clock
    texts: Texts
    timekeeping: Timekeeping
    units: NationalUnits
    births: PortalBirths
    filers: PortalFilers

    @property
    def directory(self) -> Directory:
        """Return the directory of units."""
        return self.units.directory

    def __call__(self, inbound: InboundChange) -> bool:
        """Apply a change made on the portal, at most once. Return False if it must wait for the next run.

        Raise Retryable.
        """
        if inbound.kind == "new" and self.births.must_wait(self.store, inbound, self.clock.now()):
            return False

        def apply(tx: Transaction) -> tuple[_ChangeOutcome | None, list[Message]]:
            outcome, messages = self._applied(tx, inbound, self.clock.now())
            tx.update(inbound.path, outcome.stored())
            return outcome, messages

        ports, key = (self.store, self.publisher, self.clock), inbound.identity
        try:
            outcome = commit_result(*ports, producer=CONSUMER, key=key, body=apply, done_before=lambda: None)
        except _NotYet:
            return False
        if outcome:
            _log(inbound, outcome)
        return True

    def _applied(self, tx: Transaction, inbound: InboundChange, now: datetime) -> tuple[_ChangeOutcome, list[Message]]:
        if inbound.kind is None or inbound.strange:
            return _ChangeOutcome(InboundState.UNKNOWN, inbound.strange or "kind"), []
        if inbound.kind == "moved":
            unit = self.units.unit_of(inbound.unit)
            if unit is None:
                return _ChangeOutcome(InboundState.UNKNOWN, "unit"), []
            inbound = replace(inbound, unit=unit)
        petition = self.births.find(tx, inbound)
        if petition is None:
            return self._unknown(tx, inbound, now)
        end, messages = self._met(tx, inbound, petition, now)
        return replace(end, restricted=petition.restricted_at is not None), messages

    def _met(
        self, tx: Transaction, inbound: InboundChange, petition: Petition, now: datetime
    ) -> tuple[_ChangeOutcome, list[Message]]:
        known = petition.sync.national_code
        if known and inbound.national_code and known != inbound.national_code:
            return _differs(tx, inbound, petition, "national_code_differs", now), []
        if inbound.kind == "new":
            _learn_code(tx, petition, inbound)
            return _ChangeOutcome(InboundState.APPLIED, "own", petition.code), []
        newest = petition.sync.portal_at
        if inbound.kind not in FILERS_KINDS and newest and inbound.at in Until(newest):
            return _ChangeOutcome(InboundState.APPLIED, "superseded", petition.code), []
        return self._decided(tx, inbound, petition, now)

    def _unknown(self, tx: Transaction, inbound: InboundChange, now: datetime) -> tuple[_ChangeOutcome, list[Message]]:
        if inbound.kind == "new" and inbound.filed and inbound.national_code and not inbound.code:
            petition, nudge = self.births.create(tx, inbound, inbound.filed, now)
            return _ChangeOutcome(InboundState.APPLIED, code=petition.code), [nudge]
        if inbound.national_code and not inbound.code and now in Until(inbound.received_at + PATIENCE):
            raise _NotYet
        return _differs(tx, inbound, None, "petition_unknown", now), []

    def _decided(
        self, tx: Transaction, inbound: InboundChange, petition: Petition, now: datetime
    ) -> tuple[_ChangeOutcome, list[Message]]:
        if inbound.kind == "moved" and why_closed_to(petition, inbound.unit, self.directory):
            _learn_code(tx, petition, inbound)
            overruled = [self._overruled(tx, inbound, petition, now)]
            return _ChangeOutcome(InboundState.APPLIED, "closed_to_unit", petition.code), overruled
        rule = decide_conflict(petition, inbound.kind or "", inbound.at, inbound.unit)
        if rule.wins is Winner.PERSON:
            return _differs(tx, inbound, petition, rule.why, now), []
        _learn_code(tx, petition, inbound)
        if rule.wins is Winner.BOTH:
            return _ChangeOutcome(InboundState.APPLIED, "already", petition.code), []
        if rule.wins is Winner.LOCAL:
            return _ChangeOutcome(InboundState.APPLIED, "overruled", petition.code), [
                self._overruled(tx, inbound, petition, now)
            ]
        noted = self._overridden(petition, inbound)
        if inbound.kind not in FILERS_KINDS:
            taking = PortalDecisions(self.texts, self.timekeeping, self.directory)
            messages = taking.take(tx, petition, inbound, noted, now)
        elif (done := self.filers.take(tx, petition, inbound, noted, now)) is None:
            return _differs(tx, inbound, petition, "additions_full", now), []
        else:
            messages = done
        return _ChangeOutcome(InboundState.APPLIED, code=petition.code), messages

    def _overruled(self, tx: Transaction, inbound: InboundChange, petition: Petition, now: datetime) -> Message:
        reason, words = self.texts.render("portal_overruled_rating"), last_filer_text(tx, petition)
        if inbound.kind == "withdrawn":
            reason = words = self.texts.render("withdraw_late", code=petition.code)
        elif inbound.kind != "rated":
            reason = self.texts.render("portal_overruled", change=change_label(inbound))
        _, nudge = change_petition(
            tx,
            petition,
            {},
            Change(RecordedAction.PORTAL_OVERRULED, Actor(Role.SYSTEM), now, reason=reason, filer_text=words),
        )
        return nudge

    def _overridden(self, petition: Petition, inbound: InboundChange) -> str:
        words = inbound.text[:KEPT_REASON] if inbound.kind != "answered" else ""
        if inbound.kind == "rated":
            stood = str(petition.rating.level) if petition.rating else "-"
            return self.texts.render("portal_overrides_rating", level=stood)
        state, unit = STATE_LABELS[petition.state], self.directory.name_of(petition.unit)
        return f"{words}\n{self.texts.render('portal_overrides', state=state, unit=unit)}".strip()


def _learn_code(tx: Transaction, petition: Petition, inbound: InboundChange) -> None:
    if inbound.national_code and petition.sync.national_code is None:
        known = with_national_code(petition, inbound.national_code)
        tx.update(petition_path(petition.code), changed_fields(petition, known))


def _differs(
    tx: Transaction, inbound: InboundChange, petition: Petition | None, reason: str, now: datetime
) -> _ChangeOutcome:
    identity = inbound.path.rpartition("/")[2] + (f"-{inbound.tries}" if inbound.tries else "")
    difference = Difference(
        id=identity,
        kind=DifferenceKind.TWIN if reason == "national_code_differs" else DifferenceKind.CONFLICT,
        code=petition.code if petition else inbound.code,
        national_code=inbound.national_code,
        reason=reason,
        here=petition.state if petition else "",
        there=inbound.kind or "",
        repair=DIFFERENCE_REPAIRS[DifferenceKind.CONFLICT][0],
        found_at=now,
        seen_at=now,
    )
    tx.create(difference_path(identity), difference.stored())
    return _ChangeOutcome(InboundState.CONFLICT, reason, petition.code if petition else "")


def _log(inbound: InboundChange, end: _ChangeOutcome) -> None:
    telemetry.log(
        "INFO" if end.state is InboundState.APPLIED else "CRITICAL",
        "change of the portal",
        metric=_METRICS[end.state],
        change=inbound.path.rpartition("/")[2],
        kind=inbound.kind,
        code=inbound.code,
        reason=end.reason,
    )
