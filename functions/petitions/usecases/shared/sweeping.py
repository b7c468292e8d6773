"""The parts of all sweeps, i.e. of scheduled jobs that handle all documents that are due.

A document is due if a certain field, which only waiting documents have, is not after the present instant. Documents are
read oldest first, in a limited number of pages. A failing document is postponed, further every time, and after several
failures a person is alerted.

`due` reads documents for jobs that claim them in their own way (notices, changes for the portal). `safely` postpones a
failing one. `drain` claims documents before they are handled: it moves the field into the future in one conditional
write, so two sweeps share the work and a crash counts as a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions import telemetry
from petitions.domain.shared.edges import UpTo
from petitions.errors import PetitionError, Retryable
from petitions.ports.store import Document, Query, Reader, Store
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import PublishFailed

PAGE = 100
MOST_PAGES = 5
"""The most pages in one run of `due`. The next run continues with the oldest document left."""

BUDGET = timedelta(seconds=15)
"""The time after which a run ends. One more slow call still fits into the function's time-out."""

CLAIMED_PAGE = 50
MOST_CLAIMED_PAGES = 40
FIRST_PAUSE = timedelta(minutes=10)
PASSING_PAUSE = timedelta(seconds=45)
"""The first pause after a fault of our own platform. The schedule of the next minute finds the document due."""
LONGEST_PAUSE = timedelta(hours=6)
ALARM_AT = 5
"""The number of failures in a row at which a person is alerted."""


@dataclass(frozen=True)
class SweepClaim:
    """A document claimed by this sweep."""

    id: str
    until: datetime
    """The end of the claim, as stored in the document's field."""
    tries: int


def due(
    store: Store,
    collection: str,
    field: str,
    until: datetime,
    where: tuple[tuple[str, str, Any], ...] = (),
    *,
    group: bool = False,
    pages: int | None = None,
) -> Iterator[Document]:
    """Yield the documents with an instant `field` not after `until`, oldest first, at most `pages` (MOST_PAGES) pages.

    With `group`, collections of this name below any document are read.
    """
    after: tuple[object, ...] = ()
    order, conditions = (field, "__name__"), (*where, (field, "<=", until))
    for _ in range(MOST_PAGES if pages is None else pages):
        page = store.find(
            Query(collection, where=conditions, order_by=order, limit=PAGE, group=group, start_after=after)
        )
        yield from page
        if len(page) < PAGE:
            return
        after = (_value(page[-1].data, field), page[-1].id)


def every(store: Reader, collection: str, where: tuple[tuple[str, str, Any], ...] = ()) -> Iterator[Document]:
    """Yield all documents of the collection that meet the conditions, in the order of their ids."""
    after: tuple[object, ...] = ()
    while True:
        page = store.find(Query(collection, where, order_by=("__name__",), limit=PAGE, start_after=after))
        yield from page
        if len(page) < PAGE:
            return
        after = (page[-1].id,)


def in_turn(documents: Iterator[Document], clock: Clock, handle: Callable[[Document], None]) -> int:
    """Call `handle` for the documents until time is up, and return the number handled. `handle` must not raise."""
    budget, handled = UpTo(clock.now() + BUDGET), 0
    for document in documents:
        if budget.is_over(clock.now()):
            break
        handle(document)
        handled += 1
    return handled


def safely(
    store: Store,
    clock: Clock,
    collection: str,
    field: str,
    document: Document,
    action: Callable[[], object],
    *,
    event: str,
    metric: str,
    label: str,
) -> None:
    """Run `action` for the document. After a failure, log it and postpone the document, without raising.

    A document that has changed meanwhile is not postponed. A fault of the platform, which passes, postpones it by a
    minute at first. `label` is the name of the document's id in the log.
    """
    try:
        action()
    except Exception as error:  # noqa: BLE001 - an error of any kind must not stop the others
        first = PASSING_PAUSE if isinstance(error, Retryable) else FIRST_PAUSE
        moved = _moved(document, field, clock.now(), first)
        store.update_unchanged(collection, [(document, moved)])
        tries = int(moved[tries_beside(field)])
        labels: dict[str, Any] = {label: document.id, "reason": reason_of(error), "tries": tries}
        telemetry.log(severity(tries), event, metric=metric, **labels)


def tries_beside(field: str) -> str:
    """Return the name of the field that counts the claims and failures of a document since the last success.

    "sync.next_at" -> "sync.tries"
    """
    parent, dot, _ = field.rpartition(".")
    return f"{parent}{dot}tries"


def pause(tries: int, first: timedelta = FIRST_PAUSE) -> timedelta:
    """Return the delay of a document after failure number `tries` (from 1): 10, 20, 40 ... minutes, at most 6 h."""
    doublings = min(tries - 1, 10)
    return min(first * (1 << doublings), LONGEST_PAUSE)


def drain(store: Store, clock: Clock, collection: str, field: str, handle: Callable[[SweepClaim], None]) -> int:
    """Claim the due documents and call `handle` for them. Return the number claimed.

    The run ends when no document is left, time is up, or MOST_CLAIMED_PAGES pages are done. `handle` must write the
    next due time and remove `tries`. A failure does not stop the rest.
    """
    budget, handled = UpTo(clock.now() + BUDGET), 0
    for _ in range(MOST_CLAIMED_PAGES):
        if budget.is_over(clock.now()):
            break
        found, claims = _claimed(store, collection, field, clock.now())
        for claim in claims:
            _attempt(collection, claim, handle)
        handled += len(claims)
        if len(found) < CLAIMED_PAGE:
            break
    return handled


def severity(tries: int) -> str:
    """Return the severity with which failure number `tries` is logged."""
    return "CRITICAL" if tries >= ALARM_AT else "ERROR"


def reason_of(error: Exception) -> str:
    """Return a constant word for the kind of error, for the log. It never contains a text of a citizen."""
    return error.reason if isinstance(error, PetitionError) else type(error).__name__


def _claimed(store: Store, collection: str, field: str, now: datetime) -> tuple[list[Document], list[SweepClaim]]:
    query = Query(collection, where=((field, "<=", now),), order_by=(field,), limit=CLAIMED_PAGE)
    found = store.find(query)
    moves = {document.id: _moved(document, field, now) for document in found}
    ours = store.update_unchanged(collection, [(document, moves[document.id]) for document in found])
    return found, [
        SweepClaim(document.id, moves[document.id][field], moves[document.id][tries_beside(field)]) for document in ours
    ]


def _moved(document: Document, field: str, now: datetime, first: timedelta = FIRST_PAUSE) -> dict[str, Any]:
    tries = int(_value(document.data, tries_beside(field), 0)) + 1
    return {field: now + pause(tries, first), tries_beside(field): tries}


def _attempt(collection: str, claim: SweepClaim, action: Callable[[SweepClaim], None]) -> None:
    labels: dict[str, Any] = {"collection": collection, "code": claim.id, "tries": claim.tries}
    if claim.tries > ALARM_AT:
        # This also covers documents for which the sweep died before it could log.
        telemetry.log("CRITICAL", "a document keeps failing", metric="sweep_stuck", **labels)
    try:
        action(claim)
    except PublishFailed as error:
        telemetry.log("WARNING", "left to the relay", reason=error.reason, **labels)
    except Exception as error:  # noqa: BLE001 - a missing rule or calendar must not stop the others
        telemetry.log(severity(claim.tries), "sweep failed", metric="sweep_failed", reason=reason_of(error), **labels)


def _value(data: Mapping[str, Any], field: str, default: Any = None) -> Any:
    value: Any = data
    for part in field.split("."):
        value = value.get(part, default)
    return value
