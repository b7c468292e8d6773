"""All planted faults, by a description of their effect."""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulation.planted.in_changes import IN_CHANGES
from tests.simulation.planted.in_mail import IN_MAIL
from tests.simulation.planted.in_messages import IN_MESSAGES
from tests.simulation.planted.in_pages import IN_PAGES
from tests.simulation.planted.in_people import IN_PEOPLE
from tests.simulation.planted.in_records import IN_RECORDS
from tests.simulation.planted.in_repairs import IN_REPAIRS
from tests.simulation.planted.in_secrecy import IN_SECRECY
from tests.simulation.planted.in_systems import IN_SYSTEMS
from tests.simulation.planted.planting import Planted

PLANTED: Mapping[str, Planted] = {
    **IN_MESSAGES, **IN_RECORDS, **IN_PEOPLE, **IN_CHANGES, **IN_PAGES, **IN_SECRECY, **IN_MAIL,
    **IN_SYSTEMS,
    **IN_REPAIRS,
}  # fmt: skip
