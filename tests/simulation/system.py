"""The run of one seed: a storm in which faults strike, then calm weather in which all work is completed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import NoticeState
from petitions.domain.officers.officer import Officer
from petitions.domain.portal.portal_change import InboundState
from petitions.domain.reminders.deadline_moves import JOB_PATH, RecomputeState
from petitions.domain.reminders.digests import digest_path
from petitions.domain.zalo.grant import GRANT_PATH
from petitions.usecases.notices.echo_flow import ECHOES_PATH
from petitions.usecases.reminders.tell_units import GROUPED_FOR
from tests.simulation.aims import ALONE, FIGURES, NIGHT, OF_OFFICES
from tests.simulation.around.database import SimulatedStore
from tests.simulation.around.mailbox import SimulatedMailbox
from tests.simulation.around.portal import PortalPeople, SimulatedPortal
from tests.simulation.around.pubsub import MANIFEST, Consumer, SimulatedPubsub, SimulatedRawPublisher
from tests.simulation.around.storage_and_mail import (
    SimulatedBucket,
    SimulatedIds,
    SimulatedLinks,
    SimulatedMail,
    SimulatedVault,
)
from tests.simulation.around.zalo import SimulatedZalo
from tests.simulation.functions import FUNCTIONS, Programs, running
from tests.simulation.misfortunes import Misfortunes
from tests.simulation.people.accusing import Accusing
from tests.simulation.people.actors import ACCUSING, drawn
from tests.simulation.people.administration import Administrator
from tests.simulation.people.citizens import Citizen
from tests.simulation.people.office import Office
from tests.simulation.people.operating import Operator
from tests.simulation.scheduler import Instance, Scheduler
from tests.simulation.schedules import A_MINUTE, EVERY, Schedules

STAFF = (
    Officer(id="vpub-truc", name="Trực", email="truc@x.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=True),
    Officer(id="sxd-gd", name="Giám đốc", email="gd@x.vn", unit="SXD", role=Role.HEAD),
    Officer(id="sxd-cv", name="Chuyên viên", email="cv@x.vn", unit="SXD", role=Role.OFFICER),
)
"""Officers with an e-mail address. Officers acting at the desk have other names."""

Broken = list[tuple[str, str]]

SMALL = 5 / 6
"""The share of short runs. Their people act faster, so that more happens while faults strike."""
HASTE = 4.0
SHUT = 0.5
"""The share of short runs in which the officers stop working when the storm ends, and leave their petitions."""
LONG_STORM, SHORT_STORM = (150, 500), (60, 240)
"""The shortest and the longest time in which faults strike, in seconds, of long and of short runs."""

STRICT = 64
"""One run in this number also checks all stored data by Google's rules, which takes three times as long."""

LONGEST_ANSWER = 20 * 60.0
"""Seconds after the storm in which all citizens should have their answers."""
LONGEST_CALM = 6 * 3600.0
"""Seconds without faults after which no work may be pending. Times in which nothing happens do not count."""
REST = 95.0
"""Seconds without action after which the people count as done, fewer if they act faster."""
PAUSE = 10.0
HALF_A_MINUTE = 31.0
"""Seconds after which a schedule takes over messages that another instance has not finished."""
A_ROUND = 90.0
"""Seconds in which all schedules of the minute have run."""

NIGHTLY = ("portal-pull", "portal-reconcile", "figures-check", "figures-publish", "deadlines-repair")
"""The schedules called at the end of a run, one after the other."""

BY_HAND = {NIGHT: "portal-reconcile", FIGURES: "figures-check"}
OPENING = time(1)
"""The time when Hanoi's offices open, in UTC."""

MOST_RUNS = 48
"""The number of calls for the digests in a morning: every five minutes until noon."""

AHEAD = timedelta(minutes=16)
"""A document counts as pending if its next attempt is due within this time."""

LONGEST_PAUSE = timedelta(hours=6)
"""The longest time between two attempts of something that failed repeatedly."""


@dataclass(frozen=True)
class Plan:
    """The people and faults of a run: all of them, unless a failing seed is being shrunk."""

    allowed: frozenset[tuple[str, int]] | None = None
    """The faults that may strike, by place and number of the call. None means all that chance draws."""
    without: frozenset[str] = frozenset()
    """The names of people left out of the run."""


