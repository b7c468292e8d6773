"""The circuit breaker for calls to the national portal, one document for all instances: `portal_state/breaker`.

While the breaker is closed, calls are made. After several failures in a row it opens, and no calls are made for a
while. Then it is half open: the first caller makes a trial call. The result closes the breaker or opens it for longer.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from petitions import telemetry
from petitions.domain.portal.portal_differences import breaker_path
from petitions.domain.shared.edges import Until
from petitions.ports.store import DELETE, Fields, Store, Transaction
from petitions.ports.world import Clock

BREAKER_PATH = breaker_path()
SCHEMA = 1
READ_EVERY = timedelta(seconds=10)
FAILURES = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
PROBE_FOR = timedelta(seconds=60)
"""The time after which a trial call is given up. A call with its log-in ends earlier, unless it was cut off."""


@dataclass
class PortalBreaker:
    """The circuit breaker that stops calls while the portal is down. Thread-safe.

    Every process has one. The common document is written only when the state changes.
    """

    store: Store
    clock: Clock
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _failures: int = 0
    _seen: Fields | None = None
    _read_at: datetime | None = None

    def admits(self) -> bool:
        """Return whether a call may be made now. Raise Retryable.

        After a pause in calls, only the first caller may make one, as a trial.
        """
        seen, now = self._state(), self.clock.now()
        if seen is None or not seen["open"]:
            return True
        return Until(seen["until"]).is_over(now) and self._take_trial(now)

    def blocks(self) -> bool:
        """Return whether a call would be refused now. Unlike `admits`, this does not use up the trial call."""
        seen, now = self._state(), self.clock.now()
        return seen is not None and seen["open"] and (now in Until(seen["until"]) or _on_trial(seen, now))

    def resumes_at(self) -> datetime:
        """Return the earliest time at which a call may be made again."""
        seen, now = self._state(), self.clock.now()
        return max(seen["until"], now) if seen is not None and seen["open"] else now

    def note(self, *, down: bool) -> None:
        """Record the result of a call. `down` means that the whole portal was unavailable."""
        with self._lock:
            self._failures = self._failures + 1 if down else 0
            seen, failures = self._seen, self._failures
        is_open = seen is not None and seen["open"]
        if is_open or failures >= FAILURES:
            self._change(down=down)

    def _state(self) -> Fields | None:
        with self._lock:
            now = self.clock.now()
            if self._read_at is None or Until(self._read_at + READ_EVERY).is_over(now):
                self._seen, self._read_at = self.store.get(BREAKER_PATH), now
            return self._seen

    def _remember(self, fields: Fields | None) -> None:
        with self._lock:
            self._seen, self._read_at = fields, self.clock.now()

    def _take_trial(self, now: datetime) -> bool:
        def take_trial(tx: Transaction) -> tuple[bool, Fields | None]:
            found = tx.get(BREAKER_PATH)
            if found is None or not found["open"]:
                return True, found
            if now in Until(found["until"]) or _on_trial(found, now):
                return False, found
            tx.update(BREAKER_PATH, {"trial_until": now + PROBE_FOR})
            return True, {**found, "trial_until": now + PROBE_FOR}

        mine, fields = self.store.transact(take_trial)
        self._remember(fields)
        return mine

    def _change(self, *, down: bool) -> None:
        now = self.clock.now()

        def change(tx: Transaction) -> tuple[bool, Fields | None]:
            found = tx.get(BREAKER_PATH)
            is_open = found is not None and found["open"]
            if is_open == down and not (down and found is not None and Until(found["until"]).is_over(now)):
                return False, found
            pauses = found["pauses"] + 1 if found is not None and is_open else 0
            fields = {"open": down, "since": now, "pauses": pauses, "until": now + _pause(pauses), "schema": SCHEMA}
            if found is None:
                tx.create(BREAKER_PATH, fields)
            else:
                since = found["since"] if is_open and down else now
                tx.update(BREAKER_PATH, {**fields, "since": since, "trial_until": DELETE})
            return True, fields

        changed, fields = self.store.transact(change)
        self._remember(fields)
        if changed and fields is not None:
            metric, severity = ("portal_breaker_open", "ERROR") if down else ("portal_breaker_closed", "INFO")
            telemetry.log(severity, "portal breaker", metric=metric, pauses=fields["pauses"])


def _on_trial(fields: Fields, now: datetime) -> bool:
    return "trial_until" in fields and now in Until(fields["trial_until"])


def _pause(pauses: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(pauses, 10)), LONGEST_PAUSE)
