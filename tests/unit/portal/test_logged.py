"""What the exchange with the portal writes to its log and its documents, as whole lines and documents.

Alarms and figures are made from these lines, so a field that is missing is a fault.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.petition import petition_path
from petitions.domain.petition.petition_file import FileRef
from petitions.domain.portal.portal_change import inbound_id, inbound_path
from petitions.domain.portal.portal_differences import DifferenceKind, difference_path, night_path
from petitions.domain.portal.portal_items import PortalPage, PortalReply
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import HANOI
from petitions.errors import Retryable
from petitions.usecases.portal import pull_changes, push_petition
from petitions.usecases.portal.portal_breaker import FAILURES
from petitions.usecases.portal.push_petition import GIVE_UP
from petitions.usecases.portal.reconcile_portal import WINDOW
from tests.unit.portal.model import CODE, CODE_2, NATIONAL, PortalWorld
from tests.unit.portal.test_nightly import NightWorld, national
from tests.unit.portal.test_pull import PullWorld
from tests.unit.portal.test_races import wish

TICK = timedelta(microseconds=1)
Logged = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Logged:
    """Return a function that gives the new lines with one of these metrics, or messages, without their message."""

    def lines(*names: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        wanted = [line for line in found if {line.get("metric"), line["message"]} & set(names)]
        return [{name: value for name, value in line.items() if name != "message"} for line in wanted]

    return lines


def line(severity: str, metric: str, **more: Any) -> dict[str, Any]:
    return {"severity": severity, "metric": metric, **more}


def test_files_that_the_portal_never_takes_or_refuses(logged: Logged) -> None:
    world = PortalWorld()
    world.file(files=[FileRef(id=name, type="file") for name in ("phim", "to", "anh")])
    world.parts.keep_file(CODE, "phim", media_type="video/mp4", size=7)
    world.parts.keep_file(CODE, "to", size=1001)
    world.parts.keep_file(CODE, "anh", state=AttachmentState.STORED)
    world.line("accept", State.ACCEPTED)
    world.portal.before = lambda what: PortalReply(Outcome.REFUSED, "413") if what.endswith(":anh") else None
    world.push(CODE)
    assert logged("portal_file_not_taken", "portal_file_refused") == [
        line("WARNING", "portal_file_not_taken", key=f"{CODE}:file:phim", media_type="video/mp4", size=7),
        line("WARNING", "portal_file_not_taken", key=f"{CODE}:file:to", media_type="application/pdf", size=1001),
        line("ERROR", "portal_file_refused", code=CODE, reason="413"),
    ]


def test_a_pull_counts_what_is_new_and_what_is_applied(logged: Logged) -> None:
    world = PullWorld()
    assert world.pull() == 0
    assert logged("portal_pull") == [], "nothing came"
    world.portal.feed = [world.change(1), world.change(2, code="", national_code="PAKN.20261123.9999")]
    assert world.pull() == 2
    assert logged("portal_pull") == [line("INFO", "portal_pull", fresh=2, applied=1, more=False)]
    assert world.pull() == 0
    assert logged("portal_pull") == [], "the second change goes on waiting"
    world.clock.advance(days=1)
    assert world.pull() == 0
    assert logged("portal_pull") == [line("INFO", "portal_pull", fresh=0, applied=1, more=False)]


def test_a_reading_in_parts(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last page may be read at the end of the time for reading, and no page after it."""
    world = PullWorld()
    world.portal.page_size = 1
    began = world.clock.now()
    world.portal.feed = [world.change(number, at=began + number * TICK) for number in (1, 2, 3)]
    listed, taken = world.portal.changes_since, iter([timedelta(0), pull_changes.READING, TICK])

    def slow(*asked: Any) -> Any:
        world.clock.at += next(taken)
        return listed(*asked)

    monkeypatch.setattr(world.portal, "changes_since", slow)
    world.pull()
    since = (began + TICK).isoformat()
    assert logged("portal pull goes on", "portal_pull") == [
        {"severity": "INFO", "since": since, "page": 1, "fresh": 1},
        {"severity": "INFO", "since": since, "page": 2, "fresh": 1},
        line("INFO", "portal_pull", fresh=2, applied=2, more=True),
    ]
    assert world.store.documents[pull_changes.CURSOR_PATH] == {
        "schema_version": pull_changes.SCHEMA, "cursor": began - pull_changes.FIRST_LOOK_BACK,
        "reading": {"since": began + 2 * TICK, "page": 1, "began": began}, "newest": began + 2 * TICK,
    }  # fmt: skip


