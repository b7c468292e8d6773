"""Runs one case of faults: from a new copy of the system to its row in the table of results."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import httpx

from petitions.domain.conversation.flow import MOST_REPLIES
from tests import law
from tests.e2e.faults.at_rest import Running, broken, databases, unsettled
from tests.e2e.faults.cases import FUNCTIONS, Case
from tests.e2e.faults.clockwork import Clockwork
from tests.e2e.faults.people import Desk, Person
from tests.e2e.faults.phones import Phones
from tests.e2e.stack import HANOI, ROOT, LocalStack, wait_for
from tests.simulation.functions import ID_KEY
from tests.simulation.promises.of_waiting import WAITED, waits
from tests.simulation.promises.read_world import AtRest
from tests.simulation.scheduler import Trouble

QUIET_WITHIN = 600.0
"""Real seconds after which pending work counts as a fault. Even a machine at a fifth of its speed needs less."""
LONGEST_CALM = timedelta(minutes=10)
"""The time by the system's own clock in which everything must come to rest after the faults."""
FLOOD = law.packaged_data("texts.vi.json")["flood"]
"""The bot's single reply to a flood of messages.

A slow machine may deliver ordinary messages so late and so many at once that the bot takes them for a flood.
"""
PEOPLE = ["people"]
STEP = "+1m"
FLOW = 1.0
RETRIES = 0.02
"""The factor for Zalo's pauses before it repeats an event: 0.6 s in place of 30 s, because the clock is faster, too."""
GOAL = "every_goal_is_reached_once"
"""The promise that is not checked for a person that only floods the account with messages."""
STREAM = 200
STREAM_SECONDS = 10.0


@dataclass
class Row:
    name: str
    events: int = 0
    petitions: int = 0
    incomplete: int = 0
    lost: int = 0
    remarks: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """The broken promises, each with the fault found."""

    def line(self) -> str:
        figures = f"{self.events:>6} {self.petitions:>9} {self.incomplete:>10} {self.lost:>12}"
        return f"{self.name:46} {figures}  {'; '.join(self.remarks)}"


HEAD = f"{'run':46} {'events':>6} {'petitions':>9} {'incomplete':>10} {'replies lost':>12}  remark"


