"""Keeps a difference between the portal and this system: one document, however often it is found."""

from __future__ import annotations

from datetime import datetime

from petitions import telemetry
from petitions.domain.portal_differences import REPAIRS, Difference, Kind, difference_id, difference_path
from petitions.ports import Transaction


def keep_difference(
    tx: Transaction,
    kind: Kind,
    *,
    code: str,
    national_code: str,
    reason: str,
    now: datetime,
    here: str = "",
    there: str = "",
) -> Difference:
    """Create it, or open it again; the transaction may not have written yet."""
    identity = difference_id(kind, code or national_code)
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
            repair=REPAIRS[kind][0],
            found_at=now,
            seen_at=now,
        )
        tx.create(path, fresh.stored())
        return fresh
    known = Difference.model_validate(found)
    again = {"state": "open", "seen_at": now, "times": known.times + 1, "here": here, "there": there, "reason": reason}
    tx.update(path, again)
    return known.model_copy(update=again)


def log_difference(difference: Difference) -> None:
    """Say so in the log."""
    telemetry.log(
        "ERROR",
        "the portal differs",
        metric="portal_difference",
        kind=difference.kind,
        code=difference.code,
        reason=difference.reason,
        times=difference.times,
    )
