"""The use cases of `reminders`."""

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
    """Return the sweep of reminders that are due, and of housekeeping."""
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
    """Return the use case that recomputes deadlines after a change of calendar or rules."""
    from petitions.usecases.reference.recompute_deadlines import RecomputeDeadlines
    from petitions.usecases.reference.tell_deadline_moves import TellDeadlineMoves

    store = petitions_store()
    tell = TellDeadlineMoves(store, publisher(), clock(), _officer_mail(reference))
    return RecomputeDeadlines(store, publisher(), clock(), timekeeping(), reference.texts, tell)


def repair_deadlines() -> ScheduledJob:
    """Return the nightly repair of deadlines."""
    return recompute_deadlines().repair


@in_force
def hand_over(reference: ReferenceSet) -> HandOverUnit:
    """Return the sweep that hands over the petitions of merged units."""
    from petitions.usecases.reference.hand_over_unit import HandOverUnit

    return HandOverUnit(petitions_store(), publisher(), clock(), reference.directory)


def _officer_mail(reference: ReferenceSet) -> OfficerMail:
    """Return the maker of e-mails to officers."""
    from petitions.usecases.officers.officer_mail import OfficerMail

    desk_url = settings_of(config.RemindersSettings).desk_url
    return OfficerMail(reference.texts, reference.directory, desk_url)


@in_force
def tell_units(reference: ReferenceSet) -> TellUnits:
    """Return the sweep that sends units their news."""
    from petitions.usecases.reminders.tell_units import TellUnits

    return TellUnits(petitions_store(), publisher(), clock(), ids(), _officer_mail(reference), timekeeping())


@in_force
def watch_contacts(reference: ReferenceSet) -> WatchContacts:
    """Return the sweep of late requests for a person."""
    from petitions.usecases.contact.watch_contacts import WatchContacts

    parts = (petitions_store(), publisher(), clock(), ids(), reference.texts, reference.directory, timekeeping())
    return WatchContacts(*parts)


def tell_news() -> ScheduledJob:
    """Return the minute's sweep of news, and of citizens waiting for a person."""
    return lambda: tell_units()() + watch_contacts()()


def morning() -> ScheduledJob:
    """Return the morning's digests and, once a week, the letters about units that lack staff."""
    return lambda: send_digests()() + tell_missing_roles()()


@in_force
def tell_missing_roles(reference: ReferenceSet) -> TellMissingRoles:
    """Return the weekly reminder of units that lack staff."""
    from petitions.usecases.reminders.tell_missing_roles import TellMissingRoles

    return TellMissingRoles(petitions_store(), publisher(), clock(), _officer_mail(reference), reference.calendar)


@in_force
def send_digests(reference: ReferenceSet) -> SendDigests:
    """Return the sender of the morning digests."""
    from petitions.usecases.reminders.send_digests import SendDigests

    return SendDigests(petitions_store(), publisher(), clock(), _officer_mail(reference), timekeeping())
