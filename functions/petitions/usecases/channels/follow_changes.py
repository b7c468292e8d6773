"""The petitions that changed since a cursor, complete and in order, for other systems that copy them.

A confidential petition that the caller may not read is left out, and neither the changes nor the cursor reveal it. If
the caller handed it in, its public state is included.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.officers.service_account import ServiceAccount, ServiceRight
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.written import written_instant
from petitions.errors import Rejected
from petitions.ports.store import Condition, Query, Store
from petitions.ports.world import Clock
from petitions.usecases.channels.read_for_system import Sight, sight_of

AT_ONCE = 100
LAG = timedelta(seconds=270)
"""Changes younger than this are not returned yet, since a change gets its time before its transaction commits.

Firestore ends a transaction after this time, so that no change becomes visible later (PLATFORM 7.4). A petition that
changes again within this time is returned once, after its newest change.
"""
_START = "2000-01-01T00:00:00+00:00 0"


@dataclass(frozen=True)
class Followed:
    """A petition that changed, with the time of its last change."""

    petition: Petition
    at: datetime
    sight: Sight
    """The part of the petition that the caller may read."""


@dataclass(frozen=True)
class FollowedPage:
    """A page of changed petitions. `cursor` continues after it. `more` means that the next page is not empty."""

    changes: list[Followed]
    cursor: str
    more: bool


@dataclass(frozen=True)
class FollowChanges:
    """Reads the petition changes that an external system may follow through the API."""

    store: Store
    clock: Clock

    def __call__(self, account: ServiceAccount, cursor: str = "") -> FollowedPage:
        """Return the changes after the cursor, or from the oldest on for "". Raise Rejected for a malformed cursor."""
        at, code = _read(cursor)
        until, found = self.clock.now() - LAG, list[Followed]()
        for petition, changed_at in self._after(account, at, code, until):
            sight = sight_of(account, petition)
            if sight is None:
                continue
            if len(found) == AT_ONCE:
                return FollowedPage(found, _written(found[-1]), more=True)
            found.append(Followed(petition, changed_at, sight))
        return FollowedPage(found, _written(found[-1]) if found else cursor, more=False)

    def _after(
        self, account: ServiceAccount, at: datetime, code: str, until: datetime
    ) -> Iterator[tuple[Petition, datetime]]:
        while True:
            page: dict[str, tuple[Petition, datetime]] = {}
            ends: list[tuple[datetime, str]] = []
            for condition in _reach(account):
                query = Query(
                    "petitions", (condition, ("changed.at", "<=", until)), ("changed.at", "__name__"), AT_ONCE,
                    start_after=(at, code),
                )  # fmt: skip
                found = [Petition.model_validate(document.data) for document in self.store.find(query)]
                known = [(petition, petition.changed.at) for petition in found if petition.changed]
                page |= {petition.code: (petition, changed_at) for petition, changed_at in known}
                if len(found) == AT_ONCE:
                    ends.append((known[-1][1], known[-1][0].code))
            ordered = sorted(page.values(), key=lambda item: (item[1], item[0].code))
            # If a query filled its page, its next items may come before items of the other queries. So stop at the
            # earliest end of a full page.
            end = min(ends, default=None)
            yield from (item for item in ordered if end is None or (item[1], item[0].code) <= end)
            if end is None:
                return
            at, code = end


def _reach(account: ServiceAccount) -> list[Condition]:
    own: list[Condition] = [("taken.by", "==", account.id)]
    if ServiceRight.UNIT not in account.rights:
        return own
    among = [(name, "array_contains", account.unit) for name in ("held_by", "coordinating")]
    return [*own, ("unit", "==", account.unit), *among]


def _written(last: Followed) -> str:
    return base64.urlsafe_b64encode(f"{last.at.isoformat()} {last.petition.code}".encode()).decode()


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        written = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode() if cursor else _START
    except (binascii.Error, UnicodeError) as error:
        raise _wrong() from error
    instant, _, code = written.partition(" ")
    at = written_instant(instant)
    if at is None or at.tzinfo is None or (cursor and find_code(code) != code):
        raise _wrong()
    return at, code


def _wrong() -> Rejected:
    return Rejected("Con trỏ không đúng. Xin dùng con trỏ đã nhận lần trước.", reason="cursor_malformed")
