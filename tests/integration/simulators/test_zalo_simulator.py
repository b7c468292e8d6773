from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.emulators.testing.processes import free_port
from infra.local.clock import LocalClock
from petitions.domain.notices.delivery_errors import ERROR_REACTIONS
from tests.integration.simulators.sandbox import Received, Simulator, Webhook, wait_until

APP, OA, OA_KEY, APP_KEY = "3608465249409039670", "1234567890123456789", "oa-key", "app-key"
PNG = b"\x89PNG\r\n\x1a\nnot much of a picture"
CS = "/v3.0/oa/message/cs"
SCALE = 0.0002


class Zalo(Simulator):
    webhook: Webhook

    def __init__(self, folder: Path, webhook_url: str) -> None:
        port = free_port()
        arguments = [f"--port={port}", f"--data={folder}/zalo.sqlite", f"--webhook-url={webhook_url}"]
        arguments += [f"--app-id={APP}", f"--oa-id={OA}", f"--oa-secret-key={OA_KEY}"]
        arguments += [f"--app-secret-key={APP_KEY}", "--first-refresh-token=first", f"--retry-scale={SCALE}"]
        super().__init__("infra.local.zalo", arguments, port, folder)

    def refresh(self, refresh_token: str, secret_key: str = APP_KEY) -> dict[str, Any]:
        form = {"app_id": APP, "grant_type": "refresh_token", "refresh_token": refresh_token}
        response = self.http.post("/v4/oa/access_token", data=form, headers={"secret_key": secret_key})
        answer: dict[str, Any] = response.raise_for_status().json()
        return answer

    def send(self, token: str, user_id: str | None, message: Any) -> dict[str, Any]:
        body = {"recipient": {"user_id": user_id} if user_id else {}, "message": message}
        response = self.http.post(CS, json=body, headers={"access_token": token})
        answer: dict[str, Any] = response.raise_for_status().json()
        return answer

    def citizen(self, step: str, body: Any = None, user_id: str = "7") -> dict[str, Any]:
        report: dict[str, Any] = self.http.post(f"/sim/users/{user_id}/{step}", json=body).raise_for_status().json()
        return report

    def messages(self, user_id: str = "7", since: str = "0") -> list[dict[str, Any]]:
        query = {"user_id": user_id, "since": since}
        messages: list[dict[str, Any]] = self.http.get("/sim/messages", params=query).json()
        return messages

    def events(self, count: int) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.webhook.received) >= count)
        return [json.loads(received.body) for received in self.webhook.received]

    def echo_and_receipt(self, message_id: str) -> list[dict[str, Any]]:
        wait_until(lambda: len(self._about(message_id)) == 2)
        return self._about(message_id)

    def _about(self, message_id: str) -> list[dict[str, Any]]:
        return [event for event in self.events(0) if event["message"].get("msg_id") == message_id]


def is_signed(received: Received) -> bool:
    timestamp = json.loads(received.body)["timestamp"]
    mac = hashlib.sha256(APP.encode() + received.body + timestamp.encode() + OA_KEY.encode()).hexdigest()
    return received.headers["X-ZEvent-Signature"] == f"mac={mac}"


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()
    yield webhook
    webhook.close()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory, webhook: Webhook) -> Iterator[Zalo]:
    zalo = Zalo(tmp_path_factory.mktemp("zalo"), webhook.url)
    zalo.webhook = webhook
    zalo.start()
    yield zalo
    assert zalo.close() == 0
    assert zalo.log() == ""


@pytest.fixture
def zalo(process: Zalo) -> Zalo:
    process.http.post("/reset").raise_for_status()
    process.webhook.clear()
    return process


@pytest.fixture
def pair(zalo: Zalo) -> dict[str, Any]:
    return zalo.refresh("first")


@pytest.fixture
def token(pair: dict[str, Any]) -> str:
    return str(pair["access_token"])


