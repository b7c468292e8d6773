"""Every kind of event from Zalo passes the webhook, is parsed, and is understood by its consumers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.shared.identity import pseudonym
from petitions.domain.zalo import event_families as families
from petitions.domain.zalo.event_families import parse_event
from petitions.domain.zalo.events import ZaloEvent
from petitions.domain.zalo.zalo_webhook import mac
from petitions.usecases.notices.echo_flow import ECHOES_PATH, EchoFlow
from petitions.usecases.notices.settle_notice import SettleNotice
from petitions.usecases.zalo.quarantine import Quarantine
from petitions.usecases.zalo.receive_event import ReceiveEvent
from tests.fakes import FakeClock, FakeStore
from tests.unit.webhook import payloads
from tests.unit.webhook.recorder import Recorder, post
from tests.unit.world import ID_KEY, World

KEY = "oa-secret"
NOW = datetime.fromtimestamp(int(payloads.STAMP) / 1000, UTC)


def through_the_door(event: dict[str, Any]) -> tuple[str, bytes, str]:
    """Send a signed event to the webhook, and return topic, body and ordering key of the published message.

    The topic is "" if the webhook only counts the event.
    """
    recorder, clock = Recorder(), FakeClock(NOW)
    receive = ReceiveEvent(
        payloads.APP, payloads.OA, GivenKeys((KEY,)), ID_KEY, recorder, clock, timedelta(days=7), Quarantine(clock)
    )
    body = json.dumps(event, ensure_ascii=False).encode()
    answer = receive(post(body, mac(payloads.APP, body, payloads.STAMP, KEY)))
    if answer.reason == "receipt":
        assert (answer.status, recorder.published) == (200, [])
        return "", body, ""
    assert (answer.status, answer.reason) == (200, "stored")
    ((topic, raw, _, key),) = recorder.published
    return topic, raw, key


@pytest.mark.parametrize("name", payloads.ALL)
def test_every_shape_is_stored_where_its_family_belongs(name: str) -> None:
    topic, _, key = through_the_door(payloads.ALL[name])
    elsewhere = "" if name in payloads.OF_CHAT else "zalo-receipts"
    assert topic == ("zalo-events" if name in payloads.CONVERSATION else elsewhere)
    assert key == (pseudonym(ID_KEY, payloads.USER) if name in payloads.CONVERSATION else "")


@pytest.mark.parametrize("name", payloads.ALL)
def test_every_shape_has_a_model_and_unknown_fields_change_nothing(name: str) -> None:
    event = payloads.ALL[name]
    model = parse_event(event)
    assert model.timestamp == NOW
    assert isinstance(model, ZaloEvent) == (name in payloads.CONVERSATION or name.startswith("echo"))
    more = json.loads(json.dumps(event).replace('"msg_id"', '"new_field": {"a": [1]}, "msg_id"')) | {"news": [{}]}
    assert parse_event(more) == model


KINDS: dict[str, type] = {
    "received": families.Received,
    "received, template, flat": families.Received,
    "seen": families.Seen,
    "reaction of the citizen": families.Reacted,
    "chat opened": families.Clicked,
    "feedback": families.Feedback,
    "button": families.ResponseButton,
    "status": families.TemplateEvent,
    "quality": families.TemplateEvent,
    "tags": families.TemplateEvent,
    "daily quota": families.Quota,
    "data of a user": families.UserData,
    "widget": families.UserData,
    "label removed": families.Tagged,
    "may we call": families.CallConsent,
    "you may call": families.CallConsent,
    "call": families.Call,
    "create_group": families.Group,
    "user_send_group_text": families.Group,
    "anonymous": families.Anonymous,
    "to someone anonymous": families.Anonymous,
    "old shop": families.Unknown,
    "journey over": families.Unknown,
}


@pytest.mark.parametrize("name", KINDS)
def test_a_family_has_its_own_class(name: str) -> None:
    assert type(parse_event(payloads.ALL[name])) is KINDS[name]


def test_fields_of_the_shapes_are_read() -> None:
    feedback = parse_event(payloads.TEMPLATES["feedback"])
    assert isinstance(feedback, families.Feedback)
    assert (feedback.message.rate, feedback.message.note, feedback.message.tracking_id) == (5, "tốt", "notice-1")
    quota = parse_event(payloads.TEMPLATES["daily quota"])
    assert isinstance(quota, families.Quota)
    assert (quota.oa_id, quota.quota["new_value"]) == (payloads.OA, "1000")
    card = parse_event(payloads.MESSAGES["business card"])
    assert isinstance(card, ZaloEvent)
    assert card.message
    assert json.loads(card.message.attachments[0].payload.description or "")["phone"] == "84912345678"
    for name in ("file", "file, size a number"):
        file = parse_event(payloads.MESSAGES[name])
        assert isinstance(file, ZaloEvent)
        assert file.message
        assert file.message.attachments[0].payload.size == "12345"
    for shape, address in (
        ("current", "12 Trung Kính, Phường Yên Hòa, Hà Nội"),
        ("legacy", "12 Trung Kính, Phường Yên Hòa, Quận Cầu Giấy, Hà Nội"),
        ("phone a number", "12 Trung Kính, Phường Yên Hòa, Quận Cầu Giấy, Hà Nội"),
    ):
        shared = parse_event(payloads.SHARED[shape])
        assert isinstance(shared, ZaloEvent)
        assert shared.info
        assert (shared.info.phone, shared.info.one_line_address()) == ("84912345678", address)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("text", ("sender", "id")),
        ("text", ("message", "msg_id")),
        ("following, oa_profile", ("follower", "id")),
        ("withdrawal", ("user_id",)),
        ("by an officer", ("sender", "admin_id")),
        ("received", ("message", "msg_id")),
        ("seen", ("message", "msg_ids")),
        ("label given", ("tag", "user_ids")),
        ("create_group", ("group_id",)),
        ("status", ("template_id",)),
    ],
)
def test_an_id_that_is_a_number_is_refused_not_rounded(name: str, path: tuple[str, ...]) -> None:
    event = json.loads(json.dumps(payloads.ALL[name]))
    target = event
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = [4572947693969771653] if isinstance(target[path[-1]], list) else 4572947693969771653
    with pytest.raises(ValidationError):
        parse_event(event)


@pytest.mark.parametrize("name", payloads.CONVERSATION)
def test_intake_takes_every_shape_of_a_conversation(name: str) -> None:
    world = World()
    body = json.dumps(payloads.CONVERSATION[name], ensure_ascii=False).encode()
    assert world.intake(body) is True
    writes = json.dumps(world.store.documents, default=str)
    assert world.intake(body) is False
    assert json.dumps(world.store.documents, default=str) == writes
    answered = bool(world.replies(payloads.USER))
    assert answered == (
        name in payloads.MESSAGES or name.startswith(("shared", "following, oa", "following, message", "withdrawal"))
    )


@pytest.mark.parametrize("name", payloads.REST)
def test_notifications_take_every_other_shape_and_start_nothing(name: str) -> None:
    store = FakeStore()
    clock = FakeClock()
    SettleNotice(store, ID_KEY, EchoFlow(store, clock))(payloads.REST[name])
    assert set(store.documents) <= {ECHOES_PATH}
