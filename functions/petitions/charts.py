"""Charts as SVG, drawn on the server: as wide as their place, with text of one size on every screen.

Positions are in percent of the width and there is no `viewBox`, so nothing shrinks on a phone. Colours come from
classes, because of the policy without inline styles and of the dark mode. The table beneath has the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup, escape

HEIGHT, TOP, FOOT = 240, 16, 24
"""Pixels: the height of the columns' picture, the room above the highest line, and the room below the lowest."""
LEFT = 7.0
"""Percent of the width for the numbers beside the lines."""
MOST_LINES, MOST_LABELS = 5, 6


@dataclass(frozen=True)
class Columns:
    """The columns of one step of time: stacks beside one another, with their parts listed from below."""

    label: str
    stacks: Sequence[Sequence[tuple[str, int]]]
    """The parts as (class, number). The class gives the colour."""


def columns(steps: Sequence[Columns]) -> Markup | None:
    """Return stacked columns over time, or None if all numbers are zero."""
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
    """Return a bar for a row of a table, as long as the value's share of the most."""
    share = 100 * value / most if most else 0
    return Markup(
        '<svg width="100%" height="8" aria-hidden="true"><rect class="sunk" width="100%" height="8" rx="3"/>'
        '<rect class="{}" width="{}%" height="8" rx="3"/></svg>'
    ).format(kind, f"{max(share, 1 if value else 0):.1f}")


def whole_numbers(most: int) -> list[int]:
    """Return whole numbers from 0 to `most` or just above, few enough to be read beneath one another."""
    steps = (base * 10**power for power in range(9) for base in (1, 2, 5))
    step = next(item for item in steps if most <= item * MOST_LINES)
    return list(range(0, step * ceil(most / step) + 1, step))


def number_words(value: int) -> str:
    """Return a count as Vietnamese writes it: 1.250."""
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
    """Return the picture, hidden from screen readers, since the table has the same numbers."""
    return Markup('<svg width="100%" height="{}" aria-hidden="true">{}</svg>').format(height, Markup("").join(drawn))
