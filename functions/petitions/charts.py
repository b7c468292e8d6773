"""Charts as SVG, drawn on the server: as wide as their place, with text of the same size on every screen.

Positions are in percent of the width, and there is no `viewBox`, so that nothing shrinks on a phone. CSS classes give
the colours, because inline styles are forbidden and a dark mode exists. The table below a chart has the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup, escape

HEIGHT, TOP, FOOT = 240, 16, 24
"""In pixels: the height of the picture, and the margins above the highest and below the lowest line."""
LEFT = 7.0
"""The percentage of the width for the numbers beside the lines."""
MOST_LINES, MOST_LABELS = 5, 6


@dataclass(frozen=True)
class Columns:
    """The columns of a chart for one step of time, such as a week.

    The columns are stacks side by side. Every stack is divided into parts, listed from the bottom up.
    """

    label: str
    stacks: Sequence[Sequence[tuple[str, int]]]
    """The parts of every stack as (CSS class, number). The class gives the colour."""


def columns(steps: Sequence[Columns]) -> Markup | None:
    """Return a chart of stacked columns over time as SVG, or None if all numbers are zero."""
    highest = max((sum(number for _, number in stack) for step in steps for stack in step.stacks), default=0)
    if not highest:
        return None
    lines = whole_numbers(highest)
    scale = (HEIGHT - TOP - FOOT) / lines[-1]
    drawn = [_line(HEIGHT - FOOT - number * scale, number) for number in lines]
    width = (100 - LEFT) / len(steps)
    for number, step in enumerate(steps):
        column_width = width * 0.8 / len(step.stacks)
        for place, stack in enumerate(step.stacks):
            drawn += _stack(LEFT + number * width + width * 0.1 + place * column_width, column_width, stack, scale)
    every = ceil(len(steps) / MOST_LABELS)
    for number in range(0, len(steps), every):
        centre = LEFT + (number + 0.5) * width
        anchor = "end" if centre > 94 else "middle"  # noqa: PLR2004 - a label nearer to the edge would be cut
        drawn.append(_text(f"{min(centre, 100):.2f}%", HEIGHT - 6, steps[number].label, anchor))
    return _svg(HEIGHT, drawn)


def bar(value: int, most: int, kind: str) -> Markup:
    """Return a horizontal bar for a table's row as SVG, as long as `value` in relation to `most`."""
    share = 100 * value / most if most else 0
    return Markup(
        '<svg width="100%" height="8" aria-hidden="true"><rect class="sunk" width="100%" height="8" rx="3"/>'
        '<rect class="{}" width="{}%" height="8" rx="3"/></svg>'
    ).format(kind, f"{max(share, 1 if value else 0):.1f}")


def whole_numbers(most: int) -> list[int]:
    """Return round whole numbers from 0 to `most` or just above, for the lines of a chart: 7 -> 0, 2, 4, 6, 8."""
    steps = (base * 10**power for power in range(9) for base in (1, 2, 5))
    step = next(item for item in steps if most <= item * MOST_LINES)
    return list(range(0, step * ceil(most / step) + 1, step))


def number_words(value: int) -> str:
    """Return a count in Vietnamese notation: 1250 -> "1.250"."""
    return f"{value:,}".replace(",", ".")


def _stack(x: float, width: float, stack: Sequence[tuple[str, int]], scale: float) -> list[Markup]:
    drawn, y = [], float(HEIGHT - FOOT)
    for kind, number in stack:
        y -= number * scale
        if number:
            place = (f"{x:.2f}", f"{y:.1f}", f"{width * 0.92:.2f}", f"{number * scale:.1f}")
            drawn.append(Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>').format(kind, *place))
    return drawn


def _line(y: float, number: int) -> Markup:
    line = Markup('<line x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(f"{y:.1f}")
    return line + _text("0", y - 3, number_words(number), "start")


def _text(x: str, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, f"{y:.1f}", anchor, escape(words))


def _svg(height: int, drawn: Sequence[Markup]) -> Markup:
    """Return the SVG picture, hidden from screen readers, because a table has the same numbers."""
    return Markup('<svg width="100%" height="{}" aria-hidden="true">{}</svg>').format(height, Markup("").join(drawn))
