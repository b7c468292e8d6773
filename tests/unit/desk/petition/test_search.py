"""Search over all petitions that an officer may see, without search texts in any URL."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from petitions.domain.language.searching import excerpt, marked_parts
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.outcomes import AnswerDocument
from petitions.domain.petition.petition import Addition, Contact
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.shared.records import replace
from tests.unit.desk.office import Browser, CountingStore, Office


def hits(browser: Browser, text: str, reason: str = "") -> list[str]:
    given = {"text": text} | ({"reason": reason} if reason else {})
    assert browser.submit("/search", **given).status_code == 303
    found = browser.shown("/search")["found"]
    return [hit.code for hit in found.hits] if found else []


def asked(browser: Browser, **form: str) -> TestResponse:
    return browser.client.post("/search", data={"csrf": browser.csrf, **form}, follow_redirects=True)


def notes(office: Office) -> list[tuple[Any, ...]]:
    found = [office.store.documents[path] for path in office.store.paths("audit")]
    return [(item["officer"], item["action"], item.get("reason")) for item in found if item["what"] == "contact"]


@pytest.fixture
def office() -> Office:
    made = Office()
    made.filed_in("SXD", "UBND phường chậm trả giấy khai sinh cho con tôi")
    made.filed_in("SYT", "Trạm y tế thu sai tiền khám, tôi đã gọi 0987 111 222 mà không ai nghe")
    return made


def test_all_states_are_searched_and_each_sees_their_own(office: Office) -> None:
    first, second = (petition.code for petition in office.petitions())
    head = office.at_desk("sxd-head")
    assert hits(head, "KHAI SINH") == [first]
    assert head.does(office.petition(first), "withdraw", text="gọi điện").status_code == 303
    assert hits(head, "sinh khai") == [first]
    assert hits(head, "trạm y tế") == []
    assert hits(office.at_desk("coordinator"), "tram y te") == [second]
    office.changed(second, coordinating=["SXD"])
    assert hits(head, "trạm y tế") == [second]
    assert office.at_desk("admin").submit("/search", text="khai sinh").status_code == 403


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("zzzz", "khớp “zzzz”"),
        ("???", "xin gõ chữ hoặc số"),
        ("🙂", "xin gõ chữ hoặc số"),
        ("a", "“a” quá ngắn"),
        ("HN-999999-AAAA-AAAA", "mã này chưa đúng"),
        ("HN-251231", "khớp “HN-251231”"),
        ("PAKN.20260101.0001", "khớp"),
        ("khaisinh", "khớp “khaisinh”"),
        ("", ""),
    ],
)
def test_unsuccessful_search_is_explained(office: Office, text: str, words: str) -> None:
    coordinator = office.at_desk("coordinator")
    assert hits(coordinator, text) == []
    page = asked(coordinator, text=text)
    assert not text or f"Không tìm thấy hồ sơ nào{' khớp' if words.startswith('khớp') else ': '}" in page.text
    assert words in page.text
    if text:
        coordinator.submit("/", text=text, view="open")
        assert coordinator.listed("view=open&find=1") == []


def test_codes_of_ours_and_of_the_portal_whole_and_in_part(office: Office) -> None:
    first, second = office.petitions()
    sync = replace(first.sync, national_code="PAKN.20261123.0007")
    office.changed(first.code, sync=sync)
    coordinator = office.at_desk("coordinator")
    whole = [first.code, first.code.lower().replace("-", " "), "pakn.20261123.0007", "PAKN 20261123 0007"]
    _, _, third, last = first.code.split("-")
    parts = [first.code[:-1], first.code[:-4].lower(), f"{third}-{last}", last, "20261123.0007", "0007"]
    for text in [*whole, *parts]:
        assert first.code in hits(coordinator, text), text
    assert set(hits(coordinator, "hn 261123")) == {first.code, second.code}
    assert hits(office.at_desk("syt-head"), first.code) == []
    assert hits(office.at_desk("syt-head"), first.code[:9]) == [second.code]


def test_all_shown_data_is_found(office: Office) -> None:
    code = office.petitions()[0].code
    at = office.clock.now()
    answer = StoredAnswer(
        text="Đã giải thích cho gia đình", basis="Nghị định 123/2015/NĐ-CP", author="sxd-officer", unit="SXD",
        written_at=at, document=AnswerDocument(number="45/UBND-TP", date=at.date(), signer="Phan Kế", position="PCT"),
    )  # fmt: skip
    office.changed(
        code, reply=answer, additions=[Addition(input="i", at=at, type="text", text="hộ tịch viên vắng mặt")],
        papers=["07/SXD-PAKN"], handler="sxd-officer", decision="thuộc thẩm quyền Thanh tra",
    )  # fmt: skip
    head = office.at_desk("sxd-head")
    name = office.store.documents["officers/sxd-officer"]["name"]
    for text in ("giải thích gia đình", "vang mat", "45/UBND-TP", "07/SXD-PAKN", "123/2015", "thanh tra", name):
        assert hits(head, text) == [code], text
        assert hits(office.at_desk("syt-head"), text) == [], text
    for text, word in (("vắng mặt", "vắng"), ("thuộc thẩm quyền", "quyền"), ("giải thích gia đình", "thích")):
        assert f"<mark>{word}</mark>" in asked(head, text=text).text, "the excerpt is where the words are"


def test_an_issued_paper_s_number_is_kept_by_later_changes(office: Office) -> None:
    code = office.petitions()[0].code
    office.changed(code, papers=["07/SXD-PAKN"])
    head = office.at_desk("sxd-head")
    assert head.does(office.petition(code), "withdraw", text="gọi điện").status_code == 303
    assert hits(head, "07/sxd-pakn") == [code]


def test_telephones_are_found_by_officers_with_access_to_the_filer(office: Office) -> None:
    petition = office.petitions()[0]
    coordinator = office.at_desk("coordinator")
    mine = f"0{petition.contact.phone[2:]}"
    assert petition.code in hits(coordinator, mine)
    assert petition.code in hits(office.at_desk("sxd-officer"), mine, "người gửi gọi")
    assert hits(office.at_desk("inspector"), mine) == []
    assert [note for note in notes(office) if note[1] == "searched_phone"] == [
        ("coordinator", "searched_phone", None), ("sxd-officer", "searched_phone", "người gửi gọi"),
    ]  # fmt: skip
    assert petition.contact.phone not in str(notes(office))


@pytest.mark.parametrize("typed", ["0911 222 333", "911222333", "911 222 333", "2333", "222333", "222 333"])
def test_a_telephone_is_found_as_people_read_it_out(office: Office, typed: str) -> None:
    first, second = (petition.code for petition in office.petitions())
    office.changed(first, contact=Contact(name="Nguyễn Thị Hương Giang", phone="84911222333"))
    office.changed(second, contact=Contact(name="Trần Văn Khoa", phone="84911222444"))
    assert hits(office.at_desk("coordinator"), typed) == [first]
    assert [note[1] for note in notes(office)] == ["searched_phone"]
    assert hits(office.at_desk("inspector"), typed) == []
    assert hits(office.at_desk("syt-officer"), typed) == []


def test_a_code_is_found_by_its_beginning_and_by_its_last_letters(office: Office) -> None:
    code = office.petitions()[0].code
    coordinator = office.at_desk("coordinator")
    day = code.split("-")[1]
    for typed in (f"hn-{day[:2]}", f"HN{day[:4]}", f"HN-{day}"):
        assert code in hits(coordinator, typed), typed
    office.store.documents["petitions/HN-261124-1XCF-TP94"] = {
        **office.store.documents[f"petitions/{code}"], "code": "HN-261124-1XCF-TP94",
    }  # fmt: skip
    known = office.refreshed("HN-261124-1XCF-TP94").code
    for typed in ("1xcftp94", "1XCF-TP94", "1XCF"):
        assert hits(coordinator, typed) == [known], typed
    assert hits(coordinator, "1XCFTP95") == []


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Hương Giang",
        "huong giang",
        "GIANG NGUYỄN",
        "Nguyen Thi Huong Dang",
        "Nguyễn Thị Hươg Giang",
        "Giang",
    ],
)
def test_a_filer_s_name_is_found_with_a_reason_alone(office: Office, text: str) -> None:
    first, second = (petition.code for petition in office.petitions())
    office.changed(first, contact=Contact(name="Nguyễn Thị Hương Giang", phone="84911222333"))
    office.changed(second, contact=Contact(name="Trần Văn Khoa", phone="84911222444"))
    head, why = office.at_desk("sxd-head"), "người dân đến hỏi, gọi từ 0911222333"
    assert hits(head, text) == []
    assert notes(office) == []
    assert hits(head, text, why) == [first]
    assert hits(office.at_desk("syt-head"), text, why) == []
    assert hits(office.at_desk("inspector"), text, why) == []
    kept = "người dân đến hỏi, gọi từ [điện thoại]"
    assert notes(office) == [("sxd-head", "searched_name", kept), ("syt-head", "searched_name", kept)]


def test_a_name_that_only_sounds_alike_is_shown_as_such(office: Office) -> None:
    code = office.petitions()[0].code
    office.changed(code, contact=Contact(name="Lê Thị Trinh", phone="84911222333"))
    head = office.at_desk("sxd-head")
    page = asked(head, text="Lê Thị Trinh", reason="người dân gọi")
    assert "Tên người gửi</span>" in page.text
    page = asked(head, text="Lê Thị Chinh", reason="người dân gọi")
    assert "Tên người gửi gần giống</span>" in page.text
    assert "Trinh" not in page.text


@pytest.mark.parametrize(
    ("reason", "words"), [("", "Xin ghi lý do"), ("x", "từ 5 đến 500"), ("tìm bà Giang, Hương", "không nhắc lại tên")]
)
def test_a_search_by_name_wants_a_reason_without_the_name(office: Office, reason: str, words: str) -> None:
    head = office.at_desk("sxd-head")
    page = asked(head, text="Hương Giang", reason=reason)
    assert page.status_code == 400
    assert words in page.text
    assert notes(office) == []
    assert "Giang" not in page.request.url


def test_a_filer_in_an_accusation_of_the_own_office_is_nobody_s_to_find(office: Office) -> None:
    code = office.petitions()[0].code
    office.changed(
        code, unit="VPUB", accused="VPUB", contact=Contact(name="Nguyễn Thị Hương Giang", phone="84911222333")
    )  # fmt: skip
    coordinator = office.at_desk("coordinator")
    assert hits(coordinator, "giấy khai sinh") == []
    assert hits(coordinator, code) == []
    assert hits(coordinator, "hương giang", "người dân hỏi") == []
    assert hits(coordinator, "0911222333") == []


def test_a_denunciation_is_found_by_coordinators_alone(office: Office) -> None:
    code = office.petitions()[0].code
    office.changed(code, petition_class="denunciation")
    assert hits(office.at_desk("coordinator"), "giấy khai sinh") == [code]
    for who in ("sxd-head", "sxd-officer", "inspector"):
        for text in ("giấy khai sinh", code, code[:9]):
            assert code not in hits(office.at_desk(who), text, "người dân hỏi"), (who, text)


def test_hits_are_highlighted_safely_and_numbers_of_people_are_masked(office: Office) -> None:
    office.filed_in("SYT", "<script>alert(1)</script> khám bệnh ở trạm y tế")
    coordinator = office.at_desk("coordinator")
    to = coordinator.submit("/search", text="trạm khám")
    assert to.headers["Location"] == "/search"
    page = coordinator.see("/search").text
    assert "<mark>khám</mark>" in page
    assert "<mark>Trạm</mark>" in page
    assert "<script>alert" not in page
    assert "0987 111 222" not in page
    assert "[điện thoại]" in page


def test_a_page_costs_one_query_with_ten_times_the_petitions() -> None:
    office = Office()
    for number in range(3):
        office.filed_in("SXD", f"Cầu Giấy: rác thải đổ trộm ngoài đường số {number}")
    petition = office.petitions()[0].stored()
    for number in range(400):
        code = make_code(office.clock.now().date(), f"MADE{number:03}")
        office.store.create(f"petitions/{code}", {**petition, "code": code})
    assert isinstance(office.store, CountingStore)
    officer = office.officer("sxd-officer")
    office.store.calls = 0
    assert office.parts.search(officer, "rác thải phường Cầu Giấy", "", "").hits
    assert office.store.calls <= 1 + 1  # and the officers, once a minute


@pytest.mark.parametrize(
    ("text", "wanted", "parts"),
    [
        ("Đường ngập", {"duong"}, [("Đường", True), (" ngập", False)]),
        ("ngập, đường", {"duong", "ngap"}, [("ngập", True), (", ", False), ("đường", True)]),
        ("không có", {"zz"}, [("không có", False)]),
        ("", {"zz"}, []),
    ],
)
def test_words_are_marked_without_losing_a_letter(text: str, wanted: set[str], parts: list[Any]) -> None:
    assert marked_parts(text, wanted) == parts


def test_an_excerpt_shows_the_place_of_the_word() -> None:
    text = " ".join(f"chữ{number}" for number in range(100))
    found = excerpt(f"{text} rác {text}", {"rac"}, 80)
    assert "rác" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found) <= 84
    assert excerpt("ngắn thôi", {"rac"}, 80) == "ngắn thôi"
    assert len(excerpt("x" * 500, {"rac"}, 80)) <= 82


def test_result_shows_the_rest_of_the_text_and_the_deadline(office: Office) -> None:
    office.changed(office.petitions()[0].code, title="UBND phường chậm trả giấy khai sinh …")
    results = asked(office.at_desk("sxd-head"), text="khai sinh").text
    assert results.count("chậm trả giấy") == 1  # the excerpt continues after the title
    assert ">cho con tôi<" in results
    assert "· hạn " in results
    office.clock.advance(days=40)
    assert "quá hạn từ " in asked(office.at_desk("sxd-head"), text="khai sinh").text
