"""Builds the parts that several functions share, such as settings, stores and reference data, on first use.

Nothing heavy is imported at module level, because the webhook imports this module, and because the parent process of
every function's server must stay small.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from petitions import config
from petitions.domain.watch.schedules import LONGEST_GAPS
from petitions.entry import FunctionEntry, Push, ScheduledJob, Untraced

if TYPE_CHECKING:
    from petitions.adapters.reference import ReferenceInForce, ReferenceSet
    from petitions.domain.privacy.data_storage import DataStorage
    from petitions.domain.routing.boundaries import Boundaries
    from petitions.domain.routing.routing import Router
    from petitions.domain.units.directory import Directory
    from petitions.ports.files import Files
    from petitions.ports.messages import Publisher
    from petitions.ports.store import Store
    from petitions.ports.world import Clock, Ids, Seals, Tracer
    from petitions.usecases.officers.staff import Staff
    from petitions.usecases.shared.named_officers import CoordinatorsJudge
    from petitions.usecases.shared.published_index import PublishedIndex
    from petitions.usecases.shared.timekeeping import Timekeeping

T = TypeVar("T")
S = TypeVar("S", bound=config.Settings)
_LOCK = threading.RLock()


def once(build: Callable[[], T]) -> Callable[[], T]:
    """Decorate a function without arguments to run at most once per process and return the same result afterwards.

    Threads that call it at the same time wait for the one that runs it.
    """
    made: list[T] = []

    @wraps(build)
    def get() -> T:
        if not made:
            with _LOCK:
                if not made:
                    made.append(build())
        return made[0]

    return get


def in_force(build: Callable[[ReferenceSet], T]) -> Callable[[], T]:
    """Decorate a builder over reference data to run on first use, and again after a change of the data.

    A change takes effect within a minute.
    """
    made: list[tuple[ReferenceSet, T]] = []

    @wraps(build)
    def get() -> T:
        current = reference_in_force()()
        if not made or made[0][0] is not current:
            with _LOCK:
                if not made or made[0][0] is not current:
                    made[:] = [(current, build(current))]
        return made[0][1]

    return get


def settings_of(kind: type[S]) -> S:
    """Return the settings of a class, read from the environment. Raise ConfigError with all faults."""
    return config.load(kind, os.environ)


def storage_of(settings: config.WithStorage) -> DataStorage:
    """Return the place and manner of data storage, for the notice about data processing."""
    from petitions.domain.privacy.data_storage import DataStorage

    return DataStorage(settings.provider, settings.stored_in, settings.abroad, settings.kept_years)


def entry(
    function: str,
    *,
    pushes: Mapping[str, Callable[[Push], object]],
    schedules: Mapping[str, Callable[[], ScheduledJob]],
) -> FunctionEntry:
    """Return the handler of all push and schedule requests of a function.

    The settings are read at once, so that a wrong one stops the deployment. Raise ConfigError.
    """
    settings_of(config.FUNCTIONS[function])
    noted = {name: _noted(name, build) if name in LONGEST_GAPS else build for name, build in schedules.items()}
    return FunctionEntry(function, publisher, pushes, noted, once(lambda: tracer(function)))


def _noted(name: str, build: Callable[[], ScheduledJob]) -> Callable[[], ScheduledJob]:
    def job() -> None:
        from petitions.usecases.watch.watch_schedules import note_run

        build()()
        note_run(petitions_store(), clock(), name)

    return lambda: job


def tracer(function: str) -> Tracer:
    """Return the tracer of a function. With the emulators it records nothing, unless a destination is set."""
    settings = settings_of(config.Traced)
    where = settings.traces or ("off" if on_emulator() else "cloud")
    if where == "off":
        return Untraced()
    from petitions.adapters.traces import OtelTracer, cloud_trace, collector

    return OtelTracer(function, settings.project, cloud_trace() if where == "cloud" else collector(where))


@once
def publisher() -> Publisher:
    """Return the publisher to Pub/Sub, at the endpoint of the region that the webhook publishes to."""
    from petitions.adapters.pubsub import PubsubPublisher

    settings = settings_of(config.WithPetitions)
    return PubsubPublisher(settings.project, urlsplit(settings.pubsub_url).netloc)


@once
def petitions_store() -> Store:
    from petitions.adapters.firestore import FirestoreStore

    settings = settings_of(config.WithDatabase)
    return FirestoreStore(settings.project, settings.database)


@once
def public_store() -> Store:
    from petitions.adapters.firestore import FirestoreStore

    settings = settings_of(config.WithPublic)
    return FirestoreStore(settings.project, settings.public_database)


@once
def published_index() -> PublishedIndex:
    from petitions.adapters.understanding.vocabulary import search_words
    from petitions.usecases.shared.published_index import PublishedIndex

    return PublishedIndex(public_store(), search_words())


@once
def seals() -> Seals:
    from petitions.adapters.seals import AesSeals
    from petitions.adapters.secret_keys import keys_in

    return AesSeals(keys_in("SEAL_KEYS", settings_of(config.WithSeals).seal_keys, config.seal_keys))


@once
def reference_in_force() -> ReferenceInForce:
    """Return the reader of the published reference data, whose versions `rules/current` names."""
    from petitions.adapters.reference import ReferenceInForce

    return ReferenceInForce(petitions_store(), clock())


@in_force
def timekeeping(reference: ReferenceSet) -> Timekeeping:
    """Return the published calendar, deadline rules, reminder ladder and times of housekeeping."""
    from petitions.usecases.shared.timekeeping import Timekeeping

    return Timekeeping(reference.rules, reference.calendar, reference.ladder, reference.chores)


@once
def attachment_files() -> Files:
    from petitions.adapters.storage import BucketFiles

    settings = settings_of(config.WithBucket)
    return BucketFiles(settings.project, settings.bucket)


@once
def frozen_files() -> Files:
    from petitions.adapters.storage import BucketFiles

    settings = settings_of(config.WithFrozen)
    return BucketFiles(settings.project, settings.frozen_bucket)


@once
def boundaries() -> Boundaries | None:
    """Return the boundaries of the wards, or None if the operator supplies no file. Raise ConfigError."""
    from petitions.adapters.boundaries import read_boundaries

    return read_boundaries(os.environ.get("WARD_BOUNDARIES", "").strip())


def clock() -> Clock:
    """Return the clock of this process. With the local emulators, developers can move it."""
    from petitions.adapters.clock import make_clock

    return make_clock()


def on_emulator() -> bool:
    """Return whether this process uses the Firestore emulator and therefore runs on a laptop.

    Code that must never run in the cloud checks this.
    """
    return bool(os.environ.get("FIRESTORE_EMULATOR_HOST"))


@in_force
def directory(reference: ReferenceSet) -> Directory:
    return reference.directory


@in_force
def router(reference: ReferenceSet) -> Router:
    """Return the router of petitions to units, compiled from the published directory."""
    from petitions.adapters.understanding.routers import router_of

    return router_of(reference)


def may_report_misconduct(text: str) -> bool:
    """Return whether a text possibly reports misconduct of an officer. The first call compiles the router."""
    from petitions.domain.routing import proposed_class

    return proposed_class.may_report_misconduct(router().route(text))


def reports_danger(text: str) -> bool:
    from petitions.domain.routing import proposed_class

    return proposed_class.danger_detector(router())(text)


@in_force
def coordinators_judge(reference: ReferenceSet) -> CoordinatorsJudge:
    from petitions.adapters.understanding.routers import routing_rules
    from petitions.domain.routing.proposed_class import judge_readers
    from petitions.usecases.shared.named_officers import CoordinatorsJudge

    readers = judge_readers(lambda text: router().route(text))  # compiled at the first text
    return CoordinatorsJudge(routing_rules().superiors, reference.directory, *readers)


@once
def ids() -> Ids:
    from petitions.adapters.ids import RandomIds

    return RandomIds()


@once
def staff() -> Staff:
    from petitions.usecases.officers.staff import Staff

    return Staff(petitions_store(), clock())
