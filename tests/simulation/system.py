"""All functions over the simulated ports: real entry points, use cases and domain, two instances of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.notices.channels import AccountTerms
from petitions.entry import FunctionEntry, Push, ScheduledJob
from petitions.errors import NotFound
from petitions.usecases.figures.check_figures import CheckFigures
from petitions.usecases.figures.fold_figures import FoldFigures
from petitions.usecases.notices.echo_flow import ECHOES_PATH
from petitions.usecases.shared.relay import RelayUnpublished
from petitions.usecases.zalo.quarantine import Quarantine
from petitions.usecases.zalo.receive_event import ReceiveEvent
from tests.fakes import FakeFiles
from tests.simulation.people import Citizen, Office
from tests.simulation.ports import MANIFEST, SimulatedDoor, SimulatedPubsub, SimulatedStore, request
from tests.simulation.scheduler import Instance, OneAtATime, Scheduler
from tests.simulation.zalo import OA_KEY, SimulatedZalo
from tests.unit.notices.channel import FIRST, ID_KEY, Channel, MemoryMailer, MemoryVault
from tests.unit.world import World

FUNCTIONS = ("zalo_webhook", "intake", "routing", "relay", "notifications", "reminders", "attachments", "desk")
INSTANCES = 2
STORM = 15 * 60.0
CALM = 25 * 60.0
LAST = 12 * 60.0
EVERY = {
    "intake-sweep": 60.0,
    "relay-sweep": 60.0,
    "notices-sweep": 60.0,
    "reminders-sweep": 60.0,
    "news-sweep": 60.0,
    "erasures-sweep": 60.0,
    "attachments-sweep": 120.0,
    "figures-fold": 120.0,
    "token-refresh": 1800.0,
}
OUTAGE = 40.0


class Simulation:
    """One seed's world: a storm, then calm weather in which everything must come to rest."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.scheduler = Scheduler(seed)
        chance, clock = self.scheduler.chance, self.scheduler.clock
        self.store, self.public = SimulatedStore(self.scheduler), SimulatedStore(self.scheduler)
        self.zalo = SimulatedZalo(self.scheduler)
        self.pubsub = SimulatedPubsub(self.scheduler, self._pushed)
        self.world = World(store=self.store, publisher=cast("Any", self.pubsub), clock=clock, public=self.public)
        self.world.has_a_coordinator()
        self.store.create(ECHOES_PATH, {"last_at": clock.now()})  # the account has been at work for long
        self.relay = RelayUnpublished(self.store, self.pubsub, clock)
        self.fold, self.recount = FoldFigures(self.store, clock), CheckFigures(self.store, clock)
        self.door = ReceiveEvent(
            FIRST.app_id,
            FIRST.oa_id,
            GivenKeys((OA_KEY,)),
            ID_KEY,
            SimulatedDoor(self.pubsub),
            clock,
            timedelta(days=7),
            Quarantine(clock),
        )
        memory = {"terms": AccountTerms(), "clock": clock, "store": self.store, "zalo": self.zalo, "files": FakeFiles()}
        memory |= {"tokens_store": SimulatedStore(self.scheduler), "mailer": MemoryMailer(), "vault": MemoryVault()}
        self._memory = SimpleNamespace(**memory)
        self.channels: dict[Instance, Channel] = {}
        self.instances: dict[str, list[Instance]] = {
            name: [self._instance(name) for _ in range(INSTANCES)] for name in FUNCTIONS
        }
        self._entries = {each: self._entry(each) for several in self.instances.values() for each in several}
        self.zalo.receive = lambda post, done: self._start("zalo_webhook", lambda: self.door(post), done)
        self.zalo.at_once = lambda post, done: done(self.door(post))
        self.office = Office(
            self.scheduler, self.store, self.world.desk, lambda work, done: self._start("desk", work, done)
        )
        self.citizens = [
            Citizen(self.scheduler, self.zalo, str(4572947693969000000 + seed % 1000 * 10 + number))
            for number in range(chance.randint(1, 3))
        ]

    def run(self) -> None:
        """Live through it all."""
        chance = self.scheduler.chance
        for citizen in self.citizens:
            self.scheduler.after(60 * chance.random(), citizen.begin)
        self.scheduler.after(60, self.office.look)
        for name, seconds in EVERY.items():
            self.scheduler.after(seconds * chance.random(), lambda name=name: self._tick(name))  # type: ignore[misc]
        for _ in range(chance.randint(0, 2)):
            self.scheduler.after(STORM * chance.random(), self._outage)
        if chance.random() < 0.3:
            self.scheduler.after(STORM * chance.random(), self._power_cut)
        self.scheduler.after(STORM, self._operate)
        self.scheduler.run(STORM)
        self.scheduler.stormy = False
        self.scheduler.run(CALM)
        for citizen in self.citizens:
            citizen.ends()
        self.scheduler.run(LAST)
        self.office.shut = True
        self.scheduler.run(LAST)
        self.fold()

    def _outage(self) -> None:
        """Zalo's front answers for Zalo, which does nothing."""
        self.zalo.down = True
        self.scheduler.after(OUTAGE, lambda: setattr(self.zalo, "down", False))

    def _operate(self) -> None:
        """An administrator consents anew when a lost pair of tokens has stopped the channel, as the alarm asks."""
        if any(fields.get("error") == "token_needs_human" for fields in self.store.documents.values()):
            self.zalo.code = "consented"
            channel = self.channels[self.instances["notifications"][0]]
            self._start("notifications", lambda: channel.tokens.accept("consented", self.zalo.verifier), lambda _: None)
        self.scheduler.after(300, self._operate)

    def _power_cut(self) -> None:
        for several in self.instances.values():
            for instance in several:
                self.scheduler.kill(instance)
        self.scheduler.reached["everything", "killed"] += 1

    def _tick(self, name: str) -> None:
        """Cloud Scheduler: now and then late, twice, or not at all."""
        fate = self.scheduler.chance.random() if self.scheduler.stormy else 1.0
        times = 0 if fate < 0.05 else 2 if fate < 0.1 else 1
        self.scheduler.reached["schedule", ("missed", "run", "twice")[times]] += 1
        asked = request(f"/schedule/{name}")
        for _ in range(times):
            self._call(MANIFEST.schedules[name].function, asked)
        self.scheduler.after(EVERY[name], lambda: self._tick(name))

    def _call(self, function: str, asked: Any) -> None:
        instance = self._one_of(function)
        self.scheduler.start(instance, lambda: self._entries[instance](asked), lambda _: None)

    def _one_of(self, function: str) -> Instance:
        return self.scheduler.chance.choice(self.instances[function])

    def _start(self, function: str, work: Callable[[], Any], done: Callable[[Any], Any]) -> None:
        self.scheduler.start(self._one_of(function), work, done)

    def _pushed(self, subscription: str) -> tuple[Instance, Callable[[Any], Any]] | None:
        function = MANIFEST.subscriptions[subscription].function
        if function not in self.instances:
            return None
        instance = self._one_of(function)
        return (instance, self._entries[instance]) if subscription in self._entries[instance].pushes else None

    def _instance(self, function: str) -> Instance:
        """An instance; only one of `notifications` remembers anything."""
        made = Instance(function, lambda: None)
        if function == "notifications":
            made.restart = lambda: self._remember_nothing(made)
            made.restart()
        return made

    def _remember_nothing(self, instance: Instance) -> None:
        channel = Channel(of=cast("Channel", self._memory))
        channel.tokens._lock = cast("Any", OneAtATime(self.scheduler))
        channel.tokens._sleep = self.scheduler.sleep
        self.channels[instance] = channel

    def _entry(self, instance: Instance) -> FunctionEntry:
        pushes, schedules = self._routes(instance)
        return FunctionEntry(instance.function, lambda: self.pubsub, pushes, schedules)

    def _routes(
        self, instance: Instance
    ) -> tuple[dict[str, Callable[[Push], object]], dict[str, Callable[[], ScheduledJob]]]:
        """As the function's own `main.py` has them."""
        world = self.world
        match instance.function:
            case "intake":
                return {"zalo-events-intake": lambda push: world.intake(push.data)}, {
                    "intake-sweep": lambda: world.pauses
                }
            case "routing":
                return {"petition-events-routing": lambda push: world.routing(push.text("code"))}, {}
            case "relay":
                return {"petition-events-relay": lambda push: world.project(push.text("code"))}, {
                    "relay-sweep": lambda: self.relay,
                    "figures-fold": lambda: self.fold,
                }
            case "notifications":
                return {
                    "notices-notifications": lambda push: self._notice(instance, push),
                    "zalo-receipts-notifications": lambda push: self.channels[instance].settle(push.json()),
                }, {
                    "notices-sweep": lambda: self.channels[instance].sweep,
                    "token-refresh": lambda: self.channels[instance].tokens.refresh_early,
                }
            case "reminders":
                return {}, {"reminders-sweep": lambda: world.reminders, "news-sweep": lambda: world.news}
            case "attachments":
                return {"attachments-attachments": self._attachment}, {
                    "attachments-sweep": lambda: world.sweep,
                    "erasures-sweep": lambda: world.erase,
                }
        return {}, {}

    def _notice(self, instance: Instance, push: Push) -> None:
        try:
            self.channels[instance].send(push.text("id"))
        except NotFound:
            return

    def _attachment(self, push: Push) -> None:
        told = push.json()
        if "code" in told:
            self.world.carry(told["code"], told["event"])
        else:
            self.world.keep(told["citizen"], told["input"])
