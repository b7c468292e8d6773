"""`make soak HOURS=2`: load on a running system for hours of real time, to check that nothing grows or is lost.

Citizens hold whole conversations one after another, a quarter of them with a picture, and ask and rate afterwards.
Officers answer a share of the petitions. Every minute the use of all processes and the stored documents are written to
`.build/soak-real.jsonl`, with curves beside it. The file of an interrupted run can be evaluated as well
(`soak_judged`). At the end the system comes to rest, and the promises of `tests.e2e.faults` are checked: nothing lost,
nothing doubled. The exit status is 1 if a promise is broken or something grows.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from tests.e2e.faults.cases import Case
from tests.e2e.faults.harness import Harness
from tests.e2e.faults.people import Person
from tests.e2e.faults.phones import Phones
from tests.e2e.stack import ROOT, Officer
from tests.load import taken
from tests.load.bench_spikes import LoadedStack
from tests.load.soak_judged import FILE, judge
from tests.simulation.functions import ID_KEY

A_CONVERSATION = 20.0
"""Seconds between the starts of two citizens, with about ten messages each."""
ANSWERED, OF = 3, 5
"""ANSWERED of OF petitions in a row are answered. A random choice would make the halves of the run differ."""
RATING, PICTURED = 0.7, 0.25
"""The shares of citizens with a rating and with a picture."""
LOOK = 0.5
"""Seconds between two readings of all phones. Reading costs as much as a message."""
SAMPLE, FEWEST_SAMPLES = 60.0, 20


class SteadyStack(LoadedStack):
    def __init__(self, name: str) -> None:
        super().__init__(name, ID_KEY=ID_KEY)
        self._seats: dict[tuple[str, str | None], Officer] = {}

    def officer(self, role: str, unit: str | None = None) -> Officer:
        seat = role, unit
        if seat not in self._seats:
            self._seats[seat] = super().officer(role, unit)
        self._seats[seat].sign_in()
        return self._seats[seat]


class SteadyPhones(Phones):
    _next = 0.0

    def look_at_times(self) -> None:
        if monotonic() >= self._next:
            self.look()
            self._next = monotonic() + LOOK

    def sends_picture(self, user: str, number: int) -> None:
        url = f"{self._stack.url('zalo_url')}/static/photo.jpg?{number}"
        message = {"msg_id": f"picture-{number}", "attachments": [{"type": "image", "payload": {"url": url}}]}
        body = self._stack.event(user, "", event_name="user_send_image", message=message)
        self._observed(body)
        self._clockwork.beside(lambda: self._deliver(body))


class Soak(Harness):
    def __init__(self, hours: float, file: Path) -> None:
        stack = SteadyStack(f"soak-{os.getpid()}")
        super().__init__("soak", Case(citizens=1, rounds=0), stack=stack)
        self.phones = self.steady = SteadyPhones(stack, self.clockwork)
        self.clockwork.each_turn[:] = [self.steady.look_at_times]
        self.people = [Person(self.clockwork, self.phones, 0, rates=True)]
        self.seconds, self.file = hours * 3600, file
        self.every = min(SAMPLE, self.seconds / FEWEST_SAMPLES)
        self.chance = self.clockwork.stream("soak")
        self._seen: set[str] = set()
        self._at_the_desk = Lock()

    def _live(self) -> None:
        begun = monotonic()
        next_person = next_sample = begun
        while (now := monotonic()) < begun + self.seconds:
            if now >= next_person:
                self._one_more()
                next_person += A_CONVERSATION
            if now >= next_sample:
                self._sample(now - begun)
                next_sample += self.every
            self._have_answered()
            self.clockwork.run(1)
        self._sample(self.seconds)

    def _one_more(self) -> None:
        number = len(self.people)
        person = Person(self.clockwork, self.phones, number, rates=self.chance.random() < RATING)
        self.people.append(person)
        person.tell()
        if self.chance.random() < PICTURED:
            self.steady.sends_picture(person.user, number)

    def _have_answered(self) -> None:
        for code in sorted({person.code for person in self.people if person.code} - self._seen):
            self._seen.add(code)
            if len(self._seen) % OF < ANSWERED:
                self.clockwork.beside(lambda code=code: self._handle(code))  # type: ignore[misc]

    def _handle(self, code: str) -> None:
        with self._at_the_desk:
            self.desk._handle(code, self.stack.officer("coordinator"))

    def _sample(self, passed: float) -> None:
        try:
            self.clockwork.busy  # noqa: B018 - raises the failure of a thread
        except Exception as error:  # noqa: BLE001 - any failure is noted, and the run goes on
            self.row.broken.append(f"minute {passed / 60:.0f}: {error!r}"[:300])
        folder = ROOT / ".local" / self.stack.name
        documents = taken.documents(folder / "data" / "firestore.sqlite")
        self._write(
            minute=round(passed / 60, 2),
            events=len(self.phones.acknowledged),
            petitions=documents["petitions"],
            messages=len(self.phones.messages),
            processes=taken.processes(folder),
            documents=documents,
            backlog=self._backlog(),
            disk={name: taken.kib(folder / name) for name in ("data", "logs")},
            load=os.getloadavg()[0],
        )

    def _write(self, **line: Any) -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _read(self) -> None:
        super()._read()
        row = self.row
        wrong = [*row.broken, *([f"{row.incomplete} citizens got no code"] if row.incomplete else [])]
        if wrong:  # kept for analysis, because the stack is deleted afterwards
            stored = self.stack.http.get(f"{self.stack.url('firestore_admin_url')}/export")
            self.file.with_suffix(".stored.jsonl").write_bytes(stored.content)
        remarks = [f"{row.events} events", f"{row.petitions} petitions", *row.remarks]
        self._write(end={"wrong": wrong, "remarks": remarks})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, required=True)
    parser.add_argument("--file", type=Path, default=FILE, help="of the samples; what it held is deleted")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the stack is stopped too
    given.file.parent.mkdir(parents=True, exist_ok=True)
    given.file.unlink(missing_ok=True)
    Soak(given.hours, given.file)()
    return judge(given.file)


if __name__ == "__main__":
    sys.exit(main())
