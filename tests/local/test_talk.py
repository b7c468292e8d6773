"""`make talk` with functions that do not reply: its requests, output and logs."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.local.small_stack import SmallStack, ask

LINES = r"""Xin chào
dòng một\ndòng hai

@photo hố ga
@voice 2
@location 21.02 105.85
@sticker
@file đơn.pdf
@wait 60
"""
SENT = ["text", "text", "image", "audio", "location", "sticker", "file"]


def events(running: SmallStack, user: str) -> list[dict[str, Any]]:
    bodies = (json.loads(one["body"]) for one in running.seen("/") if '"user_send_' in one["body"])
    return [body for body in bodies if body["sender"]["id"] == user]


def test_every_kind_of_line_is_sent_and_logged(running: SmallStack, tmp_path: Path) -> None:
    running.forget_seen()
    log = tmp_path / "talk.jsonl"
    done = running.command("talk", "--user", "t1", "--log", str(log), bare=True, stdin=LINES.encode())
    assert done.returncode == 0, done.stderr
    sent = events(running, "t1")
    assert [event["event_name"] for event in sent] == [f"user_send_{kind}" for kind in SENT]
    messages = [event["message"] for event in sent]
    assert messages[1]["text"] == "dòng một\ndòng hai"
    assert messages[2]["text"] == "hố ga"
    assert ask(messages[2]["attachments"][0]["payload"]["url"])[2].startswith(b"\xff\xd8\xff")
    assert len(ask(messages[3]["attachments"][0]["payload"]["url"])[2]) == 6 + 2 * 50 * 13
    assert messages[6]["attachments"][0]["payload"]["name"] == "đơn.pdf"
    logged = [json.loads(line) for line in log.read_text().splitlines()]
    assert [entry["text"] for entry in logged] == [line.replace(r"\n", "\n") for line in LINES.splitlines() if line]
    assert {(entry["person"], entry["read"], *entry["replies"]) for entry in logged} == {("t1", "")}
    *_, before, after = (datetime.fromisoformat(entry["at"]) for entry in logged)
    assert before <= after
    assert done.stdout.count("(no reply)") == len(logged)
    assert "The clock stands at" in done.stdout


def test_messages_between_two_lines_are_shown_once(running: SmallStack, tmp_path: Path) -> None:
    log = tmp_path / "talk.jsonl"
    staff = f"{running.stack['zalo_url']}/sim/users/t2/staff"
    for words in ("Từ trước", "Chào chị\nTôi là An"):
        assert ask(staff, method="POST", data=json.dumps({"text": words}).encode())[0] == 200
        for _ in range(2):
            done = running.command("talk", "--user", "t2", "--log", str(log), bare=True, stdin=b"\n")
            assert done.returncode == 0, done.stderr
    (entry,) = map(json.loads, log.read_text().splitlines())
    assert (entry["n"], entry["text"], entry["replies"]) == (0, "", ["Chào chị\nTôi là An"])


def test_two_citizens_wait_one_after_the_other(running: SmallStack) -> None:
    with ThreadPoolExecutor() as pool:
        talks = [
            pool.submit(running.command, "talk", "--user", user, stdin=b"@wait 3600") for user in ("t4", "t5", "t6")
        ]
    assert [talk.result().stderr for talk in talks] == ["", "", ""]


def test_a_wrong_line_ends_a_script(running: SmallStack) -> None:
    running.forget_seen()
    done = running.command("talk", "--user", "t3", bare=True, stdin="@foto\nXin chào\n".encode())
    assert (done.returncode, "line 1: '@foto' is not one of" in done.stderr) == (1, True)
    assert events(running, "t3") == []
    done = running.command("talk", "--user", "a/b", bare=True)
    assert (done.returncode, "'a/b' is not 1 to 64 letters" in done.stderr) == (1, True)
