"""Vietnamese names and formats for the statistics on the dashboards: periods, columns, rows, shares and durations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from desk.shell.parts import parts
from desk.words.labels import unit_name, ward_name
from petitions.domain.figures.figures import WAY_COUNTERS, WAY_SUMS
from petitions.domain.figures.figures_row import FiguresRow, percent
from petitions.domain.figures.periods import DAY, Period
from petitions.domain.figures.stands import Stand
from petitions.domain.petition.history_counts import CITY, NOT_KNOWN
from petitions.usecases.desk.list_words import KIND_LABELS, WAY_LABELS

PERIOD_NAMES = {
    "4w": "4 tuần gần đây", "12w": "12 tuần gần đây", "26w": "26 tuần gần đây", "53w": "53 tuần gần đây",
    "month": "tháng này", "last_month": "tháng trước", "quarter": "quý này", "last_quarter": "quý trước",
    "year": "năm nay", "last_year": "năm trước",
}  # fmt: skip
GROUP_NAMES = {
    "steps": "Thời gian", "units": "Đơn vị", "fields": "Lĩnh vực", "wards": "Phường, xã", "kinds": "Loại",
    "stands": "Đang ở bước", "handlers": "Cán bộ", "keyed": "Nhập muộn",
}  # fmt: skip
VIEW_NAMES = {
    "": "Tổng quan", "steps": "Theo thời gian", "units": "Đơn vị", "fields": "Lĩnh vực", "wards": "Phường, xã",
    "kinds": "Loại", "method": "Cách tính", "all": "Bản in đầy đủ",
}  # fmt: skip
"""The tabs of the dashboard, by the value of `?view=`."""
STAND_NAMES = {
    Stand.RECEPTION: "Chờ tiếp nhận", Stand.PLACING: "Chờ phân công, chuyển", Stand.WORK: "Đang xử lý",
    Stand.APPROVAL: "Chờ duyệt trả lời", Stand.FILER: "Chờ người gửi bổ sung",
}  # fmt: skip
STEP_NAMES = {"day": "ngày", "week": "tuần", "month": "tháng"}
HOURS_A_DAY = 24
NOT_SEEN = "Không gồm hồ sơ anh/chị không được xem"
"""The note beside figures that leave out hidden petitions (`usecases/figures/hidden_figures.py`)."""
LIST_NAMES = {
    "arrived": "Đến", "received": "Gửi tới lần đầu", "moved_in": "Nhận từ đơn vị khác",
    "moved": "Chuyển giữa các đơn vị",
    "opened_again": "Mở lại", "handled": "Đã trả lời", "on_time": "Trả lời đúng hạn", "late": "Trả lời trễ hạn",
    "refused": "Từ chối", "transferred_out": "Chuyển ngoài thành phố", "withdrawn": "Đã rút", "merged": "Đã gộp",
    "moved_out": "Chuyển đơn vị khác", "open": "Đang mở", "overdue": "Quá hạn", "rated": "Đánh giá",
    "extended": "Gia hạn", "asked": "Yêu cầu bổ sung", "late_reception": "Trễ tiếp nhận",
    "late_transfer": "Trễ chuyển", "late_answer": "Trễ trả lời",
    **{WAY_COUNTERS[way]: f"Gửi tới {WAY_LABELS[way]}" for way in WAY_SUMS},
}  # fmt: skip
"""The titles of the lists of petitions to which numbers of the dashboard lead."""


@dataclass(frozen=True)
class Column:
    """A column of the dashboard's tables. `text` formats a row's cell."""

    head: str
    text: Callable[[FiguresRow], str]
    listed: str = ""
    """The list of petitions that the numbers of the column count, or "" for shares and durations."""


def _count(name: str, head: str = "") -> Column:
    return Column(head or LIST_NAMES[name], lambda row: str(row.number(name)), name)


COLUMNS = (
    _count("arrived"),
    _count("opened_again"),
    _count("handled"),
    _count("on_time", "Đúng hạn"),
    _count("late", "Trễ hạn"),
    Column("Tỷ lệ đúng hạn", lambda row: share(row.on_time)),
    _count("refused"),
    _count("transferred_out", "Chuyển ngoài"),
    _count("withdrawn"),
    _count("merged"),
    _count("moved_out", "Chuyển đi"),
    Column("Đang mở", lambda row: _number(row.open), "open"),
    Column("Quá hạn", lambda row: _number(row.overdue), "overdue"),
)
LATE_STEP_COLUMNS = (_count("late_reception"), _count("late_transfer"), _count("late_answer"))
MORE_COLUMNS = (
    Column("Thường mất (ngày)", lambda row: days(row.median)),
    Column("9/10 được trả lời trong (ngày)", lambda row: days(row.ninth_decile)),
    Column("Hài lòng", lambda row: share(row.satisfied)),
    _count("rated"),
    _count("extended"),
    *LATE_STEP_COLUMNS,
    _count("asked"),
    Column("Ngày chờ bổ sung", lambda row: decimal(row.paused_days)),
)
WAY_COLUMNS = tuple(_count(WAY_COUNTERS[way], WAY_LABELS[way]) for way in WAY_SUMS)
ALL_COLUMNS = COLUMNS + MORE_COLUMNS + WAY_COLUMNS


def share(of: tuple[int, int]) -> str:
    """Return (part, whole) as a rounded percentage, such as "67%", or "" if the whole is zero."""
    rounded = percent(*of)
    return "" if rounded is None else f"{rounded}%"


def days(hours: float | None) -> str:
    """Return a number of hours as days with one decimal, such as "2,5", or "" for None."""
    return decimal(None if hours is None else hours / HOURS_A_DAY)


def lasting(hours: float) -> str:
    """Return a duration in hours as "2,5 ngày", or as whole hours below a day: "7 giờ"."""
    return f"{days(hours)} ngày" if hours >= HOURS_A_DAY else f"{max(1, round(hours))} giờ"


def decimal(number: float | None) -> str:
    """Return a number with one decimal and a decimal comma: 2.5 -> "2,5". None gives ""."""
    return "" if number is None else f"{number:.1f}".replace(".", ",")


def trend(now: int, before: int) -> str:
    """Return the number of the previous period with the change since then: "kỳ trước 40 (+2)"."""
    change = now - before
    return f"kỳ trước {before}" + (f" ({'+' if change > 0 else '−'}{abs(change)})" if change else "")


def period_words(period: Period) -> str:
    """Return the first and the last day of a period: "01/11/2026 – 30/11/2026"."""
    last = period.until - DAY
    return f"{period.since:%d/%m/%Y}" if last == period.since else f"{period.since:%d/%m/%Y} – {last:%d/%m/%Y}"


def step_words(since: date, until: date) -> str:
    """Return the days of a step of time, such as a week: "02/11 – 08/11". `until` is the day after the last."""
    last = until - timedelta(days=1)
    return f"{since:%d/%m/%Y}" if last == since else f"{since:%d/%m} – {last:%d/%m/%Y}"


def row_name(group: str, key: str) -> str:
    """Return the Vietnamese name of a row of a table, by the kind of table (`group`) and the row's key."""
    if key == NOT_KNOWN:
        return "chưa phân loại" if group in {"fields", "kinds"} else "chưa rõ"
    if group == "kinds":
        return KIND_LABELS.get(key, key)
    if group == "stands":
        return STAND_NAMES[Stand(key)]
    if group == "keyed":
        return "sau hạn tiếp nhận"
    if group == "handlers":
        return parts().staff.name(key)
    if group == "fields":
        return parts().reference.fields.name_of(key)
    return ward_name(key) if group == "wards" else unit_name(key)


def place_words(unit: str, group: str, key: str) -> str:
    """Return the name of the unit, or of the city, with the name of a table's row if `group` has rows."""
    where = "toàn thành phố" if unit == CITY else unit_name(unit)
    return where if group == "total" else f"{where}, {GROUP_NAMES[group].lower()} {row_name(group, key)}"


def transfer_corrections(rows: list[FiguresRow], total: FiguresRow) -> Mapping[str, int]:
    """Return corrections for petitions that moved from one unit to another, by counter, such as `arrived`.

    Both units count such a petition. The corrections are negative, so that with them the rows of all units add up to
    the city's.
    """
    moved = total.number("moved")
    return {"arrived": -moved, "moved_out": -moved} if rows and moved else {}


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
