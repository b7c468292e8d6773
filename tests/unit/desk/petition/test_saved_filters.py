"""Saved filters of an officer or a unit: their counts, and the rights to change them."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

import pytest

from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import make_code
from petitions.domain.shared.records import replace
from petitions.domain.shared.retention import SEARCH_WORDS_KEPT_FOR
from petitions.usecases.privacy.end_retention import EndRetention
from tests.unit.desk.office import Browser, Office

CONTENTS = (
    "Cán bộ một cửa trả chậm khi làm khai sinh",
    "Đề nghị bỏ quy định nộp bản sao hộ khẩu khi đăng ký kinh doanh",
    "Cán bộ địa chính hẹn trả sổ đỏ ba lần mà không trả",
)


@pytest.fixture
def office() -> Office:
    office = Office()
    for content in CONTENTS:
        office.filed_in("SXD", content)
    return office


def known(browser: Browser) -> dict[str, dict[str, str]]:
    page = html.unescape(browser.see("/filters").text)
    fields = {
        "number": r'<b class="count">([^<]*)</b>',
        "id": r'name="id" value="([^"]*)"',
        "shared_by": r'<span class="tag">([^<]*) chia sẻ</span>',
    }
    found = {}
    for line in page.split('<li class="line between">')[1:]:
        (name,) = re.findall(r"<b>([^<]*)</b>", line)
        values = {field: re.search(pattern, line) for field, pattern in fields.items()}
        found[name] = {field: value[1] if value else "" for field, value in values.items()}
    return found


def saved(browser: Browser, name: str, view: str = "open", **fields: str) -> str:
    led = browser.submit("/filters", name=name, view=view, **fields).headers["Location"]
    assert "Đã lưu bộ lọc" in browser.see(led).text
    return known(browser)[name]["id"]


def keys(browser: Browser) -> dict[str, str]:
    piece = browser.see("/filters/beside").text
    return {unquote(key): name for key, name in re.findall(r'href="/\?saved=([^"]+)"[^>]*>([^<]+?) <b', piece)}


def test_saving_stays_on_the_list_and_reports_a_missing_name(office: Office) -> None:
    browser = office.at_desk("sxd-officer")
    refused = browser.submit("/filters", name=" ", text="khai sinh", state="new", view="open")
    assert refused.headers["Location"] == "/?view=open&state=new&find=1"
    page = browser.see(refused.headers["Location"]).text
    assert 'role="alert">Chưa lưu: Xin đặt tên cho bộ lọc' in page
    assert 'value="khai sinh"' in page
    led = browser.submit("/filters", name="Khai sinh mới", text="khai sinh", state="new", view="open")
    assert led.headers["Location"] == "/?view=open&state=new&find=1"
    page = browser.see(led.headers["Location"]).text
    assert "Đã lưu bộ lọc" in page
    ((key, name),) = keys(browser).items()
    assert name == "Khai sinh mới"
    opened = browser.see(f"/?saved={key}").headers["Location"]
    assert office.petitions()[0].code in browser.see(opened).text
    assert office.petitions()[1].code not in browser.see(opened).text
    assert browser.see("/?saved=none").status_code == 404
    assert known(office.at_desk("sxd-head")) == {}
    browser.submit("/filters", do="forget", id=key)
    assert known(browser) == {}
    assert browser.submit("/filters", do="forget", id=key).status_code == 404
    assert [office.store.documents[path]["action"] for path in office.store.paths("audit")] == [
        "filter_saved",
        "filter_removed",
    ]


def test_shared_filter_is_used_by_the_unit_and_changed_by_its_owner(office: Office) -> None:
    officer, head, other = (office.at_desk(who) for who in ("sxd-officer", "sxd-head", "syt-head"))
    officer.submit("/filters", name="Việc mới", view="open", state="new")
    officer.submit("/filters", name="Của riêng", view="open", mine="1")
    made = known(officer)["Việc mới"]["id"]
    assert officer.submit("/filters", do="share", id=made).status_code == 303
    assert list(known(head)) == ["Việc mới"]
    assert (known(head)["Việc mới"]["number"], known(head)["Việc mới"]["shared_by"]) == ("3", "Nguyễn Văn Thịnh")
    assert known(other) == {}
    ((key, _),) = keys(head).items()
    assert key == f"{made}@sxd-officer"
    assert head.see(f"/?saved={key}").headers["Location"] == "/?view=open&state=new"
    for do in ("forget", "share"):
        assert head.submit("/filters", do=do, id=made).status_code == 404  # not theirs
    assert other.submit("/filters", do="withdraw", id=made, owner="sxd-officer").status_code == 404
    head.submit("/filters", name="Việc mới", view="open", level="urgent")  # their own one of the same name
    assert [saved_filter.query for saved_filter in stored(office, "sxd-officer").filters] == [
        "view=open&state=new",
        "view=open&mine=1",
    ]
    page = head.see("/filters").text
    assert "Nguyễn Văn Thịnh chia sẻ" in page
    assert page.count("Ngừng chia sẻ") == 1
    assert head.submit("/filters", do="withdraw", id=made, owner="sxd-officer").status_code == 303
    assert [item["shared_by"] for item in known(head).values()] == [""]
    assert officer.submit("/filters", do="withdraw", id=made, owner="sxd-head").status_code == 403


def stored(office: Office, who: str) -> Officer:
    return Officer.model_validate(office.store.documents[f"officers/{who}"])


def test_only_heads_end_sharing_and_filters_of_former_officers_stay(
    office: Office,
) -> None:
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    made = saved(head, "Chờ duyệt lâu", state="new")
    assert known(head)["Chờ duyệt lâu"]["number"] == "3"
    assert stored(office, "sxd-head").filters[0].shared is None
    assert head.submit("/filters", do="share", id=made).status_code == 303
    assert stored(office, "sxd-head").filters[0].shared
    assert officer.submit("/filters", do="withdraw", id=made, owner="sxd-head").status_code == 403
    assert officer.submit("/filters", do="forget", id=made).status_code == 404
    office.store.update("officers/sxd-head", {"left_at": office.clock.now()})
    office.clock.advance(seconds=61)
    assert list(known(officer)) == ["Chờ duyệt lâu"]


def test_a_view_of_another_role_is_not_offered_and_a_number_of_a_person_is_not_shared(office: Office) -> None:
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    made = saved(head, "Chờ tôi duyệt, gấp", "approval")
    head.submit("/filters", do="share", id=made)
    assert known(officer) == {}
    phone = saved(head, "Bà Lan", text="0912 345 678")
    refused = head.submit("/filters", do="share", id=phone)
    assert refused.status_code == 400
    assert "chỉ dùng riêng" in refused.text
    kept = head.submit("/filters", name="Chờ tôi duyệt, gấp", view="open", text="0912345678")
    assert "Chưa lưu" in head.see(kept.headers["Location"]).text  # nor in place of a shared one


def test_filter_of_a_former_role_is_explained(office: Office) -> None:
    browser = office.at_desk("coordinator")
    browser.submit("/filters", name="Chờ giao", view="queue")
    browser.submit("/filters", name="Của sở", view="open", unit="SXD")
    ids = [saved_filter.id for saved_filter in stored(office, "coordinator").filters]
    office.store.update("officers/coordinator", {"role": "officer", "unit": "SYT"})
    office.clock.advance(seconds=61)
    lost = browser.see(f"/?saved={ids[0]}")
    assert (lost.status_code, lost.headers["Location"]) == (303, "/")
    assert "Bộ lọc “Chờ giao” thuộc vai trò trước đây" in browser.see("/").text
    theirs = office.petitions()[0]
    shown = browser.see(browser.see(f"/?saved={ids[1]}").headers["Location"])
    assert shown.status_code == 200
    assert theirs.code not in shown.text
    assert known(browser)["Chờ giao"]["number"] == ""
    assert "không còn mở được" in browser.see("/filters").text


def test_numbers_are_exact_where_counting_is_enough_and_bounded_where_not(office: Office) -> None:
    first, officer = office.petitions()[0], office.at_desk("sxd-officer")
    for _ in range(130):
        code = make_code(first.filed_at.date(), office.ids.code_letters())
        office.store.create(f"petitions/{code}", replace(first, code=code).stored())
    for name, filters, text, number in (
        ("mới", {"state": "new"}, "", "133"),
        ("sinh", {}, "sinh", "100+"),
        ("hai từ", {}, "khai sinh", "100+"),
        ("trong hạn", {"time": "trong_han"}, "", "100+"),
        ("của tôi", {"mine": "1"}, "", "0"),
        ("mã", {}, first.code, "1"),
        ("mã sai", {}, "HN-999999-AAAA-AAAA", "0"),
    ):
        saved(officer, name, text=text, **filters)
        assert (name, known(officer)[name]["number"]) == (name, number)
    assert {name: item["number"] for name, item in known(officer).items()}["sinh"] == "100+"


def test_the_list_shows_five_and_costs_no_more_for_them(office: Office) -> None:
    officer = office.at_desk("sxd-officer")
    officer.see("/")
    before = office.store.calls  # type: ignore[attr-defined]
    officer.see("/")
    plain = office.store.calls - before  # type: ignore[attr-defined]
    for number in range(7):
        officer.submit("/filters", name=f"Bộ lọc {number}", view="open", state="new")
    before = office.store.calls  # type: ignore[attr-defined]
    page = officer.see("/").text
    assert office.store.calls - before == plain  # type: ignore[attr-defined]
    assert page.count("?saved=") == 5
    assert "Xem tất cả" in page
    before = office.store.calls  # type: ignore[attr-defined]
    officer.see("/filters/beside")
    assert office.store.calls - before == 5  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "text"), [("Việc mới", "Nguyễn Thị Lan"), ("Việc mới", "nguyen thi lan"), ("Đơn của bà Lan", "")]
)
def test_a_filter_that_names_somebody_is_for_oneself_alone(office: Office, name: str, text: str) -> None:
    officer = office.at_desk("sxd-officer")
    refused = officer.submit("/filters", do="share", id=saved(officer, name, text=text))
    assert (refused.status_code, "tên người" in refused.text) == (400, True)
    assert stored(office, "sxd-officer").filters[0].shared is None


@pytest.mark.parametrize("text", ["Nguyễn Thị Lan", "0912 345 678"])
def test_words_that_may_name_somebody_are_kept_for_days(office: Office, text: str) -> None:
    officer = office.at_desk("sxd-officer")
    saved(officer, "Khai sinh", text="khai sinh")
    saved(officer, "Riêng", text=text)
    ends = EndRetention(office.store, office.clock, office.kept)
    office.clock.advance(days=SEARCH_WORDS_KEPT_FOR.days - 1)
    assert ends() == 0
    assert len(stored(office, "sxd-officer").filters) == 2
    office.clock.advance(days=1, seconds=1)
    assert ends() == 1
    assert [saved_filter.name for saved_filter in stored(office, "sxd-officer").filters] == ["Khai sinh"]
    assert text not in repr(office.store.documents["officers/sxd-officer"])
    assert ends() == 0


def test_saved_filter_that_may_name_a_person_shows_its_expiry(office: Office) -> None:
    browser = office.at_desk("sxd-officer")
    page = browser.see(browser.submit("/filters", name="Riêng", text="bà Lan", view="open").headers["Location"]).text
    assert re.search(r"Đã lưu bộ lọc. Bộ lọc có thể chỉ ra một người nên tự xóa ngày \d\d/\d\d/2026", page)


def test_words_saved_again_without_a_name_are_kept(office: Office) -> None:
    officer = office.at_desk("sxd-officer")
    for text in ("Nguyễn Thị Lan", "khai sinh"):
        saved(officer, "Của tôi", text=text)
    assert stored(office, "sxd-officer").filters[0].until is None
    assert stored(office, "sxd-officer").filters_until is None


def test_a_filter_that_names_a_street_is_shared(office: Office) -> None:
    officer = office.at_desk("sxd-officer")
    made = saved(officer, "Hoàng Mai", text="đường Nguyễn Trãi")
    assert officer.submit("/filters", do="share", id=made).status_code == 303
    led = officer.submit("/filters", name="Hoàng Mai", view="open", text="ông Hùng").headers["Location"]
    assert "Chưa lưu" in officer.see(led).text
