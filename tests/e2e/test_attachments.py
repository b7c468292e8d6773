"""Photos on their way from a citizen's phone to the desk, through all functions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.e2e.stack import ROOT, LocalStack, Officer, wait_for

PHOTO = (ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg").read_bytes()
PLACE = (b"\0\0\0\x15\0\0\0\x01", b"\x15\0\0\0\x01\0\0\0")
"""21 degrees north as EXIF writes it, in both byte orders."""


def stored(officer: Officer, code: str, number: int) -> list[dict[str, Any]] | None:
    petition = officer.petition(code)
    there = [item for item in petition["attachments"] if item["state"] == "stored"] if petition else []
    return there if len(there) == number else None


def test_a_photo_from_the_phone_is_on_the_desk_without_its_place(stack: LocalStack, user: str) -> None:
    assert any(item in PHOTO for item in PLACE)
    stack.begins(user, "Vỉa hè trước nhà tôi bị đào xới")
    phone = f"{stack.url('zalo_url')}/sim/users/{user}"
    sent = stack.http.post(f"{phone}/image", files={"file": ("ảnh.jpg", PHOTO, "image/jpeg")})
    assert sent.json()["delivered"], sent.text
    bad = stack.http.post(f"{phone}/image", json={"url": f"{stack.url('zalo_url')}/links/page"})
    assert bad.json()["delivered"], bad.text
    stack.completes(user)
    code = stack.confirms(user)
    coordinator = stack.officer("coordinator")
    (file,) = wait_for(lambda: stored(coordinator, code, 1), "the photo at the desk")
    path = f"/petitions/{code}/files/{file['id']}"
    answer = coordinator.http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert not any(item in answer.content for item in PLACE)
    assert answer.content[-1000:] == PHOTO[-1000:]
    page = coordinator.http.get(f"/petitions/{code}").text
    assert f'src="{path}/thumbnail"' in page
    small = coordinator.http.get(f"{path}/thumbnail")
    assert (small.headers["content-type"], len(small.content) < 3_000) == ("image/webp", True)
    assert "loại tệp không được nhận" in page
    assert stack.client(stack.url("desk_url")).get(path).status_code == 303
    wait_for(lambda: [m for m in stack.messages(user) if "chỉ nhận ảnh" in m["text"]], "words about the bad one")


def test_an_album_of_ten_parallel_events_is_one_petition_with_ten_photos(stack: LocalStack, user: str) -> None:
    stack.begins(user, "Vỉa hè trước nhà tôi bị đào xới")
    events = []
    for number in range(10):
        url = f"{stack.url('zalo_url')}/static/photo.jpg?{number}"
        attachments = [{"type": "image", "payload": {"thumbnail": url, "url": url}}]
        message = {"msg_id": f"album-{user}", "attachments": attachments}
        events.append(stack.event(user, "", event_name="user_send_image", message=message))
    with ThreadPoolExecutor(10) as pool:
        assert {answer.status_code for answer in pool.map(stack.post_event, events)} == {200}
    assert "Ảnh, tệp: 10" in stack.completes(user)
    code = stack.confirms(user)
    coordinator = stack.officer("coordinator")
    assert wait_for(lambda: stored(coordinator, code, 10), "ten photos at the desk")


def test_dead_link_is_reported_tried_for_25_minutes_and_reported_again(stack: LocalStack, user: str) -> None:
    stack.begins(user, "Cống trước ngõ bị tắc cả tuần nay, phường không cho người tới xem")
    stack.http.post(
        f"{stack.url('zalo_url')}/sim/users/{user}/image", json={"url": f"{stack.url('zalo_url')}/links/dead"}
    )

    def messages_with(words: str) -> list[dict[str, Any]]:
        return [message for message in stack.messages(user) if words in message["text"]]

    wait_for(lambda: messages_with("Tôi chưa tải được ảnh thứ 1"), "the first word")
    stack.move_clock("+27m")
    wait_for(lambda: messages_with("Không tải được ảnh thứ 1"), "the last word")
    assert (len(messages_with("chưa tải được ảnh")), len(messages_with("Không tải được ảnh"))) == (1, 1)
