from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.commands import made_files, stored_input
from infra.local.commands.citizen_phone import shown
from infra.local.commands.status_text import HANOI
from infra.local.commands.talk import Turn, append
from infra.local.stack.folder import StackError
from petitions.domain.files.file_types import sniff
from petitions.domain.shared.identity import pseudonym

AT = datetime(2026, 11, 24, 9, 0, 30, 500, tzinfo=HANOI)
TURN = Turn("7", "Vâng\nđồng ý", "consent: affirm tell give:place", ["Một\nhai", "Ba"], AT)


def test_a_turn_is_a_line_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "talk.jsonl"
    append(log, [TURN])
    append(log, [])
    append(log, [Turn("8", "", "", [], AT)])
    first, second = log.read_text().splitlines()
    assert "đồng ý" in first
    assert list(json.loads(first).items()) == [
        ("n", 0),
        ("person", "7"),
        ("text", "Vâng\nđồng ý"),
        ("read", "consent: affirm tell give:place"),
        ("replies", ["Một\nhai", "Ba"]),
        ("at", "2026-11-24T09:00:30+07:00"),
    ]
    assert json.loads(second)["n"] == 1


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"--log: .*No such file"):
        append(tmp_path / "nowhere" / "talk.jsonl", [])


def test_a_turn_is_shown_whole() -> None:
    assert TURN.printed().splitlines() == [
        "2026-11-24 09:00:30  7: Vâng",
        "    đồng ý",
        "  * Một",
        "    hai",
        "  * Ba",
        "  read: consent: affirm tell give:place",
    ]
    assert Turn("7", "alo", "", [], AT).printed() == "2026-11-24 09:00:30  7: alo\n  (no reply)"


def test_attachments_of_a_message_are_shown() -> None:
    form = {
        "type": "template",
        "payload": {"template_type": "request_user_info", "title": "Chia sẻ", "subtitle": "Bấm"},
    }
    place = {"type": "location", "payload": {"coordinates": {}}}
    assert shown({"text": "", "attachments": [form]}) == "[template: Chia sẻ - Bấm]"
    assert shown({"text": "Đây", "attachments": [place]}) == "Đây\n[location]"


def test_the_field_read_is_found_by_the_message() -> None:
    def line(**fields: Any) -> bytes:
        return json.dumps({"path": "citizens/a/inputs/b", "fields": fields}).encode() + b"\n"

    def text(value: str) -> dict[str, str]:
        return {"stringValue": value}

    exported = line(msg_id=text("1"), read=text("")) + line(msg_id=text("2"), read=text("idle: tell"))
    exported += line(msg_id=text("3")) + line(msg_id={"nullValue": None})
    found = [stored_input.field_of(exported, msg_id) for msg_id in ("1", "2", "3", "4")]
    assert found == ["", "idle: tell", "", ""]


def test_citizens_have_the_pseudonym_of_the_functions() -> None:
    assert stored_input.pseudonym(b"0123456789abcdef", "7") == pseudonym(b"0123456789abcdef", "7")


def test_made_files_are_of_their_types(tmp_path: Path) -> None:
    assert sniff(made_files.recording(12)) == "audio/amr"
    assert sniff(made_files.document("đơn.pdf")) == "application/pdf"
    assert sniff(made_files.document("ảnh.JPG")) == "image/jpeg"
    given = tmp_path / "given.pdf"
    given.write_bytes(b"%PDF-given")
    assert made_files.document(str(given)) == b"%PDF-given"