@pytest.mark.parametrize(("after", "stuck"), [(timedelta(0), False), (-TICK, False), (TICK, True)])
def test_a_feed_that_fails_is_an_alarm_after_a_day(logged: Logged, after: timedelta, *, stuck: bool) -> None:
    world = PullWorld()
    world.portal.feed_outcome = Outcome.UNKNOWN
    world.pull()
    assert logged("portal_pull_failed", "portal_pull_stuck") == [
        line("WARNING", "portal_pull_failed", reason="no_answer")
    ]
    world.clock.at += pull_changes.ALARM_AFTER + after
    world.pull()
    expected = line("CRITICAL", "portal_pull_stuck") if stuck else line("WARNING", "portal_pull_failed")
    assert logged("portal_pull_failed", "portal_pull_stuck") == [expected | {"reason": "no_answer"}]


@pytest.mark.parametrize(("after", "stuck"), [(timedelta(0), False), (TICK, True)])
def test_a_push_that_fails_is_an_alarm_after_a_day(logged: Logged, after: timedelta, *, stuck: bool) -> None:
    world = PortalWorld()
    world.file()
    world.portal.before = lambda _: PortalReply(Outcome.UNKNOWN, "no_answer")
    world.push(CODE)
    about = {"code": CODE, "outcome": "unknown", "reason": "no_answer"}
    names = ("portal_push_failed", "portal_push_stuck")
    assert logged(*names) == [line("WARNING", "portal_push_failed", **about, attempt=1)]
    world.clock.at += push_petition.ALARM_AFTER + after
    world.push(CODE)
    expected = line("CRITICAL", "portal_push_stuck") if stuck else line("WARNING", "portal_push_failed")
    assert logged(*names) == [expected | about | {"attempt": 2}]


