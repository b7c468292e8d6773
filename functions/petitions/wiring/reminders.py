"""Builds the use cases of `reminders`, the function that reminds officers of deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.entry import ScheduledJob
from petitions.wiring.base import clock, ids, in_force, petitions_store, publisher, settings_of, timekeeping

if TYPE_CHECKING:
    from petitions.adapters.reference import ReferenceSet
    from petitions.usecases.contact.watch_contacts import WatchContacts
    from petitions.usecases.officers.officer_mail import OfficerMail
    from petitions.usecases.reference.hand_over_unit import HandOverUnit
    from petitions.usecases.reference.recompute_deadlines import RecomputeDeadlines
    from petitions.usecases.reminders.fire_reminders import FireReminders
    from petitions.usecases.reminders.send_digests import SendDigests
    from petitions.usecases.reminders.tell_missing_roles import TellMissingRoles
    from petitions.usecases.reminders.tell_units import TellUnits


@in_force
def fire_reminders(reference: ReferenceSet) -> FireReminders:
    from petitions.usecases.reminders.close_answered import CloseAnswered
    from petitions.usecases.reminders.fire_reminders import FireReminders
    from petitions.usecases.shared.tell_lateness import TellLateness

    return FireReminders(
        store=petitions_store(),
        publisher=publisher(),
        clock=clock(),
        ids=ids(),
        mail=_officer_mail(reference),
        timekeeping=timekeeping(),
        house=CloseAnswered(reference.texts, timekeeping()),
        lateness=TellLateness(reference.texts, reference.directory),
    )


@in_force
def recompute_deadlines(reference: ReferenceSet) -> RecomputeDeadlines:
    """Return the scheduled job that recomputes deadlines after a change of the calendar or the rules."""
    from petitions.usecases.reference.recompute_deadlines import RecomputeDeadlines
    from petitions.usecases.reference.tell_deadline_moves import TellDeadlineMoves

    store = petitions_store()
    tell = TellDeadlineMoves(store, publisher(), clock(), _officer_mail(reference))
    return RecomputeDeadlines(store, publisher(), clock(), timekeeping(), reference.texts, tell)


def repair_deadlines() -> ScheduledJob:
    """Return the nightly job that recomputes the deadlines of all open petitions, even if nothing has changed."""
    return recompute_deadlines().repair


@in_force
def hand_over(reference: ReferenceSet) -> HandOverUnit:
    """Return the scheduled job that moves the petitions and officers of merged units to the successor units."""
    from petitions.usecases.reference.hand_over_unit import HandOverUnit

    return HandOverUnit(petitions_store(), publisher(), clock(), reference.directory)


def _officer_mail(reference: ReferenceSet) -> OfficerMail:
    from petitions.usecases.officers.officer_mail import OfficerMail

    desk_url = settings_of(config.RemindersSettings).desk_url
    return OfficerMail(reference.texts, reference.directory, desk_url)


@in_force
def tell_units(reference: ReferenceSet) -> TellUnits:
    from petitions.usecases.reminders.tell_units import TellUnits

    return TellUnits(petitions_store(), publisher(), clock(), ids(), _officer_mail(reference), timekeeping())


@in_force
def watch_contacts(reference: ReferenceSet) -> WatchContacts:
    """Return the job that reports citizens' contact requests that officers did not answer in time."""
    from petitions.usecases.contact.watch_contacts import WatchContacts

    parts = (petitions_store(), publisher(), clock(), ids(), reference.texts, reference.directory, timekeeping())
    return WatchContacts(*parts)


def tell_news() -> ScheduledJob:
    """Return the job that sends news to units and reports late contact requests. It runs every minute."""
    return lambda: tell_units()() + watch_contacts()()


def morning() -> ScheduledJob:
    """Return the job that sends digests and, once a week, e-mails about understaffed units. It runs every morning."""
    return lambda: send_digests()() + tell_missing_roles()()


@in_force
def tell_missing_roles(reference: ReferenceSet) -> TellMissingRoles:
    from petitions.usecases.reminders.tell_missing_roles import TellMissingRoles

    return TellMissingRoles(petitions_store(), publisher(), clock(), _officer_mail(reference), reference.calendar)


@in_force
def send_digests(reference: ReferenceSet) -> SendDigests:
    from petitions.usecases.reminders.send_digests import SendDigests

    return SendDigests(petitions_store(), publisher(), clock(), _officer_mail(reference), timekeeping())
