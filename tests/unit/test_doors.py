"""The list of writing entry points is complete, and records of several processes are combined."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from infra import manifest
from tests import doors
from tests.doors import Door


def test_every_post_route_push_and_schedule_is_a_door() -> None:
    found = doors.doors(doors.maps())
    declared = manifest.load()
    routes = {door for door in found if not door.path.startswith(("/push/", "/schedule/"))}
    assert {route.function for route in routes} == {"desk", "public_site", "citizen_page"}
    assert {
        Door("desk", "/petitions/<code>/notes"),
        Door("desk", "/team/deputy"),
        Door("citizen_page", "/open"),
    } <= routes
    called = [subscription for subscription in declared.subscriptions.values() if subscription.function]
    assert len(found) == len(routes) + len(called) + len(declared.schedules)


def test_notes_of_all_processes_count_and_only_those_of_a_door(tmp_path: Path) -> None:
    routes, called = doors.maps(), Door("desk", "/petitions/HN-1/notes")
    doors.note(called, tmp_path)
    doors.note(called, tmp_path)
    (tmp_path / "another.jsonl").write_text(json.dumps(Door("relay", "/schedule/relay-sweep")) + "\n")
    doors.note(Door("desk", "/no/such/page"), tmp_path)
    gone = doors.exercised(routes, tmp_path) & doors.doors(routes)
    assert gone == {Door("desk", "/petitions/<code>/notes"), Door("relay", "/schedule/relay-sweep")}
    assert doors.exercised(routes, tmp_path / "none") == set()


@pytest.mark.parametrize(
    ("method", "status", "noted"), [("POST", 303, True), ("POST", 200, True), ("POST", 400, False), ("GET", 200, False)]
)
def test_a_client_notes_posts_that_were_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, method: str, status: int, *, noted: bool
) -> None:
    noted_doors: list[Door] = []
    monkeypatch.setattr(doors, "note", noted_doors.append)
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    with httpx.Client(transport=transport, event_hooks=doors.noting(lambda _: "desk")) as client:
        client.request(method, "http://desk.test/bulk?x=1")
    assert noted_doors == [Door("desk", "/bulk")] * noted
