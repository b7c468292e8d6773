"""Only approvers get the form to extend a deadline, and only while an extension is allowed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.language.texts import hanoi_time
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Office

REASON = "Cần lấy ý kiến Sở Tư pháp"


@pytest.fixture
def office() -> Office:
    return Office()


def accepted(office: Office) -> Petition:
    petition = office.filed_in("SXD")
    assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303
    return office.petition(petition.code)


def test_only_approvers_are_offered_it_and_only_before_due(office: Office) -> None:
    petition = accepted(office)
    for who, offered in (("sxd-officer", False), ("sxd-head", True), ("coordinator", True), ("inspector", False)):
        assert ("extend" in office.at_desk(who).buttons(petition.code)) is offered, who
    page = office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text
    assert "tối đa 15 ngày" in page
    office.clock.at = petition.clocks["answer"].due_at + timedelta(seconds=1)
    assert "extend" not in office.at_desk("sxd-head").buttons(petition.code)


def test_the_form_extends_and_the_page_counts_it(office: Office) -> None:
    petition = accepted(office)
    head = office.at_desk("sxd-head")
    for wrong in ("", "16", "0", "-1", "năm", "9" * 5000):
        answer = head.does(petition, "extend", text=REASON, amount=wrong)
        assert answer.status_code == 400
        assert "từ 1 đến 15" in answer.text
        assert REASON in answer.text  # the typed text is kept
    assert head.does(petition, "extend", text=REASON, amount="5").status_code == 303
    page = head.see(f"/petitions/{petition.code}").text
    for words in ("Đã gia hạn 1 lần", "gia hạn 5 ngày", "tối đa 10 ngày", "Báo gia hạn trả lời", REASON):
        assert words in page


@pytest.mark.parametrize(
    ("who", "unit"), [("coordinator", "Văn phòng UBND thành phố Hà Nội"), ("sxd-head", "Sở Xây dựng")]
)
def test_the_citizen_reads_which_office_decided(office: Office, who: str, unit: str) -> None:
    petition = accepted(office)
    assert office.at_desk(who).does(petition, "extend", text=REASON, amount="5").status_code == 303
    notices = [Notice.model_validate(office.store.documents[path]) for path in office.store.paths("notices")]
    (notice,) = [item for item in notices if item.kind is NoticeKind.EXTENDED]
    assert f"{unit} cho biết lý do:\n{REASON}" in notice.text


def test_the_form_says_that_the_filer_reads_the_reason(office: Office) -> None:
    petition = accepted(office)
    page = office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text
    for action, quoted in (("extend", True), ("ask_supplement", True), ("give_back", False)):
        form = page.split(f"/actions/{action}")[1].split("</form>")[0]
        assert ("Người gửi đọc nguyên văn phần này" in form) is quoted, action


def test_remaining_extension_is_shown_and_none_offered_after_it(office: Office) -> None:
    petition = accepted(office)
    head, path = office.at_desk("sxd-head"), f"/petitions/{petition.code}"
    left = head.shown(path)["page"].extension
    assert (left.left, left.unit) == (15, "ngày")
    assert head.does(petition, "extend", text=REASON, amount=15).status_code == 303
    page = head.shown(path)["page"]
    assert page.extension is None
    assert "extend" not in [action.action for action in page.actions]
    answer = next(clock.clock for clock in page.clocks if clock.clock.name == "answer")
    assert answer.extensions == 1


def test_an_officer_reads_who_extends_and_the_history_names_both_dates(office: Office) -> None:
    petition = accepted(office)
    path, words = f"/petitions/{petition.code}", "lãnh đạo đơn vị, hoặc người thay, làm được"
    assert words in office.at_desk("sxd-officer").see(path).text
    head = office.at_desk("sxd-head")
    assert words not in head.see(path).text
    assert words not in office.at_desk("coordinator").see(path).text
    assert head.does(petition, "extend", text=REASON, amount="5").status_code == 303
    dates = [hanoi_time(item.clocks["answer"].due_at) for item in (petition, office.petition(petition.code))]
    history = head.see(path).text.split('aria-labelledby="history"')[1]
    assert f"{dates[0]} → {dates[1]}" in history
    assert history.count(" → 17:30") == 1


def test_the_page_of_the_answer_shows_its_deadline_and_the_level(office: Office) -> None:
    petition = accepted(office)
    officer = office.at_desk("sxd-officer")
    for step in ("assign", "start"):
        assert officer.does(office.petition(petition.code), step).status_code == 303
    page = officer.see(f"/petitions/{petition.code}/answer").text
    assert f"trước {hanoi_time(petition.clocks['answer'].due_at)}" in page
    assert "Bình thường" in page
