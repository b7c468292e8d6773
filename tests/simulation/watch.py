"""Repeated checks during a run that nobody of an accused office can read about the accusation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import COORDINATORS, Petition
from petitions.domain.units.directory import UNKNOWN_OFFICE, UNKNOWN_WARD
from tests.simulation.reading import COUNTED, at_the_desk
from tests.unit.petition.handling import officer

UNITS = ("SXD", "SNV", "PX-00004")
"""The units that have officers in the simulation, besides the coordinators."""
MEANS_COORDINATORS = "ngồi chia đơn trên thành phố nhận quà"
"""Words of an accusation that may mean the coordinators without naming them."""

KNOWN_BEFORE = ("page", "mail", "bell")
"""Ways by which a unit may still see the code of a petition that it once had.

The code may be in the text of another petition, in an old mail, or in the list of petitions that left the unit.
"""
HIDDEN_BY_MERGER = frozenset({"kept_closed"})
"""The action that records that a merger of units has hidden a petition from the successor."""
MERGED = frozenset({"absorbed", "merge"})
"""The actions that join two petitions."""


class Watch:
    def __init__(self, world: Any, accused: str, marks: Sequence[str]) -> None:
        self._world = world
        self._accused = accused
        self._marks = marks
        self._last = ""
        self.found: dict[str, None] = {}
        """Forbidden data with reader and way, in order and without repetitions."""

    def look(self, people: Sequence[Officer] | None = None) -> None:
        """Let people read everything they can, by default one person per unit and role, except during outages."""
        store = self._world.store
        if store.down or self._world.public.down:
            return
        petitions = [Petition.model_validate(store.documents[path]) for path in store.paths("petitions")]
        for person in people or self.people():
            self.found |= dict.fromkeys(self._read_by(person, petitions))

    def people(self) -> list[Officer]:
        """Return the readers: all officers with an account, and an invented one for every unit and role without."""
        store = self._world.store
        known = [Officer.model_validate(store.documents[path]) for path in store.paths("officers")]
        there = [person for person in known if person.left_at is None]
        posts = {(person.unit, person.role) for person in there}
        wanted = [(unit, role) for unit in UNITS for role in (Role.OFFICER, Role.HEAD)]
        wanted += [("SNV", Role.INSPECTOR), (COORDINATORS, Role.COORDINATOR)]
        return [*there, *(officer(unit, role, f"doc-{role}") for unit, role in wanted if (unit, role) not in posts)]

    def _with(self, actions: Collection[str], closed: Sequence[Petition]) -> list[str]:
        documents = self._world.store.documents
        codes = {path.split("/")[1] for path, fields in documents.items() if fields.get("action") in actions}
        return [petition.code for petition in closed if petition.code in codes]

    def _read_by(self, person: Officer, petitions: Sequence[Petition]) -> Iterator[str]:
        unit = person.unit
        closed = [petition for petition in petitions if unit in accused_by(petition, petitions)]
        words = "\n".join(map(words_of, closed))
        marks = [mark for mark in self._marks if unit == self._accused or mark in words]
        if not (closed or marks):
            return
        for petition in closed:
            if unit in {petition.unit, *petition.coordinating}:
                yield f"{petition.code} is given to {unit}, which it accuses"
        # A unit knows its closed petitions by their codes.
        codes, once = _parted(closed, unit, self._with(HIDDEN_BY_MERGER, closed))
        # The page of a petition that was merged shows the code of the other one, which may be doubted only later.
        linked = [code for code in self._with(MERGED, closed) if code in codes]
        # So are the words of those that it has held: its old mails have their titles.
        held = "\n".join(petition.content for petition in closed if petition.code in once)
        later = [mark for mark in marks if mark not in held]
        desk = at_the_desk(self._world, person, petitions, [*marks, *codes, *once])
        for way, text in desk.everything():
            unknown = [code for code in codes if way not in KNOWN_BEFORE or code not in linked]
            secrets = [*unknown, COUNTED, *(later if way in KNOWN_BEFORE else [*marks, *once])]
            yield from (f"{person.id} reads {secret} by {way}" for secret in secrets if secret in text)
        for page in desk.opened:
            if page.petition.code in {*once, *linked}:
                yield f"{person.id} reads {page.petition.code} by page"


def _parted(closed: Sequence[Petition], unit: str, merged: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the codes of petitions that the unit never had, and of those that it had.

    A petition of a unit merged into this one counts as had.
    """
    had = [petition.code for petition in closed if unit in petition.held_by or petition.code in merged]
    return [petition.code for petition in closed if petition.code not in had], had


def accused_by(petition: Petition, petitions: Sequence[Petition]) -> set[str]:
    """Return the units that must not read the petition because it, or one merged with it, accuses them.

    A petition that accuses the coordinators is hidden from all UNITS. This does not use the code under test.
    """
    main = petition.merged_into or petition.code
    family = [other for other in petitions if main in {other.code, other.merged_into}]
    units = {other.accused for other in family if other.accused} - {UNKNOWN_OFFICE, UNKNOWN_WARD}
    # The merging officer has read it, and its code is shown to readers of the main petition.
    unread = petition.accused is None and petition.classified is None and petition.merged_into is None
    doubted = unread and petition.routed is not None and petition.routed.may_accuse
    if doubted or COORDINATORS in units or petition.accused == UNKNOWN_OFFICE:
        units |= {*UNITS}
    if petition.routed and any(MEANS_COORDINATORS in other.content for other in family):
        units |= {*UNITS, COORDINATORS}
    if petition.petition_class == "denunciation":
        units |= {*UNITS}
    if petition.accused == UNKNOWN_WARD:
        units |= {unit for unit in UNITS if unit.startswith("PX-")}
    return units


def words_of(petition: Petition) -> str:
    """Return all words of the filer in a petition, including later texts."""
    return "\n".join([petition.content, *(addition.text or "" for addition in petition.additions)])
