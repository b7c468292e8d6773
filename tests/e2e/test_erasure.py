"""A citizen requests erasure in the chat. Nothing of them remains in any database, bucket or log."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from tests.e2e.stack import ASKS_CONSENT, ASKS_PLACE, ROOT, LocalStack, Officer, wait_for
from tests.e2e.test_attachments import PHOTO, stored

NAME = "Nguyễn Dấu Vết"
PHONE = "0934 567 812"
PLACE = "Số 77 ngõ Dấu Vết, phường Yên Hòa"
BEFORE = "Vỉa hè trước nhà bị đào, mã vết-đã-gửi, bà nguyen dau vet hàng xóm cũng thấy"
DRAFT = "Tôi muốn phản ánh một việc khác: cửa số 3 thu thêm tiền, mã vết-đang-soạn"
GIVEN = "Vết"
WRITTEN = (f"chị {GIVEN}", "nhà số 77")
TRACES = (*WRITTEN, NAME, "nguyen dau vet", "934567812", "934 567 812", "ngõ Dấu Vết", "vết-đang-soạn", "vết-thư-chết")


def documents(stack: LocalStack) -> dict[str, str]:
    found = {}
    for line in stack.http.get(f"{stack.url('firestore_admin_url')}/export").text.splitlines():
        one = json.loads(line)
        payloads = [base64.b64decode(item) for item in re.findall(r'"bytesValue":"([^"]*)"', line)]
        words = [
            one["path"],
            json.dumps(one["fields"], ensure_ascii=False),
            *(payload.decode(errors="replace") for payload in payloads),
        ]
        found[f"{one['database']}/{one['path']}"] = "\n".join(words).lower()
    return found


def everything(stack: LocalStack) -> str:
    return "\n".join(documents(stack).values())


def ended(stack: LocalStack, code: str) -> bool:
    erasures = [words for path, words in documents(stack).items() if path.startswith("petitions/erasures/")]
    return any(code.lower() in words and '"done"' in words for words in erasures)


def objects(stack: LocalStack) -> list[str]:
    bucket = stack.env("attachments", "ATTACHMENTS_BUCKET")
    found = stack.http.get(f"{stack.url('storage_url')}/storage/v1/b/{bucket}/o").json()
    return [item["name"] for item in found.get("items", [])]


def logs(stack: LocalStack) -> str:
    """Return the logs of all functions. The simulators' logs are left out, because Zalo keeps data of its own."""
    folder = ROOT / ".local" / stack.name / "logs"
    ours = [path for path in folder.glob("*.log") if path.stem.split(".")[0] in stack.info["functions"]]
    assert len(ours) >= len(stack.info["functions"])
    return "\n".join(Path(item).read_text(errors="replace") for item in ours)


def officers_write(officer: Officer, code: str) -> None:
    reason = f"Chị {GIVEN} ở nhà số 77 hẹn gọi lại, {PHONE}"
    answer = officer.submit(f"/petitions/{code}/reveal", reason=reason)
    assert answer.status_code == 200, answer.text
    assert officer.submit("/filters", name="Bà hàng xóm", text=NAME, view="").status_code == 303


def test_nothing_is_left_but_the_file_that_the_law_keeps(stack: LocalStack, user: str) -> None:
    if stack.info["firestore_admin_url"] is None:
        pytest.skip("only the built-in Firestore exports every database")
    stack.begins(user, BEFORE)
    phone = f"{stack.url('zalo_url')}/sim/users/{user}"
    sent = stack.http.post(f"{phone}/image", files={"file": ("ảnh.jpg", PHOTO, "image/jpeg")})
    assert sent.json()["delivered"], sent.text
    stack.completes(user, PLACE, NAME, PHONE)
    code = stack.confirms(user)
    coordinator = stack.officer("coordinator")
    wait_for(lambda: stored(coordinator, code, 1), "the photo at the desk")
    officers_write(coordinator, code)
    stack.says(user, DRAFT, ASKS_PLACE)
    old = {"timestamp": str(stack.now_ms() - 8 * 24 * 3600 * 1000)}
    assert stack.post_event(stack.event(user, "vết-thư-chết", **old)).status_code == 200
    wait_for(lambda: "vết-thư-chết" in everything(stack), "the dead letter")
    assert [
        trace
        for trace in (*map(str.lower, WRITTEN), "bà hàng xóm", "vết-đang-soạn", "dấu vết", user)
        if trace not in everything(stack)
    ] == []
    wait_for(lambda: f"public/sealed/{code}" in documents(stack), "what the filer may see on the public page")
    before = len(objects(stack))
    stack.says(user, "hủy", "Đã hủy")
    stack.says(user, "xóa dữ liệu của tôi", "muốn xóa dữ liệu cá nhân")
    answer = stack.says(user, "1", "đang được xóa")
    assert code in answer
    assert "98 ngày" in answer
    stack.move_clock("+3m")
    wait_for(lambda: user not in everything(stack), "the end of the erasure")
    wait_for(lambda: f"public/sealed/{code}" not in documents(stack), "its end")
    wait_for(lambda: ended(stack, code), "the end of the whole erasure, with what the law keeps")
    left = everything(stack)
    assert [trace for trace in TRACES if trace.lower() in left] == []
    assert "bà hàng xóm" not in left
    mails = json.dumps(stack.mails(), ensure_ascii=False).lower()
    assert [trace for trace in (*TRACES, user) if trace.lower() in mails] == []
    assert "vết-đã-gửi" in left  # the petition's own words, without its filer
    assert len(objects(stack)) == before - 3  # original, copy and thumbnail
    assert [trace for trace in (*TRACES, "vết-đã-gửi", user) if trace.lower() in logs(stack).lower()] == []
    petition = coordinator.petition(code)
    assert petition
    assert petition["attachments"] == []
    stack.says(user, "menu", "Gửi phản ánh, kiến nghị mới")
    stack.says(user, "Tôi muốn phản ánh một việc mới: phường trả chậm giấy phép xây dựng của tôi", ASKS_CONSENT)