def test_refresh_tokens_are_spent_and_one_access_token_lives(zalo: Zalo) -> None:
    first = zalo.refresh("first")
    assert first["expires_in"] == "90000"
    assert zalo.refresh("first")["error"] != 0
    assert zalo.refresh(first["refresh_token"], secret_key="wrong")["error"] != 0
    second = zalo.refresh(first["refresh_token"])
    assert zalo.send(first["access_token"], "7", {"text": "a"})["error"] == -216
    assert zalo.send(second["access_token"], "7", {"text": "a"})["error"] == 0
    assert zalo.http.get("/sim/tokens").json() == {"refreshes": 2, "refused": 2, "live": True}


def test_access_tokens_expire(zalo: Zalo, token: str) -> None:
    clock = LocalClock(zalo.clock_file)
    clock.move_to(clock.now() + timedelta(hours=24, minutes=59))
    assert zalo.send(token, "7", {"text": "a"})["error"] == 0
    clock.move_to(clock.now() + timedelta(minutes=2))
    assert zalo.send(token, "7", {"text": "a"})["error"] == -220


def test_a_token_can_be_made_expired(zalo: Zalo, token: str) -> None:
    before = zalo.http.get("/sim/refusals").json()
    assert zalo.http.post("/sim/tokens/expire").json()["live"] is False
    assert zalo.send(token, "7", {"text": "a"})["error"] == -220
    assert zalo.http.get("/sim/refusals").json() == {**before, "-220": before.get("-220", 0) + 1}


def test_a_message_reaches_the_phone_and_is_echoed(zalo: Zalo, token: str) -> None:
    answer = zalo.send(token, "7", {"text": "Kính chào\nông/bà 😀"})
    assert (answer["error"], answer["message"], answer["data"]["user_id"]) == (0, "Success", "7")
    msg_id = answer["data"]["message_id"]
    echo, received = zalo.echo_and_receipt(msg_id)
    assert echo["event_name"] == "oa_send_text"
    assert echo["message"] == {"msg_id": msg_id, "text": "Kính chào\nông/bà 😀"}
    assert (echo["sender"], echo["recipient"]) == ({"id": OA}, {"id": "7"})
    assert received["event_name"] == "user_received_message"
    assert received["message"]["msg_id"] == msg_id
    assert all(is_signed(item) for item in zalo.webhook.received)
    (message,) = zalo.messages()
    assert (message["direction"], message["msg_id"], message["at"]) == ("out", msg_id, answer["data"]["sent_time"])
    assert zalo.messages(since=str(int(message["at"]) + 1)) == []


@pytest.mark.parametrize(
    ("user_id", "message", "error"),
    [
        ("7", {"text": "a" * 2001}, -210),
        ("7", {"text": "a" * 2000}, 0),
        ("7", {"text": ""}, -201),
        ("7", {}, -201),
        ("7", {"text": 5}, -201),
        (None, {"text": "a"}, -201),
        ("7", {"attachment": {"type": "file", "payload": {"token": "unknown"}}}, -201),
        ("7", {"attachment": {"type": "template", "payload": {"template_type": "list", "elements": [{}]}}}, -233),
    ],
)
def test_messages_are_checked(zalo: Zalo, token: str, user_id: str | None, message: Any, error: int) -> None:
    assert zalo.send(token, user_id, message)["error"] == error
    assert len(zalo.messages()) == (error == 0)


def test_uploads_can_be_sent_for_a_week(zalo: Zalo, pair: dict[str, Any]) -> None:
    token = str(pair["access_token"])
    headers = {"access_token": token}
    picture = zalo.http.post("/v2.0/oa/upload/image", files={"file": ("a.png", PNG, "image/png")}, headers=headers)
    element = {"media_type": "image", "attachment_id": picture.json()["data"]["attachment_id"]}
    payload = {"template_type": "media", "elements": [element]}
    assert zalo.send(token, "7", {"attachment": {"type": "template", "payload": payload}})["error"] == 0
    paper = zalo.http.post(
        "/v2.0/oa/upload/file", files={"file": ("a.pdf", b"%PDF", "application/pdf")}, headers=headers
    )
    attachment = {"type": "file", "payload": {"token": paper.json()["data"]["token"]}}
    assert zalo.send(token, "7", {"attachment": attachment})["error"] == 0
    image, document = zalo.messages()
    assert httpx.get(image["attachments"][0]["payload"]["url"]).content == PNG
    assert document["attachments"][0]["payload"]["name"] == "a.pdf"
    wrong = zalo.http.post("/v2.0/oa/upload/image", files={"file": ("a.txt", b"a", "text/plain")}, headers=headers)
    assert wrong.json()["error"] == -201
    clock = LocalClock(zalo.clock_file)
    clock.move_to(clock.now() + timedelta(days=8))
    late = str(zalo.refresh(pair["refresh_token"])["access_token"])
    assert zalo.send(late, "7", {"attachment": attachment})["error"] == -100


