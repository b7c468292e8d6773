"""Instances may die at any write of a step or lose its response, and the next attempt completes the step.

Every helper here prepares a step and returns the function that performs it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.notices.channels import Route
from petitions.domain.notices.notice import NoticeState
from petitions.domain.shared.retention import UNCONSENTED_FOR
from petitions.domain.zalo.event_families import parse_event
from petitions.ports.files import Download
from petitions.ports.messages import Message
from petitions.usecases.conversation.take_feedback import TakeFeedback
from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter, KeepDeadLetter
from petitions.usecases.notices.note_receipt import NoteReceipt
from tests import media
from tests.mortal import Mortals
from tests.unit.files.test_keeping import confirm, link, sends
from tests.unit.petition.clockwork import Clockwork, calendar_with
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, in_progress, officer
from tests.unit.world import ID_KEY, World

TOLD = "Cán bộ một cửa phường thu thêm tiền khi làm khai sinh"
AT = "1795485600000"


def silence(world: World) -> Callable[[], object]:
    world.types(TOLD, "1")
    world.clock.advance(hours=24)
    return world.pauses


def no_consent(world: World) -> Callable[[], object]:
    world.types(TOLD)
    world.clock.advance(seconds=UNCONSENTED_FOR.total_seconds() + 1)
    return world.pauses


def routing(world: World) -> Callable[[], object]:
    petition = world.files()
    return lambda: world.routing(petition.code)


def carrying(world: World) -> Callable[[], object]:
    world.types("Vỉa hè bị đào xới suốt ba tháng", "1")
    world.links.links[link(1)] = Download(media.jpeg())
    sends(world, link(1))
    world.fetch()
    code = confirm(world)
    (event,) = {message.data["event"] for message in world.publisher.of("attachments") if "event" in message.data}
    return lambda: world.carry(code, event)


def fetching(world: World) -> Callable[[], object]:
    """Prepare the second attempt to download a photo, after the citizen was informed of the first failure."""
    world.types(TOLD, "1")
    sends(world, link(1))
    world.fetch()
    world.links.links[link(1)] = Download(media.jpeg())
    world.clock.advance(minutes=1)
    (nudge,) = (message.data for message in world.publisher.of("attachments"))
    return lambda: world.keep(nudge["citizen"], nudge["input"])


def letter(world: World) -> Callable[[], object]:
    attributes = {"consumer": "zalo-events-intake", "message_id": "77", "reason": "malformed"}
    given = DeadLetter("900", b"{}", attributes, "")
    return lambda: KeepDeadLetter(world.store, world.clock, ID_KEY)(given)


def answered(world: World) -> str:
    petition = in_progress(world)
    staff, head = officer(petition.unit), officer(petition.unit, Role.HEAD, "truong")
    petition = act(world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, head, petition, Action.APPROVE)
    return f"{petition.code}-{petition.version}"


def feedback(world: World) -> Callable[[], object]:
    world.has_a_coordinator()
    message = {"rate": 1, "note": "chậm", "feedbacks": [], "tracking_id": answered(world)}
    event = {"event_name": "user_feedback", "oa_id": "1", "app_id": "2", "timestamp": AT, "message": message}
    return lambda: TakeFeedback(world.store, world.publisher, world.clock, world.contacting, world.keep_apart)(event)


def receipt(world: World) -> Callable[[], object]:
    answered(world)
    path = next(path for path in world.store.paths("notices") if world.store.documents[path]["channel"] == "zalo")
    world.store.update(path, {"state": NoticeState.UNKNOWN, "route": Route.BY_PHONE})
    raw: dict[str, Any] = {"event_name": "user_received_message", "sender": {"id": "oa-1"}, "timestamp": AT}
    event = parse_event({**raw, "message": {"msg_id": "z9", "tracking_id": path.partition("/")[2]}})
    return lambda: NoteReceipt(world.store)(event)


def moves(world: World) -> Callable[[], object]:
    assert isinstance(world, Clockwork)
    world.minutes(4)
    world.accepted(2)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(2)
    world.clock.advance(minutes=1)
    return world.job()


def house(world: World) -> Callable[[], object]:
    answered(world)
    world.clock.advance(days=60)
    return world.reminders


STEPS: dict[str, tuple[Callable[[Any], Callable[[], object]], type[World], timedelta]] = {
    "the silence sweep recalls a draft": (silence, World, timedelta(0)),
    "the silence sweep erases": (no_consent, World, timedelta(0)),
    "routing": (routing, World, timedelta(0)),
    "a file is fetched": (fetching, World, timedelta(minutes=2)),
    "files are carried": (carrying, World, timedelta(0)),
    "a dead letter is kept": (letter, World, timedelta(0)),
    "feedback is taken": (feedback, World, timedelta(0)),
    "a receipt is noted": (receipt, World, timedelta(0)),
    "moved deadlines are told": (moves, Clockwork, timedelta(minutes=1)),
    "the house is kept": (house, World, timedelta(minutes=11)),
}
"""Every step with its preparation, its test system, and the pause before the next attempt."""


@pytest.mark.parametrize("name", STEPS)
def test_result_is_the_same_after_any_crash(name: str) -> None:
    begin, kind, lull = STEPS[name]
    mortals = Mortals(kind)
    assert mortals.differences(begin(mortals.world), lull=lull) == []


def test_a_step_that_publishes_beside_its_transaction_is_found() -> None:
    mortals = Mortals()
    store, publisher = mortals.world.store, mortals.world.publisher

    def step() -> None:
        if store.create("steps/1", {"done": True}):
            publisher.publish([Message("notices", {}, "1"), Message("attachments", {}, "1")])

    found = mortals.differences(step)
    assert [item.partition(":")[0] for item in found if item.startswith("killed")] == [
        "killed after write 1 of 3",
        "killed before write 2 of 3",
        "killed after write 2 of 3",
        "killed before write 3 of 3",
    ]
