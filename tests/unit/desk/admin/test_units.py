from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.shared.fingerprint import version_of
from tests.unit.desk.office import Browser, Office

SHIPPED = parsed("directory.json")
SXD = next(row for row in SHIPPED["units"] if row["code"] == "SXD")
GRAVE = "mộ phần vô chủ"
ABOUT_GRAVES = f"{GRAVE} nằm lộ thiên, {GRAVE} bị đào bới, học sinh sợ"


def typed(do: str = "try", unit: str = "SXD", **changes: Any) -> dict[str, str]:
    row = next(item for item in SHIPPED["units"] if item["code"] == unit)
    given = {"aliases": row["aliases"], "keywords": row["keywords"], "competence": row["competence"]} | changes
    fields = {name: value if isinstance(value, str) else "\r\n".join(value) for name, value in given.items()}
    seen = changes.get("seen", version_of(SHIPPED))
    return fields | {"do": do, "seen": seen}


def send(admin: Browser, do: str = "try", unit: str = "SXD", **changes: Any) -> Any:
    return admin.submit(f"/admin/units/{unit}", **typed(do, unit, **changes))


def stored(admin: Browser, unit: str = "SXD") -> Any:
    return admin.shown(f"/admin/units/{unit}")["stored"]


def test_page_shows_the_officers_and_the_open_petitions() -> None:
    office = Office()
    accepted = office.filed_in("SXD")
    office.filed_in("SXD")
    assert office.at_desk("sxd-officer").does(accepted, "accept").status_code == 303
    today = date(2026, 11, 23).isoformat()
    deputy = {"officer": "sxd-officer", "since": today, "until": "2026-12-31"}
    office.store.update("officers/sxd-head", {"deputy": deputy})
    page = office.at_desk("admin").see("/admin/units/SXD").text
    for words in (
        "Sở Xây dựng", "Nguyễn Văn Thịnh", "Trần Thu Hằng", "Người thay: Nguyễn Văn Thịnh, 23/11 – 31/12/2026",
        "hôm nay thay lãnh đạo", "Mới: 1", "Đã tiếp nhận: 1", SXD["keywords"][0],
    ):  # fmt: skip
        assert words in unescape(page), words
    assert accepted.code not in page  # administrators see no petition
    assert accepted.title not in page
    assert "note bad" not in page.split("<main")[1]


@pytest.mark.parametrize(
    ("code", "gone", "words"),
    [
        ("STP", [], "Chưa có ai"),
        ("SXD", ["sxd-officer"], "Chưa có cán bộ xử lý"),
        ("SXD", ["sxd-head"], "Chưa có lãnh đạo"),
        ("VPUB", ["coordinator"], "Chưa có cán bộ điều phối"),
        ("PX-00004", [], "Chưa có ai"),
    ],
)
def test_vacant_roles_are_warned_of(code: str, gone: list[str], words: str) -> None:
    office = Office()
    for who in gone:
        office.store.update(f"officers/{who}", {"left_at": office.clock.now()})
    admin = office.at_desk("admin")
    assert words in admin.see(f"/admin/units/{code}").text
    assert code in admin.see("/admin/units?missing=1").text


def test_a_unit_with_everybody_is_not_among_the_missing() -> None:
    page = Office().at_desk("admin").see("/admin/units?missing=1").text
    assert "/admin/units/SXD" not in page
    assert "/admin/units/STP" in page


def test_a_ward_shows_its_place_and_cannot_be_edited() -> None:
    admin = Office().at_desk("admin")
    page = admin.see("/admin/units/PX-00004").text
    for words in ("21.0386, 105.8380", "2,97 km²", "Gồm toàn bộ hoặc một phần"):
        assert words in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    assert stored(admin, "PX-00004") is None
    answer = admin.submit("/admin/units/PX-00004", aliases="", keywords="", competence="x" * 20, seen="")
    assert answer.status_code == 404


@pytest.mark.parametrize("code", ["OOS", "PX-%3F", "XYZ"])
def test_special_codes_and_strangers_have_no_page(code: str) -> None:
    assert Office().at_desk("admin").see(f"/admin/units/{code}").status_code == 404