def test_user_details_and_the_account(zalo: Zalo, token: str) -> None:
    headers = {"access_token": token}
    zalo.citizen("follow")
    zalo.citizen("submit_info", {"name": "An", "phone": "84912345678"})
    query = {"data": json.dumps({"user_id": "7"})}
    data = zalo.http.get("/v3.0/oa/user/detail", params=query, headers=headers).json()["data"]
    assert (data["user_id"], data["user_is_follower"], data["shared_info"]["name"]) == ("7", True, "An")
    assert zalo.http.get("/v3.0/oa/user/detail", headers=headers).json()["error"] == -201
    forget = "/v2.0/oa/deletefollowerinfo"
    assert zalo.http.post(forget, json={}, headers=headers).json()["error"] == -201
    assert zalo.http.post(forget, json={"user_id": "7"}, headers=headers).json()["error"] == 0
    data = zalo.http.get("/v3.0/oa/user/detail", params=query, headers=headers).json()["data"]
    assert data["shared_info"] == {}
    account = zalo.http.get("/v2.0/oa/getoa", headers=headers).json()["data"]
    assert (account["oaid"], account["oa_type"], account["num_follower"]) == (OA, 4, 1)


def test_a_citizens_text_is_signed_over_the_raw_bytes(zalo: Zalo) -> None:
    report = zalo.citizen("text", {"text": "Tôi muốn phản ánh 😀"})
    (received,) = zalo.webhook.received
    assert report["body"].encode() == received.body
    assert report["headers"]["X-ZEvent-Signature"] == received.headers["X-ZEvent-Signature"]
    assert (report["status"], report["delivered"], report["attempts"]) == (200, True, 1)
    assert is_signed(received)
    assert "Tôi muốn".encode() in received.body
    event = json.loads(received.body)
    assert (event["app_id"], event["event_name"]) == (APP, "user_send_text")
    assert (event["sender"], event["recipient"]) == ({"id": "7"}, {"id": OA})
    (message,) = zalo.messages()
    assert (message["direction"], message["text"]) == ("in", "Tôi muốn phản ánh 😀")
    assert (message["msg_id"], message["at"]) == (event["message"]["msg_id"], event["timestamp"])


def test_pictures_and_places(zalo: Zalo) -> None:
    files = {"file": ("a.png", PNG, "image/png")}
    upload = zalo.http.post("/sim/users/7/image", files=files, data={"text": "biên nhận"}).json()
    zalo.citizen("image", {"url": "http://127.0.0.1:1/x.jpg"})
    zalo.citizen("location", {"latitude": 21.0287, "longitude": 105.8524})
    picture, link, place = (event["message"] for event in zalo.events(3))
    assert json.loads(upload["body"])["message"] == picture
    assert picture["text"] == "biên nhận"
    served = httpx.get(picture["attachments"][0]["payload"]["url"])
    assert (served.content, served.headers["content-type"]) == (PNG, "image/png")
    assert link["attachments"][0]["payload"]["url"] == "http://127.0.0.1:1/x.jpg"
    coordinates = {"latitude": "21.0287", "longitude": "105.8524"}
    assert place["attachments"] == [{"type": "location", "payload": {"coordinates": coordinates}}]


def test_a_recording_is_served_and_nothing_stays_under_way(zalo: Zalo) -> None:
    files = {"file": ("voice.amr", b"#!AMR\n", "audio/amr")}
    zalo.http.post("/sim/users/7/audio", files=files).raise_for_status()
    (event,) = zalo.events(1)
    (recording,) = event["message"]["attachments"]
    assert (event["event_name"], recording["type"]) == ("user_send_audio", "audio")
    assert httpx.get(recording["payload"]["url"]).content == b"#!AMR\n"
    assert zalo.http.get("/sim/deliveries/under-way").json() == {"count": 0}


