"""The webhook publishes signed events, and answers all others with 200 without any effect."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.adapters.incoming import TooSlow
from petitions.adapters.secret_keys import GivenKeys, MountedKeys
from petitions.config import secret_keys
from petitions.domain.shared.identity import pseudonym
from petitions.domain.zalo.zalo_webhook import mac
from petitions.errors import ConfigError
from petitions.ports.world import SecretKeys
from petitions.usecases.zalo.quarantine import EACH, SIGNERS, STRANGERS, Quarantine
from petitions.usecases.zalo.receive_event import Post, ReceiveEvent
from tests.fakes import FakeClock
from tests.unit.webhook.recorder import SENDER, Recorder, post

APP, OA, KEY, OTHER_KEY = "3608465249409039670", "579745863508352884", "oa-secret", "oa-secret-before"
ID_KEY = b"0123456789abcdef"
FORGED = "mac=" + "0" * 64
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def door(recorder: Recorder, keys: SecretKeys | None = None, clock: FakeClock | None = None) -> ReceiveEvent:
    clock = clock or FakeClock(NOW)
    keys = keys or GivenKeys((KEY, OTHER_KEY))
    return ReceiveEvent(APP, OA, keys, ID_KEY, recorder, clock, timedelta(days=7), Quarantine(clock))


def kept(recorder: Recorder) -> list[str]:
    return [topic for topic, *_ in recorder.published if topic != "zalo-quarantine"]


def event(at: datetime = NOW, **changes: Any) -> tuple[bytes, str]:
    stamp = str(int(at.timestamp() * 1000))
    raw = {
        "app_id": APP,
        "event_name": "user_send_text",
        "sender": {"id": "4572947693969771653"},
        "recipient": {"id": OA},
        "message": {"msg_id": "m1", "text": "Tôi muốn phản ánh"},
        "timestamp": stamp,
    } | changes
    return json.dumps(raw, ensure_ascii=False).encode(), str(raw["timestamp"])


def signed(body: bytes, stamp: str, key: str = KEY) -> str:
    return mac(APP, body, stamp, key)


def test_a_signed_event_is_published_raw_under_the_citizens_pseudonym(recorder: Recorder) -> None:
    body, stamp = event()
    answer = door(recorder)(post(body, signed(body, stamp)))
    assert (answer.status, answer.reason) == (200, "stored")
    topic, raw, attributes, key = recorder.published[0]
    assert (topic, raw) == ("zalo-events", body)
    assert key == pseudonym(ID_KEY, "4572947693969771653")
    assert "4572947693969771653" not in str(attributes)


def test_both_keys_are_valid_while_a_key_is_changed(recorder: Recorder) -> None:
    body, stamp = event()
    assert door(recorder)(post(body, signed(body, stamp, OTHER_KEY))).reason == "stored"


def test_known_answer_of_the_signature() -> None:
    # printf '1{}23' | sha256sum
    assert mac("1", b"{}", "2", "3") == "mac=f35c28a8f0cddcabe54a0c718f4c0c7b23c3a39a26906c2c92aea5d599568f10"


@pytest.mark.parametrize(
    ("changes", "signature", "reason"),
    [
        ({}, "mac=" + "0" * 64, "forged"),
        ({}, "", "unsigned"),
        ({}, "không", "forged"),
        ({"app_id": "1"}, None, "wrong_app"),
        ({"app_id": 3608465249409039670}, None, "wrong_app"),
        ({"recipient": {"id": "1"}}, None, "wrong_oa"),
        ({"event_name": "oa_send_text", "sender": {"id": "1"}, "recipient": {"id": "7"}}, None, "wrong_oa"),
        ({"event_name": "follow", "sender": None, "recipient": None, "oa_id": "1"}, None, "wrong_oa"),
        ({"event_name": "change_oa_daily_quota", "sender": None, "recipient": None, "oaId": "1"}, None, "wrong_oa"),
        ({"timestamp": "soon"}, None, "malformed"),
        ({"event_name": None}, None, "malformed"),
    ],
)
def test_foreign_event_is_dropped_with_200(
    recorder: Recorder, changes: dict[str, Any], signature: str | None, reason: str
) -> None:
    body, stamp = event(**changes)
    answer = door(recorder)(post(body, signed(body, stamp) if signature is None else signature))
    assert (answer.status, answer.reason) == (200, reason)
    assert kept(recorder) == []


@pytest.mark.parametrize("body", [b"{}", b"", b"[]", b"null", b"\xff\xfe", b'"x"', b"[" * 100_000, b" " * (2 << 20)])
def test_probes_and_rubbish_are_answered_200(recorder: Recorder, body: bytes) -> None:
    assert door(recorder)(post(body, FORGED)).status == 200
    assert recorder.published == []


@given(st.binary(max_size=300), st.text(max_size=80))
def test_no_bytes_and_no_signature_get_in_or_break_the_door(body: bytes, signature: str) -> None:
    recorder = Recorder()
    assert door(recorder)(post(body, signature)).status == 200
    assert recorder.published == []


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_a_forgery(place: int, change: int) -> None:
    recorder = Recorder()
    body, stamp = event()
    altered = bytearray(body)
    altered[place % len(body)] ^= change
    door(recorder)(post(bytes(altered), signed(body, stamp)))
    assert kept(recorder) == []


def test_an_old_signed_event_is_a_dead_letter_and_a_future_one_nothing(recorder: Recorder) -> None:
    body, stamp = event(at=NOW - timedelta(days=7, seconds=1))
    assert door(recorder)(post(body, signed(body, stamp))).reason == "stored"
    assert recorder.published[0][0] == "dead-letters"
    assert recorder.published[0][2]["reason"] == "too_old"
    body, stamp = event(at=NOW + timedelta(minutes=11))
    assert door(recorder)(post(body, signed(body, stamp))).reason == "from_the_future"
    assert len(recorder.published) == 1


def test_a_failed_publish_is_503_which_alone_may_bring_the_event_back(recorder: Recorder) -> None:
    recorder.failing = True
    body, stamp = event()
    assert door(recorder)(post(body, signed(body, stamp))).status == 503


OA_TO_USER = {"sender": {"id": OA}, "recipient": {"id": "7"}}


@pytest.mark.parametrize(
    ("changes", "topic"),
    [
        ({"event_name": "user_send_sticker"}, "zalo-events"),
        ({"event_name": "user_submit_info"}, "zalo-events"),
        (
            {"event_name": "follow", "sender": None, "recipient": None, "oa_id": OA, "follower": {"id": "7"}},
            "zalo-events",
        ),
        ({"event_name": "oa_send_text", **OA_TO_USER}, "zalo-receipts"),
        (
            {"event_name": "oa_send_text", "sender": {"id": OA, "admin_id": "9"}, "recipient": {"id": "7"}},
            "zalo-events",
        ),
        (
            {"event_name": "user_received_message", **OA_TO_USER, "message": {"msg_id": "z1", "tracking_id": "n1"}},
            "zalo-receipts",
        ),
        ({"event_name": "user_seen_message", **OA_TO_USER, "message": "in an unknown form"}, "zalo-receipts"),
        ({"event_name": "something_new", "oa_id": OA}, "zalo-receipts"),
        ({"event_name": "user_send_group_text"}, "zalo-receipts"),
        ({"event_name": "oa_send_group_text", "sender": {"id": OA, "admin_id": "9"}}, "zalo-receipts"),
        ({"event_name": "anonymous_send_text"}, "zalo-receipts"),
    ],
)
def test_events_go_where_their_family_belongs(recorder: Recorder, changes: dict[str, Any], topic: str) -> None:
    body, stamp = event(**changes)
    door(recorder)(post(body, signed(body, stamp)))
    assert recorder.published[0][0] == topic


@pytest.mark.parametrize("name", ["user_received_message", "user_seen_message", "user_reacted_message"])
def test_receipts_of_chat_messages_are_counted_and_not_published(
    recorder: Recorder, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    changes: dict[str, Any] = {"event_name": name, **OA_TO_USER, "message": {"msg_id": "z1"}}
    body, stamp = event(**changes)
    answer = door(recorder)(post(body, signed(body, stamp)))
    assert (answer.status, answer.reason, recorder.published) == (200, "receipt", [])
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["metric"], line["event_name"]) == ("receipt", name)
    unsigned = door(recorder)(post(body, "mac=" + "0" * 64))
    assert unsigned.reason == "forged"


def test_a_fresh_event_under_an_unknown_key_waits_in_the_quarantine_with_its_signature(recorder: Recorder) -> None:
    body, stamp = event()
    signature = signed(body, stamp, "a-key-nobody-told-us")
    answer = door(recorder)(post(body, signature))
    assert (answer.status, answer.reason) == (200, "forged")
    topic, raw, attributes, key = recorder.published[0]
    assert (topic, raw, key) == ("zalo-quarantine", body, "")
    assert attributes["signature"] == signature


@pytest.mark.parametrize(
    ("at", "changes", "signature"),
    [
        (NOW, {}, "mac=short"),
        (NOW, {"app_id": "1"}, "mac=" + "0" * 64),
        (NOW, {"recipient": {"id": "1"}}, "mac=" + "0" * 64),
        (NOW, {"message": {"msg_id": "m", "text": "x" * 70_000}}, "mac=" + "0" * 64),
        (NOW, {"event_name": "deploy_probe"}, "mac=" + "0" * 64),
        (NOW - timedelta(days=8), {}, "mac=" + "0" * 64),
    ],
)
def test_impossible_event_is_not_even_quarantined(
    recorder: Recorder, at: datetime, changes: dict[str, Any], signature: str
) -> None:
    body, _ = event(at=at, **changes)
    assert door(recorder)(post(body, signature)).status == 200
    assert recorder.published == []


def test_the_quarantine_takes_so_many_a_minute_of_one_network(recorder: Recorder) -> None:
    clock = FakeClock(NOW)
    receive = door(recorder, clock=clock)
    body, _ = event()
    answers = [receive(post(body, FORGED, f"198.51.100.{number % 256}")) for number in range(EACH + 50)]
    assert {answer.status for answer in answers} == {200}
    assert len(recorder.published) == EACH
    clock.advance(seconds=60)
    receive(post(body, FORGED, "198.51.100.9"))
    assert len(recorder.published) == EACH + 1


def test_forgers_cannot_crowd_zalos_events_out_of_the_quarantine(recorder: Recorder) -> None:
    """The key was changed at Zalo. The webhook recognises Zalo's network, and strangers use up their own quotas."""
    receive = door(recorder)
    good, stamp = event()
    receive(post(good, signed(good, stamp)))
    for number in range(STRANGERS * 2):
        receive(post(good, FORGED, f"10.{number // 256}.{number % 256}.1"))
    assert len(recorder.published) == 1 + STRANGERS
    for number in range(SIGNERS + 10):
        receive(post(good, signed(good, stamp, "the-new-key"), f"49.213.81.{number % 256}"))
    assert len(recorder.published) == 1 + STRANGERS + SIGNERS


