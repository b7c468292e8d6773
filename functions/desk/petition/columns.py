"""The columns and the order of the work list, as chosen by an officer or by default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, session

from desk.petition.filters import query_string
from desk.shell.forms import Page
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.officers.list_layout import NEWEST, Column, Sort
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, sees_all
from petitions.usecases.desk.read_work_list import WorkList
from petitions.usecases.desk.work_list_query import PLACED, WorkListView

columns = guarded(Blueprint("columns", __name__))

COLUMN_LABELS = {
    Column.DUE: "Thời hạn",
    Column.STATE: "Trạng thái",
    Column.LEVEL: "Mức độ",
    Column.FILED: "Gửi lúc",
    Column.WARD: "Nơi xảy ra",
    Column.FIELD: "Lĩnh vực",
    Column.KIND: "Loại",
    Column.SOURCE: "Nhận qua",
    Column.RATING: "Đánh giá",
    Column.UNIT: "Đơn vị",
    Column.HANDLER: "Người xử lý",
    Column.CODE: "Mã",
}
_USUAL = (Column.DUE, Column.STATE, Column.UNIT, Column.HANDLER, Column.CODE)
_SAME_WHERE_PLACED = frozenset({Column.STATE, Column.UNIT, Column.HANDLER})
SORTS = {
    "": "khẩn, rồi đến hạn trước",
    "newest": "mới gửi trước",
    "oldest": "gửi trước lên đầu",
    "state": "theo trạng thái",
    "handler": "theo người xử lý",
    "unit": "theo đơn vị",
}
"""The orders that an officer can save. A click on a column head gives every other order."""


@dataclass(frozen=True)
class Heading:
    """The head of a column. `query` is the query string of the same list ordered by this column."""

    column: Column
    label: str
    query: str
    sorted: str
    """"ascending", "descending", or "" if the list is ordered by another column."""


def columns_of(officer: Officer, view: WorkListView | None = None) -> list[Column]:
    """Return the columns of the work list for an officer, in the order of the page.

    They are the officer's choice, or by default those of the role. Coordinators' lists of petitions to be assigned omit
    columns that would have the same value in every row.
    """
    chosen = officer.layout.columns or [column for column in _USUAL if column is not Column.UNIT or sees_all(officer)]
    return [column for column in Column if column in chosen and not (view in PLACED and column in _SAME_WHERE_PLACED)]


def headings(listing: WorkList) -> list[Heading]:
    """Return the heads of the officer's columns. Clicking a head a second time reverses the order."""
    found = []
    for column in columns_of(me(), listing.view):
        here = listing.sort.column is column
        first = NEWEST if column is Column.FILED else Sort(column)
        wanted = replace(listing.sort, down=not listing.sort.down) if here else first
        query = query_string(listing.view, replace(listing.filters, sort=wanted))
        direction = ("descending" if listing.sort.down else "ascending") if here else ""
        found.append(Heading(column, COLUMN_LABELS[column], query, direction))
    return found


def unsorted(listing: WorkList) -> bool:
    """Return whether the list is too long for the requested order, so that the default order is used."""
    return listing.filters.sort not in {None, listing.sort}


@columns.post("/layout")
@needs(Permission.LIST)
def keep() -> Page:
    """Save the officer's columns and default order. Without any column, the columns of the role apply."""
    sort = request.form.get("sort", "")
    parts().arrange_lists(me(), request.form.getlist("column"), sort if sort in SORTS else "")
    parts().staff.everyone(fresh=True)
    flash("Đã lưu cách xem danh sách.")
    return redirect(f"/?{session.get('list', '')}", HTTPStatus.SEE_OTHER)
