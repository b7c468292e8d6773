"""How every sweep reads what is due: oldest first, in pages, bounded per call; and how what fails gets out of the way.

`due` reads for work that claims by itself (a notice, a push to the portal): `safely` moves what failed away.
`drain` claims before it works: a batched write with preconditions moves the sparse instant away, so that two sweeps
share the work and a crash counts as a failure. Success sets the true instant; failures climb away and alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions import telemetry
from petitions.errors import PetitionError
from petitions.ports.store import Document, Query, Store
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import PublishFailed

PAGE = 100
MOST_PAGES = 5
"""Bounds one run of `due`; the next one goes on from the oldest that is still there."""

BUDGET = timedelta(seconds=15)
"""After this the next run goes on: with one more slow call the run stays within the function's time-out."""

CLAIMED_PAGE = 50
MOST_CLAIMED_PAGES = 40
FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=6)
ALARM_AT = 5
"""So many claims in a row that came to nothing are for a person to see."""


@dataclass(frozen=True)
class Claim:
    """A document that is this sweep's until `until`, which stands in its sparse field meanwhile."""

    id: str
    until: datetime
    tries: int


def due(
    store: Store,
    collection: str,
    field: str,
    until: datetime,
    where: tuple[tuple[str, str, Any], ...] = (),
    *,
    group: bool = False,
) -> Iterator[Document]:
    """The documents whose sparse instant `field` is at `until` or before: at most PAGE x MOST_PAGES of them.

    With `group`: of every collection of that name.
    """
    after: tuple[object, ...] = ()
    order, conditions = (field, "__name__"), (*where, (field, "<=", until))
    for _ in range(MOST_PAGES):
        page = store.find(
            Query(collection, where=conditions, order_by=order, limit=PAGE, group=group, start_after=after)
        )
        yield from page
        if len(page) < PAGE:
            return
        after = (_value(page[-1].data, field), page[-1].id)


def every(store: Store, collection: str, where: tuple[tuple[str, str, Any], ...] = ()) -> Iterator[Document]:
    """All documents of a collection that these conditions hold for, by id."""
    after: tuple[object, ...] = ()
    while True:
        page = store.find(Query(collection, where, order_by=("__name__",), limit=PAGE, start_after=after))
        yield from page
        if len(page) < PAGE:
            return
        after = (page[-1].id,)


def in_turn(documents: Iterator[Document], clock: Clock, work: Callable[[Document], None]) -> int:
    """Do `work` on each until time is up; returns on how many. `work` keeps its failures to itself."""
    began, handled = clock.now(), 0
    for document in documents:
        if clock.now() - began > BUDGET:
            break
        work(document)
        handled += 1
    return handled


def safely(
    store: Store,
    clock: Clock,
    collection: str,
    field: str,
    document: Document,
    work: Callable[[], object],
    *,
    event: str,
    metric: str,
    label: str,
) -> None:
    """Do `work` on the document; whatever fails is logged and moved away from the head, so that the others go on.

    One that has changed meanwhile stays where it is. `label` names the document's id in the log.
    """
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever it is, the others must have their turn
        moved = _moved(document, field, clock.now())
        store.update_unchanged(collection, [(document, moved)])
        tries = int(moved[tries_beside(field)])
        labels: dict[str, Any] = {label: document.id, "reason": reason_of(error), "tries": tries}
        telemetry.log(severity(tries), event, metric=metric, **labels)


def tries_beside(field: str) -> str:
    """The field, beside the sparse instant, that counts claims and failures since the last success."""
    parent, dot, _ = field.rpartition(".")
    return f"{parent}{dot}tries"


def pause(tries: int, first: timedelta = FIRST_PAUSE) -> timedelta:
    """How far the claim or failure number `tries` (from 1) moves a document: 10, 20, 40 ... minutes, at most 6 h."""
    doublings = min(tries - 1, 10)
    return min(first * (1 << doublings), LONGEST_PAUSE)


def drain(store: Store, clock: Clock, collection: str, field: str, work: Callable[[Claim], None]) -> int:
    """Claim and do what is due, until nothing is, time is up, or some pages are done; returns how many were claimed.

    `work` sets the true instant and removes `tries`; one that fails stops no other.
    """
    began, handled = clock.now(), 0
    for _ in range(MOST_CLAIMED_PAGES):
        if clock.now() - began > BUDGET:
            break
        found, claims = _claimed(store, collection, field, clock.now())
        for claim in claims:
            _attempt(collection, claim, work)
        handled += len(claims)
        if len(found) < CLAIMED_PAGE:
            break
    return handled


def severity(tries: int) -> str:
    """How a failure is logged."""
    return "CRITICAL" if tries >= ALARM_AT else "ERROR"


def reason_of(error: Exception) -> str:
    """A stable word for the log, never what a citizen wrote."""
    return error.reason if isinstance(error, PetitionError) else type(error).__name__


def _claimed(store: Store, collection: str, field: str, now: datetime) -> tuple[list[Document], list[Claim]]:
    query = Query(collection, where=((field, "<=", now),), order_by=(field,), limit=CLAIMED_PAGE)
    found = store.find(query)
    moves = {each.id: _moved(each, field, now) for each in found}
    ours = store.update_unchanged(collection, [(each, moves[each.id]) for each in found])
    return found, [Claim(each.id, moves[each.id][field], moves[each.id][tries_beside(field)]) for each in ours]


def _moved(document: Document, field: str, now: datetime) -> dict[str, Any]:
    tries = int(_value(document.data, tries_beside(field), 0)) + 1
    return {field: now + pause(tries), tries_beside(field): tries}


def _attempt(collection: str, claim: Claim, work: Callable[[Claim], None]) -> None:
    labels: dict[str, Any] = {"collection": collection, "code": claim.id, "tries": claim.tries}
    if claim.tries > ALARM_AT:
        # Also those whose sweep died before it could say so.
        telemetry.log("CRITICAL", "a document keeps failing", metric="sweep_stuck", **labels)
    try:
        work(claim)
    except PublishFailed as error:
        telemetry.log("WARNING", "left to the relay", reason=error.reason, **labels)
    except Exception as error:  # noqa: BLE001 - a calendar that ends, a rule that is missing: others go on
        telemetry.log(severity(claim.tries), "sweep failed", metric="sweep_failed", reason=reason_of(error), **labels)


def _value(data: Mapping[str, Any], field: str, default: Any = None) -> Any:
    value: Any = data
    for part in field.split("."):
        value = value.get(part, default)
    return value