def test_one_forger_leaves_room_for_a_new_sender(recorder: Recorder) -> None:
    receive = door(recorder)
    body, stamp = event()
    for _ in range(EACH * 3):
        receive(post(body, FORGED, "2001:db8:1::1"))
    assert len(recorder.published) == EACH
    receive(post(body, signed(body, stamp, "the-new-key"), "2001:db8:2::1"))
    assert len(recorder.published) == EACH + 1


def test_a_body_without_our_apps_id_is_not_even_taken_apart(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json, "loads", lambda _: pytest.fail("the body was taken apart"))
    for body in (b"[" + b"[]," * 20_000 + b"[]]", b"{}", b"", b'{"app_id": "1"}'):
        assert door(recorder)(post(body, FORGED)).reason == "wrong_app"


def test_an_event_of_brackets_is_not_taken_apart_and_a_text_of_them_is_stored(recorder: Recorder) -> None:
    body, stamp = event(message={"msg_id": "m", "text": "[{" * 1000})
    assert door(recorder)(post(body, signed(body, stamp))).reason == "stored"
    body, stamp = event(x=[[]] * 5000)
    assert door(recorder)(post(body, signed(body, stamp))).reason == "malformed"


@pytest.mark.parametrize(
    ("signature", "length", "reason"),
    [
        ("", 10, "unsigned"),
        ("không", 10, "forged"),
        ("mac=" + "0" * 63, 10, "forged"),
        ("mac=" + "A" * 64, 10, "forged"),
        (FORGED, (1 << 16) + 1, "too_large"),
        (FORGED, 10**12, "too_large"),
    ],
)
def test_request_refused_by_header_or_length_is_not_read(
    recorder: Recorder, signature: str, length: int, reason: str
) -> None:
    def read() -> bytes:
        raise AssertionError("the body was read")

    answer = door(recorder)(Post(read, length, signature, SENDER))
    assert (answer.status, answer.reason) == (200, reason)


