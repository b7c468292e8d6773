"""Editing of a unit's other names, competence and key phrases for the routing. An edit is tried, then published.

An edit makes a new version of the directory of units. If a newer directory is loaded, the edit is applied to it again.
National names and codes, wards and mergers are not edited here (`make load`, `make merge-units`).
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from petitions.domain.lifecycle.states import State
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.routing.routing import Router
from petitions.domain.shared.fingerprint import version_of
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.domain.units.unit_edits import DirectoryRow, UnitEdit, fields_before, phrase_changes, unit_row
from petitions.domain.units.versions import CURRENT_PATH, DIRECTORY_KIND, VersionsInForce, version_path
from petitions.errors import Conflict, NotFound
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.reference.load_reference import LoadPlan, LoadReference
from petitions.usecases.reference.publish_reference import WrongReference
from petitions.usecases.routing.route_petition import decided

ACTION = "unit_changed"
MOST_TRIED = 200
"""The most new petitions on which an edit is tried."""

LONGEST_PHRASE, MOST_PHRASES = 80, 150
SHORTEST_COMPETENCE, LONGEST_COMPETENCE = 10, 2000
DIRECTORY_CHANGED = "Danh mục đã có phiên bản khác. Xin tải lại trang để xem, rồi sửa lại."


@dataclass(frozen=True)
class UnitForm:
    """The three editable fields of a unit, as entered."""

    aliases: tuple[str, ...]
    keywords: tuple[str, ...]
    competence: str


@dataclass(frozen=True)
class UnitInForce:
    """A unit in the directory in force, with the edits made to it."""

    row: DirectoryRow
    version: str
    """The version of the directory that contains the unit."""
    edits: list[UnitEdit]
    """The edits of the unit, newest first."""


@dataclass(frozen=True)
class EditTrial:
    """The effect that an edit would have on the routing of new petitions."""

    tried: int
    more: bool
    """Whether there are more new petitions than were tried."""
    moved: Mapping[tuple[str, str], int]
    """The number of tried petitions that would go to another unit, by old and new unit."""
    shared: Mapping[str, list[str]]
    """The added phrases that other units have too, with the codes of those units."""


@dataclass(frozen=True)
class UnitEditProposal:
    """An edit of a unit, ready to be published."""

    edit: UnitEdit
    plan: LoadPlan
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class EditUnit:
    """Edits the names, competence and key phrases of units in the directory."""

    store: Store
    clock: Clock
    shipped: Callable[[], Mapping[str, Any]]
    """A function that returns the directory that comes with the software."""
    router: Callable[[Mapping[str, Any]], Router]
    """A function that builds the router for a directory."""

    def stored(self, code: str) -> UnitInForce | None:
        """Return the department or agency with this code.

        Return None if it cannot be edited here, as for wards, special codes and ended units.
        """
        current, data = self._in_force()
        row = unit_row(data, code)
        if row is None or row["to"] is not None:
            return None
        return UnitInForce(row, version_of(data), [edit for edit in reversed(current.unit_edits) if edit.unit == code])

    def taken_back(self, stored: UnitInForce, number: str) -> UnitForm:
        """Return the unit's fields without the edit at the index `number` of `UnitInForce.edits`. Raise NotFound."""
        edit = next((unit_edit for place, unit_edit in enumerate(stored.edits) if str(place) == number), None)
        if edit is None:
            raise NotFound("Không có lần sửa này.", reason="edit_unknown")
        fields = fields_before(stored.row, edit)
        return UnitForm(tuple(fields["aliases"]), tuple(fields["keywords"]), fields["competence"])

    def proposed(self, admin: Officer, code: str, wanted: UnitForm, seen: str) -> UnitEditProposal:
        """Return the proposed edit. It is empty if others have made the same edit since `seen`.

        Raise NotFound, WrongReference with all faults, Conflict if others have changed the directory, or Rejected.
        """
        current, data = self._in_force()
        row = unit_row(data, code)
        if row is None or row["to"] is not None:
            raise NotFound("Đơn vị này không sửa được ở đây.", reason="unit_unknown")
        aliases, keywords = _phrases(wanted.aliases), _phrases(wanted.keywords)
        competence = _plain(wanted.competence)
        if faults := [*_faults("Tên gọi khác", aliases), *_faults("Từ khóa", keywords), *_competence(competence)]:
            raise WrongReference(faults)
        now = self.clock.now()
        edit = UnitEdit(
            day=hanoi(now).date().isoformat(),
            unit=code,
            aliases=phrase_changes(row["aliases"], aliases),
            keywords=phrase_changes(row["keywords"], keywords),
            competence=[competence, row["competence"]] if competence != row["competence"] else [],
            by=admin.id,
            at=now,
            after=len(current.mergers),
        )
        if seen != version_of(data):
            if edit.lines:
                raise Conflict(DIRECTORY_CHANGED)
            return UnitEditProposal(edit, self._loading.plan({}), data, data)
        plan = self._loading.plan_unit_edit(edit, self.shipped())
        name = plan.after.in_force(hanoi(now).date())[DIRECTORY_KIND]
        after = next(json.loads(version.data) for version in plan.versions if version.version == name)
        return UnitEditProposal(edit, plan, data, after)

    def trial(self, proposal: UnitEditProposal) -> EditTrial:
        """Return how the edited directory would route the newest petitions in the state `new`, without moving them."""
        query = Query(
            "petitions", (("state", "==", State.NEW.value),), order_by=("-filed_at", "-code"), limit=MOST_TRIED + 1
        )
        found = [Petition.model_validate(document.data) for document in self.store.find(query)]
        routing = [(self.router(data), Directory.load(dict(data))) for data in (proposal.before, proposal.after)]
        ways = ([decided(*item, petition).handler for item in routing] for petition in found[:MOST_TRIED])
        moved = Counter((old, new) for old, new in ways if old != new)
        return EditTrial(
            min(len(found), MOST_TRIED), len(found) > MOST_TRIED, dict(moved.most_common()), _shared(proposal)
        )

    def publish(self, admin: Officer, entry_id: str, proposal: UnitEditProposal) -> None:
        """Publish the edit with its audit line, if it changes anything. Raise Conflict."""

        def audit(tx: Transaction) -> None:
            edit = proposal.edit
            entry = AuditEntry.by(
                admin, what="change", action=ACTION,
                subject=f"unit:{edit.unit}", reason="; ".join(edit.lines), at=edit.at,
            )  # fmt: skip
            tx.create(audit_path(entry_id), entry.stored())

        try:
            self._loading.apply(proposal.plan, audit)
        except Conflict as error:
            raise Conflict(DIRECTORY_CHANGED) from error

    def _in_force(self) -> tuple[VersionsInForce, Mapping[str, Any]]:
        found = self.store.get(CURRENT_PATH)
        current = VersionsInForce() if found is None else VersionsInForce.model_validate(found)
        version = current.in_force(hanoi(self.clock.now()).date()).get(DIRECTORY_KIND)
        fields = self.store.get(version_path(DIRECTORY_KIND, version)) if version else None
        return current, self.shipped() if fields is None else json.loads(fields["data"])

    @property
    def _loading(self) -> LoadReference:
        return LoadReference(self.store, self.clock)


