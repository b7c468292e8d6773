"""Rare actions of the functions that no other test performs, so that every granted right is seen in use.

`tests/privileges` compares the rights used with the rights granted.
"""

from __future__ import annotations

import base64
import html
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from infra import manifest
from tests.collector import Collector
from tests.e2e.stack import ROOT, LocalStack, Officer, wait_for
from tests.imap_server import PASSWORD, ImapServer, imap_server
from tests.privileges.rights import Right, used
from tests.unit.mailbox.letters import PDF
from tests.unit.mailbox.letters import letter as written

pytestmark = pytest.mark.skipif(os.environ.get("EMULATOR") == "google", reason="only the built-in ones fail on order")
MANIFEST = manifest.load()
WARD = "PX-00175"
PHOTO = (ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg").read_bytes()
MAILED = "UBND phường chậm trả giấy khai sinh cho con tôi"
ANSWER = "Phường đã làm việc với công dân và nhắc nhở cán bộ tiếp nhận."
PUSHED = {name: sub for name, sub in MANIFEST.subscriptions.items() if sub.function and sub.dead_letter_topic}
EIGHT_DAYS = 8 * 24 * 3600 * 1000


@pytest.fixture(scope="module")
def post() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


@pytest.fixture(scope="module")
def alone(collector: Collector, post: ImapServer) -> Iterator[LocalStack]:
    # A while before the next refresh of tokens, and out of the hours of the management report, whose commits would
    # meet the faults that are ordered for papers.
    running = LocalStack(
        f"rights-{os.getpid()}", begins=time(12, 2), TRACES=collector.url, IMAP_URL=post.url, IMAP_PASSWORD=PASSWORD
    )
    running.up()
    yield running
    running.down()
    shutil.rmtree(ROOT / ".local" / running.name, ignore_errors=True)


def seen(function: str, action: str, on: str) -> Callable[[], bool]:
    return lambda: Right(function, action, on) in used(MANIFEST)


def order(stack: LocalStack, emulator: str, **fault: Any) -> None:
    stack.http.post(f"{stack.url(emulator)}/faults", json=fault).raise_for_status()


def fire(stack: LocalStack, schedule: str) -> int:
    return stack.http.post(f"{stack.url('console_url')}/api/fire/{schedule}", json={}).status_code


def test_tokens_that_the_database_does_not_take_are_kept_for_the_next_instance(alone: LocalStack) -> None:
    # The lease is written, the pair that it leads to is not.
    order(alone, "firestore_admin_url", rpc="Commit", caller="notifications", code="INTERNAL", skip=1)
    with ThreadPoolExecutor(1) as pool:
        refreshing = pool.submit(fire, alone, "token-refresh")
        wait_for(lambda: alone.http.get(f"{alone.url('zalo_url')}/sim/tokens").json()["refreshes"], "a new pair")
        alone.move_clock("+1m")
        refreshing.result()
    assert seen("notifications", "secret.add", "zalo_tokens_vault")()
    alone.kill("notifications")
    alone.http.delete(f"{alone.url('firestore_admin_url')}/faults").raise_for_status()
    alone.move_clock("+3m")  # the lease of the lost instance ends
    wait_for(lambda: fire(alone, "token-refresh") == 200, "the pair out of the vault")
    assert seen("notifications", "secret.read", "zalo_tokens_vault")()


def test_unhandled_message_becomes_a_dead_letter_and_is_replayed_from_the_desk(alone: LocalStack, user: str) -> None:
    project = f"http://{alone.info['pubsub_host']}/v1/projects/{alone.info['project']}"
    message = {"data": base64.b64encode(b"{}").decode(), "orderingKey": ""}
    letters = set()
    for topic in sorted({sub.topic for sub in PUSHED.values()}):
        sent = alone.http.post(f"{project}/topics/{topic}:publish", json={"messages": [message]}).json()
        letters |= {f"{name}:{sent['messageIds'][0]}" for name, sub in PUSHED.items() if sub.topic == topic}
    old = alone.event(user, "xin chào", timestamp=str(alone.now_ms() - EIGHT_DAYS))
    assert alone.post_event(old).status_code == 200
    coordinator = alone.officer("coordinator")

    def kept() -> set[str]:
        page = coordinator.http.get("/boards/letters").text
        return {unquote(html.unescape(item)) for item in re.findall(r'action="/boards/letters/([^"]+)/replay"', page)}

    wait_for(lambda: letters <= kept(), "the dead letters")
    for letter in sorted(letters):
        again = coordinator.submit(f"/boards/letters/{letter}/replay")
        assert again.status_code == 303, again.text
    assert seen("zalo_webhook", "pubsub.publish", "dead-letters")()


def test_an_e_mail_is_read_into_the_tray_and_entered_at_the_desk(alone: LocalStack, post: ImapServer) -> None:
    came = datetime.fromtimestamp(alone.now_ms() / 1000, UTC)
    post.receive(written(MAILED, ("Đơn.pdf", "application/pdf", PDF)), at=came)
    wait_for(lambda: fire(alone, "mailbox-read") == 200, "a run of the mailbox")
    coordinator = alone.officer("coordinator")
    (mail,) = set(re.findall(r"/mails/([0-9a-f]{40})", coordinator.http.get("/mails").text))
    assert coordinator.http.get(f"/mails/{mail}/files/1").content == PDF
    alone.move_clock("+2m")  # the form takes no time that is still to come
    page = coordinator.http.get(f"/take-in?mail={mail}").text
    begun = {name: value(page, name) for name in ("key", "mail", "mail_version", "received_at", "number", "email")}
    entered = {
        "content": MAILED,
        "place": "UBND phường Yên Hòa",
        "name": "Lan",
        "home": "12 Trung Kính",
        "type": "individual",
    }
    form = {"csrf": coordinator.csrf, **begun, **entered, "channel": "email", "reply_by": "email", "do": "file"}
    filed = coordinator.http.post("/take-in", data=form)
    assert filed.status_code == httpx.codes.SEE_OTHER, filed.text
    code = filed.headers["location"].split("/")[2]
    assert coordinator.petition(code)
    assert code in coordinator.http.get("/mails?view=decided").text
    assert [seen for _, seen in post.flags()] == [True]
    assert fire(alone, "mailbox-read") == 200
    assert mail not in coordinator.http.get("/mails").text


class OwnPage:
    def __init__(self, stack: LocalStack, form: dict[str, str], way: str) -> None:
        self.http = stack.client(stack.url("citizen_url"))
        self.path = str(wait_for(lambda: self._entered(way, form), "the way into the page"))

    def _entered(self, way: str, form: dict[str, str]) -> str | None:
        answer = self.http.post(way, data=form)
        return str(answer.headers["location"]) if answer.status_code == httpx.codes.SEE_OTHER else None

    def sees(self) -> str:
        return self.http.get(self.path).text

    def sends(self, path: str = "", files: dict[str, Any] | None = None, **fields: str) -> httpx.Response:
        page = self.sees()
        hidden = {name: value(page, name) for name in ("csrf", "form")}
        return self.http.post(self.path + path, data={**hidden, **fields}, files=files)


def answered(stack: LocalStack, user: str) -> dict[str, Any]:
    code = stack.files(user)
    officer, head = stack.officer("officer", WARD), stack.officer("head", WARD)
    wait_for(lambda: officer.petition(code), "the petition at the ward")
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    pdf = b"%PDF-1.7\n%%EOF\n"
    file, other = officer.attaches(code, "Biên bản", pdf), officer.attaches(code, "Nhầm", pdf + b"\n")
    photo = officer.attaches(code, "Hiện trường", PHOTO)
    small = f"/petitions/{code}/files/{photo}/thumbnail"
    wait_for(
        lambda: officer.http.get(small).headers["content-type"] == "image/webp", "the thumbnail of an officer's photo"
    )
    gone = officer.submit(
        f"/petitions/{code}/answer", do="save", seen=officer.draft_version(code), remove=[other, photo]
    )
    assert gone.status_code == 303, gone.text
    after = officer.does(code, "submit_answer", text=ANSWER, basis="Khoản 1 Điều 16 Luật Hộ tịch")
    assert after["reply"]["attachments"] == [file]
    return head.does(code, "approve", text="Đã xem")


def test_an_answers_file_a_low_rating_the_portals_return_and_an_erasure(alone: LocalStack, user: str) -> None:
    petition = answered(alone, user)
    page = OwnPage(alone, {"code": petition["code"], "digits": "5678"}, "/code")
    wait_for(lambda: f'action="{page.path}/file"' in page.sees(), "the file")
    assert page.sends("/file", number="0").content.startswith(b"%PDF")

    rated = {"rate": 1, "note": "chậm", "tracking_id": f"{petition['code']}-{petition['version']}"}
    feedback = alone.event("", "", event_name="user_feedback", message=rated)
    assert alone.post_event(feedback).status_code == 200
    wait_for(seen("notifications", "pubsub.publish", "notices"), "word of a low rating")
    assert seen("notifications", "pubsub.publish", "petition-events")()

    record: dict[str, Any] = wait_for(lambda: alone.portal_record(petition["code"]), "the record at the portal")
    act = f"{alone.url('portal_url')}/sim/records/{record['code']}/return"
    wait_for(lambda: alone.http.post(act, json={"reason": "Chưa đủ ý"}).status_code == 200, "the portal's return")
    published = seen("portal_sync", "pubsub.publish", "notices")
    # A pull that meets a slow portal is done by the next.
    wait_for(lambda: fire(alone, "portal-pull") == 200 and published(), "word of the return")

    alone.says(user, "xóa dữ liệu của tôi", "muốn xóa dữ liệu cá nhân")
    alone.says(user, "1", "đang được xóa")
    alone.move_clock("+3m")
    wait_for(seen("relay", "storage.delete", "sealed"), "the end of the sealed file")


def begun_paper(stack: LocalStack, head: Officer, user: str) -> tuple[str, dict[str, str]]:
    """Return the address of a new draft of an official paper, and the form fields that issue it."""
    code, key = stack.files(user), secrets.token_hex(10)
    wait_for(lambda: head.petition(code), "the petition at the ward")
    head.does(code, "accept")
    begun = head.http.post(f"/petitions/{code}/papers", data={"csrf": head.csrf, "kind": "receipt", "key": key})
    assert begun.status_code == 303, begun.text
    page = head.http.get(begun.headers["Location"]).text
    fields = {name: value(page, name) for name in ("seen", "subject")}
    body = re.search(r'<textarea id="body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert body
    return f"/petitions/{code}/papers/{key}", {"csrf": head.csrf, "body": html.unescape(body[1]), **fields}


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def test_a_paper_is_numbered_made_in_spite_of_faults_signed_sent_and_checked(alone: LocalStack, user: str) -> None:
    head = alone.officer("head", WARD)
    address, form = begun_paper(alone, head, user)
    # The message stays behind, as after a crash. The first worker then makes the files and cannot record that.
    order(alone, "pubsub_admin_url", rpc="Publish", topic="papers", error="PERMISSION_DENIED", count=1)
    refused = {"rpc": "Commit", "caller": "reports", "writes": "/papers/", "code": "INTERNAL"}
    order(alone, "firestore_admin_url", **refused, skip=1, count=2)
    issued = head.http.post(address, data={**form, "do": "issue"})
    assert issued.status_code == 303, issued.text
    alone.move_clock("+2m")
    wait_for(seen("relay", "pubsub.publish", "papers"), "the relay of a message on papers")
    wait_for(lambda: "Đã ban hành" in head.http.get(address).text, "the files")
    page = head.http.get(address).text
    assert "Còn nguyên vẹn" in page
    assert "số 01/PTN-UBND" in page
    assert head.http.get(f"{address}/files/pdf").content.startswith(b"%PDF")
    assert head.http.get(f"{address}/files/docx").content.startswith(b"PK")
    wait_for(
        lambda: any("Phiếu tiếp nhận số 1-2026.pdf" in str(message) for message in alone.messages(user)), "the file"
    )
    head.http.post(address, data={"csrf": head.csrf, "do": "ask_again"})
    wait_for(seen("reports", "storage.read", "copies"), "another check")
    wait_for(seen("reports", "storage.delete", "copies"), "the end of what the first worker left")


def test_a_file_of_many_is_checked_and_imported(alone: LocalStack) -> None:
    clerk = alone.officer("officer", WARD)
    sample = clerk.http.get("/take-in/file/sample.csv").content
    sent = clerk.submit("/take-in/file", files={"file": ("mau.csv", sample)}, key="file-of-many-1")
    assert sent.status_code == 303, sent.text
    checked = sent.headers["Location"]
    wait_for(lambda: f'action="{checked}"' in clerk.http.get(checked).text, "the check of the file")
    imported = clerk.submit(checked)
    assert imported.status_code == 303, imported.text
    wait_for(lambda: re.search(r"HN-\d{6}-", clerk.http.get(imported.headers["Location"]).text), "the petition's code")


def test_a_file_is_sent_from_the_page_of_a_draft(alone: LocalStack, user: str) -> None:
    alone.begins(user)
    found = re.search(r"/([a-z0-9]{20})\b", alone.completes(user))
    assert found
    page = OwnPage(alone, {"link": found[1]}, "/open")
    shown = page.sees()
    fields = {name: value(shown, name) for name in ("seen", "was_ward", "was_point")} | {"type": "individual"}
    typed = {"content": "Vỉa hè bị đào xới", "name": "Trần Thị Hoa", "home": "5 Láng Hạ", "phone": "", "email": ""}
    photo = {"files": ("anh.jpg", PHOTO, "image/jpeg")}
    answer = page.sends(files=photo, do="save", place="Phường Yên Hòa", reply_by="", **fields, **typed)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    wait_for(lambda: "đã nhận" in page.sees() and "Vỉa hè bị đào xới" in page.sees(), "the file on the page")
    assert seen("attachments", "pubsub.publish", "citizen-pages")()
    order(alone, "pubsub_admin_url", rpc="Publish", topic="citizen-pages", error="PERMISSION_DENIED", count=1)
    alone.post_event(alone.event(user, "số điện thoại là 0987 000 111"))
    alone.move_clock("+2m")
    wait_for(seen("relay", "pubsub.publish", "citizen-pages"), "the relay of news of a page")


@pytest.mark.parametrize("topic", ["petition-events", "notices"])
def test_relay_publishes_messages_left_behind_by_the_desk(alone: LocalStack, user: str, topic: str) -> None:
    code, officer = alone.files(user), alone.officer("officer", WARD)
    petition: dict[str, Any] = wait_for(lambda: officer.petition(code), "the petition at the ward")
    order(alone, "pubsub_admin_url", rpc="Publish", topic=topic, error="PERMISSION_DENIED", count=1)
    officer.try_to(code, "accept", version=petition["version"])
    alone.move_clock("+2m")
    wait_for(seen("relay", "pubsub.publish", topic), f"the relay of a message on {topic}")


def test_the_relay_publishes_a_job_that_stayed_behind_the_desk(alone: LocalStack) -> None:
    inspector = alone.officer("inspector")
    order(alone, "pubsub_admin_url", rpc="Publish", topic="jobs", error="PERMISSION_DENIED", count=1)
    period = {"period": "days", "name": "", "first": "2026-01-05", "last": "2026-01-05"}
    asked = {"csrf": inspector.csrf, "form": "II.05a", "key": "rights00001", **period}
    assert inspector.http.post("/reports", data=asked).status_code == 303
    alone.move_clock("+2m")
    wait_for(seen("relay", "pubsub.publish", "jobs"), "the relay of a job")


def test_relay_publishes_messages_left_behind_by_intake(alone: LocalStack, user: str) -> None:
    alone.begins(user, "Vỉa hè trước nhà tôi bị đào xới")
    phone, photo = f"{alone.url('zalo_url')}/sim/users/{user}/image", f"{alone.url('zalo_url')}/static/photo.jpg"

    def relayed() -> bool:
        """Cause a failed publish, and return whether the relay published the message later.

        Pub/Sub also delivers the event again after ten seconds. On a slow machine this may be before the relay.
        """
        order(alone, "pubsub_admin_url", rpc="Publish", topic="attachments", error="PERMISSION_DENIED", count=1)
        alone.http.post(phone, json={"url": photo}).raise_for_status()
        alone.move_clock("+1m")
        return seen("relay", "pubsub.publish", "attachments")()

    wait_for(relayed, "the relay of a file to download")