def test_each_end_of_a_change(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    world = PullWorld()
    about = {"code": CODE, "reason": ""}
    for number, kind, severity, end, reason in (
        (1, "returned", "INFO", "applied", ""),
        (2, None, "CRITICAL", "unknown", "kind"),
        (3, "returned", "CRITICAL", "conflict", "state_closed"),
    ):
        if number == 3:
            world.line("close", State.CLOSED)
        world.clock.advance(seconds=1)
        world.portal.feed = [world.change(number, kind=kind)]
        world.pull()
        change = inbound_path(inbound_id(f"TD{number}")).rpartition("/")[2]
        expected = line(severity, f"portal_change_{end}", change=change, kind=kind, **about)
        assert logged("change of the portal") == [expected | {"reason": reason}]
    world.store.documents[petition_path(CODE)]["clocks"] = "nonsense"
    world.portal.feed = [world.change(4)]
    world.pull()
    failed = line("CRITICAL", "portal_change_failed", change=inbound_id("TD4"), reason="ValidationError")
    assert logged("change of the portal") == [failed]
    world.portal.feed = [world.change(5)]

    def refusing(*_: object) -> bool:
        raise Retryable("not now", reason="firestore")

    monkeypatch.setattr(type(world.parts.apply), "__call__", refusing)
    world.pull()
    waits = line("ERROR", "portal_change_waits", change=inbound_id("TD5"), reason="firestore")
    assert logged("portal_change_waits") == [waits]


def test_a_breaker_counts_its_pauses(logged: Logged) -> None:
    world = PortalWorld()
    for _ in range(FAILURES):
        world.breaker.note(down=True)
    for _ in range(2):
        world.clock.at = world.breaker.resumes_at()
        assert world.breaker.admits()
        world.breaker.note(down=True)
    world.clock.at = world.breaker.resumes_at()
    assert world.breaker.admits()
    world.breaker.note(down=False)
    assert logged("portal breaker") == [
        *(line("ERROR", "portal_breaker_open", pauses=pauses) for pauses in range(3)),
        line("INFO", "portal_breaker_closed", pauses=3),
    ]


def test_a_worker_that_lost_its_lease_says_so_and_writes_nothing(logged: Logged) -> None:
    world = PortalWorld()
    world.file()

    def slow(_: str) -> PortalReply | None:
        world.portal.after = lambda _: None
        world.clock.at += push_petition.LEASE
        world.push(CODE)
        return None

    world.portal.after = slow
    world.push(CODE)
    assert logged("portal_lease_lost") == [line("WARNING", "portal_lease_lost", code=CODE)]
    assert world.petition().sync.lease_until is None


def test_a_difference_is_logged_each_time_it_is_seen(logged: Logged) -> None:
    world = PortalWorld()
    world.file()
    world.line("accept", State.ACCEPTED)
    world.line("assign", State.ASSIGNED)
    world.portal.before = lambda what: None if what == f"{CODE}:1" else PortalReply(Outcome.REFUSED, "400")
    world.push(CODE)
    for _ in range(2 * GIVE_UP):
        world.clock.advance(hours=1)
        world.sweep()
    about = {"kind": "refused", "code": CODE, "reason": "400"}
    assert logged("portal_difference") == [line("ERROR", "portal_difference", **about, times=n) for n in (1, 2)]


def test_a_night_with_its_figures(logged: Logged) -> None:
    world = NightWorld()
    world.both(1)
    world.both(2)
    world.there.records[1:] = [world.record(2, state="answered"), world.record(2, national_code=national(7))]
    world.there.codes = ("none-of-ours",)
    began = world.clock.now()
    figures = world.night()
    stored = world.store.documents[night_path(began.astimezone(HANOI).date())]
    unknown = figures["units_unknown"]
    assert unknown > 100
    assert figures == stored == {
        "schema": 1, "at": began, "since": began - WINDOW, "complete": True,
        "there": 3, "here": 2, "equal": 1, "waiting": 0, "repaired": 1, "units_unknown": unknown,
        "states_here": {"in_progress": 2}, "states_there": {"in_progress": 2, "answered": 1},
        "differences": {"state": 1, "twin": 1},
    }  # fmt: skip
    about = {"code": CODE_2, "times": 1}
    assert logged("portal_reconciled", "portal_units_unknown", "portal_difference") == [
        line("ERROR", "portal_difference", kind="state", reason="tell_now", **about),
        line("ERROR", "portal_difference", kind="twin", reason="person", **about),
        line("ERROR", "portal_units_unknown", units=unknown),
        line("INFO", "portal_reconciled", differences=2, there=3, here=2, repaired=1),
    ]
    world.there.outcome = Outcome.UNKNOWN
    world.night()
    assert logged("portal reconciled") == [
        line("ERROR", "portal_reconcile_incomplete", differences=0, there=0, here=0, repaired=0)
    ]


def test_what_a_repaired_difference_is_stored_as() -> None:
    """By the night that found it, then by an operator after it was found again."""
    world = NightWorld()
    record = world.both(1)
    world.there.records[:] = [world.record(1, state="answered")]
    found = world.clock.now()
    world.night()
    identity = f"{CODE}-{DifferenceKind.STATE}"
    expected = {
        "id": identity, "kind": "state", "code": CODE, "national_code": NATIONAL, "reason": "tell_now",
        "here": "in_progress", "there": "answered", "repair": "tell_now", "state": "repaired",
        "found_at": found, "seen_at": found, "times": 1, "by": "system", "schema_version": 1,
    }  # fmt: skip
    assert world.store.documents[difference_path(identity)] == expected
    world.store.update(difference_path(identity), {"state": "open"})
    world.there.alone = [record]
    closed = world.parts.repair(identity, "an")
    assert world.store.documents[difference_path(identity)] == expected | {"by": "an"}
    assert (closed.state, closed.by) == ("repaired", "an")


@pytest.mark.parametrize("fetched", [PortalPage(Outcome.UNKNOWN, "no_answer", down=True), None])
def test_repairs_that_fail_and_those_that_wait(
    logged: Logged, monkeypatch: pytest.MonkeyPatch, fetched: PortalPage[Any] | None
) -> None:
    world = PortalWorld()
    for code in (CODE, CODE_2):
        world.file(code)
        wish(world, code, national_code=NATIONAL)

    def fetch(_: str) -> PortalPage[Any]:
        assert fetched, "a fault of ours"
        return fetched

    monkeypatch.setattr(world.portal, "fetch", fetch)
    assert world.parts.repair.repair_requested() == 0
    names = [f"{code}-state" for code in (CODE, CODE_2)]
    if fetched:
        assert logged("repair waits") == [{"severity": "WARNING", "difference": names[0], "reason": "conflict"}]
        return
    reason = "AssertionError"
    assert logged("repair failed") == [
        line("ERROR", "portal_repair_failed", difference=name, reason=reason) for name in names
    ]
