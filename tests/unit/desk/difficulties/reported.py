"""Reports of difficulties, meaning obstacles in an officer's work, and the steps on such a report."""

from __future__ import annotations

from typing import Any

from petitions.domain.difficulties.difficulty import Difficulty
from tests.unit.desk.office import Browser, Office

TOLD = "Mẫu trả lời về đất đai không có chỗ ghi số văn bản của thành phố, phải chép tay mỗi lần."
ANSWER = "Văn phòng đã thêm chỗ ghi số văn bản vào mẫu; đơn vị dùng từ hôm nay."


def stored(office: Office, identity: str) -> Difficulty:
    return Difficulty.model_validate(office.store.documents[f"difficulties/{identity}"])


def reported(office: Office, who: str = "sxd-officer", key: str = "form-0001", **fields: Any) -> Difficulty:
    given = {"key": key, "kind": "data", "text": TOLD, **fields}
    answer = office.at_desk(who).submit("/difficulties", **given)
    assert answer.status_code == 303, answer.text
    return stored(office, key)


def does(browser: Browser, seen: Difficulty, step: str, **fields: Any) -> int:
    return browser.submit(f"/difficulties/{seen.id}/{step}", version=seen.version, **fields).status_code
