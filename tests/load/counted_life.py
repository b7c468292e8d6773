"""The steps of petitions on the Firestore emulator, with the costs of every step by function.

The use cases and the Firestore client are real. Pub/Sub is a list that is delivered after every step, and Zalo and the
portal are in memory. The costs of a step include everything that follows from it.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.notices.channels import AccountTerms
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition, petition_path
from petitions.errors import NotFound
from petitions.usecases.figures.fold_figures import FoldFigures
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.shared.relay import RelayUnpublished
from tests.fakes import FakeClock, FakeFiles, FakePublisher
from tests.portal_parts import PortalParts
from tests.unit.notices.channel import Channel, MemoryMailer, MemoryVault, MemoryZalo
from tests.unit.petition.handling import ANSWER, WHY_NONE
from tests.unit.portal.model import ModelPortal
from tests.unit.world import World

TALK = ("đồng ý", "Số 12 phố Trung Kính, phường Yên Hòa", "Nguyễn Thị Lan, như trên, 0912 345 678")
STORY = "UBND phường chậm trả giấy khai sinh"
HANDLING = (
    ("accept", Action.ACCEPT), ("assign", Action.ASSIGN), ("start", Action.START), ("answer", Action.SUBMIT_ANSWER),
    ("approve", Action.APPROVE),
)  # fmt: skip
DATABASES = ("petitions", "public", "channel")
LATER = 10 * 366 * 86_400.0
"""Seconds after which every document with an expiry has expired."""


@dataclass
class Spent:
    """The costs counted for a function. `cpu_ms` is its processor time, without the database."""

    runs: int = 0
    reads: int = 0
    writes: int = 0
    deletes: int = 0
    calls: int = 0
    index_writes: int = 0
    cpu_ms: float = 0.0

    def add(self, other: Spent) -> None:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


Bill = dict[str, dict[str, Spent]]
"""Costs by step and function."""


class Life:
    def __init__(self, stores: Mapping[str, Any]) -> None:
        self.steps: Counter[str] = Counter()
        self.messages: dict[str, Counter[str]] = defaultdict(Counter)
        self.sent: Counter[str] = Counter()
        self.store, self.publisher, self.clock = stores["petitions"], FakePublisher(), FakeClock()
        self.world = World(store=self.store, public=stores["public"], publisher=self.publisher, clock=self.clock)
        self.zalo = MemoryZalo(self.clock)
        memory = {"terms": AccountTerms(), "clock": self.clock, "store": self.store, "zalo": self.zalo}
        memory |= {"files": FakeFiles(), "tokens_store": stores["channel"], "mailer": MemoryMailer()}
        self.channel = Channel(of=cast("Channel", SimpleNamespace(**memory, vault=MemoryVault())))
        self.portal = PortalParts(self.store, self.publisher, self.clock, self.world.ids, ModelPortal())
        self.fold = FoldFigures(self.store, self.clock)
        self.relay = RelayUnpublished(self.store, self.publisher, self.clock)
        self.delivered = self.echoed = 0
        self._current = "warm"
        people = [Officer(id="truc", name="Trực", email="truc@x.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=True)]
        self.store.create_all({officer_path(person.id): person.stored() for person in people})

    def life(self, user: str, *, handled: bool = True, asks: bool = False, rates: bool = False) -> str:
        """Write and file a petition as a citizen, and with `handled` let officers answer it. Return its code."""
        for text in (f"{STORY}, việc của {user}", *TALK):
            self.step("message", lambda text=text: self._say(user, text))  # type: ignore[misc]
        self.step("filing", lambda: self._say(user, "1"))
        code = str(
            next(
                message.data["code"]
                for message in reversed(self.publisher.published)
                if message.topic == "petition-events"
            )
        )
        for name, action in HANDLING if handled else HANDLING[:3]:
            self.step(name, lambda action=action: self._act(code, action))  # type: ignore[misc]
        if asks:
            self.step("message", lambda: self._say(user, code))
        if rates:
            self.step("rating", lambda: self._say(user, "3"))
        return code

    def step(self, name: str, do: Callable[[], None]) -> None:
        """Take a step, let the functions handle everything that follows from it, and count the costs under `name`."""
        self.clock.advance(seconds=7)
        self.steps[name] += 1
        self._current = name
        do()
        self._settle(name)

    def minute(self) -> None:
        """Run the schedules of every minute with nothing due, after sending the news of former steps."""
        self._settle_news()
        world, self._current = self.world, "minute"
        self.steps["minute"] += 1
        for function, jobs in {
            "intake": (world.pauses,), "relay": (self.relay, self.fold), "attachments": (world.sweep, world.erase),
            "notifications": (self.channel.sweep,), "reminders": (world.reminders, world.news, world.watch),
            "portal_sync": (self.portal.sweep,),
        }.items():  # fmt: skip
            for job in jobs:
                self._work(function, cast("Any", job))
        self._settle("minute")

    def _settle_news(self) -> None:
        self._current = "news"
        self._work("reminders", cast("Any", self.world.news))
        self._settle("news")

    def _say(self, user: str, text: str) -> None:
        body = self.world.event("user_send_text", {"text": text}, user=user)
        self._work("intake", lambda: self.world.intake(body))

    def _act(self, code: str, action: Action) -> None:
        petition = Petition.model_validate(self.store.get(petition_path(code)))
        role = Role.COORDINATOR if petition.unit == "VPUB" else Role.HEAD
        who = Officer(id=f"ai-{action}", name="Ai", email="ai@x.vn", unit=petition.unit, role=role)
        more: dict[str, Any] = {"sure": True}
        if action is Action.SUBMIT_ANSWER:
            more |= {"text": ANSWER, "no_evidence": WHY_NONE}
        if action is Action.ASSIGN and petition.unit == "VPUB":
            more |= {"unit": "SXD"}
        if action is Action.APPROVE:
            more |= {"text": "Đã xem lại"}
        self._work("desk", lambda: self.world.desk(who, command(code, action, petition.version, **more)))

    def _settle(self, name: str) -> None:
        """Deliver published messages and Zalo's echoes until none is left. Then update the totals.

        The totals are updated for one step alone, which is the worst case. In the city, the steps of a minute share
        writes.
        """
        while self.delivered < len(self.publisher.published) or self.echoed < len(self.zalo.sent):
            while self.delivered < len(self.publisher.published):
                message = self.publisher.published[self.delivered]
                self.delivered += 1
                self.messages[name][message.topic] += 1
                self._deliver(message.topic, message.data)
            while self.echoed < len(self.zalo.sent):
                echo = self.channel.echo(self.echoed)
                self.echoed += 1
                self.sent[name] += 1
                self.messages[name]["zalo-receipts"] += 1
                self._work("notifications", lambda echo=echo: self.channel.settle(echo))  # type: ignore[misc]
        if self.messages[name]["petition-events"] and name != "minute":
            self._work("relay", self.fold)

    def _deliver(self, topic: str, data: Mapping[str, Any]) -> None:
        match topic:
            case "notices":
                self._work("notifications", lambda: self.channel.send(data["id"], data))
            case "petition-events":
                self._work("routing", lambda: self.world.routing(data["code"]))
                self._work("portal_sync", lambda: self.portal.push(data["code"]))
                self._work("relay", lambda: self.world.project(data["code"]))

    def _work(self, function: str, do: Callable[[], object]) -> None:
        with suppress(NotFound):
            do()


class CountedLife(Life):
    def __init__(self, server: FirestoreServer, clock_file: Path) -> None:
        self.server, self.clock_file = server, clock_file
        self.bill: Bill = defaultdict(lambda: defaultdict(Spent))
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            super().__init__({name: FirestoreStore(CHECKED_PROJECT, name) for name in DATABASES})
        self._warm()

    def _warm(self) -> None:
        self._say("0", "xin chào")
        self._settle("warm")
        self.bill.clear()
        self.steps.clear()
        self.messages.clear()
        self.sent.clear()

    def expire(self) -> int:
        self.clock_file.write_text(str(LATER))
        return int(self.server.admin("POST", "/expire")["deleted"])

    def billed(self) -> Spent:
        total = Spent()
        for functions in self.bill.values():
            for function in functions.values():
                total.add(function)
        return total

    def _work(self, function: str, do: Callable[[], object]) -> None:
        self.server.admin("POST", "/counters/reset")
        began = time.process_time()
        super()._work(function, do)
        cpu = 1000 * (time.process_time() - began)
        report = self.server.admin("GET", "/counters")
        calls = sum(item["calls"] for item in report["methods"].values())
        spent = Spent(1, report["reads"], report["writes"], report["deletes"], calls, report["index_writes"], cpu)
        self.bill[self._current][function].add(spent)
