from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from infra.emulators.testing.processes import free_port
from infra.local.clock import LocalClock
from tests.integration.simulators.sandbox import Simulator


class Mail(Simulator):
    def __init__(self, folder: Path) -> None:
        self.smtp_port, port = free_port(), free_port()
        arguments = [f"--port={self.smtp_port}", f"--http-port={port}", f"--data={folder}/mail.sqlite"]
        super().__init__("infra.local.mail", arguments, port, folder)

    def send(self, subject: str, text: str, *recipients: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "kenh@hanoi.example", ", ".join(recipients), subject
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as client:
            client.send_message(mail)


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mail]:
    mail = Mail(tmp_path)
    mail.start()
    yield mail
    mail.close()


def test_keeps_mail_as_it_was_sent_and_over_a_restart(mail: Mail) -> None:
    moved = datetime.now(UTC) + timedelta(days=3)
    LocalClock(mail.clock_file).move_to(moved)
    mail.send("Nhắc hạn xử lý", "Kính gửi đồng chí,\nCòn một ngày.\n", "a@hanoi.example", "b@hanoi.example")
    mail.kill()
    mail.start()
    (kept,) = mail.http.get("/messages").json()
    assert kept["from"] == "kenh@hanoi.example"
    assert kept["to"] == ["a@hanoi.example", "b@hanoi.example"]
    assert kept["subject"] == "Nhắc hạn xử lý"
    assert kept["text"] == "Kính gửi đồng chí,\nCòn một ngày.\n"
    assert datetime.fromisoformat(kept["received_at"]) >= moved


def test_page_lists_newest_first_and_escapes(mail: Mail) -> None:
    assert "Chưa có thư nào" in mail.http.get("/").text
    mail.send("Thư một", "một", "a@hanoi.example")
    mail.send("<b>Thư hai</b>", "<script>alert(1)</script>", "a@hanoi.example")
    page = mail.http.get("/").text
    assert page.index("Thư hai") < page.index("Thư một")
    assert "<script>alert" not in page
    assert "<b>Thư" not in page
    assert "một" in mail.http.get("/", params={"id": mail.http.get("/messages").json()[0]["id"]}).text


def test_reset_empties_and_stop_is_clean(mail: Mail) -> None:
    mail.send("Thư", "một", "a@hanoi.example")
    mail.http.post("/reset")
    assert mail.http.get("/messages").json() == []
    assert mail.stop() == 0
    assert mail.log() == ""
