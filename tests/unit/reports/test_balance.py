"""A report's numbers add up, or the report is refused with the petitions that cause the difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from petitions.adapters import reference
from petitions.domain.petition.history_counts import CITY
from petitions.domain.reports.facts import facts_of, unbalanced
from petitions.domain.reports.histories import History, Line, RawLine, history_of
from petitions.domain.reports.periods import of_days
from petitions.domain.reports.report import MOST_NAMED, Unbalanced, concerned, differences, make_report, on_time_in
from petitions.domain.shared.edges import Interval

FORMS = reference.report_forms()
PERIOD = of_days(date(2026, 3, 1), date(2026, 4, 1))
CUT = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CODES = ("HN-260301-0000-0001", "HN-260301-0000-0002")


def at(day: int) -> int:
    return round((PERIOD.since + day * DAY).timestamp() * 1_000_000)


WAY = (
    Line(1, at(1), "filed", "VPUB", "", "new", at(9), "-", "-"),
    Line(2, at(2), "routed", "SXD", "new", "new", at(9), "-", "-"),
    Line(3, at(3), "accept", "SXD", "new", "accepted", at(9), "-", "-"),
    Line(4, at(9), "approve", "SXD", "accepted", "answered", 0, "on_time", "explained"),
    Line(5, at(12), "publish", "SXD", "answered", "published", 0, "-", "-"),
)
GOOD = History(CODES[0], WAY, "conduct", "report")


def test_a_sound_history_is_one_stretch_in_each_unit() -> None:
    report, _ = make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [GOOD])
    cells = {
        row: dict(zip([column.key for column in report.columns], line, strict=True))
        for row, line in report.rows.items()
    }
    assert (cells["VPUB"]["new"], cells["VPUB"]["moved_out"], cells["VPUB"]["own"]) == (1, 1, 0)
    assert (cells["SXD"]["moved_in"], cells["SXD"]["handled_on_time"], cells["SXD"]["published"]) == (1, 1, 1)
    assert (cells[CITY]["total"], cells[CITY]["moved_in"], cells[CITY]["outcome_explained"]) == (1, 0, 1)


def test_the_share_on_time_counts_what_is_overdue_at_the_end() -> None:
    overdue = replace(GOOD, code=CODES[1], lines=WAY[:3])
    report, _ = make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [GOOD, overdue])
    assert on_time_in(report, CITY) == on_time_in(report, "SXD") == (1, 2)
    assert on_time_in(report, "VPUB") == (0, 0)


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_lost_line_is_reported_with_its_petition(lost: int) -> None:
    broken = replace(GOOD, code=CODES[1], lines=(*WAY[:lost], *WAY[lost + 1 :]))
    with pytest.raises(Unbalanced) as refused:
        make_report(FORMS, FORMS.forms[0], PERIOD, CUT, concerned([GOOD, broken], PERIOD, CUT))
    assert refused.value.codes == (CODES[1],)
    assert CODES[1] in str(refused.value)


@pytest.mark.parametrize(
    ("seq", "change"),
    [(4, {"before": "answered"}), (4, {"after": "in_limbo"}), (3, {"seq": 4}), (1, {"before": "new"})],
)
def test_contradictory_line_is_reported(seq: int, change: dict[str, object]) -> None:
    lines = tuple(line._replace(**change) if line.seq == seq else line for line in WAY)  # type: ignore[arg-type]
    with pytest.raises(Unbalanced):
        make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [replace(GOOD, lines=lines)])


def test_the_balance_itself_finds_what_the_order_of_lines_does_not() -> None:
    """If no column counts the end of a petition, the report's sums differ."""
    lines = (*WAY[:3], WAY[3]._replace(after="in_limbo"))
    facts = list(facts_of(replace(GOOD, lines=lines), Interval(at(0), at(31))))
    assert unbalanced(facts) == [CODES[0]]


def test_many_are_named_in_part_and_counted_whole() -> None:
    bad = [History(f"HN-260301-0000-{number:04}", WAY[1:]) for number in range(30)]
    with pytest.raises(Unbalanced, match=r"30 hồ sơ không khớp.*và 10 hồ sơ khác") as refused:
        make_report(FORMS, FORMS.forms[0], PERIOD, CUT, bad)
    assert len(refused.value.codes) == 30


def test_overdue_is_after_the_due_instant_and_a_wait_is_never_late() -> None:
    end = at(31)
    for due, verdict in ((end, "in_time"), (end - 1, "overdue"), (0, "in_time")):
        history = replace(GOOD, lines=(WAY[0]._replace(due=due),))
        (_, last) = facts_of(history, Interval(at(0), end))
        assert (last.what, last.verdict) == ("in_process", verdict)


@pytest.mark.parametrize(("count", "named", "more"), [(MOST_NAMED, MOST_NAMED, ""), (MOST_NAMED + 1, MOST_NAMED, "1")])
def test_nobody_reads_of_no_further_petitions(count: int, named: int, more: str) -> None:
    words = str(Unbalanced([f"HN-{number}" for number in range(count)]))
    assert f"của {count} hồ sơ" in words
    assert words.count("HN-") == named
    assert (f"và {more} hồ sơ khác" in words) if more else ("hồ sơ khác" not in words)


def test_a_row_that_one_of_two_reports_lacks_has_only_noughts_in_it() -> None:
    without, _ = make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [])
    whole, _ = make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [GOOD])
    assert "SXD" not in without.rows
    for before, after in ((without, whole), (whole, without)):
        found = {(row, key): (old, new) for row, key, old, new in differences(before, after)}
        assert all(0 in cells and cells[0] != cells[1] for cells in found.values())
        cells = dict(zip((column.key for column in whole.columns), whole.rows["SXD"], strict=True))
        assert {key for row, key in found if row == "SXD"} == {key for key, number in cells.items() if number}


def test_the_history_of_a_petition_that_is_gone_has_no_outcome() -> None:
    """The petition was erased, and its older lines lack the outcome that it would have provided."""
    answered = RawLine(
        1, at(1), "approve", "SXD", "in_progress", "answered", 0, "on_time", "-", "-", "-", 0, has_figures=True
    )
    assert answered.answers
    assert [line.outcome for line in history_of(CODES[0], [answered], CUT).lines] == ["-"]
