"""A petition's urgency or complexity at the desk, where every choice shows its deadline beforehand."""

from __future__ import annotations

from datetime import timedelta

from petitions.domain.lifecycle.states import Level
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import instant_in_words
from tests.unit.desk.office import Office

WHY = "Nguy hiểm cho học sinh đi qua"


def accepted(office: Office) -> Petition:
    petition = office.filed_in("SXD")
    assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303
    return office.petition(petition.code)


def test_level_is_offered_only_to_authorised_officers() -> None:
    office = Office()
    petition = accepted(office)
    offered = {"sxd-officer": False, "sxd-head": True, "coordinator": True, "inspector": False}
    for who, may in offered.items():
        assert ("set_level" in office.at_desk(who).buttons(petition.code)) is may, who
    assert office.at_desk("syt-head").does(petition, "set_level", level="urgent", text=WHY).status_code == 404


def test_page_shows_the_deadline_that_follows() -> None:
    office = Office()
    petition = accepted(office)
    head = office.at_desk("sxd-head")
    shown = {level.level: level for level in head.shown(f"/petitions/{petition.code}")["page"].levels}
    assert set(shown) == {"complex", "urgent"}
    page = head.see(f"/petitions/{petition.code}").text
    moved = {level: {move.clock: move.new for move in item.moves} for level, item in shown.items()}
    assert {level: set(moves) for level, moves in moved.items()} == {
        "complex": {"answer"},
        "urgent": {"transfer", "answer"},
    }
    assert moved[Level.URGENT]["transfer"] == moved[Level.URGENT]["answer"]
    assert page.count("Hạn trả lời: ") == 2
    assert head.does(petition, "set_level", level="urgent", text=WHY).status_code == 303
    assert "Đã xong: Đổi mức độ thành khẩn." in head.see(f"/petitions/{petition.code}").text
    after = office.petition(petition.code)
    assert after.clocks["answer"].due_at == moved[Level.URGENT]["answer"]
    page = head.see(f"/petitions/{petition.code}").text
    assert f"Bình thường → Khẩn: {WHY}" in page
    assert "Báo đổi hạn trả lời" in page
    assert instant_in_words(after.clocks["answer"].due_at, 2026) in page


def test_the_filer_reads_the_new_deadline_and_only_officers_the_reason() -> None:
    office = Office()
    petition = accepted(office)
    head, path = office.at_desk("sxd-head"), f"/petitions/{petition.code}"
    form = head.see(path).text.split("/actions/set_level")[1].split("</form>")[0]
    assert "Chỉ cán bộ đọc lý do này" in form
    assert "nếu hạn trả lời đổi thì người gửi được báo ngay" in form
    assert head.does(petition, "set_level", level="urgent", text="Báo chí hỏi").status_code == 303
    notices = [Notice.model_validate(office.store.documents[path]) for path in office.store.paths("notices")]
    (notice,) = [item for item in notices if item.kind is NoticeKind.RELEVELLED]
    assert instant_in_words(office.petition(petition.code).clocks["answer"].due_at, 0)[:5] in notice.text
    assert "Báo chí" not in notice.text
    assert "Báo chí" not in str(notice.template)
    assert "Báo chí hỏi" in head.see(path).text


def test_impossible_level_is_explained_and_the_typed_text_is_kept() -> None:
    office = Office()
    petition = accepted(office)
    office.clock.at = petition.clocks["answer"].due_at + timedelta(seconds=1)
    head = office.at_desk("sxd-head")
    assert "không được làm lùi thời hạn" in head.see(f"/petitions/{petition.code}").text
    refused = head.does(petition, "set_level", level="complex", text=WHY)
    assert refused.status_code == 403
    assert WHY in refused.text
    assert head.does(petition, "set_level", text=WHY).status_code == 400


def test_there_are_no_other_levels() -> None:
    office = Office()
    petition = accepted(office)
    head = office.at_desk("sxd-head")
    assert head.does(petition, "set_level", text=WHY, level="huge").status_code == 400
    assert head.does(petition, "set_level", text=WHY, level="complex").status_code == 303
    assert office.petition(petition.code).level == "complex"