def test_coordinators_on_duty_are_named() -> None:
    office = Office()
    page = office.at_desk("admin").see("/admin/units/VPUB").text
    assert "Không ai đăng ký trực" in page
    assert office.at_desk("coordinator").submit("/me/settings", on_duty="1").status_code == 303
    page = office.at_desk("admin").see("/admin/units/VPUB").text
    assert "đang trực" in page
    assert "Không ai đăng ký trực" not in page


def test_trial_shows_the_petitions_that_would_move_and_writes_nothing() -> None:
    office = Office()
    office.filed_in("VPUB", ABOUT_GRAVES)
    admin = office.at_desk("admin")
    before = dict(office.store.documents)
    words = [*SXD["keywords"], GRAVE, "đào bới", "nằm lộ thiên"]
    page = send(admin, keywords=words)
    assert page.status_code == 200, page.text
    assert f"Thêm từ khóa: {GRAVE}" in page.text
    assert "Thử trên 1 hồ sơ mới" in page.text
    assert office.store.documents == before
    trial = admin.shown_after("/admin/units/SXD", **typed(keywords=words))["trial"]
    assert (trial.tried, trial.more) == (1, False)
    (((old, new), count),) = trial.moved.items()
    assert (new, count) == ("SXD", 1)
    assert old != "SXD"
    assert "1 hồ sơ sẽ được chuyển khác đi" in page.text


def test_edit_is_published_with_author_and_time_and_reverted() -> None:
    office = Office()
    admin = office.at_desk("admin")
    answer = send(
        admin, "publish", keywords=[GRAVE, "  hai   cụm ", GRAVE.upper()], aliases=[], competence="Việc xây dựng"
    )
    assert answer.status_code == 303, answer.text
    after = stored(admin)
    assert (after.row["keywords"], after.row["aliases"], after.row["competence"]) == (
        [GRAVE.upper(), "hai cụm"],
        [],
        "Việc xây dựng",
    )
    page = unescape(admin.see("/admin/units/SXD").text)
    assert "Đặng Quốc Bảo" in page
    assert f"Bỏ từ khóa: {'; '.join(SXD['keywords'])}" in page
    (line,) = [fields for path, fields in office.store.documents.items() if fields.get("action") == "unit_changed"]
    assert (line["officer"], line["subject"]) == ("admin", "unit:SXD")
    assert "hai cụm" in line["reason"]
    laid = unescape(admin.see("/admin/units/SXD?undo=0").text)
    assert "chưa ghi" in laid
    assert SXD["keywords"][0] in laid.split('name="keywords"')[1].split("</textarea>")[0]
    assert send(admin, "publish", seen=after.version).status_code == 303
    back = stored(admin)
    assert (set(back.row["keywords"]), back.row["aliases"], back.row["competence"]) == (
        set(SXD["keywords"]), SXD["aliases"], SXD["competence"],
    )  # fmt: skip
    assert admin.see("/admin/units/SXD?undo=7").status_code == 404


def test_two_administrators_do_not_overwrite_each_other() -> None:
    office = Office()
    admin = office.at_desk("admin")
    assert send(admin, "publish", unit="SYT", keywords=["phòng khám chui"]).status_code == 303
    stale = send(admin, "publish", keywords=[GRAVE])
    assert stale.status_code == 409
    assert GRAVE in stale.text  # nothing typed is lost
    assert "phiên bản khác" in stale.text
    again = send(admin, "publish", keywords=[GRAVE])
    assert again.status_code == 409  # the form still has the version seen first


def test_all_faults_are_reported_together_and_nothing_is_written() -> None:
    office = Office()
    admin = office.at_desk("admin")
    before = dict(office.store.documents)
    answer = send(admin, "publish", aliases=["x" * 81], keywords=["1"], competence="ngắn")
    assert answer.status_code == 400
    for words in ("dài quá 80 ký tự", "phải có ít nhất hai chữ cái", "Chức năng: từ 10 đến 2000 ký tự"):
        assert words in answer.text
    assert send(admin, "publish").status_code == 400  # nothing differs
    assert office.store.documents == before


def test_a_phrase_that_another_unit_has_is_pointed_out() -> None:
    theirs = next(row for row in SHIPPED["units"] if row["code"] == "SYT")["keywords"][0]
    page = send(Office().at_desk("admin"), keywords=[*SXD["keywords"], theirs]).text
    assert f"“{theirs}” (Sở Y tế)" in page
    assert "Hiện không có hồ sơ mới nào" in page
