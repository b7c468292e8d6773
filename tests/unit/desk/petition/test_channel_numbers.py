"""A petition's number in another channel is stored, shown and searchable, and warns of a second filing."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from petitions.domain.petition.petition import Petition
from petitions.domain.shared.channel import Channel, number_mark
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.entering import entered, typed

DOCUMENT = {
    "channel": "other_authority",
    "number": "15/UBND-VP",
    "dated": "2026-11-20",
    "authority": "UBND xã Sơn Đồng",
}


def again(office: Office, browser: Browser, **more: Any) -> Any:
    return browser.submit("/take-in", **typed(office, key="form-0002", **more))


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        (Channel.HOTLINE, ("1022-26-0044", None, ""), (" 1022 – 26 – 0044", date(2026, 1, 2), "x")),
        (Channel.EMAIL, ("<CAF1@mail.vn>", None, ""), ("caf1@MAIL.vn", None, "")),
        (Channel.LETTER, ("05/ĐT", date(2026, 1, 2), "Sở Y tế"), ("5/đt", date(2026, 1, 2), " sở y  tế ")),
    ],
)
def test_a_number_is_the_same_however_it_is_typed(channel: Channel, one: Any, other: Any) -> None:
    assert number_mark(channel, *one) == number_mark(channel, *other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((Channel.HOTLINE, "1", None, ""), (Channel.IHANOI, "1", None, "")),
        ((Channel.HOTLINE, "1", None, ""), (Channel.HOTLINE, "01", None, "")),
        ((Channel.LETTER, "1", date(2026, 1, 2), ""), (Channel.LETTER, "1", date(2027, 1, 2), "")),
        ((Channel.LETTER, "1", date(2026, 1, 2), "A"), (Channel.LETTER, "1", date(2026, 1, 2), "B")),
    ],
)
def test_numbers_of_other_channels_years_and_senders_are_others(one: Any, other: Any) -> None:
    assert number_mark(*one) != number_mark(*other)


def test_without_a_number_there_is_no_mark() -> None:
    assert number_mark(Channel.HOTLINE, " ", None, "x") == ""


def test_it_is_read_back_shown_found_and_kept() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    petition = entered(office, browser, **DOCUMENT)
    office.changed(petition.code, unit="SXD")
    office.refreshed(petition.code)
    assert petition.taken
    assert (petition.taken.number, str(petition.taken.dated), petition.taken.authority, petition.taken.unit) == (
        "15/UBND-VP",
        "2026-11-20",
        "UBND xã Sơn Đồng",
        "SXD",
    )
    page = browser.see(f"/petitions/{petition.code}").text
    for words in ("từ cơ quan khác chuyển đến", "15/UBND-VP", "ngày 20/11/2026", "UBND xã Sơn Đồng", "Sở Xây dựng"):
        assert words in page
    browser.submit("/search", text="15/UBND-VP")
    assert petition.code in browser.see("/search").text
    browser.submit("/search", text="16/UBND-VP")
    assert petition.code not in browser.see("/search").text


def test_the_same_ticket_is_refused_with_a_link_and_nothing_typed_is_lost() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    first = entered(office, browser, channel="1022", number="1022-1")
    for do in ("check", "file"):
        answer = again(office, browser, channel="1022", number=" 1022–1", content="Việc khác hẳn", do=do)
        assert answer.status_code == 409
        assert f'href="/petitions/{first.code}"' in answer.text
        assert "Việc khác hẳn" in answer.text
        assert 'name="other_than"' not in answer.text
    answer = again(office, browser, channel="1022", number="1022-1", other_than=first.code, do="file")
    assert answer.status_code == 409
    assert len(office.petitions()) == 1


def test_a_document_brings_another_petition_once_somebody_has_looked_at_the_first() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    first = entered(office, browser, **DOCUMENT)
    answer = again(office, browser, **DOCUMENT, do="check")
    assert answer.status_code == 409
    (code,) = re.findall(r'name="other_than" value="([^"]*)"', answer.text)
    assert code == first.code
    read = again(office, browser, **DOCUMENT, other_than=code, do="check")
    assert read.status_code == 200
    assert f'name="other_than" value="{first.code}"' in read.text
    assert again(office, browser, **DOCUMENT, other_than=code, do="file").status_code == 303
    assert len(office.petitions()) == 2
    second = next(petition for petition in office.petitions() if petition.code != first.code)
    coordinator = office.at_desk("coordinator")
    assert first.code in coordinator.see(f"/petitions/{second.code}").text  # as a petition with the same number
    third = browser.submit("/take-in", **typed(office, key="form-0003", **DOCUMENT, other_than=code), do="check")
    assert third.status_code == 409  # the second one was not reviewed


def known_elsewhere(given: dict[str, str], **more: Any) -> Any:
    """Return the page a clerk gets for a number under which another clerk has already entered a petition."""
    office = Office()
    first = entered(office, office.at_desk("coordinator"), **given)
    office.changed(first.code, **more)
    answer = again(office, office.at_desk("sxd-officer"), **given, do="check")
    assert first.code not in answer.text
    return answer


@pytest.mark.parametrize("given", [DOCUMENT, {"channel": "1022", "number": "1022-1"}])
def test_a_number_is_known_alike_whether_its_petition_is_closed_or_with_another_unit(given: dict[str, str]) -> None:
    closed = known_elsewhere(given, unit="VPUB", accused="SXD")
    elsewhere = known_elsewhere(given, unit="SYT")
    assert (closed.status_code, elsewhere.status_code) == (409, 409)
    bare = [re.sub(r'name="(csrf|key)" value="[^"]*"', "", answer.text) for answer in (closed, elsewhere)]
    assert bare[0] == bare[1]
    assert "Số này của kênh đã có hồ sơ" in bare[0]


def test_a_document_whose_petition_is_not_named_brings_another_one() -> None:
    office = Office()
    first = entered(office, office.at_desk("coordinator"), **DOCUMENT)
    office.changed(first.code, unit="VPUB", accused="SXD")
    clerk = office.at_desk("sxd-officer")
    assert again(office, clerk, **DOCUMENT, other_than="unnamed", do="file").status_code == 303
    second = next(petition for petition in office.petitions() if petition.code != first.code)
    assert first.code not in clerk.see(f"/petitions/{second.code}/receipt").text
    assert first.code in office.at_desk("coordinator").see(f"/petitions/{second.code}").text


def test_officer_sees_the_code_of_their_own_entry_though_it_is_closed_to_them() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    first = entered(office, clerk, channel="1022", number="1022-1")
    office.changed(first.code, unit="VPUB", accused="SXD")
    answer = again(office, clerk, channel="1022", number="1022-1", do="file")
    assert answer.status_code == 409
    assert first.code in answer.text


def test_the_same_form_is_the_same_petition_although_its_number_is_known_now() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    one, two = (entered(office, browser, channel="1022", number="1022-1") for _ in range(2))
    assert one.code == two.code


def test_an_erased_petition_keeps_no_number_and_is_not_filed_anew() -> None:
    from petitions.domain.privacy.personal_data import without_who  # noqa: PLC0415 - of this test alone

    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"), channel="1022", number="1022-1")
    erased: Petition = without_who(petition, str, str)
    assert erased.taken
    assert petition.taken
    assert erased.taken.number == ""
    assert erased.taken.number_mark == petition.taken.number_mark


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"channel": "letter", "number": "5"}, "Xin ghi ngày của văn bản"),
        ({"channel": "letter", "number": "5", "dated": "2026-12-30"}, "không được ở tương lai"),
        ({"channel": "other_authority", "authority": ""}, "Xin ghi cơ quan chuyển đến"),
        ({"channel": "fax", "reply_by": "channel"}, "Chỉ 1022, iHanoi và cơ quan khác"),
        ({"channel": "1022", "reply_by": "channel"}, "Xin ghi số của kênh"),
        ({"reply_by": "phone", "phone": ""}, "Xin ghi số điện thoại để gọi"),
        ({"reply_by": "email"}, "Xin ghi e-mail để gửi"),
        ({"phone": ""}, "Trang riêng chỉ mở được bằng số điện thoại. Xin ghi số, hoặc chọn cách trả lời khác"),
        ({"number": "x" * 201}, "dài quá"),
    ],
)
def test_missing_field_of_a_channel_is_reported_at_its_place(more: dict[str, str], words: str) -> None:
    office = Office()
    answer = office.at_desk("sxd-officer").submit("/take-in", **typed(office, **more), do="check")
    assert answer.status_code == 400
    assert words in answer.text
