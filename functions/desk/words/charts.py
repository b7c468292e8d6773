"""Charts as SVG, drawn on the server: presentation attributes alone, so that the policy without inline styles holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil

import leather
from markupsafe import Markup

WIDTH, HEIGHT = 720, 260
COLOURS = ("#0b4f8a", "#c77700", "#14683f")
MOST_STEPS = 6
_BAR, _REST = 34, 90
_SIZE = re.compile(r'^<svg width="(\d+)" height="(\d+)"')

leather.theme.background_color = "#ffffff"
leather.theme.default_series_colors = list(COLOURS)
leather.theme.legend_font_family = leather.theme.tick_font_family = "sans-serif"
leather.theme.legend_color = leather.theme.label_color = "#56627a"
leather.theme.tick_color, leather.theme.zero_color = "#dbe2ec", "#8d99ae"


def lines(series: Mapping[str, Sequence[tuple[date, float]]]) -> Markup | None:
    """Lines over days; None where there is nothing to draw."""
    values = [value for each in series.values() for _, value in each]
    if not any(values):
        return None
    chart = leather.Chart()
    days = [day for each in series.values() for day, _ in each]
    # Of one day alone the library can make no scale.
    chart.add_x_scale(min(days), max(*days, min(days) + timedelta(weeks=1)))
    ticks = _whole(max(values))
    chart.add_y_scale(0, ticks[-1])
    chart.add_y_axis(ticks=ticks, tick_formatter=_number)
    chart.add_x_axis(ticks=_some(sorted(set(days))), tick_formatter=lambda day, *_: f"{day:%d/%m}")
    for number, (name, points) in enumerate(series.items()):
        chart.add_line(list(points), stroke_color=COLOURS[number % len(COLOURS)], name=name)
    return _scalable(chart.to_svg(width=WIDTH, height=HEIGHT))


def bars(values: Sequence[tuple[str, float]]) -> Markup | None:
    """Bars by name, each with its number, the first on top; None where there is nothing to draw."""
    if not any(value for _, value in values):
        return None
    chart = leather.Chart()
    ticks = _whole(max(value for _, value in values))
    chart.add_x_scale(0, ticks[-1])
    chart.add_x_axis(ticks=ticks, tick_formatter=_number)
    chart.add_bars([(value, f"{name}: {_number(value)}") for name, value in values], fill_color=COLOURS[0])
    return _scalable(chart.to_svg(width=WIDTH, height=_REST + _BAR * len(values)))


def _whole(most: float) -> list[int]:
    """Whole numbers from 0 to `most` or just above, few enough to be read side by side."""
    steps = (base * 10**power for power in range(9) for base in (1, 2, 5))
    step = next(each for each in steps if most <= each * MOST_STEPS)
    return list(range(0, step * ceil(most / step) + 1, step))


def _number(value: float, *_: object) -> str:
    """A count as Vietnamese writes it: 1.250."""
    return f"{value:,.0f}".replace(",", ".")


def _some(days: Sequence[date]) -> list[date]:
    """Few enough to be read side by side."""
    step = max(1, len(days) // 8)
    return list(days[::step])


def _scalable(drawn: str) -> Markup:
    """As wide as its place. The table below says the same: for those who do not see it, the picture is nothing."""
    svg = _SIZE.sub(r'<svg viewBox="0 0 \1 \2" aria-hidden="true"', drawn)
    return Markup(svg)  # noqa: S704 - the library escapes every text in it
