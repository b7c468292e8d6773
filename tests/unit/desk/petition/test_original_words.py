"""Confidential petitions are shown without the filer's data. Reading the original text requires a reason."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, notice_path
from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Office
from tests.unit.desk.petition.test_search import hits

TOLD = (
    "Tôi là Nguyễn Thị Lan ở số 12 phố Trung Kính, gọi 0912 345 678. Cán bộ một cửa quát mắng tôi, "
    "hỏi chị Lan là ai mà hỏi nhiều."
)
MARKS = ("Nguyễn Thị Lan", "chị Lan", "phố Trung Kính, gọi", "0912 345 678")
NOBODY = "Thủ tục cấp phép quá lâu, không ai nêu lý do"
WHY = "gọi hẹn làm việc"
PROTECTED = [
    "Người gửi cần được giữ kín.",
    "Tên, địa chỉ của người gửi và các số trong lời kể được che;",
    "Xem lời gốc (ghi lý do)",
]
CONFIDENTIAL: dict[str, dict[str, Any]] = {
    "denunciation": {"petition_class": "denunciation", "unit": "VPUB"},
    "complaint": {"petition_class": "complaint"},
    "accused": {"accused": "PX-00175"},
    "conduct": {"classified": "conduct"},
    "both": {"classified": "both"},
}


@pytest.fixture
def office() -> Office:
    return Office()


def identifying(office: Office, **fields: Any) -> Petition:
    petition, now = office.filed_in("SXD", TOLD), office.clock.now()
    nature = fields.pop("classified", "content")
    classified = {"nature": nature, "statement": "report", "field": "khac", "by": "sxd-head", "at": now}
    addition = {"by": "citizen", "input": "i", "at": now, "type": "text", "text": f"Nhắc lại: {TOLD}"}
    rating = {"level": 3, "at": now, "reason": f"Chưa xong. {TOLD}"}
    known = {"classified": classified, "content": TOLD, "additions": [addition], "rating": rating, "state": "answered"}
    office.store.update(f"petitions/{petition.code}", known | fields)
    return office.refreshed(petition.code)


def looked(office: Office) -> list[str]:
    audit = (office.store.documents[path] for path in office.store.paths("audit"))
    return [item["reason"] for item in audit if item["what"] == "contact"]


@pytest.mark.parametrize("kind", CONFIDENTIAL)
@pytest.mark.parametrize("who", ["sxd-officer", "sxd-head", "coordinator", "inspector"])
def test_no_page_identifies_the_filer_of_a_confidential_petition(office: Office, kind: str, who: str) -> None:
    petition = identifying(office, **CONFIDENTIAL[kind])
    twin = identifying(office, **CONFIDENTIAL[kind])
    browser, code = office.at_desk(who), petition.code
    paths = (f"/petitions/{code}", f"/petitions/{code}/merge?main={twin.code}",
             "/contacts/dissatisfied", "/", "/?view=done", "/?view=queue")  # fmt: skip
    for path in paths:
        page = browser.see(path).text
        assert [mark for mark in MARKS if mark in page] == [], path
    for sought in ("quát mắng", "phố Trung Kính", code):
        browser.submit("/search", text=sought)
        found = browser.see("/search").text.replace(f'value="{sought}"', "")
        assert [mark for mark in MARKS if mark in found] == [], sought
    assert looked(office) == []


@pytest.mark.parametrize("kind", CONFIDENTIAL)
def test_the_original_words_are_shown_for_a_reason_that_is_kept(office: Office, kind: str) -> None:
    petition = identifying(office, **CONFIDENTIAL[kind])
    browser, path = office.at_desk("coordinator"), f"/petitions/{petition.code}"
    page = browser.see(path).text
    assert "Xem lời gốc (ghi lý do)" in page
    assert "quát mắng tôi" in page  # the events are readable without a reason
    assert browser.submit(f"{path}/reveal", reason=" ").status_code == 400
    assert looked(office) == []
    shown = browser.submit(f"{path}/reveal", reason=WHY).text
    assert TOLD in shown
    assert f"Nhắc lại: {TOLD}" in shown
    assert looked(office) == [WHY]


def test_a_unit_that_helps_and_an_inspector_have_no_way_to_the_original_words(office: Office) -> None:
    petition = identifying(office, classified="conduct", coordinating=["SYT"])
    path = f"/petitions/{petition.code}"
    for who, status in (("syt-head", 404), ("inspector", 403)):
        browser = office.at_desk(who)
        page = browser.see(path).text
        assert "được che" in page
        assert "Xem lời gốc" not in page
        assert browser.submit(f"{path}/reveal", reason=WHY).status_code == status
    assert looked(office) == []


AT_HOME = {"address": "Số 12 phố Trung Kính", "location": {"latitude": 21.0123, "longitude": 105.8123}}
PLACE = ("Số 12 phố Trung Kính", "21.012", "105.812")


@pytest.mark.parametrize("nature", ["content", "conduct"])
@pytest.mark.parametrize("who", ["sxd-officer", "sxd-head", "syt-officer", "coordinator"])
def test_handling_and_helping_officers_read_the_place(office: Office, who: str, nature: str) -> None:
    petition = identifying(office, classified=nature, coordinating=["SYT"], **AT_HOME)
    page = office.at_desk(who).see(f"/petitions/{petition.code}").text
    assert [mark for mark in PLACE if mark not in page] == []
    if nature == "conduct" or who == "syt-officer":
        assert [mark for mark in MARKS if mark in page] == []  # the home stays hidden in the text
    elsewhere = identifying(
        office, classified=nature, coordinating=["SYT"], address="Chợ Xanh, chị Lan 0912345678 chỉ đường"
    )
    page = office.at_desk(who).see(f"/petitions/{elsewhere.code}").text
    assert "Chợ Xanh" in page
    if nature == "conduct" or who == "syt-officer":
        assert [mark for mark in ("Số 12 phố", "chị Lan", "0912345678") if mark in page] == []


@pytest.mark.parametrize("fields", [CONFIDENTIAL["accused"], CONFIDENTIAL["complaint"], CONFIDENTIAL["denunciation"]])
def test_home_of_a_protected_filer_is_hidden_from_handlers(office: Office, fields: dict[str, Any]) -> None:
    petition = identifying(office, coordinating=["SYT"], **AT_HOME, **fields)
    for who in ("sxd-head", "syt-officer", "coordinator"):
        page = office.at_desk(who).see(f"/petitions/{petition.code}").text
        assert [mark for mark in PLACE if mark in page] == [], who


def test_the_page_lists_notices_without_their_words(office: Office) -> None:
    """The notices may name petitions that the reader of the page must not see."""
    petition = office.filed_in("SXD")
    notice = Notice(
        id="n",
        kind=NoticeKind.ACCEPTED,
        channel="zalo",
        text="HN-261123-0000-0025",
        about=About(code=petition.code, seq=1),
        created_at=office.clock.now(),
    )
    office.store.create(notice_path("n"), notice.stored())
    page = office.at_desk("sxd-officer").shown(f"/petitions/{petition.code}")["page"]
    assert "n" in {listed.id for listed in page.notices}
    assert {listed.text for listed in page.notices} == {""}


def test_an_inspector_goes_nowhere(office: Office) -> None:
    page = office.at_desk("inspector").see(f"/petitions/{identifying(office, **AT_HOME).code}").text
    assert [mark for mark in PLACE if mark in page] == []


@pytest.mark.parametrize("who", ["syt-head", "inspector"])
def test_officer_without_reveal_reads_neither_name_nor_home(office: Office, who: str) -> None:
    point = {"latitude": 21.0123, "longitude": 105.8123}
    petition = identifying(office, coordinating=["SYT"], location=None if who == "syt-head" else point)
    if who == "syt-head":  # they would otherwise read the place
        office.changed(petition.code, address="Chợ Xanh")
    answer = {"author": "sxd-head", "unit": "SXD", "written_at": office.clock.now(), "approved_by": "sxd-head"}
    answer |= {"text": f"Kính gửi bà Nguyễn Thị Lan. Đã giải quyết. {TOLD}", "approved_at": office.clock.now()}
    office.store.update(f"petitions/{petition.code}", {"reply": answer, "decision": TOLD, "title": TOLD[:90]})
    first = office.store.paths(f"petitions/{petition.code}/history")[0]
    office.store.update(first, {"reason": f"Lý do: {TOLD}"})
    browser, path = office.at_desk(who), f"/petitions/{petition.code}"
    for seen in (path, "/?view=done", "/?view=helping"):
        page = browser.see(seen).text
        assert [mark for mark in (*MARKS, "số 12", "Số 12", "21.012", "105.812") if mark in page] == [], seen
    assert "quát mắng tôi" in browser.see(path).text
    for sought in ("Nguyễn Thị Lan quát mắng", "Trung Kính số 12 quát mắng", "0912345678"):
        assert petition.code not in hits(browser, sought), sought
    assert petition.code in hits(browser, "quát mắng")
    view = "done" if who == "inspector" else "helping"
    office.store.update(f"petitions/{petition.code}", {"state": "answered" if view == "done" else "accepted"})
    for sought, found in (("Nguyễn Thị Lan quát mắng", False), ("quát mắng", True)):
        browser.submit("/", text=sought, view=view)
        assert (petition.code in browser.see(f"/?view={view}&find=1").text) is found, sought


def test_place_is_hidden_if_it_is_the_home_of_a_protected_filer(office: Office) -> None:
    petition = identifying(office, accused="PX-00175", location={"latitude": 21.0123, "longitude": 105.8123})
    browser, path = office.at_desk("sxd-head"), f"/petitions/{petition.code}"
    page = browser.see(path).text
    assert [mark for mark in ("Số 12 phố", "21.012") if mark in page] == []
    shown = browser.submit(f"{path}/reveal", reason=WHY).text
    assert "Số 12 phố Trung Kính" in shown
    assert "21.012" in shown
    elsewhere = identifying(office, accused="PX-00175", address="Chợ Xanh, phường Dịch Vọng")
    assert "Chợ Xanh" in browser.see(f"/petitions/{elsewhere.code}").text


def test_petition_about_a_rule_is_read_unchanged(office: Office) -> None:
    petition = identifying(office)
    page = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}").text
    assert TOLD in page
    assert "được che" not in page


def test_no_title_names_the_filer(office: Office) -> None:
    petition = office.filed_in("SXD", TOLD)
    assert "Lan" not in petition.title
    assert "0912" not in petition.title
    assert "số 12 phố Trung Kính" in petition.title


@pytest.mark.parametrize(
    ("content", "fields", "expected"),
    [
        (TOLD, {"accused": "SXD"}, PROTECTED),
        (TOLD, {"petition_class": "complaint"}, PROTECTED),
        (TOLD, {"classified": "conduct"}, PROTECTED[1:]),
        (TOLD, {}, []),
        (NOBODY, {"classified": "conduct", "address": "Một cửa phường Yên Hòa"}, []),
        (NOBODY, {"accused": "SXD", "address": "Một cửa phường Yên Hòa"}, PROTECTED[:1]),
        (NOBODY, {"accused": "SXD"}, PROTECTED),  # the place is the home
    ],
)
def test_protection_is_mentioned_only_where_it_applies(
    office: Office, content: str, fields: dict[str, Any], expected: list[str]
) -> None:
    petition = identifying(office, content=content, title=content[:60], additions=[], rating=None, **fields)
    page = office.at_desk("coordinator").see(f"/petitions/{petition.code}").text
    assert [item for item in PROTECTED if item in page] == expected


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Bãi xe trước số 12 phố Trung Kính thu quá giá", "Bãi xe trước số 12 phố Trung Kính thu quá giá"),
        ("Trước 12 Trung Kính đỗ xe hai hàng", "Trước 12 Trung Kính đỗ xe hai hàng"),
        ("Chị Lan ở số 12 phố Trung Kính bị quát", "Chị [đã ẩn] ở [đã ẩn] phố Trung Kính bị quát"),
        ("Bãi xe trước ngõ 5, số 12 phố Trung Kính", "Bãi xe trước [đã ẩn], số 12 phố Trung Kính"),
    ],
)
def test_a_title_names_the_place_of_the_matter_and_nobodys_home(office: Office, title: str, shown: str) -> None:
    petition = identifying(office, classified="conduct", title=title, address="12 phố Trung Kính")
    contact = petition.contact.model_dump(mode="json") | {"address": "Số 12 ngõ 5 phố Trung Kính"}
    office.store.update(f"petitions/{petition.code}", {"contact": contact})
    assert shown in office.at_desk("sxd-head").see("/").text
    assert title not in office.at_desk("inspector").see("/").text
