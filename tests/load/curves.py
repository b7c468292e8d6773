"""Draws curves as SVG, one below the other. Every curve is scaled to its own maximum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LEFT, WIDE, RIGHT, GAP = 250, 560, 90, 20


def drawn(curves: Mapping[str, Sequence[float]], foot: str, marks: Mapping[int, str], high: int = 70) -> str:
    """Return the SVG. `marks` are labels below the values by their positions, and `foot` is their caption."""
    size = f'width="{LEFT + WIDE + RIGHT}" height="{(high + GAP) * len(curves) + 40}"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">']
    lines.append('<rect width="100%" height="100%" fill="white"/>')
    step = WIDE / max(1, *(len(values) - 1 for values in curves.values()))
    for row, (name, values) in enumerate(curves.items()):
        floor, most = (high + GAP) * (row + 1), max(1, *values)
        points = " ".join(
            f"{LEFT + step * at:.1f},{floor - high * value / most:.1f}" for at, value in enumerate(values)
        )
        lines.append(f'<line x1="{LEFT}" y1="{floor}" x2="{LEFT + WIDE}" y2="{floor}" stroke="#bbb"/>')
        lines.append(f'<polyline points="{points}" fill="none" stroke="#0b57d0" stroke-width="2"/>')
        lines.append(f'<text x="8" y="{floor - high / 2}">{name}</text>')
        last = f"{values[-1]:,}" if isinstance(values[-1], int) else f"{values[-1]:,.1f}"
        lines.append(f'<text x="{LEFT + WIDE + 8}" y="{floor - high * values[-1] / most + 4:.1f}">{last}</text>')
    floor = (high + GAP) * len(curves) + 24
    lines.append(f'<text x="8" y="{floor}">{foot}</text>')
    for at, mark in marks.items():
        lines.append(f'<text x="{LEFT + step * at:.1f}" y="{floor}" text-anchor="middle">{mark}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"
