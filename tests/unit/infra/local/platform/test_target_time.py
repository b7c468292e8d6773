"""Parts of the local runner that need no process: ports, the timetable, moves of the clock, events, the gate."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from infra import manifest as manifests
from infra.local import backlog, ports, zalo_event
from infra.local.clock import LocalClock
from infra.local.gate import is_internal
from infra.local.moves import parse_target
from infra.local.provision import OFFICERS
from infra.local.stack import ROOT, StackFolder
from infra.local.timetable import Timetable, cron_faults

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)


def test_ports_are_free_distinct_and_remembered() -> None:
    first, faults = ports.allocate(["a", "b"], {}, {}, "seed")
    assert faults == []
    assert len(set(first.values())) == 2
    assert ports.allocate(["a", "b"], {}, first, "other seed")[0] == first


def test_a_remembered_port_that_is_taken_is_given_up() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        given, faults = ports.allocate(["a"], {}, {"a": port}, "seed")
        assert given["a"] != port
        assert faults == []
        assert ports.allocate(["a"], {"A_PORT": str(port)}, {}, "seed")[1] == [
            f"A_PORT: port {port} is taken by another program"
        ]


def test_every_wrong_port_is_named() -> None:
    free, _ = ports.allocate(["x"], {}, {}, "seed")
    port = str(free["x"])
    _, faults = ports.allocate(
        ["a", "b", "c", "d"], {"A_PORT": "http", "B_PORT": "70000", "C_PORT": port, "D_PORT": port}, {}, "seed"
    )
    assert [fault.partition(":")[0] for fault in faults] == ["A_PORT", "B_PORT", "D_PORT"]


def test_the_timetable_gives_each_instant_once_and_in_order() -> None:
    table = Timetable({"minute": "* * * * *", "morning": "0 8 * * *"}, "Asia/Ho_Chi_Minh")
    steps = list(table.after(NOW, NOW + timedelta(days=1)))
    instants = [instant for instant, _ in steps]
    assert len(steps) == 24 * 60
    assert instants == sorted(set(instants))
    assert [instant for instant, names in steps if "morning" in names] == [datetime(2026, 11, 25, 1, tzinfo=UTC)]
    assert table.next("morning", NOW) == datetime(2026, 11, 25, 1, tzinfo=UTC)
    assert list(table.after(NOW, NOW + timedelta(seconds=29))) == []
    assert [i for i, _ in table.after(NOW, NOW + timedelta(seconds=30))] == [NOW + timedelta(seconds=30)]


def test_cron_faults_name_the_schedule() -> None:
    manifest = manifests.load()
    assert cron_faults(manifest) == []
    schedules = {
        **manifest.schedules,
        "relay-sweep": manifest.schedules["relay-sweep"].model_copy(update={"cron": "61 * * * *"}),
    }
    wrong = manifest.model_copy(update={"time_zone": "Asia/Nowhere", "schedules": schedules})
    assert [fault.partition(":")[0] for fault in cron_faults(wrong)] == ["schedule relay-sweep", "time_zone"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+3d", NOW + timedelta(days=3)),
        ("+2h30m", NOW + timedelta(hours=2, minutes=30)),
        (" +1w2d ", NOW + timedelta(days=9)),
        ("2026-12-01T08:00", datetime(2026, 12, 1, 1, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 11, 30, 17, tzinfo=UTC)),
        ("2026-12-01T08:00:00Z", datetime(2026, 12, 1, 8, tzinfo=UTC)),
    ],
)
def test_moves(text: str, expected: datetime) -> None:
    assert parse_target(text, NOW, HANOI) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T09:00", "2026-11-25T08:00"),  # 24/11 is a holiday
        ("2026-11-25T06:00", "2026-11-26T08:00"),
        ("2026-08-21T18:00", "2026-08-22T08:00"),  # a Saturday that is worked
        ("2026-02-13T10:00", "2026-02-23T08:00"),  # Tết
        ("2035-12-29T10:00", "2035-12-31T08:00"),  # beyond the data: weekends alone
    ],
)
def test_the_next_working_day_is_the_calendars(now: str, expected: str) -> None:
    moved = parse_target("next-work-day", datetime.fromisoformat(now).replace(tzinfo=HANOI), HANOI)
    assert moved == datetime.fromisoformat(expected).replace(tzinfo=HANOI)


@pytest.mark.parametrize("text", ["", "+", "3d", "+3x", "-1d", "tomorrow", "+1m2h", "+99999999999d", "+9999d"])
def test_wrong_moves_say_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a move|too far"):
        parse_target(text, NOW, HANOI)


def test_the_clock_moves_forward_only_and_every_move_is_seen(tmp_path: Path) -> None:
    mover, reader = LocalClock(tmp_path / "clock"), LocalClock(tmp_path / "clock")
    for minute in range(1, 200):
        target = datetime.now(UTC) + timedelta(minutes=minute)
        mover.move_to(target)
        assert abs(reader.now() - target) < timedelta(seconds=5)
    with pytest.raises(ValueError, match="forward only"):
        mover.move_to(datetime.now(UTC))


def test_an_event_is_signed_over_its_raw_bytes() -> None:
    body = zalo_event.build("text", ["Xin chào"], user="1", app_id="9", oa_id="8", now=NOW, msg_id="m")
    event = json.loads(body)
    assert event["message"] == {"msg_id": "m", "text": "Xin chào"}
    assert (event["sender"]["id"], event["recipient"]["id"]) == ("1", "8")
    assert event["timestamp"] == str(int(NOW.timestamp() * 1000))
    expected = hashlib.sha256(b"9" + body + event["timestamp"].encode() + b"key").hexdigest()
    assert zalo_event.sign(body, "9", "key") == f"mac={expected}"
    assert zalo_event.facts(body) == (event["timestamp"], "m")


def test_attachments_of_events() -> None:
    def event(kind: str, *content: str) -> Any:
        return json.loads(zalo_event.build(kind, list(content), user="1", app_id="9", oa_id="8", now=NOW))

    image = event("image", "http://127.0.0.1/a.jpg")
    assert image["event_name"] == "user_send_image"
    assert image["message"]["attachments"][0]["payload"]["url"] == "http://127.0.0.1/a.jpg"
    place = event("location", "21.02", "105.85")
    coordinates = {"latitude": "21.02", "longitude": "105.85"}
    assert place["message"]["attachments"] == [{"type": "location", "payload": {"coordinates": coordinates}}]


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'{"message": 3}'])
def test_any_body_can_be_signed(body: bytes) -> None:
    assert zalo_event.facts(body) == ("", None)
    assert zalo_event.sign(body, "9", "key").startswith("mac=")


@pytest.mark.parametrize(
    "path", ["/push/x", "/push", "/schedule/y", "//push/x", "/a/../push/x", "/./schedule/", "///schedule//z"]
)
def test_internal_paths_however_spelt(path: str) -> None:
    assert is_internal(path)


@pytest.mark.parametrize("path", ["/", "/pushing", "/petitions/push/x", "/scheduled"])
def test_other_paths_are_not_internal(path: str) -> None:
    assert not is_internal(path)


def test_idle_means_nothing_but_retries() -> None:
    def figures(unacknowledged: int, retries: int) -> dict[str, object]:
        one = {"backlog": unacknowledged, "outstanding": 0, "waiting_retry": retries, "attempts": 0}
        return {"published": 1, "subscriptions": {"s": one}}

    assert backlog.is_idle(figures(0, 0))
    assert backlog.is_idle(figures(2, 2))
    assert not backlog.is_idle(figures(3, 2))


def test_beside_a_pubsub_that_tells_no_figures_a_push_under_way_is_waited_for() -> None:
    async def settles() -> list[bool]:
        pushes = backlog.Pushes()
        async with aiohttp.ClientSession() as session:
            known = backlog.Backlog(session, None, (), pushes)
            with pushes.passing():
                settling = asyncio.create_task(known.settle())
                await asyncio.wait({settling}, timeout=4 * backlog.QUIET_SECONDS)
                during = settling.done()
            await settling
            return [during, settling.done()]

    assert asyncio.run(settles()) == [False, True]


def test_seeded_officers_belong_to_units_of_the_directory() -> None:
    officers = json.loads(OFFICERS.read_text())
    directory = (ROOT / "functions" / "petitions" / "data" / "directory.json").read_text()
    assert {officer["role"] for officer in officers} == {"officer", "head", "coordinator", "inspector", "admin"}
    assert len({officer["id"] for officer in officers}) == len(officers)
    for officer in officers:
        assert set(officer) == {"id", "name", "email", "unit", "role"}
        assert officer["email"].endswith("example.vn")
        assert f'"{officer["unit"]}"' in directory


def test_the_lock_tells_who_runs(tmp_path: Path) -> None:
    folder = StackFolder.of("default", tmp_path)
    folder.make()
    assert folder.runner() is None
    lock = folder.lock()
    assert lock is not None
    with lock:
        assert folder.lock() is None
        assert folder.runner() is not None
    assert folder.runner() is None
