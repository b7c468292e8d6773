"""The officers to notify at once about a petition or a citizen's message, read within the transaction."""

from __future__ import annotations

from datetime import date

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, whoever_works, with_deputies
from petitions.domain.officers.policy import is_closed_to
from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.store import Query, Reader


def concerned_officers(reader: Reader, petition: Petition, day: date) -> list[Officer]:
    """Return the petition's handler. If there is none, return the officers and coordinators of its unit, or its heads.

    Officers who may not see the petition because it is confidential are left out. Deputies of officers who are absent
    on this day are added.
    """
    staff = [officer for officer in people_of(reader, petition.unit) if not is_closed_to(officer, petition)]
    handler = [officer for officer in staff if officer.id == petition.handler]
    at_work = [officer for officer in staff if officer.role in {Role.OFFICER, Role.COORDINATOR}]
    meant = handler or at_work or whoever_works(staff)
    return with_deputies(meant, staff, day)


def coordinators_on_duty(reader: Reader, day: date) -> list[Officer]:
    """Return the coordinators on duty and their deputies on this day. If nobody is on duty, return all coordinators."""
    people = people_of(reader, COORDINATORS)
    everyone = [officer for officer in people if officer.role is Role.COORDINATOR]
    return with_deputies([officer for officer in everyone if officer.on_duty] or everyone, people, day)


def leaders_of(reader: Reader, unit: str, day: date) -> list[Officer]:
    """Return the heads of a unit and their deputies on this day, or its working staff if it has no heads."""
    return heads_of(reader, unit, day) or with_deputies(whoever_works(people := people_of(reader, unit)), people, day)


def heads_of(reader: Reader, unit: str, day: date) -> list[Officer]:
    """Return the heads of a unit and their deputies on this day."""
    people = people_of(reader, unit)
    return with_deputies([officer for officer in people if officer.role is Role.HEAD], people, day)


def people_of(reader: Reader, unit: str) -> list[Officer]:
    """Return the active officers of the unit."""
    found = reader.find(Query("officers", where=(("unit", "==", unit),)))
    everyone = (Officer.model_validate(document.data) for document in found)
    return [officer for officer in everyone if officer.left_at is None]