def test_other_steps_of_a_citizen(zalo: Zalo) -> None:
    for step in ("follow", "unfollow", "withdraw", "sticker"):
        assert zalo.citizen(step)["delivered"]
    zalo.citizen("submit_info", {"name": "An", "phone": "84912345678"})
    follow, unfollow, withdraw, sticker, shared = zalo.events(5)
    assert (follow["event_name"], follow["follower"], follow["oa_id"]) == ("follow", {"id": "7"}, OA)
    assert unfollow["event_name"] == "unfollow"
    assert (withdraw["event_name"], withdraw["user_id"]) == ("user_withdraw", "7")
    assert sticker["event_name"] == "user_send_sticker"
    assert (shared["event_name"], shared["info"]["name"]) == ("user_submit_info", "An")
    assert zalo.http.post("/sim/users/7/text", json={"text": ""}).status_code == 400


def test_a_person_at_the_chat_tool_is_named_in_the_echo(zalo: Zalo) -> None:
    zalo.citizen("staff", {"text": "Chào bà An"})
    echo, _received = zalo.events(2)
    assert echo["sender"]["admin_id"]


def test_failed_deliveries_repeat_the_same_bytes(zalo: Zalo) -> None:
    zalo.webhook.statuses[:] = [503, 500]
    report = zalo.citizen("text", {"text": "một"})
    assert (report["delivered"], report["status"]) == (False, 503)
    wait_until(lambda: len(zalo.webhook.received) == 3)
    first, second, third = zalo.webhook.received
    assert first.body == second.body == third.body
    assert [received.headers.get("num_retry") for received in (first, second, third)] == [None, "1", "2"]
    wait_until(lambda: bool(zalo.http.get("/sim/deliveries").json()[0]["delivered"]))


def test_after_five_retries_at_zalos_pauses_an_event_is_lost(zalo: Zalo) -> None:
    zalo.webhook.statuses[:] = [500] * 6
    zalo.citizen("text", {"text": "một"})
    wait_until(lambda: zalo.http.get("/sim/deliveries").json()[0]["state"] == "lost")
    assert len(zalo.webhook.received) == 6
    arrivals = [received.at for received in zalo.webhook.received]
    pauses = [30, 5 * 60, 15 * 60, 30 * 60, 60 * 60]
    for pause, (one, two) in zip(pauses, pairwise(arrivals), strict=True):
        assert two - one > 0.98 * SCALE * pause
    assert arrivals[-1] - arrivals[0] < SCALE * sum(pauses) + 5


def test_events_of_a_user_arrive_in_order(zalo: Zalo, token: str) -> None:
    zalo.send(token, "7", {"text": "a"})
    zalo.send(token, "7", {"text": "b"})
    zalo.citizen("text", {"text": "c"})
    names = [event["event_name"] for event in zalo.events(5)]
    assert names == ["oa_send_text", "user_received_message"] * 2 + ["user_send_text"]
    stamps = [int(event["timestamp"]) for event in zalo.events(5)]
    assert stamps == sorted(set(stamps))


def test_waiting_events_survive_a_crash(tmp_path: Path) -> None:
    port = free_port()
    zalo = Zalo(tmp_path, f"http://127.0.0.1:{port}/")
    zalo.start()
    report = zalo.citizen("text", {"text": "trước khi sập"})
    assert (report["delivered"], report["status"]) == (False, None)
    zalo.kill()
    webhook = Webhook(port=port)
    try:
        zalo.start()
        wait_until(lambda: len(webhook.received) == 1)
        assert is_signed(webhook.received[0])
        assert zalo.messages()[0]["text"] == "trước khi sập"
    finally:
        zalo.close()
        webhook.close()


def test_an_earlier_event_can_be_repeated_and_any_body_sent(zalo: Zalo) -> None:
    number = zalo.citizen("text", {"text": "một"})["id"]
    assert zalo.http.post(f"/sim/deliveries/{number}/repeat").json()["delivered"]
    assert zalo.http.post("/sim/deliveries/999/repeat").status_code == 404
    zalo.http.post("/sim/raw", json={"event": "{}"})
    first, again, raw = zalo.webhook.received
    assert first.body == again.body
    assert raw.body == b"{}"
    assert len(zalo.messages()) == 1


