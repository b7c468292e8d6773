"""Real hours on a running stack: `make soak HOURS=2`. Samples to `.build/soak-real.jsonl`, curves beside it.

Citizens hold whole conversations one after another, a quarter with a picture, and ask and rate afterwards; officers
answer a share of the petitions. Every minute is sampled what each process takes and what is stored; a run that is cut
short can be judged by its file (`soak_judged`). At the end all comes to rest, and the promises of `tests.e2e.faults`
are asked: nothing lost, nothing doubled. Exit status 1 if one is broken or something grows.
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
"""Seconds from one citizen's beginning to the next one's: each writes about ten messages."""
ANSWERED, OF = 3, 5
"""Of so many petitions in a row as many are answered: by chance one half would have more work than the other."""
RATING, PICTURED = 0.7, 0.25
"""The shares of citizens who would rate, and of those who send a picture."""
LOOK = 0.5
"""Seconds between two looks at all phones: a look costs as much as a message."""
SAMPLE, FEWEST_SAMPLES = 60.0, 20


class SteadyStack(LoadedStack):
    """A stack in which an officer has one browser for the day, and signs in anew for each petition."""

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
    """Phones that are looked at less often, and can send a picture."""

    _next = 0.0

    def look_at_times(self) -> None:
        """Look, unless that was done just now."""
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
    """The harness of the faults, with nothing going wrong and for hours."""

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
        """Officers take what has a code since, one petition after another."""
        for code in sorted({person.code for person in self.people if person.code} - self._seen):
            self._seen.add(code)
            if len(self._seen) % OF < ANSWERED:
                self.clockwork.beside(lambda code=code: self._handle(code))  # type: ignore[misc]

    def _handle(self, code: str) -> None:
        with self._at_the_desk:
            self.desk._handle(code, self.stack.officer("coordinator"))

    def _sample(self, passed: float) -> None:
        """Write a line, and note what has failed beside the loop."""
        try:
            self.clockwork.busy  # noqa: B018 - raises it
        except Exception as error:  # noqa: BLE001 - whatever it is, the hours go on
            self.row.broken.append(f"minute {passed / 60:.0f}: {error!r}"[:300])
        folder = ROOT / ".local" / self.stack.name
        documents = taken.documents(folder / "data" / "firestore.sqlite")
        self._write(
            minute=round(passed / 60, 2),
            events=len(self.phones.told),
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
        if wrong:  # to be looked into: the stack is gone afterwards
            stored = self.stack.http.get(f"{self.stack.url('firestore_admin_url')}/export")
            self.file.with_suffix(".stored.jsonl").write_bytes(stored.content)
        remarks = [f"{row.events} events", f"{row.petitions} petitions", *row.remarks]
        self._write(end={"wrong": wrong, "remarks": remarks})


def main() -> int:
    """Live, come to rest, judge."""
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
