"""The administrators' calendars and rules: tried first, published once, taken back; nothing typed is lost."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.fingerprint import version_of
from tests.unit.desk.office import Browser, Office

PATH = "/admin/reference/calendars"
SHIPPED = parsed("calendars.json")


def with_a_day_off(day: str = "2026-12-08") -> dict[str, Any]:
    calendar = json.loads(json.dumps(SHIPPED))
    next(year for year in calendar["years"] if year["year"] == 2026)["off"][day] = "nghỉ lễ bổ sung"
    return dict(calendar)


def send(admin: Browser, data: Any, do: str, seen: str = version_of(SHIPPED)) -> Any:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return admin.submit(PATH, data=text, seen=seen, do=do)


def accepted(office: Office) -> None:
    petition = office.filed_in("SXD")
    assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303


def test_a_preview_writes_nothing_and_says_what_moves_by_unit() -> None:
    office = Office()
    accepted(office)
    admin = office.at_desk("admin")
    due = next(iter(office.petitions())).clocks["answer"].due_at
    changed = with_a_day_off(f"{due:%Y-%m-%d}")
    before = dict(office.store.documents)
    page = send(admin, changed, "preview")
    assert page.status_code == 200
    assert "1 hồ sơ đang mở sẽ đổi thời hạn" in page.text
    assert "Sở Xây dựng: 1" in page.text
    assert office.store.documents == before
    body = {"data": json.dumps(changed), "seen": version_of(SHIPPED)}
    assert admin.call("/reference/calendars", body).get_json()["moved"] == {"SXD": 1}


def test_published_once_with_who_and_when_and_taken_back() -> None:
    office = Office()
    admin = office.at_desk("admin")
    assert send(admin, with_a_day_off(), "publish").status_code == 303
    page = admin.see(PATH).text
    assert version_of(with_a_day_off()) in page
    assert "Đặng Quốc Bảo" in page
    stale = send(admin, with_a_day_off("2026-12-09"), "publish")
    assert stale.status_code == 409
    assert "2026-12-09" in stale.text
    assert "nghỉ lễ bổ sung" not in unescape(admin.see(f"{PATH}?version=shipped").text).split("</textarea>")[0]
    assert send(admin, SHIPPED, "publish", version_of(with_a_day_off())).status_code == 303
    assert admin.see("/api/reference/calendars").get_json()["data"] == SHIPPED
    assert len(office.store.paths("audit")) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("{", "không phải JSON"),
        ("[]", "một đối tượng JSON"),
        ({**SHIPPED, "years": []}, "years: chưa có năm nào"),
        (with_a_day_off("2026-12-06"), "2026-12-06: ghi là ngày nghỉ, nhưng vốn đã không làm việc"),
        ({**SHIPPED, "weekdays": {}}, "thiếu mục này"),
    ],
)
def test_faults_are_told_in_words_and_nothing_typed_is_lost(wrong: Any, words: str) -> None:
    office = Office()
    answer = send(office.at_desk("admin"), wrong, "publish")
    assert answer.status_code == 400
    assert words in unescape(answer.text)
    typed = wrong if isinstance(wrong, str) else json.dumps(wrong, ensure_ascii=False)
    assert typed in unescape(answer.text)
    assert not office.store.paths("audit")


def test_a_page_costs_few_queries_and_unknown_kinds_are_not_there() -> None:
    office = Office()
    admin = office.at_desk("admin")
    admin.see(PATH)
    before = office.store.calls  # type: ignore[attr-defined]
    assert admin.see("/admin/reference/deadline_rules").status_code == 200
    assert office.store.calls - before <= 5  # type: ignore[attr-defined]
    assert admin.see("/admin/reference/directory").status_code == 404