def test_events_that_others_delivered_are_shown(zalo: Zalo) -> None:
    event = {
        "app_id": APP,
        "event_name": "user_send_text",
        "sender": {"id": "8"},
        "recipient": {"id": OA},
        "message": {"msg_id": "m1", "text": "Từ dòng lệnh"},
        "timestamp": "1795485600000",
    }
    for _ in range(2):
        answer = zalo.http.post("/sim/observe", json={"event": json.dumps(event)})
        assert answer.json() == {"observed": True}
    (message,) = zalo.messages("8")
    assert (message["msg_id"], message["text"], message["at"]) == ("m1", "Từ dòng lệnh", "1795485600000")
    assert zalo.webhook.received == []
    assert zalo.http.post("/sim/observe", json={"event": "{}"}).status_code == 400
    assert zalo.http.post("/sim/observe", json={"event": "no json"}).status_code == 400


NOT_MADE = {"recipient": {"user_id": "7"}, "message": {"text": "gác máy trước khi có gì xảy ra"}}


def test_faults(zalo: Zalo, token: str) -> None:
    def order(**fault: Any) -> None:
        zalo.http.post("/sim/faults", json={"path": CS} | fault).raise_for_status()

    order(error=-216, count=2)
    assert [zalo.send(token, "7", {"text": "a"})["error"] for _ in range(3)] == [-216, -216, 0]
    order(drop_reply=True)
    with pytest.raises(httpx.TransportError):
        zalo.send(token, "7", {"text": "không có hồi âm"})
    assert [message["text"] for message in zalo.messages()] == ["a", "không có hồi âm"]
    order(hang_seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        zalo.http.post(CS, json={}, headers={"access_token": token}, timeout=0.3)
    order(http_status=502)
    assert zalo.http.post(CS, json={}).status_code == 502
    order(html=True)
    page = zalo.http.post(CS, json={})
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    order(hold_seconds=0.5)
    with pytest.raises(httpx.ReadTimeout):
        zalo.http.post(CS, json=NOT_MADE, headers={"access_token": token}, timeout=0.1)
    order(hold_seconds=0.6)
    assert zalo.send(token, "7", {"text": "chờ rồi gửi"})["error"] == 0
    assert [message["text"] for message in zalo.messages()][2:] == ["chờ rồi gửi"]
    order(error=-32)
    zalo.http.delete("/sim/faults")
    assert zalo.send(token, "7", {"text": "a"})["error"] == 0


def test_every_error_of_the_sheet_can_be_had(zalo: Zalo, token: str) -> None:
    headers = {"access_token": token}
    for word in (word for word in ERROR_REACTIONS if word.removeprefix("phone").startswith("-")):
        path, code = ("/message/template", word.removeprefix("phone")) if word.startswith("phone") else (CS, word)
        zalo.http.post("/sim/faults", json={"path": path, "error": int(code)}).raise_for_status()
        answer = zalo.http.post(path, json={}, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (200, int(code))
    zalo.http.post("/sim/faults", json={"path": "/v4/oa/access_token", "error": -14003}).raise_for_status()
    assert zalo.refresh("any")["error"] == -14003
    assert zalo.messages() == []


def test_an_answer_after_two_seconds_is_none(zalo: Zalo) -> None:
    zalo.webhook.slow = 1
    report = zalo.citizen("text", {"text": "chậm"})
    assert (report["delivered"], report["status"], report["error"]) == (False, None, "TimeoutError")
    wait_until(lambda: bool(zalo.http.get("/sim/deliveries").json()[0]["delivered"]))
    assert zalo.webhook.received[0].body == zalo.webhook.received[1].body


def test_trouble_makes_twins_disorder_and_loss(zalo: Zalo) -> None:
    zalo.http.post("/sim/trouble", json={"duplicate": 1}).raise_for_status()
    zalo.citizen("text", {"text": "hai lần"})
    wait_until(lambda: len(zalo.webhook.received) == 2)
    assert zalo.webhook.received[0].body == zalo.webhook.received[1].body
    zalo.http.post("/sim/trouble", json={"lose": 1})
    assert zalo.citizen("text", {"text": "mất"})["state"] == "lost"
    assert len(zalo.webhook.received) == 2
    # The late deliveries depend on the seed and their number. With seed 0, only the first of the two is late.
    zalo.http.post("/sim/trouble", json={"reorder": 0.5, "late_seconds": 0.5, "seed": 0})
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(zalo.citizen, "text", {"text": "một"})
        wait_until(lambda: len(zalo.http.get("/sim/deliveries").json()) == 3)
        zalo.citizen("text", {"text": "hai"})
        first.result()
    assert [json.loads(received.body)["message"]["text"] for received in zalo.webhook.received[2:]] == ["hai", "một"]
    assert zalo.http.post("/sim/trouble", json={"lose": 2}).status_code == 400


def test_the_probe_and_the_test_buttons_of_the_console(zalo: Zalo) -> None:
    saved = zalo.http.post("/sim/probe").json()
    assert saved == {"saved": True, "statuses": {"POST": 200, "GET": 200, "HEAD": 200}}
    (probe,) = zalo.webhook.received
    assert probe.body == b"{}"
    assert "X-ZEvent-Signature" not in probe.headers
    zalo.webhook.statuses[:] = [401]
    assert not zalo.http.post("/sim/probe").json()["saved"]
    zalo.webhook.clear()
    names = ["user_send_text", "user_send_location", "oa_send_text", "user_seen_message", "follow", "user_withdraw"]
    for name in names:
        assert zalo.http.post(f"/sim/test/{name}").json()["delivered"]
    assert [event["event_name"] for event in zalo.events(len(names))] == names
    assert all(is_signed(received) for received in zalo.webhook.received)


def test_key_changed_at_zalo_signs_later_events_and_survives_a_restart(tmp_path: Path, webhook: Webhook) -> None:
    webhook.clear()
    zalo = Zalo(tmp_path, webhook.url)
    zalo.start()
    try:
        zalo.http.post("/sim/account", json={"oa_secret_key": "khóa-mới"}).raise_for_status()
        zalo.stop()
        zalo.start()
        zalo.citizen("text", {"text": "sau khi đổi khóa"})
        (received,) = webhook.received
        stamp = json.loads(received.body)["timestamp"]
        mac = hashlib.sha256(APP.encode() + received.body + stamp.encode() + "khóa-mới".encode()).hexdigest()
        assert received.headers["X-ZEvent-Signature"] == f"mac={mac}"
        assert zalo.http.post("/sim/account", json={"oa_secret_key": "a b"}).status_code == 400
    finally:
        zalo.close()


def test_the_window_and_its_price_go_by_the_simulators_clock(zalo: Zalo, pair: dict[str, Any]) -> None:
    clock = LocalClock(zalo.clock_file)
    zalo.citizen("text", {"text": "a"})
    assert "quota" in zalo.send(pair["access_token"], "7", {"text": "b"})["data"]
    clock.move_to(clock.now() + timedelta(hours=49))
    pair = zalo.refresh(pair["refresh_token"])
    assert "quota" not in zalo.send(pair["access_token"], "7", {"text": "b"})["data"]
    zalo.http.post("/sim/account", json={"funded": False})
    assert zalo.send(pair["access_token"], "7", {"text": "b"})["error"] == -320
    assert zalo.send(pair["access_token"], "8", {"text": "b"})["error"] == 0
    zalo.http.post("/sim/account", json={"strict_window": True, "funded": True})
    assert zalo.send(pair["access_token"], "9", {"text": "b"})["error"] == -232
    clock.move_to(clock.now() + timedelta(days=6))
    pair = zalo.refresh(pair["refresh_token"])
    assert zalo.send(pair["access_token"], "7", {"text": "b"})["error"] == -230


def test_calls_are_counted_by_the_minute(zalo: Zalo, token: str) -> None:
    def call() -> httpx.Response:
        return zalo.http.get("/v2.0/oa/getoa", headers={"access_token": token})

    first = call()
    assert first.headers["X-RateLimit-Limit"] == "4000"
    assert 0 < int(first.headers["X-RateLimit-Remain"]) < 4000
    zalo.http.post("/sim/account", json={"rate_limit": 1})
    assert {call().json()["error"] for _ in range(3)} >= {-32}
    clock = LocalClock(zalo.clock_file)
    clock.move_to(clock.now() + timedelta(minutes=1))
    assert call().json()["error"] == 0


def test_conversations_can_be_read_ten_messages_a_call_newest_first(zalo: Zalo, token: str) -> None:
    def read(call: str, **asked: Any) -> Any:
        query = {"data": json.dumps(asked)}
        return zalo.http.get(f"/v2.0/oa/{call}", params=query, headers={"access_token": token}).json()

    for number in range(11):
        zalo.citizen("text", {"text": str(number)})
    zalo.citizen("location", {"latitude": 21.5, "longitude": 105.5}, user_id="8")
    zalo.send(token, "7", {"text": "trả lời"})
    newest = read("listrecentchat", offset=0, count=10)["data"]
    assert [one["type"] for one in newest[:3]] == ["text", "location", "text"]
    assert (newest[0]["src"], newest[0]["from_id"], newest[0]["to_id"]) == (0, OA, "7")
    assert json.loads(newest[1]["location"]) == {"latitude": "21.5", "longitude": "105.5"}
    pages = [read("conversation", user_id="7", offset=offset, count=10)["data"] for offset in (0, 10)]
    texts = [one["message"] for page in pages for one in page]
    assert texts == ["trả lời", *(str(number) for number in reversed(range(11)))]
    assert read("conversation", user_id="7", offset=0, count=11)["error"] == -201
    zalo.http.post("/sim/account", json={"package": False})
    assert read("listrecentchat", offset=0, count=10)["error"] == -224


def test_people_and_reset(zalo: Zalo, token: str) -> None:
    page = zalo.http.post("/people", data={"name": "Nguyễn <b>An</b>"}, follow_redirects=True)
    assert "Nguyễn &lt;b&gt;An" in page.text
    (user,) = zalo.http.get("/sim/users").json()
    assert (user["name"], len(user["id"]), user["follower"]) == ("Nguyễn <b>An</b>", 19, False)
    assert "Nguyễn &lt;b&gt;An" in zalo.http.get("/").text
    zalo.send(token, user["id"], {"text": "a"})
    zalo.http.post("/reset")
    assert zalo.http.get("/sim/users").json() == []
    assert zalo.messages(user["id"]) == []
    assert "error" not in zalo.refresh("first")


def test_the_open_phone_shows_new_messages_and_sees_them(zalo: Zalo, token: str) -> None:
    before = zalo.send(token, "7", {"text": "trước"})["data"]["message_id"]
    with zalo.http.stream("GET", "/phone/stream", params={"user": "7", "after": "0"}) as stream:
        lines = stream.iter_lines()
        first = next(line for line in lines if line.startswith("data:"))
        assert "trước" in json.loads(first[5:])["html"]
        after = zalo.send(token, "7", {"text": "<i>sau</i>\ndòng hai"})["data"]["message_id"]
        second = next(line for line in lines if line.startswith("data:"))
        assert "&lt;i&gt;sau&lt;/i&gt;\ndòng hai" in json.loads(second[5:])["html"]
        seen = [event["message"] for event in zalo.events(6) if event["event_name"] == "user_seen_message"]
        assert seen == [{"msg_ids": [before]}, {"msg_ids": [after]}]
        zalo.http.post("/reset")
        assert "event: reset" in lines


def test_phone_page(zalo: Zalo, token: str) -> None:
    zalo.send(token, "7", {"text": "Kính chào, mời xem http://127.0.0.1:8123/abc2def"})
    page = zalo.http.get("/phone", params={"user": "7"}).text
    assert '<a href="http://127.0.0.1:8123/abc2def" rel="noopener" target="_blank">' in page
    assert "Phản ánh kiến nghị thành phố" in page
    assert "Kính chào" in page
    for address in ("/static/phone.js", "/static/phone.css", "/pages/base.css"):
        assert zalo.http.get(address).status_code == 200