def _shared(proposal: UnitEditProposal) -> dict[str, list[str]]:
    edit, others = proposal.edit, dict[str, list[str]]()
    for unit in Directory.load(dict(proposal.after)).units:
        if unit.code != edit.unit:
            for phrase in (*unit.keywords, unit.name, *unit.aliases):
                others.setdefault(phrase.lower(), []).append(unit.code)
    added = [*edit.aliases.added, *edit.keywords.added]
    return {phrase: others[phrase.lower()] for phrase in added if phrase.lower() in others}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _phrases(given: Iterable[str]) -> list[str]:
    return list({phrase.lower(): phrase for phrase in map(_plain, given) if phrase}.values())


def _faults(name: str, phrases: Sequence[str]) -> list[str]:
    faults = [f"{name}: tối đa {MOST_PHRASES}."] if len(phrases) > MOST_PHRASES else []
    long = [phrase for phrase in phrases if len(phrase) > LONGEST_PHRASE]
    mute = [phrase for phrase in phrases if sum(character.isalpha() for character in phrase) < 2]  # noqa: PLR2004
    faults += [f"{name}: “{phrase[:LONGEST_PHRASE]}…” dài quá {LONGEST_PHRASE} ký tự." for phrase in long]
    return faults + [f"{name}: “{phrase}” phải có ít nhất hai chữ cái." for phrase in mute]


def _competence(text: str) -> list[str]:
    if SHORTEST_COMPETENCE <= len(text) <= LONGEST_COMPETENCE:
        return []
    return [f"Chức năng: từ {SHORTEST_COMPETENCE} đến {LONGEST_COMPETENCE} ký tự."]
