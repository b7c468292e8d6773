"""An officer's choice of columns and order in the work lists, stored in the officer's document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.officers.list_layout import MOST_COLUMNS, Column, ListLayout, Sort
from petitions.domain.officers.officer import Officer, officer_path
from petitions.errors import NotFound, Rejected
from petitions.ports.store import Store, Transaction


@dataclass(frozen=True)
class ArrangeLists:
    """Saves an officer's columns and order of the work lists."""

    store: Store

    def __call__(self, officer: Officer, columns: Sequence[str], sort: str) -> None:
        """Save the columns and the order. Empty values mean the defaults of the role.

        Raise Rejected for unknown or too many columns or an unknown order, NotFound for an unknown officer.
        """
        known = set(columns) <= set(Column) and (not sort or Sort.named(sort) is not None)
        if not known:
            raise Rejected("Không có cột hoặc cách sắp xếp này.", reason="layout_unknown")
        chosen = [column for column in Column if column in columns]
        if len(chosen) > MOST_COLUMNS:
            words = f"Xin chọn tối đa {MOST_COLUMNS} cột, để phần nội dung còn chỗ."
            raise Rejected(words, reason="columns_full")

        def write(tx: Transaction) -> None:
            if tx.get(officer_path(officer.id)) is None:
                raise NotFound("Không còn cán bộ này.")
            tx.update(officer_path(officer.id), {"layout": ListLayout(columns=chosen, sort=sort).stored()})

        self.store.transact(write)
