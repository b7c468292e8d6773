"""The dashboards: a page with charts and tables, the tables as CSV, and JSON. They show figures, never petitions."""

from __future__ import annotations

import csv
import io
from datetime import date

from flask import Blueprint, Response, render_template, request
from schema.figures import FiguresAnswer, RowAnswer
from shell.guard import guarded, needs
from shell.json_api import api, gives
from shell.parts import parts
from shell.session import me
from words.charts import bars, lines
from words.labels import KIND_LABELS, unit_name, ward_name

from petitions.domain.figures.figures import LATE_STEP_COUNTERS
from petitions.domain.officers.policy import Permission, sees_all
from petitions.domain.petition.history_counts import CITY, NOT_KNOWN
from petitions.errors import Rejected
from petitions.usecases.figures.read_figures import SPANS, FiguresPage, FiguresRow

board = guarded(Blueprint("board", __name__))

GROUP_NAMES = {"weeks": "Tuần", "units": "Đơn vị", "fields": "Lĩnh vực", "wards": "Phường, xã", "kinds": "Loại"}
HEADS = (
    "Tiếp nhận", "Đã trả lời", "Đúng hạn", "Tỷ lệ đúng hạn", "Đang mở", "Quá hạn", "Thường mất (ngày)", "Hài lòng",
    "Từ chối", "Chuyển đi", "Chuyển ngoài", "Mở lại", "Gia hạn", "Trễ tiếp nhận", "Trễ chuyển", "Trễ trả lời",
    "Yêu cầu bổ sung", "Ngày chờ bổ sung",
)  # fmt: skip
_NUMBERS = (
    "refused", "moved_out", "transferred_out", "reopened", "extended", *LATE_STEP_COUNTERS.values(), "asked",
)  # fmt: skip
MOST_BARS = 12


@board.get("/figures")
@needs(Permission.FIGURES)
def page() -> str:
    """Show the dashboards of the city or of a unit."""
    found = _asked()
    charts = {
        "weeks": lines({
            "Tiếp nhận": [(date.fromisoformat(each.key), each.received) for each in found.weeks],
            "Đã trả lời": [(date.fromisoformat(each.key), each.handled) for each in found.weeks],
            "Trả lời trễ hạn": [(date.fromisoformat(each.key), each.counts.get("late", 0)) for each in found.weeks],
        })
    } | {
        group: bars([(name(group, row.key), row.overdue or 0) for row in rows[:MOST_BARS] if row.overdue])
        for group, rows in found.groups.items()
    }  # fmt: skip
    return render_template(
        "figures.html", found=found, charts=charts, tables=_tables(found), GROUPS=GROUP_NAMES, HEADS=HEADS, SPANS=SPANS,
        directory=parts().directory, whole=sees_all(me()), name=name, cells=cells, CITY=CITY,
    )  # fmt: skip


@board.get("/figures.csv")
@needs(Permission.FIGURES)
def as_csv() -> Response:
    """Send one of the tables for a spreadsheet: UTF-8 with a mark, so that Excel reads the letters."""
    found, group = _asked(), request.args.get("table", "weeks")
    tables = _tables(found)
    if group not in tables:
        raise Rejected("Không có bảng này.", reason="table_unknown")
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["Mã", GROUP_NAMES[group], *HEADS])
    for row in tables[group]:
        writer.writerow([row.key, name(group, row.key), *cells(row)])
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="so-lieu-{group}-{found.unit}.csv"'
    return answer


@api.get("/figures")
@needs(Permission.FIGURES)
@gives(FiguresAnswer, query=("unit", "weeks"))
def as_json() -> FiguresAnswer:
    """Return the dashboards of `?unit=` (without one the city, or one's own unit) over `?weeks=`."""
    found = _asked()
    tables = {
        group: [RowAnswer.of(row, name(group, row.key)) for row in rows] for group, rows in _tables(found).items()
    }
    return FiguresAnswer.of(found, tables)


def name(group: str, key: str) -> str:
    """Return what a row is called."""
    if group == "weeks":
        return f"từ {date.fromisoformat(key):%d/%m/%Y}"
    if key == NOT_KNOWN:
        return "chưa rõ"
    if group == "kinds":
        return KIND_LABELS.get(key, key)
    return ward_name(key) if group == "wards" else unit_name(key)


def cells(row: FiguresRow) -> list[str]:
    """Return the cells of a row in the order of HEADS; what has no sense is empty."""
    count = row.counts.get
    numbers = [count(each, 0) for each in _NUMBERS]
    return [
        str(row.received), str(row.handled), str(count("on_time", 0)), _share(row.on_time), _number(row.open),
        _number(row.overdue), _days(row.median / 24 if row.median is not None else None),
        _share(row.satisfied), *map(str, numbers), _days(row.paused_days),
    ]  # fmt: skip


def _asked() -> FiguresPage:
    unit, weeks = request.args.get("unit", ""), request.args.get("weeks", "12")
    if weeks not in {str(span) for span in SPANS} or (unit and not parts().directory.knows(unit)):
        raise Rejected("Không có số liệu như vậy.", reason="figures_unknown")
    return parts().figures(me(), unit, int(weeks))


def _tables(found: FiguresPage) -> dict[str, list[FiguresRow]]:
    return {"weeks": found.weeks[::-1], **found.groups}


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _days(days: float | None) -> str:
    return "" if days is None else f"{days:.1f}".replace(".", ",")


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
