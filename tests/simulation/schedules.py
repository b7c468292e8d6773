"""Cloud Scheduler in the simulation, and schedules that an operator calls by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from petitions.usecases.portal.pull_changes import CURSOR_PATH
from tests.simulation.around.pubsub import MANIFEST, request

EVERY = {
    "intake-sweep": 60.0,
    "relay-sweep": 60.0,
    "notices-sweep": 60.0,
    "reminders-sweep": 60.0,
    "news-sweep": 60.0,
    "erasures-sweep": 60.0,
    "attachments-sweep": 60.0,
    "figures-fold": 60.0,
    "deadlines-recompute": 60.0,
    "portal-push-sweep": 60.0,
    "portal-pull": 300.0,
    "merged-units-sweep": 600.0,
    "token-refresh": 1800.0,
    "seals-renew": 3600.0,
    "watch": 300.0,
    "digests": 300.0,
}
"""The interval of every schedule in seconds. The last schedule only runs in the morning."""

OF_PEOPLE = ("mailbox-read",)
"""Schedules that only people of some runs call, by hand."""

A_MINUTE = 60.0
CALLED_EVERY, CALLED_UNTIL = 40.0, 600.0
LONGEST_LEASE = 125.0
"""Seconds after which an instance that died holds no lease any more."""


class Schedules:
    def __init__(self, world: Any) -> None:
        self._world, self.scheduler = world, world.scheduler
        self.in_rounds = False
        """Whether the minute's schedules are not called by time, but in rounds after which the run checks for an
        effect.
        """
        self.is_waited_for = False
        """Whether a schedule is being called by hand."""

    def begin(self) -> None:
        for name, seconds in list(EVERY.items())[:-1]:
            self.scheduler.after(
                min(seconds, 300) * self.scheduler.stream("schedules").random(),
                lambda name=name: self.tick(name),
            )

    def tick(self, name: str) -> None:
        """Call a schedule like Cloud Scheduler, sometimes late, twice or not at all, and plan the next call."""
        times = 0 if self.scheduler.happens("schedule missed", 0.05) else 1
        times += self.scheduler.happens("schedule twice", 0.05)
        if not self.in_rounds or EVERY[name] > A_MINUTE:
            for _ in range(times):
                self.call(name)
        late = self.scheduler.stream(name).random() * 5 if self.scheduler.stormy else 0.0
        self.scheduler.after(EVERY[name] + late, lambda: self.tick(name))

    def call_often(self, name: str) -> None:
        """Call a nightly job by hand every CALLED_EVERY seconds until CALLED_UNTIL, while people are at work."""
        self.call(name)
        if self.scheduler.now < CALLED_UNTIL:
            self.scheduler.after(CALLED_EVERY, lambda: self.call_often(name))

    def call(self, name: str, done: Callable[[Any], None] = lambda _: None) -> None:
        asked, function = request(f"/schedule/{name}"), str(MANIFEST.schedules[name].function)
        self._world.start(function, lambda: self._world.programs.entry(function)(asked), done)

    def call_until_it_is_done(self, name: str) -> None:
        """Call a schedule by hand until it succeeds and has read the portal's whole list."""
        asked, function = request(f"/schedule/{name}"), str(MANIFEST.schedules[name].function)
        self.is_waited_for = True

        def done(answer: Any) -> None:
            self.is_waited_for = answer is None or answer[1] != 200 or not self._portal_was_read()
            if self.is_waited_for:
                self.scheduler.after(LONGEST_LEASE, lambda: self.call_until_it_is_done(name))

        self._world.start(function, lambda: self._world.programs.entry(function)(asked), done)

    def _portal_was_read(self) -> bool:
        """Return whether the last reading of the portal, which may be partial, reached the end of its list."""
        cursor = self._world.store.documents.get(CURSOR_PATH, {})
        return not cursor.keys() & {"reading", "failing_since"}
