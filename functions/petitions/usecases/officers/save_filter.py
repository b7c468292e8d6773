"""An officer's saved list filters, stored in the officer's own document. The owner can share a filter with the unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from petitions.domain.language.named_people import names_somebody
from petitions.domain.language.redaction import masked
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, SavedFilter, officer_path, with_filters
from petitions.domain.shared.edges import AtMost
from petitions.domain.shared.records import replace
from petitions.domain.shared.retention import SEARCH_WORDS_KEPT_FOR
from petitions.domain.units.directory import Directory
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.petition_changes import changed_fields

MOST_FILTERS = 20
LONGEST_NAME = 60
_NONE = "Không có bộ lọc này."
_NUMBERED = "Bộ lọc có số điện thoại hoặc số giấy tờ nên chỉ dùng riêng."
_NAMED = (
    "Bộ lọc có tên người nên chỉ dùng riêng. Nếu đó là tên đường, phố hoặc nơi chốn, xin ghi cả chữ ấy, "
    "như “đường Lê Lợi”."
)


@dataclass(frozen=True)
class SaveFilter:
    """Saves, removes and shares officers' filters of the work lists."""

    store: Store
    clock: Clock
    ids: Ids
    directory: Directory

    def __call__(self, officer: Officer, name: str, query: str, text: str) -> SavedFilter:
        """Save a filter and return it. It replaces a filter of the same name, and stays shared if that one was.

        A filter that names a person expires after SEARCH_WORDS_KEPT_FOR. Raise Rejected, in Vietnamese.
        """
        name = name.strip()
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Rejected(f"Xin đặt tên cho bộ lọc, tối đa {LONGEST_NAME} ký tự.", reason="name_missing")
        fresh = SavedFilter(id=self.ids.token(), name=name, query=query, text=text.strip())
        if self._why_personal(fresh):
            fresh = replace(fresh, until=self.clock.now() + SEARCH_WORDS_KEPT_FOR)
        kept: list[SavedFilter] = []

        def with_it(filters: list[SavedFilter]) -> list[SavedFilter]:
            same = next((saved_filter for saved_filter in filters if saved_filter.name == name), None)
            kept[:] = [replace(fresh, id=same.id, shared=same.shared) if same else fresh]
            if same:
                self._check_shareable(kept[0])
                return [kept[0] if saved_filter is same else saved_filter for saved_filter in filters]
            if not AtMost(MOST_FILTERS).has_room(len(filters)):
                raise Rejected(f"Đã có {MOST_FILTERS} bộ lọc. Xin xóa bớt trước khi lưu thêm.", reason="filters_full")
            return [*filters, *kept]

        self._change(officer, officer.id, with_it, "filter_saved")
        return kept[0]

    def remove(self, officer: Officer, filter_id: str) -> None:
        """Remove a filter of the officer. Raise NotFound."""
        self._change(officer, officer.id, lambda filters: _without(filters, filter_id), "filter_removed")

    def share(self, officer: Officer, filter_id: str) -> None:
        """Share a filter with the unit. Raise NotFound, or Rejected if it names a person."""
        self._share(officer, officer.id, filter_id, officer.unit)

    def unshare(self, officer: Officer, filter_id: str, owner: str = "") -> None:
        """Stop sharing a filter.

        Officers can do this for their own filters, heads for all filters of their unit. Raise NotFound or Forbidden.
        """
        if owner and owner != officer.id and officer.role is not Role.HEAD:
            raise Forbidden("Chỉ người tạo hoặc lãnh đạo đơn vị được ngừng chia sẻ bộ lọc.", reason="not_owner")
        self._share(officer, owner or officer.id, filter_id, None)

    def _share(self, officer: Officer, owner: str, filter_id: str, unit: str | None) -> None:
        def edit(filters: list[SavedFilter]) -> list[SavedFilter]:
            found = next((saved_filter for saved_filter in filters if saved_filter.id == filter_id), None)
            if found is None or (owner != officer.id and found.shared != officer.unit):
                raise NotFound(_NONE, reason="filter_unknown")
            changed = replace(found, shared=unit)
            self._check_shareable(changed)
            return [changed if saved_filter is found else saved_filter for saved_filter in filters]

        self._change(officer, owner, edit, "filter_shared" if unit else "filter_withdrawn")

    def _check_shareable(self, saved: SavedFilter) -> None:
        if saved.shared and (why := self._why_personal(saved)):
            raise Rejected(why, reason="filter_personal")

    def _why_personal(self, saved: SavedFilter) -> str | None:
        for words in (saved.name, saved.text):
            if masked(words) != words:
                return _NUMBERED
            if names_somebody(words, self.directory.place_names):
                return _NAMED
        return None

    def _change(
        self,
        officer: Officer,
        owner: str,
        edit: Callable[[list[SavedFilter]], list[SavedFilter]],
        action: str,
    ) -> None:
        entry_id = self.ids.token()

        def write(tx: Transaction) -> None:
            found = tx.get(officer_path(owner))
            if found is None:
                raise NotFound(_NONE, reason="filter_unknown")
            before = Officer.model_validate(found)
            tx.update(officer_path(owner), changed_fields(before, with_filters(before, edit(before.filters))))
            audit_change(tx, entry_id, officer, action, self.clock.now())

        self.store.transact(write)


def _without(filters: list[SavedFilter], filter_id: str) -> list[SavedFilter]:
    left = [saved_filter for saved_filter in filters if saved_filter.id != filter_id]
    if len(left) == len(filters):
        raise NotFound(_NONE, reason="filter_unknown")
    return left
