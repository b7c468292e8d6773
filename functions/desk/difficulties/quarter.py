"""The list of the difficulties of a quarter or another period, as a page in the layout of a report and as CSV."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, Response, render_template, request

from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.difficulties.difficulty import KIND_LABELS, STATE_LABELS
from petitions.domain.files.sheets import csv_text
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.local_day import midnight
from petitions.domain.shared.written import written_day
from petitions.errors import Rejected
from petitions.usecases.difficulties.quarter_sheet import NOT_GATHERED, cells, difficulty_sheet
from petitions.usecases.difficulties.read_difficulties import PeriodList

difficulty_quarter = guarded(Blueprint("difficulty_quarter", __name__))

QUERY = ("since", "until")
MONTHS = 3


@difficulty_quarter.get("/difficulties/quarter")
@needs(Permission.DIFFICULTIES)
def page() -> str:
    """Show the difficulties from the day `?since=` up to but excluding `?until=`, by default of this quarter."""
    found = _period()
    return render_template(
        "difficulties_quarter.html",
        found=found,
        by_kind=[(kind, list(groups)) for kind, groups in groupby(found.groups, attrgetter("kind"))],
        quarters=_quarters(),
        KINDS_OF=KIND_LABELS,
        STATES_OF=STATE_LABELS,
        NOT_GATHERED=NOT_GATHERED,
        cells=lambda row: cells(row, parts().directory),
        key=parts().ids.token(),
        tab="quarter",
        surveys=True,
    )


@difficulty_quarter.get("/difficulties/quarter.csv")
@needs(Permission.DIFFICULTIES)
def as_csv() -> Response:
    """Send the list as CSV, in UTF-8 with a byte order mark.

    Cells that a spreadsheet would take for a formula are made harmless.
    """
    found = _period()
    sheet = difficulty_sheet(found, parts().directory)
    answer = Response(csv_text(sheet.heads, sheet.rows), mimetype="text/csv")
    name = f"kho-khan-{hanoi(found.since):%Y%m%d}-{hanoi(found.until):%Y%m%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _period() -> PeriodList:
    """Return the list of the period in the query. Raise Rejected if the last day is not after the first."""
    this = _quarters()[0]
    since, until = _day("since") or this[1], _day("until") or (this[2] if not request.args.get("since") else None)
    if until is None or Until(until).is_over(since):
        raise Rejected("Khoảng thời gian không đúng: ngày cuối phải sau ngày đầu.", reason="period_malformed")
    return parts().difficulties.of_period(me(), midnight(since), midnight(until))


def _day(name: str) -> date | None:
    written = request.args.get(name, "")
    if written and written_day(written) is None:
        raise Rejected("Ngày không đúng, xin ghi năm-tháng-ngày.", reason="period_malformed")
    return written_day(written)


def _quarters() -> list[tuple[str, date, date]]:
    today, found = hanoi(parts().clock.now()).date(), []
    year, month = today.year, today.month - (today.month - 1) % MONTHS
    for _ in range(4):
        last = date(year + month // 10, (month + MONTHS - 1) % 12 + 1, 1)
        found.append((f"quý {(month + 2) // MONTHS}/{year}", date(year, month, 1), last))
        year, month = (year, month - MONTHS) if month > MONTHS else (year - 1, 10)
    return found
