"""Faults at a single request of a rehearsed deployment: their kinds, and a sample with the real commands."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from infra import manifest
from infra.operate.deployment import patience
from infra.paths import GCP
from infra.rehearsal.control_plane.discovery import Discovery
from infra.rehearsal.control_plane.plane import NO_ANSWER
from infra.rehearsal.control_plane.project import enable
from infra.rehearsal.control_plane.state import FakeClock, State
from infra.rehearsal.deployed.errors import StepError
from infra.rehearsal.walk import few, trials
from infra.rehearsal.walk.ground import Ground, NoGroundError
from infra.rehearsal.walk.stage import VARIABLES, staged
from infra.rehearsal.walk.tree import Tree
from infra.rehearsal.walk.trouble import HOUR, UNKNOWN, Kind, Trouble, TroubledPlane, name_of
from tests.infra.rehearsal.conftest import PROJECT

pytestmark = pytest.mark.release

TOPIC = f"/pubsub/v1/projects/{PROJECT}/topics/notices"
POINTS, SEED = 2, 7


@pytest.fixture
def plane(discovery: Discovery) -> TroubledPlane:
    state = State(PROJECT, clock=FakeClock(speed=0))
    enable(state, "pubsub.googleapis.com", 0)
    state.clock.move(HOUR)
    plane = TroubledPlane(state, discovery)
    plane.kill = lambda: None
    return plane


def asked(plane: TroubledPlane) -> int:
    return plane.handle("PUT", TOPIC, {}, b"{}").status


def is_there(plane: TroubledPlane) -> bool:
    return plane.state.get("pubsub", TOPIC.removeprefix("/pubsub/v1/")) is not None


def test_a_request_is_refused_once(plane: TroubledPlane) -> None:
    plane.set(Trouble(Kind.ONCE, f"PUT {TOPIC}"))
    assert [asked(plane), asked(plane), is_there(plane)] == [403, 200, True]


def test_only_the_request_that_is_meant_is_refused(plane: TroubledPlane) -> None:
    plane.set(Trouble(Kind.ONCE, f"GET {TOPIC}"))
    assert asked(plane) == 200
    plane.set(Trouble(Kind.ONCE, f"GET {TOPIC}", nth=2))
    assert [plane.handle("GET", TOPIC, {}, b"").status for _ in range(3)] == [200, 403, 200]


def test_a_request_is_refused_for_an_hour(plane: TroubledPlane) -> None:
    plane.set(Trouble(Kind.HOUR, f"PUT {TOPIC}"))
    assert [asked(plane), asked(plane)] == [403, 403]
    plane.state.clock.move(HOUR)
    assert asked(plane) == 200


def test_a_request_is_refused_in_words_that_nobody_knows_until_the_verb_gives_up(plane: TroubledPlane) -> None:
    plane.set(Trouble(Kind.FOR_EVER, f"PUT {TOPIC}"))
    answer = plane.handle("PUT", TOPIC, {}, b"{}")
    assert isinstance(answer.body, dict)
    assert answer.body["error"]["message"] == UNKNOWN
    assert not any(re.search(row["words"], UNKNOWN) for rows in patience.REFUSALS.values() for row in rows)
    plane.state.clock.move(24 * HOUR)
    assert asked(plane) == 400
    plane.verb_ended()
    assert asked(plane) == 200


@pytest.mark.parametrize("kind", [Kind.KILLED, Kind.LOST])
def test_what_was_asked_is_there_though_nobody_was_told(plane: TroubledPlane, kind: Kind) -> None:
    ended: list[bool] = []
    plane.kill = lambda: ended.append(is_there(plane))
    plane.set(Trouble(kind, f"PUT {TOPIC}"))
    assert [asked(plane), is_there(plane)] == [NO_ANSWER, True]
    assert ended == ([True] if kind is Kind.KILLED else [])


def test_a_request_has_the_same_name_in_each_run() -> None:
    policies = f"/monitoring/v3/projects/{PROJECT}/alertPolicies"
    assert (
        name_of("PATCH", f"{policies}/1a2?updateMask=x") == name_of("PATCH", f"{policies}/77") == f"PATCH {policies}/#"
    )
    assert (
        name_of("POST", "/upload/storage/v1/b/b/o?uploadType=media&name=a.zip") == "POST /upload/storage/v1/b/b/o a.zip"
    )
    assert name_of("POST", "/token") == name_of("POST", "/rehearsal/clock") == ""


def test_a_few_of_each_kind_are_left_and_none_of_what_is_declared_is_missing(tmp_path: Path) -> None:
    tree = Tree.copied(tmp_path / "tree", json.loads(json.dumps(VARIABLES)))
    few.cut(tree)
    left = manifest.load(tree.folder / "functions" / "manifest.json")
    assert set(left.functions) == set(few.FUNCTIONS)
    assert left.topics
    assert left.schedules
    assert any(subscription.function for subscription in left.subscriptions.values())
    assert any(subscription.function is None for subscription in left.subscriptions.values())
    assert {role.partition(":")[0] for function in left.functions.values() for role in function.roles} >= {
        "datastore.user"
    }
    ways = ("logs", "filter", "absent_seconds", "of")
    alerts = json.loads((tree.folder / "infra" / "gcp" / "alerts.json").read_text())
    assert all(any(way in alert for alert in alerts.values()) for way in ways)
    fields = json.loads((tree.folder / "infra" / "gcp" / "firestore.indexes.json").read_text())["fieldOverrides"]
    assert any(field.get("ttl") for field in fields)
    assert len(json.loads((GCP / "firestore.indexes.json").read_text())["indexes"]) > few.INDEXES


def test_what_differs_from_run_to_run_is_no_difference_and_what_is_there_twice_is(plane: TroubledPlane) -> None:
    def there() -> Counter[str]:
        return trials.count_resources(plane.state)

    at = f"/monitoring/v3/projects/{PROJECT}/alertPolicies"
    enable(plane.state, "monitoring.googleapis.com", 0)
    plane.handle("POST", at, {}, b'{"displayName": "Errors", "combiner": "OR"}')
    once = there()
    before = trials.kept(plane.state)
    plane.handle("POST", at, {}, b'{"displayName": "Errors", "combiner": "OR"}')
    assert sum((there() - once).values()) == 1
    for name, item in before.items():
        setattr(plane.state, name, item)
    assert there() == once


def test_a_sample_of_requests_meets_trouble_and_the_same_command_goes_on(tmp_path: Path) -> None:
    try:
        ground = Ground.found()
    except NoGroundError as missing:
        pytest.skip(f"*** NO TROUBLE WAS TRIED: {missing}")
    with staged(ground, tmp_path, TroubledPlane) as stage:
        try:
            assert trials.run(stage, POINTS, SEED) == []
        except StepError as error:
            pytest.fail(str(error))
