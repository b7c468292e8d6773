"""Edges of time are not decided by bare comparisons, except those listed here with reasons.

The value types for edges are in `domain/shared/edges.py` and `domain/shared/local_day.py`. Their properties are in
`tests/property/test_edges.py`.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.instants import FUNCTIONS, comparisons

TYPES = "petitions/domain/shared/edges.py"

SECONDS = "seconds of a clock that only measures durations within one process, not an instant"
SENDING = "the delivery of notices, which is being changed: its leases and echo windows are to be values too"

REMAINING: dict[str, str] = {
    "petitions/adapters/iap.py: _keys_with": SECONDS,
    "petitions/adapters/incoming.py: _watch": SECONDS,
    "petitions/domain/notices/channels.py: _chat": SENDING,
    "petitions/domain/notices/channels.py: wrote_since": SENDING,
    "petitions/domain/notices/notice.py: is_being_sent": SENDING,
    "petitions/domain/notices/sending.py: _in_time": SENDING,
    "petitions/domain/notices/sending.py: _is_long_unknown": SENDING,
    "petitions/domain/notices/sending.py: _on_its_way": SENDING,
    "petitions/domain/notices/sending.py: awaits_evidence": SENDING,
    "petitions/domain/notices/sending.py: may_begin": SENDING,
    "petitions/domain/notices/sending.py: may_repeat": SENDING,
    "petitions/domain/notices/sending.py: may_repeat_in_chat": SENDING,
    "petitions/domain/notices/sending.py: outdated_by": SENDING,
    "petitions/domain/notices/sending.py: overtaken": SENDING,
    "petitions/domain/notices/sending.py: without_echo": SENDING,
    "petitions/usecases/notices/echo_flow.py: _is_news": SENDING,
    "petitions/usecases/notices/echo_flow.py: note": SENDING,
    "petitions/usecases/notices/prepare_notice.py: _decided": SENDING,
    "petitions/usecases/notices/read_sending.py: read_sending": SENDING,
    "petitions/usecases/notices/read_sending.py: watch_sending": SENDING,
    "petitions/usecases/notices/send_notice.py: _after": SENDING,
    "petitions/usecases/notices/send_zalo.py: _in_time": SENDING,
    "petitions/usecases/notices/sending_limits.py: is_fresh": SENDING,
    "petitions/usecases/notices/sweep_notices.py: _in_turn": SENDING,
}
"""The functions that compare instants themselves, with the reason."""


def test_every_comparison_of_instants_outside_the_types_is_named() -> None:
    found = defaultdict[str, list[int]](list)
    for place, line in comparisons():
        if not place.startswith(f"{TYPES}:"):
            found[place].append(line)
    new = {place: lines for place, lines in found.items() if place not in REMAINING}
    assert new == {}, "say which side the edge is on with a value of domain/shared/edges.py"
    assert found.keys() == REMAINING.keys(), "a comparison named here is gone: remove its name"


JUDGED = ("clock", "figures", "scoring", "reports", "management")
"""The rooms of the numbers by which people are judged."""
OF_NUMBERS = {
    "petitions/domain/scoring/scores.py: one.least > unit_score.most",  # bounds of a score, no minimum
    "petitions/domain/scoring/scores.py: one.most >= unit_score.least",
}
_NAMED = re.compile(r"^_?(MOST|FEWEST|LEAST|MIN|MAX)(_[A-Z]+)*$|^(least|most|fewest)$|_a_day$")


def test_no_minimum_by_which_people_are_judged_is_compared_barely() -> None:
    paths = [path for room in JUDGED for path in sorted(FUNCTIONS.rglob(f"petitions/*/{room}/*.py"))]
    assert paths
    found = {
        f"{path.relative_to(FUNCTIONS).as_posix()}: {ast.unparse(node)}"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare) and _is_with_a_minimum(node)
    }
    assert found == OF_NUMBERS, "say it with AtLeast or AtMost of domain/shared/edges.py"


def _is_with_a_minimum(compare: ast.Compare) -> bool:
    """Return whether a count is compared with a named minimum (>=, <), or a named maximum leaves room for one more."""
    sides = [compare.left, *compare.comparators]
    names = [str(getattr(side, "id", getattr(side, "attr", ""))) for side in sides]
    return any(
        (isinstance(operator, ast.Lt | ast.GtE) and _NAMED.search(after))
        or (isinstance(operator, ast.Gt | ast.LtE) and _NAMED.search(before))
        for before, operator, after in zip(names, compare.ops, names[1:], strict=False)
    )


@pytest.mark.parametrize(
    "body",
    [
        "return lease.until > now",
        "return due_at is not None and due_at < at",
        "return now - began >= LIMIT",
        "return found['until'] <= at",
        "return found.get('until') <= at",
        "end = at + MARGIN\n    return end < other.until",
        "return max(at, lease.until) < end_of(at)",
        "return [one for one in many if one.until >= at]",
        "return since.isoformat() <= day",
        "return hanoi(at).date() >= lease.day",
        "return since <= x < since + LIMIT",
    ],
)
def test_a_comparison_is_found_however_the_instant_is_written(body: str, tmp_path: Path) -> None:
    source = (
        "class Lease:\n    until: Instant\n    day: Day | None\n\n"
        "def end_of(at: datetime) -> datetime:\n    return at\n\n"
        f"def compared(at: datetime, since: date, due_at: datetime | None, x, lease, found, many):\n    {body}\n"
    )
    ast.parse(source)
    (tmp_path / "one.py").write_text(source)
    assert {place for place, _ in comparisons(tmp_path)} == {"one.py: compared"}


@pytest.mark.parametrize(
    "body", ["return at == lease.until", "return len(many) < 3", "return at in Until(lease.until)"]
)
def test_nothing_else_is_found(body: str, tmp_path: Path) -> None:
    source = f"class Lease:\n    until: Instant\n\ndef compared(at: datetime, lease, many):\n    {body}\n"
    (tmp_path / "one.py").write_text(source)
    assert list(comparisons(tmp_path)) == []


def test_the_types_themselves_are_seen() -> None:
    assert {place.partition(":")[0] for place, _ in comparisons(FUNCTIONS)} >= {TYPES}
