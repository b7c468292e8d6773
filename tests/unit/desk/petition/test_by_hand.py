"""Petitions that reach an office by post, e-mail or telephone: officers enter, review and file them."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from petitions.domain.channels.entry import ENTRY_FIELDS, LONGEST_AGO, read_entry
from petitions.domain.citizen.citizen import CONSENT_VERSION, PRIVACY_PAGE
from petitions.domain.petition.answering import MOST_BYTES, MOST_FILES
from petitions.domain.petition.petition import LEGAL_BASIS_LABELS, KeyedIn, LegalBasis, Petition
from petitions.domain.shared.channel import CHANNEL_LABELS, CHANNEL_SOURCES, Channel
from petitions.domain.shared.records import replace
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.entering import GIVEN, entered, local, typed

FORM_WORDS = Path(__file__).parents[4] / "functions" / "desk" / "words" / "form_words.json"


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def shown(page: str) -> dict[str, str]:
    found = re.findall(r'<dt>([^<]*)</dt><dd class="pre">(.*?)</dd>', page, re.DOTALL)
    return {label: html.unescape(words) for label, words in found}


def test_a_call_becomes_a_petition_whose_clock_runs_since_it_came() -> None:
    office = Office()
    received = office.clock.now() - timedelta(hours=1)
    petition = entered(office, office.at_desk("sxd-officer"), received_at=local(received))
    assert (petition.source, petition.state, petition.filed_at) == ("phone", "new", received)
    assert petition.clocks["reception"].started_at == received
    assert petition.contact.phone == "84987654321"
    assert petition.taken
    assert (petition.taken.by, petition.taken.channel) == ("sxd-officer", "telephone")
    office.routing(petition.code)
    assert office.petition(petition.code).routed
    assert office.publisher.of("petition-events")
    assert not office.store.paths("notices")
    (line,) = [path for path in office.store.paths(f"petitions/{petition.code}/history") if path.endswith("/1")]
    assert office.store.documents[line]["actor"] == "sxd-officer"


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_of_the_desk_is_statutory_and_needs_no_consent(channel: Channel) -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    petition = entered(office, coordinator, channel=channel.value)
    assert petition.legal_basis is LegalBasis.STATUTORY_DUTY
    assert office.store.documents[f"petitions/{petition.code}"]["legal_basis"] == "statutory_duty"
    assert petition.taken
    assert petition.taken.notice == CONSENT_VERSION
    words = LEGAL_BASIS_LABELS[LegalBasis.STATUTORY_DUTY]
    assert f"Căn cứ xử lý dữ liệu cá nhân: {words}" in coordinator.see(f"/petitions/{petition.code}").text
    (line,) = coordinator.listed("view=open")
    assert line.legal_basis == "statutory_duty"


def test_the_receipt_leads_to_the_notice_of_data_processing() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    petition = entered(office, coordinator, channel="letter")
    assert f"https://pakn.example.vn{PRIVACY_PAGE}" in coordinator.see(f"/petitions/{petition.code}/receipt").text


@pytest.mark.parametrize("channel", Channel)
def test_each_channel_has_a_source_and_a_name_that_the_desk_shows(channel: Channel) -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    petition = entered(office, coordinator, channel=channel.value)
    assert petition.source == CHANNEL_SOURCES[channel] == ("phone" if channel in {"telephone", "1022"} else "paper")
    words = CHANNEL_LABELS[channel]
    assert f"Nhận {words}, " in coordinator.see(f"/petitions/{petition.code}").text
    assert f"({words})" in coordinator.see(f"/petitions/{petition.code}/receipt").text
    assert words in coordinator.see("/?view=open").text
    (line,) = coordinator.listed("view=open")
    assert line.channel == channel


def test_a_list_is_narrowed_to_a_channel() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    channels = ("1022", "telephone", "visit", "fax")
    codes = {channel: entered(office, coordinator, channel=channel, key=f"form-{channel}").code for channel in channels}
    for source, expected in (
        ("1022", ["1022"]),
        ("visit", ["visit"]),
        ("email", []),
        ("phone", ["1022", "telephone"]),
        ("paper", ["visit", "fax"]),
        ("fax", ["fax"]),
    ):
        page = coordinator.see(f"/?view=open&source={source}").text
        assert {channel for channel in channels if f"/petitions/{codes[channel]}" in page} == set(expected), source
    assert "nhận: qua Tổng đài 1022" in coordinator.see("/?view=open&source=1022").text


def test_entry_without_a_channel_is_named_by_its_source() -> None:
    office = Office()
    petition = entered(office, office.at_desk("coordinator"))
    assert petition.taken
    old = replace(petition, taken=replace(petition.taken, channel=None), source="paper")
    assert (KeyedIn.model_validate(old.taken.stored() if old.taken else {}).channel, old.came) == (None, "bằng văn bản")
    assert replace(old, source="phone").came == "qua điện thoại"


@pytest.mark.parametrize(
    ("source", "basis"),
    [
        ("zalo", LegalBasis.CONSENT),
        ("portal", LegalBasis.STATUTORY_DUTY),
        ("paper", LegalBasis.STATUTORY_DUTY),
        ("phone", LegalBasis.STATUTORY_DUTY),
    ],
)
def test_petition_without_a_legal_basis_has_its_sources(source: str, basis: LegalBasis) -> None:
    office = Office()
    petition = entered(office, office.at_desk("coordinator"))
    stored = {**petition.stored(), "source": source}
    del stored["legal_basis"]
    assert Petition.model_validate(stored).legal_basis is basis


def test_entry_with_consent_is_read_as_before() -> None:
    office = Office()
    petition = entered(office, office.at_desk("coordinator"))
    stored = office.store.documents[f"petitions/{petition.code}"]["taken"]
    assert stored["consent"] == CONSENT_VERSION
    assert KeyedIn.model_validate({**stored, "consent": "2026-2"}).notice == "2026-2"


def test_fields_that_only_citizens_have_are_ignored_in_an_entry() -> None:
    assert "second" not in ENTRY_FIELDS
    entry = read_entry({"content": "Đèn hỏng", "second": "Rác", "point": "21.0,105.8"}, "form-0001")
    assert entry.filled.stories == {"content": "Đèn hỏng", "second": ""}
    assert entry.filled.point == ""


def test_no_notice_on_zalo_after_any_action_and_the_page_shows_it() -> None:
    office = Office()
    petition = entered(office, office.at_desk("coordinator"), channel="letter", reply_by="post")
    coordinator = office.at_desk("coordinator")
    assert coordinator.does(petition, "accept").status_code == 303
    assert not office.store.paths("notices")
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert "Nhận bằng đơn, thư" in page
    assert "phải đưa tới họ: gửi thư" in page
    assert "Lê Văn Bình" not in page


def test_the_form_is_that_of_a_citizens_page_with_the_notice_but_no_tick() -> None:
    office = Office()
    page = office.at_desk("sxd-officer").see("/take-in").text
    assert 'name="consent"' not in page
    assert "có đồng ý không" not in page
    for words in (
        "Bên kiểm soát dữ liệu là UBND thành phố Hà Nội",
        "không cần sự đồng ý",
        "máy chủ của Google Cloud tại Singapore",
        "được chuyển ra nước ngoài",
        "10 năm",
        "hạn chế, phản đối",
        "https://pakn.example.vn/privacy",
        *(f'value="{channel}"' for channel in Channel),
    ):
        assert words in page
    assert 'name="reply_by" value="zalo"' not in page  # filers of entered petitions are not on Zalo
    assert "autocomplete=" in page
    assert set(re.findall(r'autocomplete="(\w+)"', page)) == {"off"}  # stored in the officer's browser


def filed(office: Office, browser: Browser, **more: Any) -> Petition:
    page = browser.submit("/take-in", **typed(office, **more))
    assert page.status_code == 200, page.text
    known = {item.code for item in office.petitions()}
    kept = hidden(page.text)
    done = browser.submit("/take-in", **{**kept, "do": "file"})
    assert done.status_code == 303, done.text
    (petition,) = [item for item in office.petitions() if item.code not in known]
    assert done.headers["Location"] == f"/petitions/{petition.code}/receipt"
    return petition


def test_it_is_read_back_before_it_is_filed() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    content = f"{GIVEN['content']}.\r\n\r\n  Xin thành phố kiểm tra & <trả lời>."
    given = {"content": content, "email": "Binh@Example.com", "reply_by": "post", "received_at": "2026-11-23T08:30"}
    given["number"] = " 1022-26-004417 "
    page = browser.submit("/take-in", **typed(office, channel="1022", **given)).text
    assert not office.petitions()
    assert shown(page) == {
        "Cách nhận": "qua Tổng đài 1022",
        "Nhận lúc": "08:30 thứ Hai 23/11/2026",
        "Số của kênh, của văn bản": "1022-26-004417",
        "Cơ quan chuyển đến, nơi gửi văn bản": "Sở Xây dựng tỉnh Hưng Yên",
        "Nội dung phản ánh": f"{GIVEN['content']}.\n\nXin thành phố kiểm tra & <trả lời>.",
        "Địa chỉ nơi xảy ra": "5 phố Trung Kính",
        "Phường, xã": "Phường Yên Hòa",
        "Người gửi với tư cách": "Cá nhân",
        "Họ và tên": "Lê Văn Bình",
        "Số điện thoại": "0987654321",
        "Địa chỉ người gửi": "12 phố Trung Kính",
        "E-mail": "binh@example.com",
        "Muốn nhận trả lời qua": "Thư giấy: in và gửi",
    }
    petition = filed(office, browser, channel="1022", **given)
    assert petition.content == f"{GIVEN['content']}.\n\nXin thành phố kiểm tra & <trả lời>."
    assert (petition.contact.email, petition.contact.reply_by) == ("binh@example.com", "post")


def test_every_line_leads_back_to_its_field_with_everything_kept() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    given = typed(office, email="binh@example.com", reply_by="email", type="business", name="Hợp tác xã 5")
    page = browser.submit("/take-in", **given).text
    targets = re.findall(r'name="do" value="edit" formaction="/take-in#([\w-]+)"', page)
    assert len(targets) == len(shown(page))
    back = browser.submit("/take-in", **{**hidden(page), "do": "edit"})
    assert back.status_code == 200
    assert set(targets) <= set(re.findall(r'\sid="([\w-]+)"', back.text))
    for kept in (
        'value="telephone" checked',
        f'value="{given["received_at"]}"',
        GIVEN["content"],
        f'value="{given["ward"]}" selected',
        'value="business" checked',
        'value="Hợp tác xã 5"',
        'value="0987 654 321"',
        'value="binh@example.com"',
        'name="reply_by" value="email" checked',
        'value="form-0001"',
    ):
        assert kept in back.text, kept
    assert not office.petitions()


def test_nobody_needs_a_telephone_or_knows_where_it_happened() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    petition = filed(office, browser, phone="", reply_by="post", place="", ward="", nowhere="yes")
    assert (petition.contact.phone, petition.contact.address) == ("", "12 phố Trung Kính")
    assert (petition.address, petition.ward) == ("chưa rõ", None)
    named = filed(office, browser, place="", key="form-0002")
    assert (named.address, named.ward) == ("Phường Yên Hòa", named.ward)


def test_the_same_form_twice_makes_one_petition() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    first, again = entered(office, browser), entered(office, browser)
    assert first.code == again.code
    assert entered(office, browser, key="form-0002").code != first.code
    assert len([path for path in office.store.paths("audit") if office.store.documents[path]["what"] == "change"]) == 2


FAULTS = [
    ("channel", "", "Xin chọn cách nhận."),
    ("channel", "telegram", "Xin chọn cách nhận."),
    ("received_at", "", "Xin ghi thời điểm nhận."),
    ("received_at", "2026-12-25T00:00", "không được ở tương lai"),
    ("received_at", "2026-01-01T00:00", "quá 60 ngày"),
    ("content", " \n ", "Xin viết nội dung phản ánh."),
    ("content", "x" * 20_001, "dài quá"),
    ("place", "", "Xin ghi nơi xảy ra"),
    ("place", "x" * 301, "dài quá"),
    ("ward", "99999", "xin chọn lại"),
    ("type", "", "xin chọn lại"),
    ("name", " ", "Xin ghi họ và tên"),
    ("name", "x" * 101, "dài quá"),
    ("phone", "12345", "Số điện thoại chưa đúng"),
    ("home", "", "Xin ghi địa chỉ người gửi."),
    ("email", "không", "Địa chỉ e-mail chưa đúng"),
    ("reply_by", "zalo", "xin chọn lại"),
]


@pytest.mark.parametrize("do", ["check", "file"])
@pytest.mark.parametrize(("field", "value", "words"), FAULTS)
def test_each_fault_is_named_at_its_field_and_nothing_is_filed(field: str, value: str, words: str, do: str) -> None:
    office = Office()
    given = typed(office, **{"ward": "", field: value})
    page = office.at_desk("sxd-officer").submit("/take-in", **given, do=do)
    assert page.status_code == 400
    summary = page.text.split('id="errors"')[1].split("</section>")[0]
    (target, named) = re.findall(r'<a href="#([\w-]+)">([^<]*)</a>', summary)[0]
    assert words in html.unescape(named)
    assert f'id="{target}"' in page.text
    assert page.text.count('class="fault"') == 1
    assert not office.petitions()


def test_all_faults_are_listed_together_and_nothing_typed_is_lost() -> None:
    office = Office()
    given = typed(office, name="", phone="12", channel="", email="x@", key="form-0009")
    page = office.at_desk("sxd-officer").submit("/take-in", **given, do="check")
    assert page.status_code == 400
    summary = page.text.split('id="errors"')[1].split("</section>")[0]
    assert re.findall(r'href="#([\w-]+)"', summary) == ["channel-visit", "name", "phone", "email"]
    for kept in (GIVEN["content"], 'value="12"', 'value="x@"', 'value="form-0009"', "12 phố Trung Kính", " selected"):
        assert kept in page.text, kept


def test_messages_state_the_actual_limits() -> None:
    words = json.loads(FORM_WORDS.read_text())
    assert f"tối đa {MOST_FILES} tệp, mỗi tệp {MOST_BYTES // 2**20} MB" in words["files_hint"]
    assert f"quá {LONGEST_AGO.days} ngày" in words["fault_received_at"]


def test_two_callers_are_not_taken_for_one() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    first = entered(office, coordinator)
    second = entered(office, coordinator, key="form-0002", name="Vũ Thị Hà")
    page = coordinator.see(f"/petitions/{second.code}").text
    assert first.code in page
    assert "cùng người gửi" not in page


def test_looking_it_up_by_code() -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"))
    office.types(petition.code)
    assert f"{petition.code}: Mới" in office.last_reply()
    assert "Bình" not in office.last_reply()
