"""Builds the use cases of `portal_sync`, the function that exchanges petitions with the national portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import (
    attachment_files,
    clock,
    coordinators_judge,
    ids,
    in_force,
    once,
    petitions_store,
    publisher,
    settings_of,
    timekeeping,
)

if TYPE_CHECKING:
    from petitions.adapters.portal.mapping import Mapping as PortalNames
    from petitions.adapters.reference import ReferenceSet
    from petitions.ports.portal import Portal
    from petitions.usecases.portal.apply_change import ApplyChange
    from petitions.usecases.portal.portal_breaker import PortalBreaker
    from petitions.usecases.portal.pull_changes import PullChanges
    from petitions.usecases.portal.push_petition import PushPetition
    from petitions.usecases.portal.reconcile_portal import ReconcilePortal
    from petitions.usecases.portal.repair_portal import RepairPortal
    from petitions.usecases.portal.sweep_portal import SweepPortal


@once
def portal() -> Portal:
    """Return the connection to the national portal, with one session for all threads."""
    from petitions.adapters.portal.gateway import PortalGateway

    settings = settings_of(config.PortalSettings)
    return PortalGateway(
        settings.portal_url,
        username=settings.username,
        password=settings.password,
        unit_code=settings.unit_code,
        dstcode=settings.dstcode,
        mapping=portal_mapping(),
        clock=clock(),
    )


@in_force
def push_petition(reference: ReferenceSet) -> PushPetition:
    from petitions.usecases.portal.portal_files import PortalFiles
    from petitions.usecases.portal.push_petition import PushPetition

    files = PortalFiles(petitions_store(), attachment_files(), portal())
    return PushPetition(petitions_store(), clock(), portal(), reference.national_units, portal_breaker(), files)


@once
def portal_breaker() -> PortalBreaker:
    """Return the circuit breaker, which pauses calls while the portal is unavailable."""
    from petitions.usecases.portal.portal_breaker import PortalBreaker

    return PortalBreaker(petitions_store(), clock())


def sweep_portal() -> SweepPortal:
    from petitions.usecases.portal.sweep_portal import SweepPortal

    return SweepPortal(petitions_store(), clock(), push_petition())


def pull_changes() -> PullChanges:
    from petitions.usecases.portal.pull_changes import PullChanges

    return PullChanges(petitions_store(), clock(), portal(), apply_change(), portal_breaker(), repair_portal())


def reconcile_portal() -> ReconcilePortal:
    """Return the nightly job that compares the petitions here with those on the portal."""
    from petitions.usecases.portal.reconcile_portal import ReconcilePortal

    return ReconcilePortal(petitions_store(), clock(), portal(), portal_breaker(), repair_portal())


def repair_portal() -> RepairPortal:
    """Return the use case that repairs differences from the portal on request."""
    from petitions.usecases.portal.repair_portal import RepairPortal

    return RepairPortal(petitions_store(), publisher(), clock(), portal(), apply_change())


@in_force
def apply_change(reference: ReferenceSet) -> ApplyChange:
    """Return the use case that applies a change made on the portal to the petition here."""
    from petitions.usecases.accusations.keep_apart import KeepApart
    from petitions.usecases.contact.request_contact import RequestContact
    from petitions.usecases.petition.file_petition import PetitionFiling
    from petitions.usecases.portal.apply_change import ApplyChange
    from petitions.usecases.portal.portal_births import PortalBirths
    from petitions.usecases.portal.portal_filers import PortalFilers

    texts, units = reference.texts, reference.national_units
    births = PortalBirths(ids(), units, timekeeping())
    filing = PetitionFiling(ids(), texts, timekeeping())
    keep_apart = KeepApart(coordinators_judge(), filing, texts)
    filers = PortalFilers(filing, RequestContact(texts, timekeeping(), coordinators_judge()), keep_apart)
    return ApplyChange(petitions_store(), publisher(), clock(), texts, timekeeping(), units, births, filers)


@once
def portal_mapping() -> PortalNames:
    from petitions.adapters import reference
    from petitions.adapters.portal.mapping import Mapping
    from petitions.domain.shared.reference_data import parse

    return parse(Mapping, reference.parsed("portal.json"), "portal.json")
