"""Further documents of a city's petitions: histories, notices, audit, requests for an officer, figures of a year.

Their number grows with the petitions, except for the figures, which grow with days and units.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from petitions.domain.contact.contact_request import ContactReason, ContactRequest, ContactState, contact_path
from petitions.domain.figures.stored_figures import FlowFigures, OpenFigures, StoredFigures, path_of
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, NoticeState, notice_path
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.petition.history_counts import CITY, TOTAL, slot_mark
from petitions.domain.petition.history_entry import HistoryEntry
from tests.load.desk_city import CODE, FILED, NOW, OTHER, QUEUE, UNIT, code_of, unit_of_number
from tests.load.prepared import encoded

LINES = ("filed", "accept", "start")
SPREAD = 60
"""Number of days over which the events are spread."""
YEAR = 400
COUNTERS = ("received", "handled", "on_time")
"""The counters in the figures of a day."""


def around(count: int) -> Iterator[tuple[str, bytes]]:
    yield from _figures()
    for number in range(count):
        code = code_of(number)
        unit = unit_of_number(number)
        for path, pattern in _of_petition(unit, number % SPREAD, number % 20):
            yield path.replace(CODE, code).replace("#", str(number)), pattern.replace(CODE.encode(), code.encode())


@cache
def _of_petition(unit: str, day: int, variant: int) -> list[tuple[str, bytes]]:
    at = FILED - timedelta(days=day)
    found: dict[str, dict[str, Any]] = {}
    for seq, action in enumerate(LINES, 1):
        marks = [slot_mark((of, TOTAL, ""), COUNTERS[0]) for of in (CITY, unit)] if seq == 1 else []
        line = HistoryEntry(seq=seq, at=at + timedelta(hours=seq), action=action, role="officer", unit=unit,
                            actor="an", to_state=State.IN_PROGRESS, counted_under=marks)  # fmt: skip
        found[f"petitions/{CODE}/history/{seq}"] = line.stored()
    entry = AuditEntry(
        officer="an", role=Role.OFFICER, unit=unit, what="change", action="accept", code=CODE, seq=2, at=at
    )
    found[audit_path("a#")] = entry.stored()
    about = About(code=CODE, seq=1)
    notice = Notice(id="n#", kind=NoticeKind.ACCEPTED, channel="zalo", citizen="c", text="Hồ sơ đã được tiếp nhận.",
                  created_at=at, about=about, sent_at=at,
                  state=NoticeState.UNDELIVERABLE if variant % 4 == 0 else NoticeState.SENT)  # fmt: skip
    found[notice_path("n#")] = notice.stored()
    if variant % 4 == 1:
        reminder = Notice(id="r#", kind=NoticeKind.REMINDER, channel="email", officer="an", text="Hồ sơ sắp đến hạn.",
                          created_at=at, about=about, state=NoticeState.SENT)  # fmt: skip
        found[notice_path("r#")] = reminder.stored()
    if variant % 2 == 0:
        wish = ContactRequest(id="w#", why=ContactReason.PERSON, citizen="c", code=CODE,
                              unit=QUEUE if variant % 4 else unit,
                              at=at, text="Tôi muốn nói chuyện với cán bộ",
                              state=ContactState.NEW if variant % 8 else ContactState.CLOSED,
                              see_by=NOW, act_by=NOW, expires_at=NOW + timedelta(days=900))  # fmt: skip
        found[contact_path("w#")] = wish.stored()
    return [(path, encoded(fields)) for path, fields in found.items()]


def _figures() -> Iterator[tuple[str, bytes]]:
    first = NOW.date() - timedelta(days=YEAR)
    days = [(first + timedelta(days=item)).isoformat() for item in range(YEAR + 1)]
    total = dict.fromkeys(COUNTERS, 7)
    for unit in (CITY, UNIT, OTHER):
        groups: dict[str, Any] = {"units": {UNIT: total, OTHER: total}} if unit == CITY else {}
        spans = [*days, *sorted({day[:7] for day in days})]
        flows = [FlowFigures(unit=unit, day=span, total=total, fields={"khac": total}, **groups) for span in spans]
        years = sorted({day[:4] for day in days})
        flows += [
            FlowFigures(unit=unit, day=year, days={day: total for day in days if day.startswith(year)})
            for year in years
        ]
        every: list[StoredFigures] = [*flows, OpenFigures(unit=unit, total=250, as_of=NOW if unit == CITY else None)]
        for item in every:
            yield path_of(item), encoded(item.stored())
