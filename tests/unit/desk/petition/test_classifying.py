"""A petition's class, chosen at acceptance and corrected later, and the outcome of its answer."""

from __future__ import annotations

import re

import pytest

from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.answering import SAID, WHY_NONE, in_progress

CHOSEN = {
    "nature": "both",
    "statement": "proposal",
    "petition_class": "vbqppl",
    "field": "ho_tich_tu_phap",
    "accused": "-",
    "level": "complex",
}


@pytest.fixture
def office() -> Office:
    return Office()


def chosen_in(page: str, action: str) -> dict[str, str]:
    form = page[page.index(f"/actions/{action}") :].partition("</form>")[0]
    fields = re.findall(r'<select id="[^"]+" name="(\w+)">(.*?)</select>', form, re.DOTALL)
    return {name: found[1] for name, choices in fields if (found := re.search(r'value="([^"]*)" selected', choices))}


def shown(browser: Browser, petition: Petition) -> str:
    return browser.see(f"/petitions/{petition.code}").text


def test_the_proposal_is_chosen_and_one_submit_accepts(office: Office) -> None:
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    page = shown(officer, petition)
    assert chosen_in(page, "accept") == {
        "nature": "conduct", "statement": "report", "petition_class": "pakn", "field": "xay_dung", "level": "normal",
        "accused": "-",
    }  # fmt: skip
    assert "Hạn trả lời nếu tiếp nhận bây giờ" in page
    assert officer.does(petition, "accept", **chosen_in(page, "accept")).status_code == 303
    after = office.petition(petition.code)
    assert after.classified
    assert (after.classified.by, after.accused, after.level) == ("sxd-officer", None, "normal")


def test_the_machine_says_the_same_in_both_places(office: Office) -> None:
    petition = office.filed_in("VPUB")
    office.store.update(f"petitions/{petition.code}", {"kind": "question"})
    page = shown(office.at_desk("coordinator"), petition)
    proposals = re.findall(r"(?:Máy đề xuất|Tiếp nhận với phân loại): (.*?)(?:</p>|\. Có vẻ)", page)
    assert len(proposals) == 2
    assert proposals[1].startswith(proposals[0])
    assert "Có vẻ chỉ là câu hỏi" in page
    assert "Hỏi đáp" not in page


@pytest.mark.parametrize("petition_class", ["complaint", "denunciation"])
def test_a_complaint_is_not_proposed_as_of_the_field_of_the_unit_that_it_names(
    office: Office, petition_class: str
) -> None:
    petition = office.filed_in("VPUB", "Tố cáo cán bộ bảo hiểm xã hội nhận hối lộ khi làm sổ")
    routed = {
        "proposals": [{"unit": "BHXH", "score": 1.0}], "why": [], "confidence": 0.9, "auto": False,
        "directory_version": "x", "at": office.clock.now(),
    }  # fmt: skip
    office.store.update(f"petitions/{petition.code}", {"petition_class": petition_class, "routed": routed})
    page = shown(office.at_desk("coordinator"), petition)
    assert chosen_in(page, "accept")["field"] == "thanh_tra"


def test_what_is_chosen_is_kept_and_shown_with_who_chose_it(office: Office) -> None:
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    assert officer.does(petition, "accept", **CHOSEN).status_code == 303
    after = office.petition(petition.code)
    assert after.classified
    assert (after.classified.nature, after.classified.statement) == ("both", "proposal")
    assert (after.petition_class, after.level, after.accused) == ("vbqppl", "complex", None)
    page = shown(officer, after)
    assert "Cả hành vi và nội dung quy định · Hộ tịch, chứng thực, công chứng, tư pháp" in page
    assert after.classified.field == "ho_tich_tu_phap"


@pytest.mark.parametrize("wrong", [{"nature": "weather"}, {"field": "thoi_tiet"}, {"accused": "NOPE"}])
def test_what_is_on_no_list_is_refused_with_words(office: Office, wrong: dict[str, str]) -> None:
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    assert officer.does(petition, "accept", **{**CHOSEN, **wrong}).status_code == 400
    assert office.petition(petition.code).state == "new"


def test_a_coordinator_sees_what_a_class_would_move_and_corrects(office: Office) -> None:
    petition = office.filed_in("SXD")
    assert office.at_desk("sxd-officer").does(petition, "accept", level="complex").status_code == 303
    petition, coordinator = office.petition(petition.code), office.at_desk("coordinator")
    assert "classify" not in office.at_desk("sxd-head").buttons(petition.code)
    page = shown(coordinator, petition)
    assert "Kiến nghị về văn bản quy phạm pháp luật: hạn trả lời thành" in page
    classes = coordinator.shown(f"/petitions/{petition.code}")["page"].classes
    [legal] = [item for item in classes if item.petition_class == "vbqppl"]
    assert coordinator.does(petition, "classify", text="Là văn bản", petition_class="vbqppl").status_code == 303
    after = office.petition(petition.code)
    assert after.clocks["answer"].due_at == legal.moves[0].new


def test_nobody_chooses_the_outcome_but_whoever_writes_the_answer(office: Office) -> None:
    petition, officer = in_progress(office), office.at_desk("sxd-officer")
    editor = officer.see(f"/petitions/{petition.code}/answer").text
    choice = re.search(r'<select id="outcome".*?</select>', editor)
    assert choice
    assert ("required" in choice[0], "selected" in choice[0]) == (True, False)
    given = {"text": SAID, "no_evidence": WHY_NONE, "outcome": ""}
    refused = officer.does(office.petition(petition.code), "submit_answer", **given)
    assert (refused.status_code, "Xin chọn kết quả giải quyết" in refused.text) == (400, True)
    given["outcome"] = "explained"
    assert officer.does(office.petition(petition.code), "submit_answer", **given).status_code == 303
    back = office.at_desk("sxd-head").does(office.petition(petition.code), "return_for_redo", text="Thiếu căn cứ")
    assert back.status_code == 303
    again = officer.see(f"/petitions/{petition.code}/answer").text
    assert re.search(r'value="explained" selected', again), "what they chose themselves"


def test_an_answer_is_handed_in_with_its_outcome_and_document(office: Office) -> None:
    petition, officer = in_progress(office), office.at_desk("sxd-officer")
    given = {"text": SAID, "no_evidence": WHY_NONE, "outcome": "no_grounds", "document_number": "12/SXD"}
    half = officer.does(office.petition(petition.code), "submit_answer", **given)
    assert (half.status_code, "đủ số, ngày, người ký" in half.text) == (400, True)
    assert re.search(r'value="no_grounds" selected', half.text), "what was chosen is still chosen"
    rest = {"document_date": "2026-11-23", "document_signer": "Lê Văn Ba", "document_position": "Phó Giám đốc"}
    assert officer.does(office.petition(petition.code), "submit_answer", **given, **rest).status_code == 303
    reply = office.petition(petition.code).reply
    assert reply
    assert reply.document
    assert (reply.outcome, reply.document.number) == ("no_grounds", "12/SXD")
    page = shown(office.at_desk("sxd-head"), petition)
    assert "Chưa đủ cơ sở" in page
    assert "Văn bản số 12/SXD ngày 23/11/2026, Phó Giám đốc Lê Văn Ba ký" in page
