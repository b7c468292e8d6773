"""Summarize a Terraform plan for the operator's approval, and compare a later plan with the approved one."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_FUNCTION, _ARCHIVE = "google_cloudfunctions2_function", "google_storage_bucket_object"
_CREATE, _UPDATE, _DELETE = "create", "update", "delete"
_FEW = 4
"""Up to this many new resources of a type are listed by name. More are only counted."""


@dataclass(frozen=True)
class Change:
    """The change of one resource in a plan, with its values before and after.

    `actions` are Terraform's (create, update, delete). `before` and `after` hold the arguments known at plan time.
    """

    address: str
    kind: str
    actions: frozenset[str]
    imported: bool
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def differs(self) -> list[str]:
        return sorted(name for name in self.after if self.before.get(name) != self.after[name])


@dataclass(frozen=True)
class Changes:
    """The resources changed by a Terraform plan."""

    found: tuple[Change, ...] = ()

    @classmethod
    def read(cls, shown: str) -> Changes:
        """Parse the output of `terraform show -json` for a plan."""
        resources = json.loads(shown).get("resource_changes", [])
        made = (
            Change(
                item["address"],
                item["type"],
                frozenset(item["change"]["actions"]) - {"no-op", "read"},
                bool(item["change"].get("importing")),
                item["change"].get("before") or {},
                item["change"].get("after") or {},
            )
            for item in resources
        )
        return cls(tuple(change for change in made if change.actions or change.imported))

    @property
    def addresses(self) -> frozenset[str]:
        return frozenset(change.address for change in self.found)

    @property
    def digest(self) -> str:
        """A short hash of the changes, equal for equal plans."""
        content = sorted(
            (change.address, sorted(change.actions), change.imported, change.differs) for change in self.found
        )
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    def without(self, addresses: frozenset[str]) -> Changes:
        return Changes(tuple(change for change in self.found if change.address not in addresses))

    def under(self, targets: Sequence[str]) -> bool:
        """Return whether any changed address begins with one of `targets`. Without targets, any change counts."""
        return any(change.address.startswith(tuple(targets) or ("",)) for change in self.found)

    def beyond(self, approved: Changes) -> list[str]:
        """Return one line per change of this plan that is not in the approved plan.

        A resource that was half created after the approval is imported and updated instead of created. That counts as
        approved.
        """
        agreed = {change.address: change.actions for change in approved.found}
        lines = []
        for change in self.found:
            allowed = agreed.get(change.address, frozenset())
            if change.actions - (allowed | {_UPDATE} if _CREATE in allowed else allowed):
                lines.append(f"{change.address}: {', '.join(sorted(change.actions))}")
        return lines

    def lines(self) -> Iterator[str]:
        """Yield the lines of the summary: deletions, changes of functions, other changes, new resources."""
        yield from self._gone()
        for change in self.found:
            if change.kind == _FUNCTION and change.actions == {_UPDATE}:
                yield f"function {change.after.get('name', change.address)}: {'; '.join(_of_function(change))}"
        for change in self.found:
            if change.kind != _FUNCTION and change.actions == {_UPDATE}:
                yield f"changed: {change.address}: {', '.join(change.differs)}"
        yield from self._new()
        taken = sum(change.imported for change in self.found)
        if taken:
            yield f"taken in, as it is there already: {taken}"
        if not self.found:
            yield "nothing changes"

    def _gone(self) -> Iterator[str]:
        rebuilt = {
            _key(change.address) for change in self.found if change.kind == _FUNCTION and _UPDATE in change.actions
        }
        for change in self.found:
            if change.kind == _ARCHIVE and _CREATE in change.actions and _key(change.address) in rebuilt:
                continue  # The function's own line mentions the code change.
            if change.actions == {_DELETE}:
                yield f"DESTROYED: {change.address}"
            elif _DELETE in change.actions:
                yield f"REPLACED: {change.address}: {', '.join(change.differs)}"

    def _new(self) -> Iterator[str]:
        made = [change for change in self.found if change.actions == {_CREATE}]
        for kind, number in sorted(Counter(change.kind for change in made).items()):
            if number > _FEW:
                yield f"new: {number} of {kind}"
            else:
                yield f"new: {', '.join(change.address for change in made if change.kind == kind)}"


def _key(address: str) -> str:
    """Return the function's name in a Terraform address, which is the key of its module or archive."""
    return address.partition('["')[2].partition('"]')[0]


def _of_function(change: Change) -> Iterator[str]:
    build, former_build = _first(change.after, "build_config"), _first(change.before, "build_config")
    if _source(build) != _source(former_build):
        yield "code changes"
    service, former = _first(change.after, "service_config"), _first(change.before, "service_config")
    given, given_before = service.get("environment_variables") or {}, former.get("environment_variables") or {}
    for name in sorted(given.keys() | given_before.keys()):
        if given.get(name) != given_before.get(name):
            yield f"{name} {'set' if name in given else 'taken away'}"
    for name in sorted(service):
        value, before = service[name], former.get(name)
        if name != "environment_variables" and value != before:
            simple = not isinstance(value, list | dict)
            yield f"{name} {before} -> {value}" if simple else name
    others = [name for name in change.differs if name not in {"build_config", "service_config"}]
    yield from others


def _first(values: dict[str, Any], name: str) -> dict[str, Any]:
    inner = values.get(name) or [{}]
    return dict(inner[0])


def _source(build: dict[str, Any]) -> Any:
    return _first(_first(build, "source"), "storage_source").get("object")
