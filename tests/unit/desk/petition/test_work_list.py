"""The work list: single and combined filters, counts, search, and no personal data in URLs."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.ports.store import DELETE
from petitions.usecases.desk.work_list_query import COUNTED_TO
from tests.unit.desk.office import Office

DAY = date(2026, 11, 23)
DAY_AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
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


def put(office: Office, petition: Petition, **fields: Any) -> None:
    office.store.update(f"petitions/{petition.code}", fields)


def found(office: Office, who: str = "sxd-officer", **asked: Any) -> list[str]:
    browser = office.at_desk(who)
    led = browser.submit("/", text=asked.get("text", ""), view=asked.get("view", ""), **asked.get("filters", {}))
    return [line.code for line in browser.shown(led.headers["Location"])["listing"].lines]


def test_each_filter_and_several_together(office: Office) -> None:
    first, second, third = office.petitions()
    put(office, second, kind="kien_nghi_quy_dinh", level="urgent", handler="sxd-officer")
    put(office, third, ward="PX-00166", state="accepted", kind="kien_nghi_quy_dinh")
    put(office, first, kind="phan_anh_hanh_vi", ward="PX-00175")
    for filters, expected in (
        ({}, [second, first, third]),  # urgent petitions come first
        ({"kind": "kien_nghi_quy_dinh"}, [second, third]),
        ({"level": "urgent"}, [second]),
        ({"ward": "PX-00166"}, [third]),
        ({"state": "accepted"}, [third]),
        ({"mine": "1"}, [second]),
        ({"kind": "kien_nghi_quy_dinh", "state": "new"}, [second]),
        ({"kind": "kien_nghi_quy_dinh", "state": "new", "mine": "1", "level": "urgent"}, [second]),
        ({"kind": "spam"}, []),
        ({"sort": "newest"}, [third, second, first]),
    ):
        assert found(office, filters=filters) == [petition.code for petition in expected], filters
    assert found(office, view="mine") == [second.code]
    assert found(office, "syt-officer") == []
    assert found(office, "inspector", filters={"unit": "SXD"}) == [second.code, first.code, third.code]
    assert found(office, "inspector", filters={"unit": "SYT"}) == []
    # Another unit in the filter does not open that unit's petitions.
    assert found(office, "syt-officer", filters={"unit": "SXD"}) == []


def test_a_filter_that_is_none_is_refused(office: Office) -> None:
    for wrong in ("state=gone", "time=soon", "kind=x", "level=x", "ward=x", "unit=x", "mine=2", "sort=x"):
        assert office.at_desk("sxd-officer").see(f"/?{wrong}").status_code == 400, wrong


def test_the_text_finds_with_marks_and_without_every_word_and_any_part_of_the_code(office: Office) -> None:
    first, second, third = office.petitions()
    for text, expected in (
        ("khai sinh", [first]),
        ("KHAI SINH can bo", [first]),
        ("cán bộ", [first, third]),
        ("sổ đỏ", [third]),
        ("so do kinh doanh", []),
        (second.code, [second]),
        (second.code.lower().replace("-", " "), [second]),
        (second.code[-4:], [second]),
        ("Nguyễn", []),  # the filer's name is not searched
        ("0912345678", []),
    ):
        assert found(office, text=text) == [petition.code for petition in expected], text
    put(office, second, state="closed")
    assert found(office, text=second.code) == [second.code]  # a code is found in every list
    assert found(office, "syt-officer", text=second.code) == []


def test_the_time_states_part_the_open_petitions(office: Office) -> None:
    clock = office.petitions()[0].clocks["reception"]
    seen: set[str] = set()
    due = clock.due_at
    for at in (office.clock.now(), due - timedelta(hours=2), due, due + timedelta(hours=1), due + timedelta(days=9)):
        office.clock.at = at
        parts = [
            found(office, filters={"time": time})
            for time in (TimeState.WITHIN, TimeState.NEARLY_DUE, TimeState.OVERDUE)
        ]
        assert sorted(chain(*parts)) == sorted(petition.code for petition in office.petitions())
        seen |= {str(number) for number, part in enumerate(parts) if part}
    assert seen == {"0", "1", "2"}
    assert len(found(office, view="overdue")) == 3
    waiting = office.petitions()[0]
    put(office, waiting, state="awaiting_citizen")
    assert waiting.code in found(office, view="overdue")  # it was overdue before the request to the citizen
    put(office, waiting, state="awaiting_citizen", due_at=office.clock.now() + timedelta(days=9))
    assert waiting.code not in found(office, view="overdue")  # the latest possible deadline


def test_counts_are_right_and_end_at_a_hundred_for_filters(office: Office) -> None:
    first = office.petitions()[0]
    for number in range(150):
        code = f"X{number}"
        copy = replace(first, code=code, handler="sxd-officer" if number < 7 else None)
        office.store.create(f"petitions/{code}", copy.stored())
    browser = office.at_desk("sxd-officer")
    listing = browser.shown("/")["listing"]
    assert listing.counts == {"open": 153, "mine": 7, "overdue": 0, "helping": 0}
    assert listing.found is None
    assert browser.shown("/?state=new")["listing"].found == "100+"
    assert browser.shown("/?mine=1")["listing"].found == "7"
    office.clock.at = first.clocks["reception"].due_at + timedelta(hours=1)
    browser = office.at_desk("sxd-officer")
    assert browser.shown("/")["listing"].counts["overdue"] == 153
    assert ">153<" in browser.see("/").text


def test_a_list_is_counted_as_far_as_one_read_pays_for(office: Office) -> None:
    first = office.petitions()[0]
    for number in range(COUNTED_TO - len(office.petitions())):
        office.store.create(f"petitions/X{number}", replace(first, code=f"X{number}").stored())
    coordinator = office.at_desk("coordinator")
    assert coordinator.shown("/")["listing"].counts["open"] == COUNTED_TO
    assert ">1000+<" in coordinator.see("/").text
    office.store.update("petitions/X1", {"state": "closed", "due_at": DELETE})
    assert ">999<" in office.at_desk("coordinator").see("/").text


def test_filtered_pages_hold_everything_once(office: Office) -> None:
    first = office.petitions()[0]
    for number in range(230):
        copy = replace(first, code=f"HN-261123-{number:07d}", content="đường ngập" if number % 3 else "vỉa hè hỏng")
        office.store.create(f"petitions/{copy.code}", copy.stored())
    browser, codes, path = office.at_desk("sxd-officer"), [], "/?find=1"
    browser.submit("/", text="đường ngập")
    while path:
        page = browser.see(path)
        assert page.status_code in {200, 400}
        if page.status_code == 400:  # the invented codes are no cursor
            break
        codes += re.findall(r'<td class="code">([^<]+)', page.text)
        following = re.search(r'href="([^"]+)" rel="next"', page.text)
        path = html.unescape(following[1]) if following else ""
    assert len(codes) == len(set(codes)) >= 50


def test_search_text_is_in_no_address(office: Office) -> None:
    browser = office.at_desk("sxd-officer")
    answer = browser.submit("/", text="Nguyễn Thị Lan khai sinh", state="new", view="open")
    assert answer.headers["Location"] == "/?view=open&state=new&find=1"
    page = browser.see("/?view=open&find=1")
    assert 'value="Nguyễn Thị Lan khai sinh"' in page.text
    assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', page.text) if "Lan" in html.unescape(link)]


def test_remaining_time_is_in_working_time(office: Office) -> None:
    browser = office.at_desk("sxd-officer")
    due = office.petitions()[0].clocks["reception"].due_at
    left = office.timekeeping.calendar.elapsed_working(office.clock.now(), due)
    assert browser.listed()[0].left == left
    assert re.search(r'<b class="left one">Còn (\d+ (ngày|giờ|phút) ?)+làm việc</b>', browser.see("/").text)
    office.clock.at = office.timekeeping.calendar.add_working_hours(due, timedelta(hours=11))
    assert '<b class="left one">Quá 1 ngày 3 giờ làm việc</b>' in office.at_desk("sxd-officer").see("/").text


def test_heads_and_their_deputies_have_a_list_of_approvals(office: Office) -> None:
    first, second, _ = office.petitions()
    put(office, second, state="awaiting_approval")
    head = office.at_desk("sxd-head")
    page = head.see("/?view=approval").text
    assert second.code in page
    assert first.code not in page
    assert re.search(r'Chờ tôi duyệt <b class="count" data-count="approval">1</b>', head.see("/").text)
    assert second.code not in office.at_desk("syt-head").see("/?view=approval").text
    assert "Chờ tôi duyệt" not in office.at_desk("sxd-officer").see("/").text
    deputy = {"officer": "sxd-officer", "since": "2026-11-01", "until": "2026-12-31"}
    office.store.update("officers/sxd-head", {"deputy": deputy})
    office.clock.advance(seconds=61)
    assert second.code in office.at_desk("sxd-officer").see("/?view=approval").text


def test_handler_channel_field_rating_and_days_of_filing_narrow_it_too(office: Office) -> None:
    first, second, third = office.petitions()
    assert office.at_desk("sxd-officer").does(second, "accept").status_code == 303
    chosen = office.petition(second.code).classified
    assert chosen
    day = timedelta(days=1)
    put(office, first, handler="sxd-head", filed_at=DAY_AT - 3 * day)
    put(office, second, source="paper", filed_at=DAY_AT - 2 * day)
    put(office, third, rating={"level": 3, "at": DAY_AT}, filed_at=DAY_AT)
    for filters, expected in (
        ({"handler": "sxd-head"}, [first]),
        ({"source": "paper"}, [second]),
        ({"source": "zalo"}, [first, third]),
        ({"field": chosen.field}, [second]),
        ({"rating": "3"}, [third]),
        ({"from": "2026-11-21"}, [third, second]),
        ({"to": "2026-11-21"}, [second, first]),
        ({"from": "2026-11-21", "to": "2026-11-21"}, [second]),
        ({"from": "2026-11-22", "to": "2026-11-22"}, []),
        ({"from": "2026-11-21", "source": "zalo"}, [third]),
        ({"to": "2026-11-22", "time": "trong_han"}, [first, second]),
    ):
        assert found(office, filters=filters) == [petition.code for petition in expected], filters
    browser = office.at_desk("sxd-officer")
    page = browser.see("/?view=open&source=paper&from=2026-11-01").text
    assert "nhận: đơn, trực tiếp, e-mail, fax, iHanoi" in page
    assert "gửi từ 01/11/2026" in page
    for wrong in ("handler=nobody", "source=x", "field=x", "rating=4", "from=x", "to=2026-13-01"):
        assert browser.see(f"/?{wrong}").status_code == 400, wrong


def test_urgent_petitions_come_first_without_repetition_across_pages(office: Office) -> None:
    first = office.petitions()[0]
    for number in range(150):
        code = make_code(DAY, office.ids.code_letters())
        level: Any = "urgent" if number % 2 else "complex" if number % 3 else "normal"
        due = first.filed_at + timedelta(hours=number // 4)
        copy = replace(first, code=code, level=level, due_at=due)
        office.store.create(f"petitions/{code}", copy.stored())
    browser, seen, after = office.at_desk("sxd-officer"), [], ""
    while True:
        listing = browser.shown(f"/?view=open{after}")["listing"]
        seen += listing.lines
        if not listing.next:
            break
        after = f"&after={quote(listing.next)}"
    expected = sorted(
        office.petitions(), key=lambda petition: (petition.level != "urgent", str(petition.due_at), petition.code)
    )
    assert [item.code for item in seen] == [petition.code for petition in expected]
    urgent = [petition.code for petition in expected if petition.level == "urgent"]
    assert found(office, filters={"level": "urgent"})[:50] == urgent[:50]


def test_petition_waiting_for_its_citizen_shows_no_remaining_time(office: Office) -> None:
    waiting = office.petitions()[0]
    officer = office.at_desk("sxd-officer")
    assert officer.does(waiting, "ask_supplement", text="Xin gửi ảnh giấy hẹn").status_code == 303
    for days in (0, 3, 40):
        office.clock.advance(days=days)
        page = office.at_desk("sxd-officer").see("/").text
        row = page[page.index(f'id="r-{waiting.code}"') :].split("</tr>")[0]
        assert "Chờ người gửi bổ sung" in row
        assert "Còn" not in row
        assert "class=" not in row.split(">")[0]
    assert "đã hết thời gian chờ" in row


def test_the_list_one_came_from_is_led_back_to(office: Office) -> None:
    browser, petition = office.at_desk("sxd-officer"), office.petitions()[0]
    assert 'href="/" rel="up"' in browser.see(f"/petitions/{petition.code}").text
    browser.see("/?view=open&state=new&sort=newest&after=2026-11-23T02:00:09Z~" + petition.code)
    led = re.search(r'href="([^"]+)" rel="up"', browser.see(f"/petitions/{petition.code}").text)
    assert led
    assert parse_qs(html.unescape(led[1])[2:]) == {
        "view": ["open"],
        "state": ["new"],
        "sort": ["newest"],
        "after": [f"2026-11-23T02:00:09Z~{petition.code}"],
    }


def test_each_condition_can_be_taken_away_alone(office: Office) -> None:
    browser = office.at_desk("sxd-officer")
    led = browser.submit("/", view="open", text="khai sinh", state="new", level="urgent", mine="1", sort="newest")
    page = browser.see(led.headers["Location"]).text
    chips = dict(re.findall(r'class="chip" href="/\?([^"]*)">([^<]+?) <', page))
    rest = {words: parse_qs(html.unescape(query)) for query, words in chips.items()}
    assert list(rest) == ["“khai sinh”", "Mới", "Khẩn", "chỉ việc của tôi"]
    assert "find" not in rest["“khai sinh”"]
    assert "state" not in rest["Mới"]
    assert rest["Mới"] == {"view": ["open"], "level": ["urgent"], "mine": ["1"], "sort": ["newest"], "find": ["1"]}


@pytest.mark.parametrize(("who", "unit", "role"), [("inspector", "SNV", Role.INSPECTOR), ("aide", "VPUB", Role.HEAD)])
def test_counts_match_the_lists_without_closed_petitions(who: str, unit: str, role: Role) -> None:
    office = Office()
    if who == "aide":
        aide = Officer(id=who, name="Lê Thị Mai", email="aide@example.vn", unit=unit, role=role)
        office.store.create(officer_path(who), aide.stored())
    closed: tuple[dict[str, str], ...] = (
        {"petition_class": "denunciation"}, {"accused": unit}, {"accused": unit, "petition_class": "denunciation"},
    )  # fmt: skip
    for fields in ({}, {}, *closed):
        petition = office.filed_in("VPUB")
        state = "awaiting_approval" if role is Role.HEAD else "new"
        known = {"nature": "conduct", "statement": "report", "field": "khac", "by": "x", "at": office.clock.now()}
        changes = {"handler": who, "state": state, "classified": known, **fields}
        office.store.update(f"petitions/{petition.code}", changes)
    office.clock.advance(days=30)
    browser = office.at_desk(who)
    counts = browser.shown("/")["listing"].counts
    assert len(counts) > 1
    for view, number in counts.items():
        listed = browser.listed(f"view={view}")
        assert (view, number) == (view, len(listed)) == (view, 0 if view == "helping" else 2)
