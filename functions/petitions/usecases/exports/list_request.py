"""The parameters of a background job that saves a work list as files: the list and its filters.

A search text may name a person, so a job must not store one. A list with a search text can only be saved at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.officers.list_layout import Sort
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.units.directory import Directory
from petitions.errors import Rejected
from petitions.usecases.desk.list_words import are_known
from petitions.usecases.desk.work_list_query import WorkListFilters, WorkListView
from petitions.usecases.officers.staff import Staff

LIST_FILES = "list_files"
_READ: Mapping[str, Callable[[str], object]] = {
    "state": State,
    "time": TimeState,
    "since": date.fromisoformat,
    "until": date.fromisoformat,
    "sort": Sort.named,
}
"""The parsers of filters with values that are neither text nor number, by name of the filter."""


def list_params(view: WorkListView, filters: WorkListFilters) -> dict[str, str]:
    """Return a list and its filters as parameters of a job. Raise Rejected if the filters have a search text."""
    if filters.text:
        words = "Danh sách đang lọc theo từ tìm kiếm chỉ tải được ngay, không làm ở nền. Xin bỏ từ tìm kiếm."
        raise Rejected(words, reason="list_searched")
    empty = WorkListFilters()
    names = [
        field.name for field in fields(WorkListFilters) if getattr(filters, field.name) != getattr(empty, field.name)
    ]
    stored = {name: _stored(getattr(filters, name)) for name in names}
    return {"view": view.value, "filters": json.dumps(stored, sort_keys=True)}


@dataclass(frozen=True)
class ReadListRequest:
    """Reads the list and filters from a job's parameters, when the job is requested and again when it runs."""

    directory: Directory
    staff: Staff
    fields: AdministrationFields

    def __call__(self, params: Mapping[str, str]) -> tuple[WorkListView, WorkListFilters]:
        """Return the list and the filters in a job's parameters. Raise Rejected for values that do not exist."""
        try:
            kept = json.loads(params["filters"])
            given: dict[str, Any] = {name: _READ[name](kept[name]) for name in _READ.keys() & kept.keys()}
            view, filters = WorkListView(params["view"]), WorkListFilters(**{**kept, **given})
            known = are_known(filters, self.directory, self.staff, self.fields)
        except (ValueError, TypeError, AttributeError, RecursionError):
            known = False
        if not known or filters.text:
            raise Rejected("Không có danh sách này. Xin mở lại trang.", reason="list_unknown")
        return view, filters


def _stored(value: object) -> object:
    if isinstance(value, Sort):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
