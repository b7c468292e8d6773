"""A unit's aliases, competence and phrases, changed by administrators: tried on petitions first, then published.

Each edit is a new version of the directory and is made again on every newer one that is loaded. The national names and
codes, the wards and mergers are not edited here (`make load`, `make merge-units`).
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
from petitions.domain.units.unit_edits import Row, UnitEdit, changes, fields_before, unit_row
from petitions.domain.units.versions import CURRENT, DIRECTORY, Current, version_path
from petitions.errors import Conflict, NotFound
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.reference.load_reference import LoadReference, Plan
from petitions.usecases.reference.publish_reference import WrongReference
from petitions.usecases.routing.route_petition import decided

ACTION = "unit_changed"
TRIED = 200
"""New petitions that an edit is tried on."""

LONGEST_PHRASE, MOST_PHRASES = 80, 150
SHORTEST_COMPETENCE, LONGEST_COMPETENCE = 10, 2000
CHANGED = "Danh mục đã có phiên bản khác. Xin tải lại trang để xem, rồi sửa lại."


@dataclass(frozen=True)
class Wanted:
    """The three fields as they are to be."""

    aliases: tuple[str, ...]
    keywords: tuple[str, ...]
    competence: str


@dataclass(frozen=True)
class Stored:
    """The unit in the directory in force, the name of that version, and the edits of it, the newest first."""

    row: Row
    version: str
    edits: list[UnitEdit]


@dataclass(frozen=True)
class Trial:
    """What the edit would have done: of `tried` new petitions, how many go from one queue to another; (from, to).

    `more`: there are more new ones than were tried. `shared` are added phrases that other units have too, by unit code.
    """

    tried: int
    more: bool
    moved: Mapping[tuple[str, str], int]
    shared: Mapping[str, list[str]]


@dataclass(frozen=True)
class Proposal:
    """An edit that may be published."""

    edit: UnitEdit
    plan: Plan
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class EditUnit:
    """The use case. `shipped` gives the package's directory, `router` compiles the routing over one."""

    store: Store
    clock: Clock
    shipped: Callable[[], Mapping[str, Any]]
    router: Callable[[Mapping[str, Any]], Router]

    def stored(self, code: str) -> Stored | None:
        """The department or agency; None for what cannot be edited (wards, special codes, units that have ended)."""
        current, data = self._in_force()
        row = unit_row(data, code)
        if row is None or row["to"] is not None:
            return None
        return Stored(row, version_of(data), [each for each in reversed(current.unit_edits) if each.unit == code])

    def taken_back(self, stored: Stored, number: str) -> Wanted:
        """The fields without the edit of this place in `Stored.edits`. Raises NotFound."""
        edit = next((each for place, each in enumerate(stored.edits) if str(place) == number), None)
        if edit is None:
            raise NotFound("Không có lần sửa này.", reason="edit_unknown")
        fields = fields_before(stored.row, edit)
        return Wanted(tuple(fields["aliases"]), tuple(fields["keywords"]), fields["competence"])

    def proposed(self, admin: Officer, code: str, wanted: Wanted, seen: str) -> Proposal:
        """What publishing would write. Raises NotFound, WrongReference with every fault, Conflict and Rejected."""
        current, data = self._in_force()
        row = unit_row(data, code)
        if row is None or row["to"] is not None:
            raise NotFound("Đơn vị này không sửa được ở đây.", reason="unit_unknown")
        aliases, keywords = _phrases(wanted.aliases), _phrases(wanted.keywords)
        competence = _plain(wanted.competence)
        if faults := [*_faults("Tên gọi khác", aliases), *_faults("Từ khóa", keywords), *_competence(competence)]:
            raise WrongReference(faults)
        if seen != version_of(data):
            raise Conflict(CHANGED)
        now = self.clock.now()
        edit = UnitEdit(
            day=hanoi(now).date().isoformat(),
            unit=code,
            aliases=changes(row["aliases"], aliases),
            keywords=changes(row["keywords"], keywords),
            competence=[competence, row["competence"]] if competence != row["competence"] else [],
            by=admin.id,
            at=now,
            after=len(current.mergers),
        )
        plan = self._loading.plan_unit_edit(edit, self.shipped())
        name = plan.after.in_force(hanoi(now).date())[DIRECTORY]
        after = next(json.loads(version.data) for version in plan.versions if version.version == name)
        return Proposal(edit, plan, data, after)

    def trial(self, proposal: Proposal) -> Trial:
        """How the edit would have routed the new petitions, the newest first; where they lie now they stay."""
        query = Query(
            "petitions", (("state", "==", State.NEW.value),), order_by=("-filed_at", "-code"), limit=TRIED + 1
        )
        found = [Petition.model_validate(each.data) for each in self.store.find(query)]
        routing = [(self.router(data), Directory.load(dict(data))) for data in (proposal.before, proposal.after)]
        ways = ([decided(*each, petition).handler for each in routing] for petition in found[:TRIED])
        moved = Counter((old, new) for old, new in ways if old != new)
        return Trial(min(len(found), TRIED), len(found) > TRIED, dict(moved.most_common()), _shared(proposal))

    def publish(self, admin: Officer, entry_id: str, proposal: Proposal) -> None:
        """Write it with its line of the audit. Raises Conflict."""

        def audit(tx: Transaction) -> None:
            edit = proposal.edit
            entry = AuditEntry(
                officer=admin.id, role=admin.role, unit=admin.unit, what="change", action=ACTION,
                subject=f"unit:{edit.unit}", reason="; ".join(edit.lines), at=edit.at,
            )  # fmt: skip
            tx.create(audit_path(entry_id), entry.stored())

        try:
            self._loading.apply(proposal.plan, audit)
        except Conflict as error:
            raise Conflict(CHANGED) from error

    def _in_force(self) -> tuple[Current, Mapping[str, Any]]:
        found = self.store.get(CURRENT)
        current = Current() if found is None else Current.model_validate(found)
        version = current.in_force(hanoi(self.clock.now()).date()).get(DIRECTORY)
        fields = self.store.get(version_path(DIRECTORY, version)) if version else None
        return current, self.shipped() if fields is None else json.loads(fields["data"])

    @property
    def _loading(self) -> LoadReference:
        return LoadReference(self.store, self.clock)


def _shared(proposal: Proposal) -> dict[str, list[str]]:
    """Added phrases that count less, because other units have them too."""
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
    """One space between words, none empty, none twice in whatever case."""
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