class Simulation:
    def __init__(
        self,
        seed: int,
        plan: Plan | None = None,
        *,
        judge: Callable[[Simulation], Broken] = lambda _: [],
        recorded: bool = False,
        loud: bool = False,
    ) -> None:
        plan = plan or Plan()
        self._judge = judge
        self.seed, self.plan, self._loud = seed, plan, loud
        self.scheduler = Scheduler(seed, plan.allowed, recorded=recorded)
        self.chance = self.scheduler.stream("world")
        self.small = self.scheduler.stream("size").random() < SMALL
        self.scheduler.haste = HASTE if self.small else 1.0
        strict = seed % STRICT == 0
        names = ("petitions", "public", "channel", "tries")
        self.databases = {name: SimulatedStore(self.scheduler, strict=strict) for name in names}
        self.store, self.public = self.databases["petitions"], self.databases["public"]
        self.buckets = {name: SimulatedBucket(self.scheduler) for name in ("attachments", "frozen")}
        self.pubsub = self.publisher = SimulatedPubsub(self.scheduler, self._pushed, strict=strict)
        self.door = SimulatedRawPublisher(self.pubsub)
        self.ids, self.links = SimulatedIds(self.scheduler), SimulatedLinks(self.scheduler)
        self.mailer, self.vault = SimulatedMail(self.scheduler), SimulatedVault(self.scheduler)
        self.mailbox = SimulatedMailbox(self.scheduler)
        self.zalo, self.portal = SimulatedZalo(self.scheduler), SimulatedPortal(self.scheduler)
        self.fault_of_release: Callable[..., None] = lambda *_, **__: None
        self.memory: dict[object, object] = {}
        self.secrets: dict[str, str] = {}
        self.programs: Programs
        copies = self.chance.choice((1, 2, 2, 3))
        self.instances = {
            name: [Instance(name, f"{name} {number + 1}") for number in range(copies)] for name in FUNCTIONS
        }
        self._people()
        for person in STAFF:
            self.store.create(f"officers/{person.id}", person.stored())
        if self.scheduler.aim != ALONE or not self.zalo.package:
            self.store.create(ECHOES_PATH, {"last_at": self.scheduler.clock.now()})  # the account is not new
        self.zalo.receive = lambda post, done: self.start("zalo_webhook", lambda: self.programs.receive(post), done)
        self.zalo.at_once = lambda post, done: done(self.programs.receive(post))
        self.misfortunes = Misfortunes(self)
        self.schedules = Schedules(self)

    def _people(self) -> None:
        chance, left_out = self.chance, self.plan.without
        number = chance.choice((1, 1, 1, 1, 1, 2) if self.small else (1, 1, 1, 2, 2, 3))
        alone = self.scheduler.aim == ALONE
        number = 1 if alone else number
        self.citizens = [
            Citizen(self.scheduler, self.zalo, item) for item in range(number) if f"citizen {item}" not in left_out
        ]
        aside = chance.choice((0.0, 0.0, 0.25, 0.5))
        self.office = Office(self.scheduler, self.store, self.parts, lambda *call: self.start("desk", *call), aside)
        self.there = PortalPeople(self.scheduler, self.portal, filing=chance.random() < 0.5)
        self.administrator = Administrator(self.scheduler, self.parts, lambda *call: self.start("desk", *call))
        self.has_portal_people = (chance.random() < 0.25 and not alone) or self.scheduler.aim == NIGHT
        administers = chance.random()
        self.operator = Operator(self)
        self.left_alone: datetime | None = None
        """The time since which nobody works, or None."""
        self.broken: Broken = []
        """The promises broken during the run, as (name, fault)."""
        self.unread: list[float] = []
        """The seconds at which a function could not read new texts or rules, and continued with the former ones."""
        self.unexpected: Counter[str] = Counter()
        """The number of unexpected errors, by function, type and message."""
        self.restless: list[float] = []
        """The lengths of the times without faults, in seconds, after which work was still pending."""
        self.on_time_until = math.inf
        """The second after which the schedules of the minute are no longer called by time."""
        self.days = chance.choice((0,) * 7 + (14,))
        self.has_administrator = administers < (0.8 if self.days else 0.15)
        if self.days:
            self.office.lazy = chance.random() < 0.7
        self.others = drawn(self)
        """The people that are in some runs only, by name."""

    @property
    def paused(self) -> list[tuple[float, float]]:
        """Return the periods in which sending was stopped, as (begin, end) in seconds."""
        return self.operator.paused

    @property
    def created_at(self) -> Mapping[str, datetime]:
        return self.store.created_at

    def parts(self) -> Any:
        return self.programs.desk.parts()

    @property
    def actors(self) -> list[str]:
        others = [("portal people", self.has_portal_people), ("operator", bool(self.operator.deeds))]
        others += [("administrator", self.has_administrator)]
        return [
            *(f"citizen {citizen.number}" for citizen in self.citizens),
            "officers",
            *(name for name, is_there in others if is_there),
            *self.others,
        ]

    def run(self) -> None:
        """Run the seed: with faults, then without faults until no work is pending, then erasures and nightly jobs."""
        with running(self, loud=self._loud) as self.programs:
            self._begin()
            for other in self.others.values():
                other.begin()
            self.scheduler.run(self.chance.uniform(*(SHORT_STORM if self.small else LONG_STORM)))
            self.scheduler.stormy = False
            self._answer_all()
            self.office.straight = self.schedules.in_rounds = True
            self.office.shut = self.small and self.chance.random() < SHUT and self.scheduler.aim not in OF_OFFICES
            self._rest()
            self._watch()
            self.broken += self._judge(self)
            for citizen in self.citizens:
                citizen.ends()
            self.office.shut = self.there.gone = True
            if self.days:
                self._pass_days()
            for last in NIGHTLY:
                self.schedules.call_until_it_is_done(last)
                self._rest()
            self._watch()

    def _watch(self) -> None:
        accusing = self.others.get(ACCUSING)
        if isinstance(accusing, Accusing):
            accusing.watch.look()

    def _begin(self) -> None:
        chance, scheduler, left_out = self.chance, self.scheduler, self.plan.without
        minute = A_MINUTE / scheduler.haste
        for citizen in self.citizens:
            scheduler.after(minute * citizen.chance.random(), partial(citizen.begin, self.links.contents))
        if "officers" not in left_out:
            scheduler.after(minute, self.office.look)
        if self.has_portal_people and "portal people" not in left_out:
            scheduler.after(60, self.there.look)
        if job := BY_HAND.get(scheduler.aim or ""):
            scheduler.after(minute * chance.random(), lambda: self.schedules.call_often(job))
        if self.has_administrator and "administrator" not in left_out:
            scheduler.after(chance.uniform(150, 500) / scheduler.haste, self.administrator.change)
        if "operator" not in left_out:
            self.operator.begin()
        self.schedules.begin()
        self.misfortunes.threaten()
        scheduler.after(900, self.operator.watch)
        scheduler.after(90, self._end)

    def _answer_all(self) -> None:
        """Let time pass with the schedules on time until nobody waits for an answer, and record that second."""
        end = self.scheduler.now + LONGEST_ANSWER
        while self.scheduler.now < end:
            self.scheduler.run(PAUSE)
            if not self._is_connected():
                self.scheduler.lasts("zalo: no tokens", "happens", 0.0)
            if not (self.zalo.down or self.pubsub.waiting or any(map(self._is_awaited, self.store.paths("notices")))):
                break
        self.on_time_until = self.scheduler.now

    def _is_connected(self) -> bool:
        grant = self.databases["channel"].documents.get(GRANT_PATH, {})
        return bool(grant.get("access_token") == self.zalo.access_token)

    def _is_awaited(self, path: str) -> bool:
        fields = self.store.documents[path]
        is_reply = fields["kind"] == NoticeKind.REPLY
        return is_reply and (fields["state"] == NoticeState.PLANNED or "next_attempt_at" in fields)

    def _rest(self) -> None:
        """Let time pass without faults until no work is pending, or record in `restless` that some always is."""
        left = LONGEST_CALM
        while left > 0:
            self.scheduler.run(PAUSE)
            left -= PAUSE
            if self._nothing_is_under_way():
                left -= A_MINUTE
                if not self._a_round_does_anything():
                    wait = self._next_instant()
                    if wait is None:
                        return
                    self.scheduler.leap(wait)  # until then every schedule would find the same again
        self.restless.append(LONGEST_CALM)

    def _a_round_does_anything(self) -> bool:
        """Run the minutely schedules once, with all data made half a minute older.

        Return whether they had any effect.
        """
        scheduler, answers = self.scheduler, list[Any]()
        if (young := HALF_A_MINUTE - (scheduler.now - scheduler.last_write)) > 0:
            scheduler.leap(young, writes=True)
        before = scheduler.last_write
        names = [name for name, seconds in EVERY.items() if seconds <= A_MINUTE]
        waiting = (self.store.documents[path]["state"] for path in self.store.paths("portal_inbound"))
        names += ["portal-pull"] if InboundState.NEW in waiting else []
        for name in names:
            self.schedules.call(name, answers.append)
        scheduler.run(PAUSE)
        done = [answer for answer in answers if answer is not None and answer[1] == HTTPStatus.OK]
        if self.store.documents.get(JOB_PATH, {}).get("state", RecomputeState.DONE) != RecomputeState.DONE:
            return True  # an instance that died holds its lease for a while
        return len(done) < len(names) or scheduler.last_write != before or not self._nothing_is_under_way()

    def _nothing_is_under_way(self) -> bool:
        scheduler = self.scheduler
        if scheduler.now - scheduler.last_write < REST / scheduler.haste or not scheduler.idle:
            return False
        if self.zalo.down or self.portal.down or any(database.down for database in self.databases.values()):
            return False
        if scheduler.now < max((over for _, over in self.paused), default=0.0):
            return False
        if (
            self.schedules.is_waited_for
            or self.pubsub.waiting
            or self.zalo.undelivered
            or any(citizen.is_busy for citizen in self.citizens)
        ):
            return False
        settled = scheduler.now > self.administrator.settled_at
        busy = self.operator.is_busy or self.operator.is_called or any(other.is_busy for other in self.others.values())
        return settled and not busy

    def _next_instant(self) -> float | None:
        """Return the seconds until the last attempt that is due within one minute, or None without any."""
        now = self.scheduler.clock.now()
        near = [
            (instant - now).total_seconds()
            for store in self.databases.values()
            for path, fields in store.documents.items()
            for instant in _instants(path, fields, now)
        ]
        first = min(near, default=None)
        return None if first is None else max(item for item in near if item <= first + A_MINUTE)

    def _pass_days(self) -> None:
        self._rest()
        self.left_alone = self.scheduler.clock.now()
        self.schedules.tick("digests")
        end = self.scheduler.now + self.days * 86400
        self.scheduler.stormy, self.schedules.in_rounds = True, False
        while True:
            now = self.scheduler.clock.now()
            instants = [
                document["next_attempt_at"]
                for document in self.store.documents.values()
                if "next_attempt_at" in document
            ]
            left = end - self.scheduler.now
            morning = datetime.combine(now.date(), OPENING, UTC) + timedelta(days=now.time() >= OPENING)
            wait = min(self.scheduler.seconds_to(instant) for instant in (*instants, morning) if instant > now)
            self.scheduler.leap(min(wait, left))
            if wait >= left:
                break
            self.scheduler.run(A_ROUND)
            if now < morning <= self.scheduler.clock.now():
                self.schedules.call("figures-publish")
                self._make_digests(morning)
        self.scheduler.stormy, self.schedules.in_rounds = False, True
        self._rest()

    def _make_digests(self, morning: datetime) -> None:
        self.schedules.in_rounds = True
        for _ in range(MOST_RUNS if morning.weekday() < 5 else 0):
            if digest_path(morning, "all") not in self.store.documents:
                self.scheduler.run(EVERY["digests"])
        self.schedules.in_rounds = False

    def _end(self) -> None:
        """Delete expired documents every 90 seconds, the earliest that Firestore may."""
        for store in self.databases.values():
            store.end(self.scheduler.clock.now())
        self.scheduler.after(90, self._end)

    def start(self, function: str, action: Callable[[], Any], done: Callable[[Any], Any]) -> None:
        """Run `action` on one of the function's instances, then `done` with the result, or None if it was killed."""
        self.scheduler.start(self._one_of(function), action, done)

    def _one_of(self, function: str) -> Instance:
        several = self.instances[function]
        return several[0] if len(several) == 1 else self.scheduler.stream("instances").choice(several)

    def _pushed(self, subscription: str) -> Consumer | None:
        function = str(MANIFEST.subscriptions[subscription].function)
        entry = self.programs.entry(function)
        return (self._one_of(function), entry) if subscription in entry.pushes else None


def _instants(path: str, fields: Any, now: datetime) -> Iterator[datetime]:
    failed = path.startswith(("notices/", "erasures/")) or fields.get("tries")
    again = fields.get("next_attempt_at") if failed else None
    for item in (again, fields.get("sync", {}).get("next_at")):
        if item is not None and now < item <= now + LONGEST_PAUSE:
            yield item  # it has failed several times
    for item in (fields.get("next_attempt_at"), fields.get("unpublished_since"), fields.get("sync", {}).get("next_at")):
        if item is not None and item <= now:
            yield now
    if news := fields.get("news"):
        yield max(now, news["at"] + GROUPED_FOR)
    yield from (instant for instant in fields.instants if now < instant <= now + AHEAD)
