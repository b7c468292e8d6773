"""The list of difficulties of a period, as a page in the layout of a report, as CSV and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, Response, render_template, request
from schema.difficulties import PeriodAnswer
from shell.guard import guarded, needs
from shell.json_api import api, gives
from shell.parts import parts
from shell.session import me
from words.difficulty_words import made
from words.labels import unit_name

from petitions.domain.difficulties.difficulty import KIND_LABELS, STATE_LABELS
from petitions.domain.difficulties.quarter_list import GroupRow, ListedGroup, results
from petitions.domain.files.sheets import csv_text
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI
from petitions.errors import Rejected
from petitions.usecases.difficulties.read_difficulties import PeriodList

difficulty_quarter = guarded(Blueprint("difficulty_quarter", __name__))

QUERY = ("since", "until")
HEADS = (
    "Loại khó khăn, vướng mắc", "Nhóm", "Đơn vị báo", "Số lượt", "Nội dung", "Đơn vị giải quyết", "Hạn trả lời",
    "Kết quả giải quyết", "Điều đã thay đổi", "Đơn vị đánh giá", "Tình trạng",
)  # fmt: skip
NOT_GATHERED = "Chưa xếp nhóm"
MONTHS = 3


@difficulty_quarter.get("/difficulties/quarter")
@needs(Permission.DIFFICULTIES)
def page() -> str:
    """Show the list of the days from `?since=` up to, without, `?until=`; of this quarter if nothing is said."""
    found = _asked()
    return render_template(
        "difficulties_quarter.html",
        found=found,
        by_kind=[(kind, list(groups)) for kind, groups in groupby(found.groups, attrgetter("kind"))],
        quarters=_quarters(),
        KINDS_OF=KIND_LABELS,
        STATES_OF=STATE_LABELS,
        NOT_GATHERED=NOT_GATHERED,
        cells=cells,
        tab="quarter",
        surveys=True,
    )


@difficulty_quarter.get("/difficulties/quarter.csv")
@needs(Permission.DIFFICULTIES)
def as_csv() -> Response:
    """Send the list for a spreadsheet: UTF-8 with a mark, no cell that it would run."""
    found = _asked()
    lines = [list(_line(group, row)) for group in found.groups for row in group.rows]
    answer = Response(csv_text(HEADS, lines), mimetype="text/csv")
    name = f"kho-khan-{hanoi(found.since):%Y%m%d}-{hanoi(found.until):%Y%m%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@api.get("/difficulties/quarter", endpoint="difficulties_of_period")
@needs(Permission.DIFFICULTIES)
@gives(PeriodAnswer, query=QUERY)
def period_json() -> PeriodAnswer:
    """Return the list of the days from `?since=` up to, without, `?until=`, with the counts of every unit."""
    return PeriodAnswer.of(_asked(), parts().directory)


def cells(row: GroupRow) -> dict[str, list[str]]:
    """Return what a row says of its difficulties: texts, results, changes, judgements, each thing once."""
    judged = {True: "Giúp được", False: "Chưa giúp được", None: ""}
    return {
        "texts": _once(each.text for each in row.found),
        "solvers": _once(unit_name(each.assigned) for each in row.found if each.assigned),
        "dues": _once(f"{each.due:%d/%m/%Y}" for each in row.found if each.due),
        "results": results(row.found),
        "changes": _once(made(change) for each in row.found for change in each.changes),
        "judged": _counted(judged[each.helped] for each in row.found),
        "states": _counted(STATE_LABELS[each.state] for each in row.found),
    }


def _line(group: ListedGroup, row: GroupRow) -> Iterator[str]:
    said = {name: "; ".join(each.replace("\n", " ") for each in words) for name, words in cells(row).items()}
    yield from (KIND_LABELS[group.kind], group.group or NOT_GATHERED, unit_name(row.unit), str(len(row.found)))
    yield from (said[name] for name in ("texts", "solvers", "dues", "results", "changes", "judged", "states"))


def _once(words: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, words)))


def _counted(words: Iterator[str]) -> list[str]:
    """Return the different words, with how often each is said where that is more than once."""
    said = [each for each in words if each]
    numbers = {each: said.count(each) for each in said}
    return [f"{each}: {number}" if len(said) > 1 else each for each, number in numbers.items()]


def _asked() -> PeriodList:
    """Return the list that the address asks for. Raises Rejected."""
    this = _quarters()[0]
    since, until = _day("since") or this[1], _day("until") or (this[2] if not request.args.get("since") else None)
    if until is None or until <= since:
        raise Rejected("Khoảng thời gian không đúng: ngày cuối phải sau ngày đầu.", reason="period_malformed")
    return parts().difficulties.of_period(me(), _begins(since), _begins(until))


def _day(name: str) -> date | None:
    written = request.args.get(name, "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise Rejected("Ngày không đúng, xin ghi năm-tháng-ngày.", reason="period_malformed") from error


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), HANOI)


def _quarters() -> list[tuple[str, date, date]]:
    """Return this quarter and the three before it, with their names, first days, and the days after their last."""
    today, found = hanoi(parts().clock.now()).date(), []
    year, month = today.year, today.month - (today.month - 1) % MONTHS
    for _ in range(4):
        last = date(year + month // 10, (month + MONTHS - 1) % 12 + 1, 1)
        found.append((f"quý {(month + 2) // MONTHS}/{year}", date(year, month, 1), last))
        year, month = (year, month - MONTHS) if month > MONTHS else (year - 1, 10)
    return found
