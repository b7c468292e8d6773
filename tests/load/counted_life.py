"""The life of petitions on the Firestore emulator, step by step, with what each step costs which function.

The use cases are the real ones over the real Firestore client; Pub/Sub is a list that is delivered after each step, and
Zalo and the portal live in memory. A step's cost is that of all that follows from it until nothing more is to be done.
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
from petitions.usecases.petition.act_on_petition import ActRequest
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
"""Seconds after which everything that expires has."""


@dataclass
class Spent:
    """What was counted; `cpu_ms` is the time of a processor in the function alone."""

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
"""By step and function."""


class Life:
    """The functions over some databases."""

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
        """One petition: told, filed, and as far as it is handled; return its code."""
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
        """Do something, and all that follows from it."""
        self.clock.advance(seconds=7)
        self.steps[name] += 1
        self._current = name
        do()
        self._settle(name)

    def minute(self) -> None:
        """What the schedules of every minute do when nothing is due, after those that have told what is new."""
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
        """Tell units their news, which the steps have left to the next minute."""
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
        self._work("desk", lambda: self.world.desk(who, ActRequest(code, action, petition.version, **more)))

    def _settle(self, name: str) -> None:
        """Deliver what was published, and Zalo's echoes, until nothing is left; then fold the figures.

        Each step's line is folded alone, which is the dearest: in the city the lines of a minute share their writes.
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
        """Run one delivery to a function."""
        with suppress(NotFound):
            do()


class CountedLife(Life):
    """The functions over one emulator, which counts."""

    def __init__(self, server: FirestoreServer, clock_file: Path) -> None:
        self.server, self.clock_file = server, clock_file
        self.bill: Bill = defaultdict(lambda: defaultdict(Spent))
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            super().__init__({name: FirestoreStore(CHECKED_PROJECT, name) for name in DATABASES})
        self._warm()

    def _warm(self) -> None:
        """What is bought once: the pair of tokens, and what each instance keeps for a minute."""
        self._say("0", "xin chào")
        self._settle("warm")
        self.bill.clear()
        self.steps.clear()
        self.messages.clear()
        self.sent.clear()

    def expire(self) -> int:
        """Delete what has expired in the end; return how many documents that were."""
        self.clock_file.write_text(str(LATER))
        return int(self.server.admin("POST", "/expire")["deleted"])

    def billed(self) -> Spent:
        """What the emulator has counted in all."""
        total = Spent()
        for functions in self.bill.values():
            for function in functions.values():
                total.add(function)
        return total

    def _work(self, function: str, do: Callable[[], object]) -> None:
        """Run one delivery, and count it."""
        self.server.admin("POST", "/counters/reset")
        began = time.process_time()
        super()._work(function, do)
        cpu = 1000 * (time.process_time() - began)
        report = self.server.admin("GET", "/counters")
        calls = sum(item["calls"] for item in report["methods"].values())
        spent = Spent(1, report["reads"], report["writes"], report["deletes"], calls, report["index_writes"], cpu)
        self.bill[self._current][function].add(spent)
