"""Search: all states that one may see, highlighted, true about what is not there; nothing of it in an address."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.language.searching import excerpt, marked_parts
from tests.unit.desk.office import Browser, CountingStore, Office


def hits(browser: Browser, text: str) -> list[str]:
    answer = browser.call("/search", {"text": text})
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.get_json()["petitions"]]


@pytest.fixture
def office() -> Office:
    made = Office()
    made.filed_in("SXD", "UBND phường chậm trả giấy khai sinh cho con tôi")
    made.filed_in("SYT", "Trạm y tế thu sai tiền khám, tôi đã gọi 0987 111 222 mà không ai nghe")
    return made


def test_all_states_are_searched_and_each_sees_their_own(office: Office) -> None:
    first, second = (each.code for each in office.petitions())
    head = office.at_desk("sxd-head")
    assert hits(head, "KHAI SINH") == [first]
    assert head.does(office.petition(first), "withdraw", text="gọi điện").status_code == 303
    assert hits(head, "sinh khai") == [first]
    assert hits(head, "trạm y tế") == []
    assert hits(office.at_desk("coordinator"), "tram y te") == [second]
    office.store.update(f"petitions/{second}", {"coordinating": ["SXD"]})
    assert hits(head, "trạm y tế") == [second]
    assert office.at_desk("admin").call("/search", {"text": "khai sinh"}).status_code == 403


@pytest.mark.parametrize(
    "text", ["zzzz", "???", "a", "HN-999999-AAAA-AAAA", "PAKN.20260101.0001", "khaisinh", "", "🙂"]
)
def test_what_is_not_there_finds_nothing_and_the_page_says_so(office: Office, text: str) -> None:
    coordinator = office.at_desk("coordinator")
    assert hits(coordinator, text) == []
    page = coordinator.client.post("/search", data={"csrf": coordinator.csrf, "text": text}, follow_redirects=True)
    assert not text or "Không tìm thấy hồ sơ nào" in page.text
    if text:
        listed = coordinator.call("/petitions/search", {"text": text, "view": "open"}).get_json()
        assert listed["petitions"] == []


def test_codes_of_ours_and_of_the_portal_and_telephones(office: Office) -> None:
    petition = office.petitions()[0]
    office.store.update(f"petitions/{petition.code}", {"sync.national_code": "PAKN.20261123.0007"})
    coordinator = office.at_desk("coordinator")
    for text in (petition.code, petition.code.lower().replace("-", " "), "pakn.20261123.0007", "PAKN 20261123 0007"):
        assert hits(coordinator, text) == [petition.code], text
    assert hits(office.at_desk("syt-head"), petition.code) == []
    mine = f"0{petition.contact.phone[2:]}"
    assert petition.code in hits(coordinator, mine)
    assert petition.code in hits(office.at_desk("sxd-officer"), mine)
    assert hits(office.at_desk("inspector"), mine) == []
    recorded = [office.store.documents[path] for path in office.store.paths("audit")]
    assert [(each["officer"], each["action"]) for each in recorded if each["what"] == "contact"] == [
        ("coordinator", "searched_phone"), ("sxd-officer", "searched_phone"),
    ]  # fmt: skip
    assert petition.contact.phone not in str(recorded)


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


def test_a_page_costs_at_most_five_queries_with_ten_times_the_petitions() -> None:
    office = Office()
    for number in range(3):
        office.filed_in("SXD", f"Cầu Giấy: rác thải đổ trộm ngoài đường số {number}")
    petition = office.petitions()[0].stored()
    for number in range(400):
        office.store.create(f"petitions/made-{number}", {**petition, "filed_at": office.clock.now()})
    assert isinstance(office.store, CountingStore)
    officer = office.at_desk("sxd-officer")
    officer.see("/me")
    office.store.calls = 0
    assert len(hits(officer, "rác thải phường Cầu Giấy")) > 0
    assert office.store.calls <= 5 + 1  # and the officers, once a minute


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
