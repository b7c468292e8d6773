"""What `reminders` is built of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.entry import Job
from petitions.wiring.base import clock, ids, in_force, petitions_store, publisher, settings_of, timekeeping

if TYPE_CHECKING:
    from petitions.adapters.reference import Reference
    from petitions.usecases.fire_reminders import FireReminders
    from petitions.usecases.hand_over import HandOver
    from petitions.usecases.officer_mail import OfficerMail
    from petitions.usecases.recompute_deadlines import RecomputeDeadlines
    from petitions.usecases.send_digests import SendDigests
    from petitions.usecases.tell_units import TellUnits


@in_force
def fire_reminders(reference: Reference) -> FireReminders:
    """The use case of `reminders`."""
    from petitions.usecases.fire_reminders import FireReminders
    from petitions.usecases.keep_house import KeepHouse

    return FireReminders(
        store=petitions_store(),
        publisher=publisher(),
        clock=clock(),
        ids=ids(),
        mail=_officer_mail(reference),
        timekeeping=timekeeping(),
        house=KeepHouse(reference.texts, timekeeping()),
    )


@in_force
def recompute_deadlines(reference: Reference) -> RecomputeDeadlines:
    """The job of `reminders` after a change of calendar or rules."""
    from petitions.usecases.recompute_deadlines import RecomputeDeadlines
    from petitions.usecases.tell_moves import TellMoves

    store = petitions_store()
    tell = TellMoves(store, publisher(), clock(), _officer_mail(reference))
    return RecomputeDeadlines(store, publisher(), clock(), timekeeping(), reference.texts, tell)


def repair_deadlines() -> Job:
    """The same, anew, each night."""
    return recompute_deadlines().repair


@in_force
def hand_over(reference: Reference) -> HandOver:
    """The sweep of `reminders` for units that have been merged."""
    from petitions.usecases.hand_over import HandOver

    return HandOver(petitions_store(), publisher(), clock(), reference.directory)


def _officer_mail(reference: Reference) -> OfficerMail:
    """The e-mail of `reminders`."""
    from petitions.usecases.officer_mail import OfficerMail

    desk_url = settings_of(config.RemindersSettings).desk_url
    return OfficerMail(reference.texts, reference.directory, desk_url)


@in_force
def tell_units(reference: Reference) -> TellUnits:
    """What is new for units, for `reminders`."""
    from petitions.usecases.tell_units import TellUnits

    return TellUnits(petitions_store(), publisher(), clock(), ids(), _officer_mail(reference), timekeeping())


@in_force
def send_digests(reference: Reference) -> SendDigests:
    """The morning's digests of `reminders`."""
    from petitions.usecases.send_digests import SendDigests

    return SendDigests(petitions_store(), publisher(), clock(), _officer_mail(reference), timekeeping())