def test_a_body_that_does_not_come_in_time_is_not_acknowledged(recorder: Recorder) -> None:
    """Zalo does not repeat an event answered with 200, so a slow event would be lost."""

    def read() -> bytes:
        raise TooSlow("late")

    answer = door(recorder)(Post(read, 900, FORGED, SENDER))
    assert (answer.status, answer.reason) == (408, "too_slow")


def test_a_probe_of_ours_is_acknowledged_and_goes_no_further(recorder: Recorder) -> None:
    body, stamp = event(event_name="deploy_probe")
    answer = door(recorder)(post(body, signed(body, stamp)))
    assert (answer.status, answer.reason) == (200, "probe")
    assert recorder.published == []


def test_a_mounted_key_that_was_changed_is_read_on_a_mismatch_at_most_every_ten_seconds(
    recorder: Recorder, tmp_path: Path
) -> None:
    file, ticks = tmp_path / "keys", [0.0]
    file.write_text(f"{KEY}\n")
    receive = door(recorder, MountedKeys("ZALO_OA_SECRET_KEYS", file, secret_keys, lambda: ticks[0]))
    body, stamp = event()
    file.write_text(f"new,{KEY}\n")
    ticks[0] = 9.9
    assert receive(post(body, signed(body, stamp, "new"))).reason == "forged"
    ticks[0] = 10.0
    assert receive(post(body, signed(body, stamp, "new"))).reason == "stored"
    file.write_text("")
    ticks[0] = 20.0
    assert receive(post(body, signed(body, stamp, "other"))).reason == "forged"
    assert receive(post(body, signed(body, stamp, "new"))).reason == "stored"


