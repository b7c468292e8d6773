"""A ward reports a difficulty at the running desk and reads the answer."""

from __future__ import annotations

import re

import httpx

from tests.e2e.stack import LocalStack, Officer

TOLD = "Mẫu trả lời không có chỗ ghi số văn bản; hỏi 0912345678 cũng không rõ."
ANSWER = "Văn phòng đã thêm chỗ ghi số văn bản vào mẫu."
PICTURE = b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01L\x00;"


def submit(officer: Officer, path: str, files: dict[str, tuple[str, bytes]] | None = None, **fields: str) -> str:
    answer = officer.http.post(path, data={"csrf": officer.csrf, **fields}, files=files, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def page(officer: Officer, path: str) -> str:
    shown: httpx.Response = officer.http.get(path)
    assert shown.status_code == 200, shown.text
    return shown.text


def version(officer: Officer, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page(officer, path))
    assert found
    return found[1]


def test_a_ward_reports_a_difficulty_and_reads_its_answer(stack: LocalStack) -> None:
    ward, coordinator = stack.officer("officer", "PX-00175"), stack.officer("coordinator")
    form = page(ward, "/difficulties/new?from=/search")
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key
    shown = submit(
        ward, "/difficulties", {"files": ("man-hinh.gif", PICTURE)},
        key=key[1], kind="data", text=TOLD, page="/search",
    )  # fmt: skip
    assert "[điện thoại]" in shown
    assert "0912345678" not in shown
    one = f"/difficulties/{key[1]}"
    picture = re.search(rf'src="({one}/files/[^"]+)"', page(coordinator, one))
    assert picture
    assert coordinator.http.get(picture[1]).headers["Content-Type"] == "image/gif"
    submit(coordinator, f"{one}/arrange", version=version(coordinator, one), group="Mẫu trả lời", assigned="VPUB")
    stale = version(coordinator, one)
    submit(coordinator, f"{one}/answer", version=stale, text=ANSWER)
    second = coordinator.http.post(f"{one}/close", data={"csrf": coordinator.csrf, "version": stale, "text": "trùng"})
    assert second.status_code == 409
    assert "đã thao tác trước" in second.text
    assert ANSWER in page(ward, one)
    submit(ward, f"{one}/judge", version=version(ward, one), helped="1")
    assert "Giúp được" in page(coordinator, one)
    assert key[1] in page(coordinator, "/difficulties/quarter")
    assert key[1] in page(ward, "/difficulties?closed=1")
    elsewhere = stack.officer("officer", "SYT")
    assert elsewhere.http.get(one).status_code == 404
