"""An officer's saved filters, in the officer's own document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from petitions.domain.officers.officer import Officer, SavedFilter, officer_path
from petitions.errors import NotFound, Rejected
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.auditing import audit_change

MOST_FILTERS = 20
LONGEST_NAME = 60


@dataclass(frozen=True)
class SaveFilter:
    """The use case."""

    store: Store
    clock: Clock
    ids: Ids

    def __call__(self, officer: Officer, wanted: SavedFilter) -> None:
        """Save a filter, replacing one of the same name. Raise Rejected, in Vietnamese."""
        name = wanted.name.strip()
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Rejected(f"Xin đặt tên cho bộ lọc, tối đa {LONGEST_NAME} ký tự.", reason="name_missing")
        kept = wanted.model_copy(update={"name": name})

        def with_it(filters: list[SavedFilter]) -> list[SavedFilter]:
            others = [each for each in filters if each.name != name]
            if len(others) >= MOST_FILTERS:
                raise Rejected(f"Đã có {MOST_FILTERS} bộ lọc. Xin xóa bớt trước khi lưu thêm.", reason="filters_full")
            return [*others, kept]

        self._change(officer, with_it, "filter_saved")

    def remove(self, officer: Officer, name: str) -> None:
        """Remove the filter with this name, if there is one."""
        self._change(officer, lambda filters: [each for each in filters if each.name != name], "filter_removed")

    def _change(self, officer: Officer, edit: Callable[[list[SavedFilter]], list[SavedFilter]], action: str) -> None:
        entry_id = self.ids.token()

        def work(tx: Transaction) -> None:
            found = tx.get(officer_path(officer.id))
            if found is None:
                raise NotFound("Không có cán bộ này.")
            filters = edit(Officer.model_validate(found).filters)
            tx.update(officer_path(officer.id), {"filters": [each.stored() for each in filters]})
            audit_change(tx, entry_id, officer, action, self.clock.now())

        self.store.transact(work)
