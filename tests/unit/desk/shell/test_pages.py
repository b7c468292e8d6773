from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest

from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.errors import Retryable
from tests.unit.desk.office import Browser, Office

DAY = date(2026, 11, 23)
ANSWER = "Đơn vị đã kiểm tra và chấn chỉnh cán bộ.\nXin cảm ơn anh/chị."


def codes(page: str) -> list[str]:
    return re.findall(r'<td class="code">([^<]+)', page)


def link(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*>{words}', page)
    return html.unescape(found[1]) if found else ""


def walk(browser: Browser, first: str) -> list[list[str]]:
    found, path = [], first
    while path:
        page = browser.see(path)
        assert page.status_code == 200
        found.append(codes(page.text))
        path = link(page.text, "Trang sau")
    return found


def many(office: Office, number: int) -> list[Petition]:
    first = office.filed_in("SXD")
    for place in range(1, number):
        due = first.filed_at + timedelta(hours=place // 3)
        copy = replace(first, code=make_code(DAY, office.ids.code_letters()), due_at=due)
        office.store.create(f"petitions/{copy.code}", copy.stored())
    return office.petitions()


def test_the_straight_path_through_the_pages() -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    coordinator, officer, head = (office.at_desk(who) for who in ("coordinator", "sxd-officer", "sxd-head"))
    assert codes(coordinator.see("/").text) == [petition.code]

    def now() -> Petition:
        return office.petition(petition.code)

    assert coordinator.does(now(), "accept").status_code == 303
    assert coordinator.does(now(), "assign", unit="SXD", handler="sxd-officer").status_code == 303
    assert codes(coordinator.see("/").text) == []
    assert officer.does(now(), "start").headers["Location"] == f"/petitions/{petition.code}"
    assert (
        officer.does(
            now(), "submit_answer", text=ANSWER.replace("\n", "\r\n"), no_evidence="Đã xong tại chỗ"
        ).status_code
        == 303
    )
    assert head.does(now(), "approve", text="Đã xem").status_code == 303
    done = now()
    assert (done.state, done.handler) == ("answered", "sxd-officer")
    assert done.reply is not None
    assert done.reply.text == ANSWER
    assert ANSWER in office.last_reply(str(10**18))
    assert codes(officer.see("/").text) == []
    assert codes(officer.see("/?view=done").text) == [petition.code]
    page = officer.see(f"/petitions/{petition.code}").text
    for words in ("Trần Thu Hằng", "Duyệt và gửi trả lời", "Gửi câu trả lời", "Đúng hạn", "Chờ gửi"):
        assert words in page


def test_pages_of_a_list_hold_everything_once() -> None:
    office = Office()
    petitions = many(office, 120)
    expected = [
        petition.code for petition in sorted(petitions, key=lambda petition: (str(petition.due_at), petition.code))
    ]
    pages = walk(office.at_desk("sxd-officer"), "/")
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [code for page in pages for code in page] == expected
    assert walk(office.at_desk("inspector"), "/?view=open") == pages
    assert walk(office.at_desk("syt-officer"), "/") == [[]]


def test_finished_petitions_are_newest_first() -> None:
    office = Office()
    petitions = many(office, 60)
    for place, petition in enumerate(petitions):
        filed = petition.filed_at - timedelta(days=place % 7)
        office.store.update(f"petitions/{petition.code}", {"state": "closed", "filed_at": filed})
    expected = sorted(office.petitions(), key=lambda petition: (petition.filed_at, petition.code), reverse=True)
    pages = walk(office.at_desk("sxd-head"), "/?view=done")
    assert [code for page in pages for code in page] == [petition.code for petition in expected]


@pytest.mark.parametrize(
    "query",
    [
        "view=all",
        "view=queue",
        "after=x",
        "after=2026-11-24~HN-261124-0000-0000",
        "after=2026-11-24T00:00:00Z~x",
        "after=~",
    ],
)
def test_a_list_that_is_none_is_answered_with_words(query: str) -> None:
    answer = Office().at_desk("sxd-officer").see(f"/?{query}")
    assert answer.status_code == 400
    assert "Không có" in answer.text


@pytest.mark.parametrize("code", ["HN-261124-0000-0009", "__x__", "..", "hn", "HN-261124-1XCF-TP94%2Fhistory%2F1"])
def test_a_code_of_no_petition(code: str) -> None:
    office = Office()
    browser = office.at_desk("coordinator")
    assert browser.see(f"/petitions/{code}").status_code == 404
    assert browser.submit(f"/petitions/{code}/actions/accept", version=1).status_code == 404
    assert browser.submit(f"/petitions/{code}/reveal", reason="gọi hẹn").status_code == 404


def test_second_of_two_officers_is_notified_and_loses_nothing() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    assert officer.does(petition, "accept").status_code == 303
    late = head.does(petition, "ask_supplement", text="Xin gửi ảnh hiện trường")
    assert late.status_code == 409
    assert "vừa được người khác thay đổi" in late.text
    assert "Xin gửi ảnh hiện trường" in late.text
    assert f'name="version" value="{office.petition(petition.code).version}"' in late.text
    assert office.petition(petition.code).state == "accepted"


def test_text_typed_for_an_unavailable_action_can_be_copied() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303
    late = office.at_desk("sxd-head").does(petition, "refuse", text="Nội dung không thuộc thẩm quyền")
    assert late.status_code == 409
    assert re.search(r"<textarea[^>]*readonly>Nội dung không thuộc thẩm quyền</textarea>", late.text)


def test_a_text_that_is_too_short_comes_back() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    for action in ("accept", "assign", "start"):
        assert officer.does(office.petition(petition.code), action).status_code == 303
    answer = officer.does(office.petition(petition.code), "submit_answer", text="Đã xem <b>")
    assert answer.status_code == 400
    assert "quá ngắn" in answer.text
    assert "Đã xem &lt;b&gt;</textarea>" in answer.text


def test_a_form_without_a_version_and_an_unknown_action() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    assert officer.submit(f"/petitions/{petition.code}/actions/accept", version="x").status_code == 400
    assert officer.does(petition, "explode").status_code == 404


def test_action_that_ends_access_leads_back_to_the_list() -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    coordinator = office.at_desk("coordinator")
    coordinator.does(petition, "accept")
    assigned = coordinator.does(office.petition(petition.code), "assign", unit="SYT")
    assert assigned.headers["Location"] == f"/petitions/{petition.code}"
    assert office.at_desk("sxd-officer").see(f"/petitions/{petition.code}").status_code == 404


def test_the_contact_is_shown_for_a_reason_that_is_kept() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    path = f"/petitions/{petition.code}"
    officer = office.at_desk("sxd-officer")
    for hidden in (officer.see(path), officer.submit(f"{path}/reveal", reason=" x ")):
        assert "Nguyễn Thị Lan" not in hidden.text
        assert "912345678" not in hidden.text
    assert [path for path in office.store.paths("audit") if "/view-" not in path] == []
    shown = officer.submit(f"{path}/reveal", reason="gọi hẹn làm việc")
    assert "Nguyễn Thị Lan" in shown.text
    assert "0912345678" in shown.text
    [entry] = [office.store.documents[path] for path in office.store.paths("audit") if "/view-" not in path]
    assert entry == {
        "schema_version": 1,
        "officer": "sxd-officer",
        "role": "officer",
        "unit": "SXD",
        "what": "contact",
        "code": petition.code,
        "reason": "gọi hẹn làm việc",
        "at": office.clock.now(),
    }
    assert "Nguyễn Thị Lan" not in officer.see(path).text


@pytest.mark.parametrize("route", ["/", "/?view=done"])
def test_no_list_holds_anything_about_the_citizen(route: str) -> None:
    office = Office()
    filed = office.filed_in("SXD")
    closed = office.filed_in("SXD")
    office.store.update(f"petitions/{closed.code}", {"state": "closed"})
    page = office.at_desk("sxd-officer").see(route).text
    assert filed.code in page or closed.code in page
    for secret in ("Nguyễn Thị Lan", "912345678", "Trung Kính", filed.citizen, '"citizen"', '"phone":'):
        assert secret not in page


def test_the_petition_names_its_citizen_nowhere() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    text = officer.see(f"/petitions/{petition.code}").text
    assert not [secret for secret in ("Nguyễn Thị Lan", "912345678", petition.citizen) if secret in text]


def test_text_by_citizens_is_escaped() -> None:
    office = Office()
    petition = office.filed_in("SXD", "<script>alert(1)</script> & cán bộ một cửa phường trả chậm khi làm khai sinh")
    officer = office.at_desk("sxd-officer")
    for path in ("/", f"/petitions/{petition.code}"):
        page = officer.see(path).text
        assert "<script>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; cán bộ" in page


def test_every_page_is_sealed() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    for path in ("/", f"/petitions/{petition.code}", "/sign-in", "/nowhere", "/api/me"):
        answer = officer.see(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not re.search(
            r"<script(?! src=\"/assets/[0-9a-f]{16}/[a-z]+\.js\" defer></script>)|<style|\sstyle=|\son\w+=", answer.text
        )


def test_a_page_costs_few_calls_of_firestore() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("sxd-officer")
    for path, most in (("/", 8), (f"/petitions/{petition.code}", 9)):
        office.clock.advance(seconds=61)  # after the cache of officers has expired
        before = office.store.calls  # type: ignore[attr-defined]
        assert browser.see(path).status_code == 200
        assert office.store.calls - before <= most  # type: ignore[attr-defined]


def test_internal_error_is_shown_as_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("sxd-officer")
    secret = "0912345678 Nguyễn Thị Lan"
    for error, status in ((Retryable("down"), 503), (RuntimeError(secret), 500)):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(office.store, "transact", fail)
        answer = browser.does(petition, "refuse", text="Không thuộc thẩm quyền")
        assert answer.status_code == status
        assert "Không thuộc thẩm quyền" in answer.text
        assert browser.saves(petition.code, {"text": "Đã xem"}).status_code == (403 if status == 403 else status)
    assert secret not in capsys.readouterr().out


def test_too_much_is_refused() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    answer = office.at_desk("sxd-officer").does(petition, "refuse", text="x" * 300_000)
    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_a_petition_that_comes_round_again_is_assigned_with_a_reason_only() -> None:
    office = Office()
    code = office.filed_in("SXD").code
    coordinator, sxd = office.at_desk("coordinator"), office.at_desk("sxd-officer")
    assert office.petition(code).state == "new"
    assert sxd.does(office.petition(code), "give_back", text="Không thuộc Sở Xây dựng").headers["Location"] == "/"
    for unit in ("SYT", "SXD", "SYT"):
        petition = office.petition(code)
        if petition.state == "new":
            assert coordinator.does(petition, "accept").status_code == 303
        else:
            office.store.update(f"petitions/{code}", {"state": "returned", "unit": "VPUB"})
        answer = coordinator.does(office.petition(code), "assign", unit=unit)
    assert answer.status_code == 400
    assert "xin nêu lý do giao lại" in answer.text
    assert coordinator.does(office.petition(code), "assign", unit="SYT", text="Đã thống nhất").status_code == 303
    assert "Đã chuyển đơn vị 2 lần" in coordinator.see(f"/petitions/{code}").text


def test_no_page_names_two_things_alike() -> None:
    office = Office()
    mine, queued = office.filed_in("SXD"), office.filed_in("VPUB")
    for who, paths in (
        ("sxd-officer", ("/", "/take-in", "/me", "/contacts", "/figures", f"/petitions/{mine.code}")),
        ("coordinator", ("/", "/take-in", "/team", "/boards/lateness", f"/petitions/{queued.code}", "/styles")),
    ):
        browser = office.at_desk(who)
        for path in paths:
            names = re.findall(r'\sid="([^"]+)"', browser.see(path).text)
            assert len(names) == len(set(names)), (path, [name for name in names if names.count(name) > 1])
