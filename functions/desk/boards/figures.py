"""The dashboards of the city and of every unit: charts and tables of petitions per period.

Tables can be sent as CSV. Every number leads to the petitions that it counts.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from desk.boards.late_figures import late
from desk.shell.forms import day_in
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.figure_words import (
    ALL_COLUMNS,
    COLUMNS,
    GROUP_NAMES,
    LATE_STEP_COLUMNS,
    LIST_NAMES,
    MORE_COLUMNS,
    NOT_SEEN,
    PERIOD_NAMES,
    STEP_NAMES,
    VIEW_NAMES,
    WAY_COLUMNS,
    Column,
    days,
    lasting,
    period_words,
    place_words,
    row_name,
    share,
    step_words,
    transfer_corrections,
    trend,
)
from petitions.charts import Columns, bar, columns
from petitions.domain.clock.punctuality import ON_TIME_WORDS
from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.figures.periods import NAMED_PERIODS, Period, named_period
from petitions.domain.figures.stored_figures import FIGURE_GROUPS
from petitions.domain.files.sheets import Cell, csv_text
from petitions.domain.officers.policy import Permission, sees_all
from petitions.domain.petition.history_counts import CITY, TOTAL, Slot
from petitions.domain.shared.instants import hanoi
from petitions.errors import Rejected
from petitions.usecases.figures.list_figures import OPEN_GROUPS, FiguresList, unit_of
from petitions.usecases.figures.read_figures import FiguresPage, FiguresStep

board = guarded(Blueprint("board", __name__))

USUAL = "12w"
QUERY = ("unit", "period", "from", "to")


@board.get("/figures")
@needs(Permission.FIGURES)
def page() -> str:
    """Show the dashboard of the city or of the unit `?unit=`, for the period of the query.

    Tabs (`?view=`) show the tables. The first tab starts with the overdue petitions.
    """
    view, unit = request.args.get("view", ""), _unit()
    views = {name: words for name, words in VIEW_NAMES.items() if name != "units" or unit == CITY}
    view = view if view in views else ""
    found = _asked(ends_of_steps=view in {"steps", "all"})
    ways_in = [column for column in WAY_COLUMNS if found.total.number(column.listed)]
    return render_template(
        "figures.html", found=found, view=view, views=views, period=_named(), PERIODS=PERIOD_NAMES, GROUPS=GROUP_NAMES,
        STEPS=STEP_NAMES, COLUMNS=COLUMNS, MORE=MORE_COLUMNS, WAYS_IN=ways_in, LISTS=LIST_NAMES, CITY=CITY,
        LATE_STEPS=LATE_STEP_COLUMNS, late=None if view else late(found),
        chart=columns([_columns(found, step) for step in found.steps]), bar=bar,
        whole=sees_all(me()), NOT_SEEN=NOT_SEEN, here=_here(found), kept=_kept(*QUERY), listed=partial(listed, found),
        listed_in=partial(listed_in, found),
        row_name=row_name, step_words=step_words, period_words=period_words, share=share, days=days, trend=trend,
        lasting=lasting, transfer_corrections=transfer_corrections, ON_TIME_WORDS=ON_TIME_WORDS,
    )  # fmt: skip


@board.get("/figures.csv")
@needs(Permission.FIGURES)
def as_csv() -> Response:
    """Send a table of the dashboard as CSV, by `?table=`. Raise Rejected for an unknown table."""
    group = request.args.get("table", "steps")
    found = _asked(ends_of_steps=group == "steps")
    if group != "steps" and group not in found.groups:
        raise Rejected("Không có bảng này.", reason="table_unknown")
    heads = ["Mã", GROUP_NAMES[group], *(column.head for column in ALL_COLUMNS)]
    rows: list[list[Cell]] = [
        [code, name, *(column.text(row) for column in ALL_COLUMNS)] for code, name, row in _table(found, group)
    ]
    moved = transfer_corrections(found.groups[group], found.total) if group == "units" else {}
    if moved:
        rows.append(["", "chuyển giữa các đơn vị", *(moved.get(all_column.listed) for all_column in ALL_COLUMNS)])
    whole = f"tổng ({NOT_SEEN.lower()})" if sees_all(me()) else "tổng"
    rows.append(["", whole, *(column.text(found.total) for column in ALL_COLUMNS)])
    answer = Response(csv_text(heads, rows), mimetype="text/csv")
    span = f"{found.period.since}-{found.period.until}"
    answer.headers["Content-Disposition"] = f'attachment; filename="so-lieu-{group}-{found.unit}-{span}.csv"'
    return answer


@board.get("/figures/list")
@needs(Permission.FIGURES)
def list_page() -> str:
    """Show the petitions counted by one number on the dashboard."""
    name, slot, period = _list_asked()
    return render_template(
        "figures_list.html", found=_list(name, slot, period), name=LIST_NAMES.get(name, name), place=place_words(*slot),
        whole=sees_all(me()), period=period_words(period), now=name in {"open", "overdue"}, back=_kept("view", *QUERY),
        query=_kept("count", "group", "key", *QUERY),
    )  # fmt: skip


def listed(found: FiguresPage, count: str, group: str = TOTAL, key: str = "") -> str:
    """Return the address of the list of petitions behind a number: the column `count` in one row of a table."""
    return "/figures/list?" + urlencode({"count": count, **_here(found), **_view(), "group": group, "key": key})


def listed_in(found: FiguresPage, step: FiguresStep, column: Column) -> str:
    """Return the address of the list of petitions behind a number in a chart: a `column` in one step of time."""
    days_of_it = {"from": step.since.isoformat(), "to": step.until.isoformat()}
    return "/figures/list?" + urlencode({"count": column.listed, **_here(found), **days_of_it, **_view()})


def _view() -> dict[str, str]:
    view = request.args.get("view", "")
    return {"view": view} if view in VIEW_NAMES and view else {}


def _here(found: FiguresPage) -> dict[str, str]:
    period = {"from": found.period.since.isoformat(), "to": found.period.until.isoformat()}
    return ({} if found.unit == CITY else {"unit": found.unit}) | period


def _kept(*names: str) -> str:
    given = request.args
    return urlencode([(name, given[name]) for name in names if name in given])


def _list(name: str, slot: Slot, period: Period) -> FiguresList:
    return parts().figure_lists(me(), slot, name, period, request.args.get("after", ""))


def _list_asked() -> tuple[str, Slot, Period]:
    group, key = request.args.get("group", TOTAL), request.args.get("key", "")
    if group not in {TOTAL, *FIGURE_GROUPS, *OPEN_GROUPS} or bool(key) != (group != TOTAL):
        raise Rejected("Không có số liệu như vậy.", reason="figures_unknown")
    return request.args.get("count", "arrived"), (_unit(), group, key), _period()


def _asked(*, ends_of_steps: bool) -> FiguresPage:
    return parts().figures(_unit(), _period(), ends_of_steps=ends_of_steps, to=me())


def _unit() -> str:
    unit = request.args.get("unit", "")
    if unit and not parts().directory.knows(unit):
        raise Rejected("Không có số liệu như vậy.", reason="figures_unknown")
    return unit_of(me(), unit)


def _named() -> str:
    given = request.args
    return given.get("period") or ("" if given.get("from") or given.get("to") else USUAL)


def _period() -> Period:
    name = _named()
    if name in NAMED_PERIODS:
        return named_period(name, _today())
    since, until = day_in(request.args, "from"), day_in(request.args, "to")
    try:
        if since and until and not name:
            return Period(since, until)
    except ValueError as error:
        raise Rejected(
            "Xin chọn ngày sau cách ngày đầu ít nhất một ngày, nhiều nhất 5 năm.", reason="period"
        ) from error
    raise Rejected("Xin chọn một khoảng thời gian, hoặc cả ngày đầu và ngày sau.", reason="period")


def _today() -> date:
    return hanoi(parts().clock.now()).date()


def _columns(found: FiguresPage, step: FiguresStep) -> Columns:
    row = step.row
    on_time, late = row.number("on_time"), row.number("late")
    answered = [("good", on_time), ("late", late), ("unknown", row.handled - on_time - late)]
    label = f"{step.since:%m/%Y}" if found.period.step == "month" else f"{step.since:%d/%m}"
    return Columns(label, [[("arrived", row.arrived)], answered])


def _table(found: FiguresPage, group: str) -> list[tuple[str, str, FiguresRow]]:
    if group != "steps":
        return [(row.key, row_name(group, row.key), row) for row in found.groups[group]]
    return [
        (step.since.isoformat(), step_words(step.since, step.until), step.row)
        for step in reversed(found.steps)
    ]  # fmt: skip
