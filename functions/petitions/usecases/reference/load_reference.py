"""Loading of reference data into Firestore, after a preview. Loading the same data again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.fingerprint import compact_json, version_of
from petitions.domain.shared.records import replace
from petitions.domain.units.data_differences import describe
from petitions.domain.units.mergers import Merger, MergerFault, merged
from petitions.domain.units.unit_edits import UnitEdit, in_order, unit_row
from petitions.domain.units.versions import (
    CITY_KINDS,
    CURRENT_PATH,
    DIRECTORY_KIND,
    InForceSince,
    ReferenceVersion,
    VersionsInForce,
    follow_changes,
    last_days,
    timeline,
    version_path,
)
from petitions.errors import Conflict, Permanent, Rejected, Retryable
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.petition_changes import changed_fields

LOADED, PUBLISHED, MERGED = "reference_loaded", "reference_published", "units_merged"
BuiltReference = tuple[list[InForceSince], dict[str, Mapping[str, Any]]]
"""The versions of reference data with their first days, and the data of the new versions."""


@dataclass(frozen=True)
class LoadPlan:
    """A change of reference data that is ready to be written."""

    before: VersionsInForce
    """The stored state from which the plan was made."""
    after: VersionsInForce
    versions: list[ReferenceVersion]
    """The versions that are new or have changed."""
    lines: list[str]
    """The difference as lines of text. Empty if there is none."""
    action: str = LOADED
    """The name of the action in the audit log."""


@dataclass(frozen=True)
class LoadReference:
    """Plans and writes changes of reference data, for `make load`, `make merge-units` and the desk."""

    store: Store
    clock: Clock

    def plan(self, seeds: Mapping[str, Mapping[str, Any]]) -> LoadPlan:
        """Return the plan to load the data in `seeds`, by kind. Raise MergerFault.

        Known mergers and edits of units are applied to a new directory again. Kinds that the city has edited are not
        replaced by the same data of the software.
        """
        known = self._known()
        own = CITY_KINDS & known.edited.keys()
        newer = {
            kind: seed for kind, seed in seeds.items() if kind not in own and known.edited.get(kind) != version_of(seed)
        }
        built = {
            kind: timeline(kind, seed, known.kinds.get(kind, []), known.mergers, known.unit_edits)
            for kind, seed in newer.items()
        }
        edited = {kind: version for kind, version in known.edited.items() if kind not in newer}
        plan = self._plan(built, known.mergers, edited)
        if any(version.kind == DIRECTORY_KIND for version in plan.versions):
            return replace(plan, lines=[*plan.lines, *_edits_that_stay(known.unit_edits, seeds[DIRECTORY_KIND])])
        return plan

    def plan_edit(self, kind: str, data: Mapping[str, Any], shipped: Mapping[str, Any]) -> LoadPlan:
        """Return the plan to publish data of a kind. `VersionsInForce.edited` describes how long they stay in force."""
        return self.plan_edits({kind: data}, {kind: shipped})

    def plan_edits(self, data: Mapping[str, Mapping[str, Any]], shipped: Mapping[str, Mapping[str, Any]]) -> LoadPlan:
        """Return the plan to publish data of several kinds at once, as `plan_edit` does for one."""
        known = self._known()
        built = {kind: timeline(kind, item, known.kinds.get(kind, []), known.mergers) for kind, item in data.items()}
        edited = known.edited | {kind: version_of(shipped[kind]) for kind in data}
        return replace(self._plan(built, known.mergers, edited), action=PUBLISHED)

    def plan_unit_edit(self, edit: UnitEdit, shipped: Mapping[str, Any]) -> LoadPlan:
        """Return the plan to edit a unit in the directory that is in force on the edit's day.

        Without a loaded directory, `shipped` is edited. Mergers of later days are applied to the result again. Raise
        Rejected, in Vietnamese, if a later directory was loaded already, or if the edit changes nothing.
        """
        known = self._known()
        turns, unwritten = known.kinds.get(DIRECTORY_KIND, []), dict[str, Mapping[str, Any]]()
        if not turns:
            turns, unwritten = timeline(DIRECTORY_KIND, shipped, [], known.mergers)
        begun = [turn for turn in turns if turn.day in UpTo(edit.day)] or turns[:1]
        to_come = [item for item in in_order(known.mergers, []) if UpTo(edit.day).is_over(item.day)]
        if {turn.day for turn in turns if UpTo(edit.day).is_over(turn.day)} - {item.day for item in to_come}:
            words = f"Đã nạp sẵn một danh mục mới, có hiệu lực từ {turns[-1].day}. Xin sửa từ ngày đó."
            raise Rejected(words, reason="directory_to_come")
        current = begun[-1].version
        data = unwritten[current] if current in unwritten else self._data(DIRECTORY_KIND, current)
        first = max(edit.day, begun[0].day)
        before = [turn for turn in begun if turn.day in Until(first)]
        turns, made = follow_changes(data, first, before, [edit, *to_come])
        if made[turns[len(before)].version] == data:
            raise Rejected("Không có gì khác danh mục đang có hiệu lực.", reason="nothing_changed")
        plan = self._plan({DIRECTORY_KIND: (turns, unwritten | made)}, known.mergers, known.edited)
        after = replace(plan.after, unit_edits=[*known.unit_edits, edit])
        return replace(plan, after=after, action=PUBLISHED)

    def plan_merger(self, merger: Merger) -> LoadPlan:
        """Return the plan to merge units of the loaded directory. It is empty if the merger was made before.

        Raise MergerFault.
        """
        known = self._known()
        turns = known.kinds.get(DIRECTORY_KIND)
        if not turns:
            raise MergerFault("no directory has been loaded yet: make load")
        if UpTo(merger.day).is_over(turns[-1].day):
            raise MergerFault(f"the directory has a later version already, from {turns[-1].day}")
        data = self._data(DIRECTORY_KIND, turns[-1].version)
        after = merged(data, merger)
        if after == data:
            return self._plan({}, known.mergers, known.edited)
        turn = InForceSince(day=merger.day, version=version_of(after))
        built: dict[str, BuiltReference] = {
            DIRECTORY_KIND: (
                [*(force_since for force_since in turns if force_since.day in Until(merger.day)), turn],
                {turn.version: after},
            )
        }
        return replace(self._plan(built, [*known.mergers, merger], known.edited), action=MERGED)

    def _known(self) -> VersionsInForce:
        found = self.store.get(CURRENT_PATH)
        return VersionsInForce() if found is None else VersionsInForce.model_validate(found)

    def _plan(
        self, built: Mapping[str, BuiltReference], mergers: Sequence[Merger], edited: Mapping[str, str]
    ) -> LoadPlan:
        now = self.clock.now()
        known = self._known()
        kinds, versions, lines = dict(known.kinds), list[ReferenceVersion](), list[str]()
        for kind, (turns, made) in built.items():
            if turns == known.kinds.get(kind):
                continue
            kinds[kind] = turns
            until = last_days(turns)
            for turn in turns:
                if turn.version in made:
                    data = compact_json(made[turn.version])
                    last = until[turn.version]
                    versions.append(
                        ReferenceVersion(
                            kind=kind, version=turn.version, since=turn.day, until=last, data=data, loaded_at=now
                        )
                    )
            lines += self._difference(kind, known.kinds.get(kind, []), turns, made)
        changes: dict[str, Any] = {"kinds": kinds, "mergers": list(mergers), "edited": dict(edited), "changed_at": now}
        after = replace(known, **changes)
        return LoadPlan(known, after, versions, lines)

    def apply(self, plan: LoadPlan, also: Callable[[Transaction], None] | None = None) -> bool:
        """Write the plan, with the writes of `also` in the same transaction. Return False if the plan is empty.

        Without `also`, an operator makes the change, and an audit line without a name is written for every kind. If the
        outcome of the transaction is unknown, it is tried once more. Raise Conflict if others have loaded data since
        the plan was made.
        """
        if not plan.lines:
            return False
        for version in plan.versions:
            self.store.create(version_path(version.kind, version.version), version.stored())
        write = partial(self._write, plan, also)
        try:
            self.store.transact(write)
        except Retryable:
            self.store.transact(write)
        return True

    def _write(self, plan: LoadPlan, also: Callable[[Transaction], None] | None, tx: Transaction) -> None:
        last = {
            version_path(kind, version): until
            for kind, turns in plan.after.kinds.items()
            for version, until in last_days(turns).items()
        }
        found = tx.get(CURRENT_PATH)
        known = VersionsInForce() if found is None else VersionsInForce.model_validate(found)
        if known == plan.after:  # an attempt of unknown outcome has been committed
            return
        if known != plan.before:
            raise Conflict("other reference data have been loaded meanwhile: look again")
        for path, fields in zip(last, tx.get_all(list(last)), strict=True):
            if fields is not None:
                stored = ReferenceVersion.model_validate(fields)
                tx.update(path, changed_fields(stored, replace(stored, until=last[path])))
        if found is None:
            tx.create(CURRENT_PATH, plan.after.stored())
        else:
            tx.update(CURRENT_PATH, changed_fields(known, plan.after))
        if also:
            also(tx)
        else:
            self._audit(tx, plan)

    def _audit(self, tx: Transaction, plan: LoadPlan) -> None:
        now = self.clock.now()
        for kind, turns in plan.after.kinds.items():
            if turns != plan.before.kinds.get(kind):
                version = turns[-1].version
                entry = AuditEntry(
                    role=Role.SYSTEM, what="change", action=plan.action, subject=kind, reason=version, at=now
                )
                tx.create(audit_path(f"reference-{kind}-{version}-{now:%Y%m%dT%H%M%S%f}"), entry.stored())

    def _data(self, kind: str, version: str) -> Mapping[str, Any]:
        fields = self.store.get(version_path(kind, version))
        if fields is None:
            raise Permanent(f"{kind} {version} is in force but missing", reason="reference")
        data: Mapping[str, Any] = json.loads(ReferenceVersion.model_validate(fields).data)
        return data

    def _difference(
        self,
        kind: str,
        old: Sequence[InForceSince],
        turns: Sequence[InForceSince],
        made: Mapping[str, Mapping[str, Any]],
    ) -> list[str]:
        lines: list[str] = []
        before = self._data(kind, old[0].version) if old else None
        for turn in turns:
            data = made[turn.version] if turn.version in made else self._data(kind, turn.version)
            if turn not in old:
                since = f" from {turn.day}" if turn.day else ""
                lines.append(f"{kind} {turn.version}{since}, {len(compact_json(data).encode()):,} bytes")
                lines += [f"  {line}" for line in (describe(before, data) if before else ["the first version"])]
            before = data
        gone = [turn for turn in old if turn not in turns]
        return lines + [f"{kind} {turn.version}: not in force any more from {turn.day or 'ever'}" for turn in gone]


def _edits_that_stay(edits: Sequence[UnitEdit], seed: Mapping[str, Any]) -> list[str]:
    units = dict.fromkeys(edit.unit for edit in edits)
    known = [unit for unit in units if unit_row(seed, unit)]
    gone = [unit for unit in units if unit not in known]
    lines = [f"  edits made at the desk stay: {', '.join(known)}"] if known else []
    return lines + ([f"  edits made at the desk fit no unit of it: {', '.join(gone)}"] if gone else [])
