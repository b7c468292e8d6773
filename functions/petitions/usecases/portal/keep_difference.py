"""Storage of differences between the portal and this side. A difference found again stays one document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from petitions import telemetry
from petitions.domain.portal.national_units import NationalUnits
from petitions.domain.portal.portal_differences import (
    DIFFERENCE_REPAIRS,
    Difference,
    DifferenceKind,
    DifferenceRepair,
    difference_id,
    difference_path,
)
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, NotFound
from petitions.ports.store import Store, Transaction


def keep_difference(
    tx: Transaction,
    kind: DifferenceKind,
    *,
    code: str,
    national_code: str,
    reason: str,
    now: datetime,
    here: str = "",
    there: str = "",
) -> Difference:
    """Create the difference or reopen it, and return it. Call this before any write of the transaction."""
    identity = difference_id(kind, code or national_code or here)
    path = difference_path(identity)
    found = tx.get(path)
    if found is None:
        fresh = Difference(
            id=identity,
            kind=kind,
            code=code,
            national_code=national_code,
            reason=reason,
            here=here,
            there=there,
            repair=DIFFERENCE_REPAIRS[kind][0],
            found_at=now,
            seen_at=now,
        )
        tx.create(path, fresh.stored())
        return fresh
    known = Difference.model_validate(found)
    again: dict[str, Any] = {
        "state": "open",
        "seen_at": now,
        "times": known.times + 1,
        "here": here,
        "there": there,
        "reason": reason,
    }
    tx.update(path, again)
    return replace(known, **again)


def note_missing_code(store: Store, units: NationalUnits, unit: str, now: datetime) -> None:
    """Store a difference if the unit has no national code, which reports to the portal need as its name."""
    if units.code_of(unit) is not None:
        return

    def keep(tx: Transaction) -> Difference:
        kind = DifferenceKind.UNIT_CODE
        return keep_difference(tx, kind, code="", national_code="", reason="no_code", now=now, here=unit)

    log_difference(store.transact(keep))


def request_repair(tx: Transaction, identity: str, by: str) -> Difference:
    """Request the proposed repair from the next pull, and return the difference. Raise NotFound or Conflict."""
    difference = _open(tx, identity)
    if difference.repair is DifferenceRepair.PERSON:
        words = "only a person can decide this: act on the petition at the desk, then dismiss it"
        raise Conflict(words, reason="for_a_person")
    return _ended(tx, difference, "wanted", by)


def dismiss(tx: Transaction, identity: str, by: str) -> Difference:
    """Close a difference that was repaired by hand or is no real one, and return it. Raise NotFound or Conflict."""
    return _ended(tx, _open(tx, identity), "dismissed", by)


def _open(tx: Transaction, identity: str) -> Difference:
    found = tx.get(difference_path(identity))
    if found is None:
        raise NotFound(f"there is no difference {identity}")
    difference = Difference.model_validate(found)
    if difference.state != "open":
        raise Conflict(f"it is {difference.state}", reason="difference_closed")
    return difference


def _ended(tx: Transaction, difference: Difference, state: str, by: str) -> Difference:
    after: dict[str, Any] = {"state": state, "by": by}
    tx.update(difference_path(difference.id), after)
    return replace(difference, **after)


def settle_difference(tx: Transaction, identity: str) -> None:
    """Close a difference that no longer exists. Call this before any write of the transaction."""
    found = tx.get(difference_path(identity))
    if found is not None and found["state"] in {"open", "wanted"}:
        tx.update(difference_path(identity), {"state": "repaired", "by": "system"})


def log_difference(difference: Difference) -> None:
    """Write the difference to the log."""
    telemetry.log(
        "ERROR",
        "the portal differs",
        metric="portal_difference",
        kind=difference.kind,
        code=difference.code,
        reason=difference.reason,
        times=difference.times,
    )
