"""The monthly management report equals a slow count over random histories."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, State
from petitions.domain.petition.history_counts import CITY
from petitions.domain.reports.periods import named, of_days
from petitions.domain.reports.report import concerned, make_report
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.management.read_management import ReadManagement
from tests.property.figures_city import UNITS
from tests.property.report_city import REPORT_STEP, ReportCity, SlowCount, play

FORMS, SET = reference.report_forms(), reference.shipped()
SAME = {
    "received": "new", "handled": "handled", "on_time": "handled_on_time", "late": "handled_late", "refused": "refused",
    "withdrawn": "withdrawn", "merged": "merged", "transferred_out": "transferred", "moved_in": "moved_in",
}  # fmt: skip
"""The same numbers by their names on the dashboards and in the official form."""
POINTS = {"overdue": 3, "late": 2, "rated_3": 2, "reopened": 1}


def lived(steps: list[tuple[str, Any, int]]) -> ReportCity:
    city = ReportCity()
    for step in steps:
        play(city, step)
    first = of_days(date(2026, 12, 1), date(2026, 12, 2)).since
    later = max(0.0, (first - city.clock.now()).total_seconds())
    city.clock.advance(seconds=later, hours=8, minutes=7)  # nothing is due at such a minute
    city.fold_with("")
    return city


def reading(city: ReportCity) -> ReadManagement:
    figures = ReadFigures(city.store, city.clock)
    return ReadManagement(
        city.store, city.clock, figures, SET.management, SET.directory, SET.fields, SET.calendar
    )  # fmt: skip


@settings(max_examples=20)
@given(st.lists(REPORT_STEP, min_size=5, max_size=60))
def test_every_number_is_that_of_the_official_report_and_of_the_slow_count(steps: list[tuple[str, Any, int]]) -> None:
    city = lived(steps)
    sheet = reading(city)("2026-11")
    month, now = named(FORMS.periods, "calendar_month", "2026-11"), city.clock.now()
    slow = SlowCount(city.steps, month.since, month.until, now, CITY).cells()
    report, _ = make_report(FORMS, FORMS.forms[0], month, now, concerned(city.histories(now), month, now))
    official = dict(zip([column.key for column in report.columns], report.rows[CITY], strict=True))
    assert official == slow
    assert {name: sheet.this.counts[name] for name in SAME} == {name: slow[key] for name, key in SAME.items()}
    assert (sheet.open_before, sheet.open_after) == (slow["carried"], slow["in_process"])
    assert sheet.this.counts["reopened"] + sheet.this.counts["unmerged"] == slow["again"]
    standing = SlowCount(city.steps, month.since, now.replace(year=2030), now, CITY).cells()
    assert sheet.overdue == standing["in_process_overdue"] == sum(state.count for state in sheet.overdue_states)


@settings(max_examples=20)
@given(st.lists(REPORT_STEP, min_size=20, max_size=60))
def test_who_needs_attention_follows_from_the_rule_alone(steps: list[tuple[str, Any, int]]) -> None:
    city = lived(steps)
    sheet = reading(city)("2026-11")
    month, now = named(FORMS.periods, "calendar_month", "2026-11"), city.clock.now()
    expected = {}
    for unit in UNITS:
        slow = SlowCount(city.steps, month.since, month.until, now, unit)
        standing = SlowCount(city.steps, month.since, now.replace(year=2030), now, unit).cells()
        within = [(before, after) for at, before, after, _ in slow.known
                  if month.since <= at < month.until and after.unit == unit]  # fmt: skip
        again = sum(
            before is not None and before.state not in {*OPEN_STATES, State.MERGED} and after.state in OPEN_STATES
            for before, after in within
        )
        low = sum(
            after.rating is not None and after.rating.level == 3
            and (before is None or before.rating is None or before.rating.at != after.rating.at)
            for before, after in within
        )  # fmt: skip
        counts = {"overdue": standing["in_process_overdue"], "late": slow.cells()["handled_late"],
                  "rated_3": low, "reopened": again}  # fmt: skip
        if points := sum(POINTS[name] * count for name, count in counts.items()):
            expected[unit] = points, {name: count for name, count in counts.items() if count}
    ranked = sorted(expected, key=lambda unit: (-expected[unit][0], unit))[:5]
    assert [attention.key for attention in sheet.units] == ranked
    for attention in sheet.units:
        assert (attention.points, {sign.number: sign.count for sign in attention.signs}) == expected[attention.key]
        assert [sign.points for sign in attention.signs] == sorted(
            (sign.points for sign in attention.signs), reverse=True
        )