class Harness:
    def __init__(self, name: str, case: Case, seed: int = 22, stack: LocalStack | None = None) -> None:
        self.case, self.row = case, Row(name)
        self.stack = stack or LocalStack(
            f"faults-{os.getpid()}", functions=FUNCTIONS, ID_KEY=ID_KEY, INSTANCES=str(case.instances)
        )
        self.clockwork = Clockwork(seed)
        self.phones = Phones(self.stack, self.clockwork, case.copies)
        self.desk = Desk(self.stack, self.clockwork)
        rates = case.prompt is not None
        self.people = [
            Person(self.clockwork, self.phones, number, rates=rates, prompt=case.prompt)
            for number in range(case.citizens)
        ]
        self.troubles: list[Trouble] = []
        """The times in which faults struck, in seconds of the system's clock since the start of the case."""

    def __call__(self) -> Row:
        try:
            self.stack.up()
            self.begun = self._now()
            self._warm()
            self._live()
            self._rest()
            self._read()
        finally:
            self.clockwork.pool.shutdown(wait=False, cancel_futures=True)
            self.stack.down()
            shutil.rmtree(ROOT / ".local" / self.stack.name, ignore_errors=True)
        return self.row

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.stack.now_ms() / 1000, HANOI)

    def _warm(self) -> None:
        """Let one citizen get a reply before any fault, so that the system has seen an echo of its messages."""
        zalo = self.stack.url("zalo_url")
        self.stack.http.post(f"{zalo}/sim/account", json={"strict_window": True}).raise_for_status()
        self.stack.http.post(f"{zalo}/sim/trouble", json={"retry_scale": RETRIES}).raise_for_status()
        first = self.people[0]
        first.tell()
        self._until(lambda: bool(self.phones.phone(first.user)), "the first answer")

    def _until(self, done: Callable[[], bool], what: str) -> None:
        end = monotonic() + QUIET_WITHIN
        while not done():
            assert monotonic() < end, f"waited in vain for {what}"
            self.clockwork.run(0.2)

    def _live(self) -> None:
        match self.case.during:
            case "conversations":
                self._tell()
                self._storms()
            case "one sender":
                self.phones.reads.clear()
                for number in range(STREAM):
                    words = f"UBND phường chậm trả giấy khai sinh của con tôi, lần thứ {number}"
                    writes = partial(self.phones.writes, self.people[0].user, words)
                    self.clockwork.after(number * STREAM_SECONDS * 10 / STREAM, writes)
                self._storms()
            case "handling":
                self._file()
                for person in self.people:
                    self.desk.take(str(person.code))
                self._storms()
            case "ratings":
                self._file()
                for person in self.people:
                    self.desk.take(str(person.code))
                self._storms()

    def _tell(self) -> None:
        for person in self.people[1:]:
            self.clockwork.after(20 * person.chance.random(), person.tell)

    def _file(self) -> None:
        self._tell()
        self._until(lambda: all(person.code for person in self.people), "the codes")

    def _storms(self) -> None:
        for _ in range(self.case.rounds):
            began = self._second()
            for trouble in self.case.troubles:
                trouble.begin(self.stack)
            watch = [partial(trouble.keep_up, self.stack) for trouble in self.case.troubles]
            self.clockwork.each_turn += watch
            self.clockwork.run(self.case.seconds)
            self._until(lambda: self._struck() > 0 or not self.case.troubles, "the trouble to strike")
            for look in watch:
                self.clockwork.each_turn.remove(look)
            self._lull(began)

    def _second(self) -> float:
        return (self._now() - self.begun).total_seconds()

    def _struck(self) -> int:
        return sum(trouble.hits(self.stack) for trouble in self.case.troubles)

    def _lull(self, began: float) -> None:
        wait_for(self._all_up, "all processes")
        for trouble in self.case.troubles:
            trouble.end(self.stack)
        self.troubles.append(Trouble(self.row.name, "happens", began, self._second()))
        self._settle()
        self._step()

    def _all_up(self) -> bool:
        with suppress(httpx.TransportError):
            status = self.stack.http.get(f"{self.stack.url('console_url')}/api/status").json()
            return all(item["state"] == "up" for item in status["processes"])
        return False

    def _settle(self) -> None:
        self._until(lambda: self._all_up() and self._told() and not self._backlog(), "the deliveries to settle")
        self.phones.look()  # the last message may have come since the last turn

    def _told(self) -> bool:
        reports = self.stack.http.get(f"{self.stack.url('zalo_url')}/sim/deliveries").json()
        return not any(report["state"] == "waiting" for report in reports)

    def _backlog(self) -> int:
        figures = self.stack.http.get(f"{self.stack.url('pubsub_admin_url')}/stats").json()["subscriptions"]
        return sum(item["backlog"] for name, item in figures.items() if item.get("push", True))

    def _step(self) -> None:
        done = self.stack.command("clock", STEP)
        assert done.returncode == 0, done.stdout + done.stderr
        self.clockwork.run(FLOW)

    def _rest(self) -> None:
        calm, start = self._now(), monotonic()
        self._hurry(10)
        self._settle()
        while waiting := self._waiting():
            if monotonic() - start > QUIET_WITHIN or self._now() - calm > LONGEST_CALM:
                self.row.broken.append(f"it comes to rest: {waiting[:5]}")
                break
            if waiting == PEOPLE:
                self.clockwork.run(FLOW)
            else:
                self._step()
            self._settle()
        self.row.remarks.append(f"quiet after {(self._now() - calm).total_seconds():.0f} s")
        for last in ("portal-pull", "portal-reconcile"):
            self.stack.command("fire", last)
        self._settle()

    def _waiting(self) -> list[str]:
        """Return PEOPLE if people still act, otherwise the paths of documents with pending work."""
        if self.clockwork.busy or any(person.waits for person in self.people):
            return PEOPLE
        return unsettled(databases(self.stack)["petitions"])

    def _hurry(self, scale: float) -> None:
        self.stack.http.post(f"{self.stack.url('pubsub_admin_url')}/time", json={"scale": scale}).raise_for_status()

    def _still(self) -> AtRest:
        """Return all data, read again until no message was sent during the reading, which is slow."""
        running, start = Running(self.stack, self.phones, self.people, self.desk), monotonic()
        while True:
            self._settle()
            before = len(self.phones.messages), len(self.stack.mails())
            rest = running.at_rest(self.begun, self.troubles)
            self.phones.look()
            same = before == (len(self.phones.messages), len(self.stack.mails()))
            if same and (self.row.broken or not unsettled(rest.world.store)):
                return rest
            assert monotonic() - start < QUIET_WITHIN, "something always goes out"
            self._step()

    def _read(self) -> None:
        self.rest = rest = self._still()
        row = self.row
        row.events, row.petitions = len(self.phones.acknowledged), len(rest.petitions)
        if self.case.during != "one sender":  # one sender wants nothing filed
            row.incomplete = sum(person.code is None for person in self.people)
        found = [item for item in broken(rest) if self.case.during != "one sender" or item[0] != GOAL]
        row.lost = sum(name == "everybody_is_told" for name, _ in found)
        row.broken += [f"{name}: {words}" for name, words in found]
        row.broken += [f"every action ends done: {words}" for words in self.desk.undone()]
        if self.case.prompt is not None and (rated := _rated(rest)) != self.case.citizens:
            row.broken.append(f"everybody is asked, and rates: {rated} of {self.case.citizens}")
        shown = self.phones.phone(self.people[0].user)
        asked = Counter(text for text in shown if text != FLOOD)
        once = max(asked.values()) == 1 or (asked.total() <= MOST_REPLIES and shown.count(FLOOD) == 1)
        if self.case.during == "one sender" and not once:
            row.broken.append(f"whoever pours out messages is told once: {shown}")
        self._remark(rest)

    def _remark(self, rest: AtRest) -> None:
        repeated = sum(notice.repeated for notice in rest.notices)
        outdated = sum(notice.error == "outdated" or notice.state == "unknown" for notice in rest.zalo_notices)
        counted = {
            "struck": self._struck(),
            "results told once more": repeated,
            "replies outdated by later ones": outdated,
            "posts repeated by Zalo": self.phones.refused,
            "copies of events": self.phones.copied,
            f"of {self.desk.requests} requests at the desk repeated": self.desk.busy,
        }
        self.row.remarks += [f"{count} {what}" for what, count in counted.items() if count]
        waited = [wait.since_all for wait in waits(rest) if wait.whole > WAITED]
        if waited:
            self.row.remarks.append(f"{len(waited)} waited, {max(waited):.0f} s at most after the faults")
        if self.case.during == "one sender":
            self.row.remarks.append(f"answered with {len(self.phones.messages)} messages")
        if self.case.prompt is not None:
            self.row.remarks.append(f"{_rated(rest)} rated")


def _rated(rest: AtRest) -> int:
    return sum(petition.rating is not None for petition in rest.petitions)
