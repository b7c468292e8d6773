"""Builds the use cases of `relay`, the function that publishes unsent messages and updates derived data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import (
    attachment_files,
    clock,
    in_force,
    once,
    petitions_store,
    public_store,
    published_index,
    publisher,
    seals,
    settings_of,
    timekeeping,
)

if TYPE_CHECKING:
    from petitions.adapters.reference import ReferenceSet
    from petitions.usecases.dead_letters.keep_dead_letter import KeepDeadLetter
    from petitions.usecases.pages.keep_copy import KeepCopy
    from petitions.usecases.publishing.project_public import ProjectPublic
    from petitions.usecases.publishing.seal_view import RenewSeals, SealView
    from petitions.usecases.shared.relay import RelayUnpublished


@once
def relay_unpublished() -> RelayUnpublished:
    """Return the job that publishes committed but unpublished messages. It runs every minute."""
    from petitions.usecases.shared.relay import RelayUnpublished

    return RelayUnpublished(petitions_store(), publisher(), clock())


@in_force
def fold_figures(reference: ReferenceSet) -> Callable[[], int]:
    """Return the job that adds new events to the statistics and refreshes public names. It runs every minute."""
    from petitions.usecases.figures.fold_figures import FoldFigures
    from petitions.usecases.publishing.publish_names import PublishNames

    fold = FoldFigures(petitions_store(), clock())
    publish = PublishNames(public_store(), clock(), reference.directory, reference.fields, reference.rules)

    def fold_and_publish() -> int:
        folded = fold()
        publish()
        return folded

    return fold_and_publish


@once
def check_figures() -> Callable[[], list[str]]:
    """Return the nightly job that compares the statistics with a full count, and returns the differences.

    It first stores the number of open petitions at the end of each day.
    """
    from petitions.usecases.figures.check_figures import CheckFigures
    from petitions.usecases.figures.keep_ends import KeepEnds

    keep, check = KeepEnds(petitions_store(), clock()), CheckFigures(petitions_store(), clock())

    def keep_and_check() -> list[str]:
        keep()
        return check()

    return keep_and_check


@in_force
def watch(_: ReferenceSet) -> Callable[[], None]:
    """Return the job that raises an alarm when Zalo is silent, a schedule did not run, or sending is blocked."""
    from petitions.usecases.notices.read_sending import watch_sending
    from petitions.usecases.watch.watch_arrivals import WatchArrivals
    from petitions.usecases.watch.watch_schedules import WatchSchedules

    schedules = WatchSchedules(petitions_store(), clock())
    arrivals = WatchArrivals(petitions_store(), clock(), timekeeping().calendar)

    def watch_all() -> None:
        schedules()
        watch_sending(petitions_store(), clock())
        arrivals()

    return watch_all


@in_force
def publish_figures(reference: ReferenceSet) -> Callable[[], list[str]]:
    """Return the nightly job that publishes reports and the statistics of ended periods, and indexes old results.

    It first stores the number of open petitions at the end of each day, even if `check_figures` failed that night,
    because a period is published only once.
    """
    from petitions.usecases.figures.keep_ends import KeepEnds
    from petitions.usecases.publishing.index_results import IndexResults
    from petitions.usecases.publishing.publish_figures import PublishFigures
    from petitions.usecases.publishing.publish_names import PublishReports

    figures = PublishFigures(petitions_store(), public_store(), clock(), reference.directory, reference.fields)
    reports, index = PublishReports(petitions_store(), public_store()), IndexResults(public_store())
    keep = KeepEnds(petitions_store(), clock())

    def publish_all() -> list[str]:
        reports()
        index()
        keep()
        return figures()

    return publish_all


@once
def keep_dead_letter() -> KeepDeadLetter:
    """Return the use case that stores a dead letter, a message that could not be handled."""
    from petitions.usecases.dead_letters.keep_dead_letter import KeepDeadLetter

    return KeepDeadLetter(petitions_store(), clock(), settings_of(config.RelaySettings).id_key)


@in_force
def project_public(reference: ReferenceSet) -> ProjectPublic:
    """Return the use case that updates the public data of a petition after a change."""
    from petitions.usecases.publishing.project_public import ProjectPublic

    id_key = settings_of(config.RelaySettings).id_key
    return ProjectPublic(petitions_store(), public_store(), reference.directory, reference.fields, seal_view(), id_key)


@in_force
def keep_copy(reference: ReferenceSet) -> KeepCopy:
    """Return the use case that updates the encrypted copies of drafts and petitions that citizens' pages read."""
    from petitions.usecases.pages.keep_copy import KeepCopy

    stores = petitions_store(), public_store()
    return KeepCopy(*stores, attachment_files(), seals(), reference.directory, published_index())


@in_force
def seal_view(_: ReferenceSet) -> SealView:
    """Return the use case that encrypts a petition for its filer, to be opened by link or by code and phone digits."""
    from petitions.usecases.publishing.seal_view import SealView

    return SealView(petitions_store(), public_store(), seals(), keep_copy())


@in_force
def renew_seals(_: ReferenceSet) -> RenewSeals:
    """Return the scheduled job that re-encrypts stored copies after a change of the secret."""
    from petitions.usecases.publishing.seal_view import RenewSeals

    return RenewSeals(seal_view(), clock())
