"""A report, computed from histories by a versioned formula and named by a hash that anybody can recompute.

The hash covers the form's code, the period, the formula, the inputs and the cells. It does not cover the author or the
time, so that the same facts give the same hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from petitions.domain.clock.punctuality import on_time
from petitions.domain.reports.facts import Fact, facts_of, unbalanced
from petitions.domain.reports.forms import Column, ReportForm, ReportForms, counted
from petitions.domain.reports.histories import History, faults, micros
from petitions.domain.reports.periods import Period
from petitions.domain.shared.edges import Interval
from petitions.domain.shared.records import Instant, Record, replace

FORMULA = "1"
"""The version of the formula. It changes whenever the same histories and columns would give other cells."""
MOST_NAMED = 20


class Unbalanced(ValueError):  # noqa: N818 - words for the person at the form
    """Raised if histories contradict themselves. `codes` are the codes of the petitions concerned."""

    def __init__(self, codes: Sequence[str]) -> None:
        more = f" và {len(codes) - MOST_NAMED} hồ sơ khác" if len(codes) > MOST_NAMED else ""
        named = ", ".join(codes[:MOST_NAMED])
        super().__init__(f"Không lập được báo cáo: diễn biến của {len(codes)} hồ sơ không khớp: {named}{more}.")
        self.codes = tuple(codes)


class Report(Record):
    """An official report in its stored form."""

    form: str
    title: str
    row_kind: Literal["units", "levels"]
    caveats: list[str]
    period_kind: str
    period_name: str
    period_label: str
    since: Instant
    until: Instant
    cut: Instant
    """The instant up to which events are counted. Later ones are not in the report."""
    formula: str
    columns: list[Column]
    rows: dict[str, list[int]]
    """The cells by row, in the order of the columns. The first row is the whole city."""
    inputs: str
    """The SHA-256 of the exported inputs."""
    hash: str


def make_report(
    forms: ReportForms, form: ReportForm, period: Period, cut: datetime, histories: Sequence[History]
) -> tuple[Report, list[Fact]]:
    """Return the report and the facts that it counts. Raise Unbalanced if histories contradict themselves.

    `histories` must contain every petition that may concern the period. Others do no harm.
    """
    facts = facts_in(period.since, period.until, cut, histories)
    if broken := sorted({*faults(histories), *unbalanced(facts)}):
        raise Unbalanced(broken)
    report = Report(
        form=form.code, title=form.title, row_kind=form.rows,
        caveats=[*form.caveats, *([period.caveat] if period.caveat else [])],
        period_kind=period.kind, period_name=period.name, period_label=period.label,
        since=period.since, until=period.until, cut=cut, formula="", columns=list(forms.columns), rows={}, inputs="",
        hash="",
    )  # fmt: skip
    return recounted(report, histories), facts


def recounted(report: Report, histories: Sequence[History]) -> Report:
    """Return the report with its cells, its inputs' hash and its own hash computed from these histories."""
    facts = facts_in(report.since, report.until, report.cut, histories)
    again = replace(
        report,
        formula=_formula(report.columns),
        rows=counted(report.row_kind, report.columns, facts),
        inputs=hashlib.sha256(b"".join(exported(histories))).hexdigest(),
    )
    return replace(again, hash=hash_of(again))


def facts_in(since: datetime, until: datetime, cut: datetime, histories: Iterable[History]) -> list[Fact]:
    """Return the facts between `since` and `until` that were known at the instant `cut`."""
    period = _known(since, until, cut)
    return [fact for history in histories for fact in facts_of(history, period)]


def _known(since: datetime, until: datetime, cut: datetime) -> Interval[int]:
    return Interval(micros(since), min(micros(until), micros(cut) + 1))


def concerned(histories: Iterable[History], period: Period, cut: datetime) -> list[History]:
    """Return the histories that have a fact in the period or contradict themselves, sorted by code.

    Lines after the period or the cut are left out.
    """
    known = _known(period.since, period.until, cut)
    cut_off = (
        History(
            history.code,
            tuple(line for line in history.lines if not known.is_over(line.at)),
            history.nature,
            history.statement,
        )
        for history in histories
    )
    found = (
        history for history in cut_off if history.lines and ([*faults([history])] or any(facts_of(history, known)))
    )
    return sorted(found, key=lambda history: history.code)


def exported(histories: Iterable[History]) -> Iterator[bytes]:
    """Yield the histories as lines of JSON, one petition per line."""
    yield from (_compact(history.row()).encode() + b"\n" for history in histories)


def imported(lines: Iterable[bytes]) -> list[History]:
    """Return the histories read from exported lines. Raise ValueError for any other line."""
    return [History.of_row(json.loads(line)) for line in lines]


def hash_of(report: Report) -> str:
    """Return the SHA-256 by which a report is named."""
    content = {
        "form": report.form, "since": report.since.isoformat(), "until": report.until.isoformat(),
        "formula": report.formula, "inputs": report.inputs, "rows": report.rows,
    }  # fmt: skip
    return hashlib.sha256(_compact(content).encode()).hexdigest()


def differences(before: Report, after: Report) -> list[tuple[str, str, int, int]]:
    """Return the cells in which two reports differ: row, column key, former number and new number of each."""
    return [
        (row, column.key, old, new)
        for row in sorted({*before.rows, *after.rows})
        for column, old, new in zip(after.columns, _cells(before, row), _cells(after, row), strict=True)
        if old != new
    ]


def on_time_in(report: Report, row: str) -> tuple[int, int]:
    """Return how many petitions of a row are on time, and how many count for that share (see `punctuality.on_time`)."""
    cells = dict(zip((column.key for column in report.columns), _cells(report, row), strict=True))
    columns = {"on_time": "handled_on_time", "late": "handled_late", "overdue": "in_process_overdue"}
    return on_time({verdict: cells.get(key) for verdict, key in columns.items()})


def _cells(report: Report, row: str) -> list[int]:
    return report.rows.get(row, [0] * len(report.columns))


def _formula(columns: Sequence[Column]) -> str:
    """Return the version of the formula, with a hash of the columns' conditions. Labels are not part of the hash."""
    conditions = [[column.key, sorted(column.counts), dict(sorted(column.where.items()))] for column in columns]
    return f"{FORMULA}-{hashlib.sha256(_compact(conditions).encode()).hexdigest()[:16]}"


def _compact(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