def test_a_file_without_keys_stops_the_deployment(tmp_path: Path) -> None:
    for content in (None, "", "a,b,c,d"):
        file = tmp_path / "keys"
        if content is not None:
            file.write_text(content)
        with pytest.raises(ConfigError, match="ZALO_OA_SECRET_KEYS"):
            MountedKeys("ZALO_OA_SECRET_KEYS", file, secret_keys)


@pytest.mark.parametrize(
    "changes",
    [
        {"timestamp": "9" * 15},
        {"sender": {"id": "\ud800"}},
        {"event_name": "user_send_\udfff"},
        {"event_name": ""},
        {"event_name": "x" * 5000, "sender": [], "recipient": None, "oa_id": OA},
    ],
)
def test_odd_but_signed_events_break_nothing(recorder: Recorder, changes: dict[str, Any]) -> None:
    raw = {"app_id": APP, "event_name": "user_send_text", "sender": {"id": "7"}, "recipient": {"id": OA}}
    body = json.dumps(raw | {"timestamp": str(int(NOW.timestamp() * 1000))} | changes).encode()
    stamp = json.loads(body)["timestamp"]
    assert door(recorder)(post(body, signed(body, stamp)), "x" * 5000).status == 200
    for _, _, attributes, key in recorder.published:
        assert all(len(value.encode()) <= 1024 for value in [*attributes.values(), key])
