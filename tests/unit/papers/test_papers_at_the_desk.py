"""Official papers at the desk: drafts, signatures, refusals, the rest after an erasure, and the filer's access."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Deputy, Officer
from petitions.domain.papers.paper import Paper, PaperState
from petitions.domain.privacy.erasure import Erasure
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from tests.unit.desk.petition.answering import SAID, in_progress, submits
from tests.unit.papers.bureau import Bureau


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def test_an_officer_drafts_the_head_signs_and_the_next_paper_has_the_next_number(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    assert draft.body.count("[họ tên]") == 1  # the draft does not name the filer
    assert petition.code in draft.body
    officer = bureau.at_desk("sxd-officer")
    page = officer.see(f"/petitions/{petition.code}/papers/{draft.id}").text
    assert "SỞ XÂY DỰNG" in page
    assert "Nguyễn Thị Lan" not in page
    assert "Lãnh đạo Sở Xây dựng ký" in page
    assert bureau.issues(draft, "sxd-officer").status_code == 403
    assert bureau.last() == 0
    answer = bureau.issues(draft)
    assert answer.status_code == 303
    first = bureau.paper(petition.code, draft.id)
    assert (first.state, first.number, first.issued_by) == (PaperState.ISSUED, 1, "sxd-head")
    assert first.sheet
    assert first.sheet.authority == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    assert "Nguyễn Thị Lan" in first.sheet.body
    again = bureau.issues(draft)  # the same form once more
    assert again.status_code == 303
    assert bureau.last() == 1
    assert bureau.issued(petition).number == 2
    assert bureau.petition(petition.code).papers == ["01/PTN-SXD", "02/PTN-SXD"]
    assert officer.submit("/search", text="01/ptn-sxd").status_code == 303
    assert [hit.code for hit in officer.shown("/search")["found"].hits] == [petition.code]
    shown = officer.see(f"/petitions/{petition.code}").text
    assert "Phiếu tiếp nhận số 01/PTN-SXD" in shown
    assert "Ban hành văn bản" in shown


def test_each_unit_and_each_year_count_for_themselves(bureau: Bureau) -> None:
    petition, other = in_progress(bureau), bureau.filed_in("SYT")
    assert bureau.issued(petition).number == 1
    draft = bureau.drafts(other, "receipt", "syt-head")
    body = draft.body.replace("[hạn trả lời]", "10 ngày")
    assert bureau.issues(draft, "syt-head", body=body).status_code == 303
    assert bureau.paper(other.code, draft.id).number == 1
    bureau.clock.at = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # 23:59 in Hanoi
    last = bureau.issued(petition)
    bureau.clock.at = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    new = bureau.issued(petition)
    assert (last.number, last.year, new.number, new.year) == (2, 2026, 1, 2027)
    assert new.sheet
    assert new.sheet.date_line == "Hà Nội, ngày 01 tháng 01 năm 2027"


def test_a_coordinators_paper_takes_a_number_of_their_own_office(bureau: Bureau) -> None:
    """The petition is the department's, whose own numbers must have no gap."""
    petition = in_progress(bureau)
    bureau.store.update("officers/coordinator", {"position": "Phó Chánh Văn phòng"})
    draft = bureau.drafts(petition, who="coordinator")
    assert draft.unit == "VPUB"
    answer = bureau.issues(draft, "coordinator")
    assert answer.status_code == 303, answer.text
    assert (bureau.last("VPUB"), bureau.last("SXD")) == (1, 0)
    assert bureau.issued(petition).number == 1


def test_a_number_is_never_dated_before_the_one_before_it(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    first = bureau.issued(petition)
    bureau.clock.advance(days=-1)  # another machine's clock is behind
    draft = bureau.drafts(petition)
    assert bureau.issues(draft).status_code == 303
    second = bureau.paper(petition.code, draft.id)
    assert first.sheet
    assert second.sheet
    assert (second.number, second.sheet.day) == (2, first.sheet.day)


def test_incomplete_paper_takes_no_number(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    bureau.clock.advance(days=60)
    draft = bureau.drafts(petition, "apology")
    answer = bureau.issues(draft)
    assert answer.status_code == 400
    assert "Còn chỗ chưa điền: [nguyên nhân chậm], [ngày hẹn trả lời]" in answer.text
    assert bureau.last() == 0
    body = draft.body.replace("[nguyên nhân chậm]", "xác minh lâu").replace("[ngày hẹn trả lời]", "01/03/2027")
    assert (
        bureau.issues(draft, body=body, seen=bureau.paper(petition.code, draft.id).drafted_at.isoformat()).status_code
        == 303
    )


@pytest.mark.parametrize("kind", ["reply", "supplement", "extension", "refusal", "transfer", "apology"])
def test_paper_without_its_occasion_is_not_begun(bureau: Bureau, kind: str) -> None:
    petition = in_progress(bureau)
    head = bureau.at_desk("sxd-head")
    refused = head.submit(f"/petitions/{petition.code}/papers", kind=kind, key="k" * 20)
    assert refused.status_code == 400
    assert not bureau.store.paths(f"petitions/{petition.code}/papers")
    assert f'<option value="{kind}"' not in head.see(f"/petitions/{petition.code}").text


def test_outdated_draft_is_refused_with_a_message_before_numbering(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    head = bureau.at_desk("sxd-head")
    assert head.does(petition, "extend", text="Cần đo đạc lại tại hiện trường", amount="5").status_code == 303
    extension = bureau.drafts(petition, "extension")
    assert submits(bureau, bureau.petition(petition.code)) == 303
    head.does(bureau.petition(petition.code), "approve")
    over = "không còn gì để gia hạn"
    page = head.see(f"/petitions/{petition.code}/papers/{extension.id}").text
    assert over in page
    assert 'value="issue"' not in page
    refused = bureau.issues(extension)
    assert (refused.status_code, bureau.last()) == (400, 0)
    assert over in refused.text
    reply = bureau.drafts(petition, "reply")
    reopened = bureau.at_desk("coordinator").does(
        bureau.petition(petition.code), "reopen", text="Chưa trả lời hết", reopen_for="incomplete"
    )
    assert reopened.status_code == 303
    refused = bureau.issues(reply)
    assert (refused.status_code, bureau.last()) == (400, 0)
    assert "không còn hiệu lực" in refused.text


def test_a_paper_with_a_deadline_that_has_moved_is_filled_again_before_it_is_signed(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft, corrected = bureau.drafts(petition), bureau.drafts(petition)
    old = hanoi_time(petition.clocks["answer"].due_at)
    assert old in draft.body
    head = bureau.at_desk("sxd-head")
    assert head.does(petition, "extend", text="Cần đo đạc lại tại hiện trường", amount="5").status_code == 303
    new = hanoi_time(bureau.petition(petition.code).clocks["answer"].due_at)
    path = f"/petitions/{petition.code}/papers/{draft.id}"
    assert f"hạn trả lời nay là {new}" in head.see(path).text
    refused = bureau.issues(draft)
    assert (refused.status_code, bureau.last()) == (400, 0)
    assert f"hạn trả lời nay là {new}" in refused.text
    assert "Soạn lại theo hồ sơ" in refused.text
    assert bureau.at_desk("syt-head").submit(path, do="redraft", seen=draft.drafted_at.isoformat()).status_code == 404
    assert head.submit(path, do="redraft", seen="another").status_code == 409
    assert head.submit(path, do="redraft", seen=draft.drafted_at.isoformat()).status_code == 303
    again = bureau.paper(petition.code, draft.id)
    assert new in again.body
    assert old not in again.body
    assert bureau.issues(again).status_code == 303
    assert bureau.issues(corrected, body=corrected.body.replace(old, new)).status_code == 303


def test_a_reply_to_a_petition_answered_anew_is_not_signed_with_the_old_answer(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    assert submits(bureau, petition) == 303
    bureau.at_desk("sxd-head").does(bureau.petition(petition.code), "approve")
    draft = bureau.drafts(petition, "reply")
    reply = bureau.petition(petition.code).reply
    assert reply
    anew = replace(reply, text="Sở đã lắp lại đèn chiếu sáng ngày 26/11 và hẹn kiểm tra hằng tuần.")
    bureau.store.update(f"petitions/{petition.code}", {"reply": anew.model_dump()})
    refused = bureau.issues(draft)
    assert (refused.status_code, bureau.last()) == (400, 0)
    assert "câu trả lời" in refused.text


def test_a_head_reads_before_drafting_what_they_could_not_sign_then(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    own = "ai soạn hoặc sửa thì không tự ký"
    assert own not in bureau.at_desk("sxd-head").see(f"/petitions/{petition.code}").text
    assert submits(bureau, petition) == 303
    bureau.at_desk("sxd-head").does(bureau.petition(petition.code), "approve")
    assert f"Thư trả lời: {own}" in bureau.at_desk("sxd-head").see(f"/petitions/{petition.code}").text
    assert own not in bureau.at_desk("sxd-officer").see(f"/petitions/{petition.code}").text


def test_a_reply_repeats_the_approved_answer(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    assert submits(bureau, petition) == 303
    bureau.at_desk("sxd-head").does(bureau.petition(petition.code), "approve")
    paper = bureau.issued(petition, "reply")
    assert paper.sheet
    assert SAID.split(".")[0] in paper.sheet.body
    assert paper.sheet.addressee[0] == "Ông/Bà Nguyễn Thị Lan"


def test_a_letter_greets_and_closes_once_although_the_answer_does_too(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    answer = f"Kính gửi bà Lan,\n\nVề hồ sơ {petition.code} gửi ngày 23/11/2026:\n\n{SAID}\n\nTrân trọng cảm ơn bà."
    assert submits(bureau, petition, answer, basis="Luật Giao thông, Điều 8") == 303
    bureau.at_desk("sxd-head").does(bureau.petition(petition.code), "approve", text="Đã xem")
    sheet = bureau.issued(petition, "reply").sheet
    assert sheet
    text = "\n".join([*sheet.addressee, *sheet.paragraphs])
    assert SAID in text
    assert "Căn cứ: Luật Giao thông, Điều 8" in text
    assert (text.count("Kính gửi"), text.count("Trân trọng"), text.count("Về hồ sơ")) == (0, 1, 0)  # the sheet adds one


def test_a_receipt_repeats_all_that_was_filed_and_a_letter_whole_sentences(bureau: Bureau) -> None:
    sentences = [
        f"Cột đèn số {number} ở phố Trung Kính hỏng đã nhiều ngày nay, tối rất nguy hiểm." for number in range(9)
    ]
    petition = in_progress(bureau, f"{' '.join(sentences)} Gọi tôi số 0912345678.")
    receipt = bureau.drafts(petition)
    assert bureau.issues(receipt).status_code == 303
    bureau.clock.advance(days=60)
    letter = bureau.drafts(petition, "apology")
    body = letter.body.replace("[nguyên nhân chậm]", "xác minh lâu").replace("[ngày hẹn trả lời]", "01/03/2027")
    assert bureau.issues(letter, body=body).status_code == 303
    papers = [bureau.paper(petition.code, paper.id).sheet for paper in (receipt, letter)]
    first, second = ("\n".join(paper.paragraphs) for paper in papers if paper)
    assert f"Nội dung: {' '.join(sentences)} Gọi tôi số 0912345678.\n" in first
    assert f"về việc: {' '.join(sentences[:4]).rstrip('.')}, có thời hạn" in second
    assert "…" not in first + second


OWN = "Tôi là Nguyễn Thị Lan, số 12 phố Trung Kính, điện thoại 0912345678. UBND phường chậm trả giấy khai sinh"


def test_a_paper_repeats_the_filers_own_words_and_only_who_signs_sees_them_before(bureau: Bureau) -> None:
    petition = in_progress(bureau, OWN)
    assert "[đã ẩn]" in petition.title
    draft = bureau.drafts(petition)
    path = f"/petitions/{petition.code}/papers/{draft.id}"
    assert ("Lan" in draft.body, "Trung Kính" in draft.body, "0912" in draft.body) == (False, False, False)
    written = bureau.at_desk("sxd-officer").see(path).text
    assert "Tôi là [đã ẩn]" in written
    assert "Nguyễn Thị Lan" not in written
    signed = bureau.at_desk("sxd-head").see(path).text
    assert OWN in signed
    assert "[đã ẩn]" not in signed
    audit = [bureau.store.documents[item] for item in bureau.store.paths("audit")]
    looks = [(item["officer"], item["reason"]) for item in audit if item["what"] == "contact"]
    assert looks == [("sxd-head", "Phiếu tiếp nhận, xem trước khi ký")]
    assert bureau.issues(draft).status_code == 303
    sheet = bureau.paper(petition.code, draft.id).sheet
    assert sheet
    assert f"Nội dung: {OWN}." in sheet.body
    assert f"Nơi xảy ra: {petition.address}." in sheet.body
    assert "[" not in sheet.body


@pytest.mark.parametrize("mask", ["[đã ẩn]", "[điện thoại]", "[số giấy tờ]"])
def test_a_paper_with_a_mask_in_it_takes_no_number(bureau: Bureau, mask: str) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    for written in ({"body": f"{draft.body}\nGửi {mask}"}, {"subject": f"Trả lời {mask}", "body": draft.body}):
        seen = bureau.paper(petition.code, draft.id).drafted_at.isoformat()
        refused = bureau.issues(draft, seen=seen, **written)
        assert (refused.status_code, f"Còn chỗ bị che: {mask}" in refused.text) == (400, True)
    assert bureau.last() == 0


def replied(bureau: Bureau, who: str) -> Paper:
    petition = in_progress(bureau)
    assert submits(bureau, petition) == 303
    bureau.at_desk("sxd-head").does(bureau.petition(petition.code), "approve")
    return bureau.drafts(bureau.petition(petition.code), "reply", who)


def test_author_of_a_deciding_paper_does_not_sign_it(bureau: Bureau) -> None:
    draft = replied(bureau, "sxd-head")
    path = f"/petitions/{draft.code}/papers/{draft.id}"
    page = bureau.at_desk("sxd-head").see(path).text
    assert "không tự ký" in page
    assert 'value="issue"' not in page
    refused = bureau.issues(draft)
    assert (refused.status_code, "không tự ký" in refused.text) == (403, True)
    other = Officer(id="sxd-vice", name="Lê Vân", email="v@example.vn", unit="SXD", role=Role.HEAD, position="Giám đốc")
    bureau.store.create("officers/sxd-vice", other.stored())
    bureau.clock.advance(minutes=2)
    assert bureau.issues(draft, "sxd-vice").status_code == 303
    assert bureau.paper(draft.code, draft.id).issued_by == "sxd-vice"


def test_editor_does_not_sign_even_after_a_later_editor(bureau: Bureau) -> None:
    draft = replied(bureau, "sxd-officer")
    path = f"/petitions/{draft.code}/papers/{draft.id}"
    changed = bureau.issues(draft, body="Sở từ chối.")
    assert (changed.status_code, "người sửa không tự ký" in changed.text, "Sở từ chối." in changed.text) == (
        400, True, True,
    )  # fmt: skip
    assert bureau.paper(draft.code, draft.id) == draft  # nothing was kept, so the head may still sign the stored draft
    for who, body in (("sxd-head", "Sở từ chối."), ("sxd-officer", "Sở từ chối việc này.")):
        seen = bureau.paper(draft.code, draft.id).drafted_at.isoformat()
        written = {"subject": draft.subject, "body": body, "seen": seen}
        assert bureau.at_desk(who).submit(path, **written).status_code == 303
        bureau.clock.advance(minutes=1)
    stored = bureau.paper(draft.code, draft.id)
    assert bureau.issues(stored).status_code == 403
    assert bureau.last() == 0


def test_a_paper_that_decides_nothing_is_drafted_and_signed_by_one(bureau: Bureau) -> None:
    draft = bureau.drafts(in_progress(bureau), "receipt", "sxd-head")
    assert bureau.issues(draft, body=f"{draft.body} Xin cảm ơn.").status_code == 303


def test_other_units_the_accused_and_inspectors_neither_see_nor_sign(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    path = f"/petitions/{petition.code}/papers/{draft.id}"
    for who in ("syt-head", "syt-officer"):
        assert bureau.at_desk(who).see(path).status_code == 404
        assert bureau.issues(draft, who).status_code == 404
    assert bureau.at_desk("inspector").see(path).status_code == 403
    assert bureau.issues(draft, "coordinator").status_code == 404  # a coordinator signs for the receiving point alone
    paper = bureau.ready(petition)
    bureau.store.update(f"petitions/{petition.code}", {"accused": "SXD"})
    assert bureau.at_desk("sxd-head").see(f"/petitions/{petition.code}/papers/{paper.id}/files/pdf").status_code == 404
    assert bureau.at_desk("inspector").see(f"/petitions/{petition.code}/papers/{paper.id}/files/pdf").status_code == 403


def test_every_look_at_a_file_is_in_the_audit(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper = bureau.ready(petition)
    officer = bureau.at_desk("sxd-officer")
    for form, kind in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = officer.see(f"/petitions/{petition.code}/papers/{paper.id}/files/{form}")
        assert answer.data.startswith(kind)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    looks = [
        item
        for item in map(bureau.store.documents.get, bureau.store.paths("audit"))
        if item and item["what"] == "contact"
    ]
    assert [look["reason"] for look in looks] == ["Phiếu tiếp nhận số 1/2026"] * 2
    assert officer.see(f"/petitions/{petition.code}/papers/{paper.id}/files/exe").status_code == 404


def test_simultaneous_editors_of_a_draft_lose_nothing(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    path, seen = f"/petitions/{petition.code}/papers/{draft.id}", draft.drafted_at.isoformat()
    assert bureau.at_desk("sxd-officer").submit(path, subject="Một", body="Bản một", seen=seen).status_code == 303
    late = bureau.at_desk("sxd-head").submit(path, subject="Hai", body="Bản hai", seen=seen, do="issue")
    assert late.status_code == 409
    assert "Bản hai" in late.text
    assert "Bản một" in late.text
    assert bureau.last() == 0


def test_turned_and_unseen_characters_reach_no_page(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    answer = bureau.issues(draft, subject="Trả\u202e lời\u200b", body="Ngày\u2066 mai\u0000 <script>alert(1)</script>")
    assert answer.status_code == 303
    sheet = bureau.paper(petition.code, draft.id).sheet
    assert sheet
    assert (sheet.subject, sheet.paragraphs) == ("Trả lời", ["Ngày mai <script>alert(1)</script>./."])


def test_a_petition_on_paper_is_answered_on_paper(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    bureau.store.update(f"petitions/{petition.code}", {"source": "paper", "citizen": "desk"})
    paper = bureau.ready(bureau.petition(petition.code))
    assert not [path for path in bureau.store.paths("notices") if path.endswith(paper.id)]
    officer, path = bureau.at_desk("sxd-officer"), f"/petitions/{petition.code}/papers/{paper.id}"
    assert "Đã giao hoặc gửi bưu điện" in officer.see(path).text
    officer.submit(path, do="hand_over")
    handed = bureau.paper(petition.code, paper.id)
    assert handed.handed_by == "sxd-officer"
    officer.submit(path, do="hand_over")
    assert bureau.paper(petition.code, paper.id) == handed


def test_the_filer_finds_the_paper_on_their_own_page(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    bureau.ready(petition)
    bureau.relay()
    (copy,) = [found for path, found in bureau.public.documents.items() if path.startswith("pages/")]
    assert (copy["about"], len(copy["objects"])) == (petition.code, 1)
    assert copy["objects"][0] in bureau.kept.objects


def test_erasure_leaves_the_number_and_nothing_of_the_filer(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper, waiting = bureau.ready(petition), bureau.issued(petition)
    bureau.drafts(petition)
    bureau.types("xóa dữ liệu của tôi", "1", user=str(10**18))
    assert bureau.store.paths("erasures")
    for _ in range(4):
        bureau.erase()
        bureau.clock.advance(minutes=2)
    left = bureau.paper(petition.code, paper.id)
    assert (left.number, left.year, left.object) == (1, 2026, None)
    assert left.sheet
    assert left.sheet.addressee == []
    for path in bureau.store.paths(f"petitions/{petition.code}/papers"):
        stored = str(bureau.store.documents[path])
        assert "Lan" not in stored
        assert "Trung Kính" not in stored
    assert not [name for name in bureau.kept.objects if paper.object and paper.object in name]
    bureau.makes()  # pending papers are no longer made
    assert bureau.paper(petition.code, waiting.id).state is PaperState.ISSUED
    assert not [name for name in bureau.kept.objects if waiting.object and waiting.object in name]
    assert bureau.last() == 2
    page = bureau.at_desk("sxd-head").see(f"/petitions/{petition.code}/papers/{paper.id}").text
    assert "tệp không còn" in page


def test_erasure_waits_for_the_job_making_the_files(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper = bureau.issued(petition)
    making, message = bureau.making(), bureau.publisher.of("papers")[-1].data

    def erased_meanwhile() -> None:
        bureau.types("xóa dữ liệu của tôi", "1", user=str(10**18))
        bureau.erase()

    bureau.kept.after_put = erased_meanwhile
    making(message["code"], message["paper"])
    (path,) = bureau.store.paths("erasures")
    assert Erasure.model_validate(bureau.store.documents[path]).stage != "telling"
    for _ in range(4):
        bureau.clock.advance(minutes=2)
        bureau.erase()
    assert bureau.paper(petition.code, paper.id).object is None
    assert not [name for name in bureau.kept.objects if paper.object and paper.object in name]


def test_administrators_see_the_forms_they_edit_as_pages(bureau: Bureau) -> None:
    admin = bureau.at_desk("admin")
    page = admin.see("/admin/reference/paper_forms").text
    assert page.count('class="sheet"') == 7
    assert "PHIẾU TIẾP NHẬN" in page
    data = page.split('rows="16"')[1].split(">", 1)[1].split("</textarea>")[0]
    edited = html.unescape(data).replace("Phiếu tiếp nhận", "Phiếu biên nhận")
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    tried = admin.submit("/admin/reference/paper_forms", data=edited, seen=seen[1], do="preview").text
    assert "PHIẾU BIÊN NHẬN" in tried
    mark = re.search(r'name="previewed" value="([^"]+)"', tried)
    assert mark
    done = admin.submit("/admin/reference/paper_forms", data=edited, seen=seen[1], previewed=mark[1], do="publish")
    assert done.status_code == 303
    broken = admin.submit("/admin/reference/paper_forms", data='{"version": "x"}', seen=seen[1], do="preview")
    assert broken.status_code in {400, 409}


def as_deputy(bureau: Bureau, position: str, mandate: str = "") -> None:
    today = hanoi(bureau.clock.now()).date()
    deputy = Deputy(officer="sxd-officer", since=today, until=today, mandate=mandate)
    bureau.store.update("officers/sxd-head", {"deputy": deputy.stored()})
    bureau.store.update("officers/sxd-officer", {"position": position})
    bureau.clock.advance(seconds=61)


@pytest.mark.parametrize("position", ["", "Chuyên viên", "Giám đốc"])
@pytest.mark.parametrize("kind", ["receipt", "reply"])
def test_clerk_as_deputy_signs_nothing(bureau: Bureau, kind: str, position: str) -> None:
    petition = in_progress(bureau)
    assert submits(bureau, petition) == 303
    bureau.at_desk("sxd-head").does(bureau.petition(petition.code), "approve")
    draft = bureau.drafts(petition, kind, "sxd-head")
    as_deputy(bureau, position)
    page = html.unescape(bureau.at_desk("sxd-officer").see(f"/petitions/{petition.code}/papers/{draft.id}").text)
    words = "Chưa ghi chức vụ" if not position else f"đang thay lãnh đạo với chức vụ “{position}”"
    assert (words in page, 'value="issue"' in page) == (True, False)
    assert '<p class="sign"><b></b></p>' in page  # no signer is shown
    refused = bureau.issues(draft, "sxd-officer")
    assert (refused.status_code, words in html.unescape(refused.text)) == (403, True)
    assert bureau.last() == 0


def test_deputy_head_signs_for_the_head(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    as_deputy(bureau, "Phó Giám đốc Sở Xây dựng")
    assert bureau.issues(draft, "sxd-officer").status_code == 303
    paper = bureau.paper(petition.code, draft.id)
    assert paper.sheet
    assert (paper.sheet.authority, paper.sheet.signer) == (["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "Nguyễn Văn Thịnh")
    assert (paper.issued_by, paper.issued_instead_of) == ("sxd-officer", "sxd-head")
    page = bureau.at_desk("sxd-head").see(f"/petitions/{petition.code}/papers/{draft.id}").text
    assert "Nguyễn Văn Thịnh (thay Trần Thu Hằng)" in page


def test_the_head_of_a_part_signs_with_the_mandate_that_the_head_wrote(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    as_deputy(bureau, "Trưởng phòng Hạ tầng", "05/GUQ-SXD ngày 20/11/2026")
    assert bureau.issues(draft, "sxd-officer").status_code == 303
    sheet = bureau.paper(petition.code, draft.id).sheet
    assert sheet
    assert sheet.authority == ["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG HẠ TẦNG"]


def test_head_without_a_position_is_asked_to_have_it_entered(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    bureau.store.update("officers/sxd-head", {"position": ""})
    bureau.clock.advance(seconds=61)
    refused = bureau.issues(draft)
    assert (refused.status_code, "Chưa ghi chức vụ của anh/chị" in refused.text) == (403, True)
    assert "hoặc quản trị ghi vào tài khoản" in refused.text
    assert bureau.last() == 0


def test_deputy_without_a_position_is_warned_before_working_and_the_head_enters_it(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    as_deputy(bureau, "")
    deputy = bureau.at_desk("sxd-officer")
    assert "Anh/chị soạn được nhưng chưa ký được: Chưa ghi chức vụ" in deputy.see(f"/petitions/{petition.code}").text
    draft = bureau.drafts(petition)
    path = f"/petitions/{petition.code}/papers/{draft.id}"
    page = deputy.see(path).text
    assert page.index("Chưa ghi chức vụ của anh/chị") < page.index('id="subject"')
    head = bureau.at_desk("sxd-head")
    team = head.see("/team").text
    assert "Nguyễn Văn Thịnh duyệt được, nhưng chưa ký được văn bản thay Trần Thu Hằng" in team
    assert team.index('action="/team/position"') < team.index('action="/team/deputy"')
    done = head.submit("/team/position", who="sxd-officer", position=" Phó  Giám đốc ")
    assert done.status_code == 303
    assert bureau.officer("sxd-officer").position == "Phó Giám đốc"
    assert "chưa ký được văn bản thay" not in head.see("/team").text
    audit = [bureau.store.documents[item] for item in bureau.store.paths("audit")]
    (entry,) = [item for item in audit if item.get("action") == "officer_changed"]
    assert (entry["officer"], entry["subject"]) == ("sxd-head", "sxd-officer")
    bureau.clock.advance(seconds=61)
    assert bureau.issues(draft, "sxd-officer").status_code == 303
    assert bureau.last() == 1


def test_editor_sees_todays_signers(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = bureau.drafts(petition)
    path = f"/petitions/{petition.code}/papers/{draft.id}"
    assert "Hôm nay ký được: Trần Thu Hằng." in bureau.at_desk("sxd-officer").see(path).text
    bureau.store.update("officers/sxd-head", {"position": ""})
    bureau.clock.advance(seconds=61)
    assert "Hôm nay chưa ai của Sở Xây dựng ký được văn bản" in bureau.at_desk("sxd-officer").see(path).text


@pytest.mark.parametrize(
    ("who", "whose", "position", "status"),
    [
        ("sxd-head", "sxd-head", "Giám đốc", 403),
        ("sxd-head", "syt-officer", "Phó Giám đốc", 403),
        ("sxd-officer", "sxd-head", "Giám đốc", 403),
        ("coordinator", "sxd-officer", "Phó Giám đốc", 403),
        ("sxd-head", "nobody", "Phó Giám đốc", 404),
        ("sxd-head", "sxd-officer", " ", 400),
    ],
)
def test_nobody_enters_an_office_but_the_head_of_the_unit_and_none_their_own(
    bureau: Bureau, who: str, whose: str, position: str, status: int
) -> None:
    assert bureau.at_desk(who).submit("/team/position", who=whose, position=position).status_code == status
    assert bureau.officer("sxd-officer").position == ""
    assert bureau.officer("sxd-head").position == "Phó Giám đốc"


def test_deputy_of_the_head_enters_no_position(bureau: Bureau) -> None:
    as_deputy(bureau, "Phó Giám đốc")
    second = replace(bureau.officer("sxd-officer"), id="sxd-second", position="")
    bureau.store.create("officers/sxd-second", second.stored())
    bureau.clock.advance(seconds=61)
    deputy = bureau.at_desk("sxd-officer")
    assert 'action="/team/position"' not in deputy.see("/team").text
    assert deputy.submit("/team/position", who="sxd-second", position="Giám đốc").status_code == 403


def letter_with_the_answer(bureau: Bureau, way: Any) -> tuple[Bureau, Paper]:
    petition = in_progress(bureau)
    taken = {"by": "sxd-officer", "at": bureau.clock.now(), "consent": "1", "key": "form-0001", "channel": "visit"}
    bureau.store.update(f"petitions/{petition.code}", {"source": "paper", "citizen": "desk", "taken": taken})
    bureau.changed(petition.code, contact=replace(petition.contact, reply_by=way))
    assert submits(bureau, bureau.petition(petition.code)) == 303
    bureau.at_desk("sxd-head").does(bureau.petition(petition.code), "approve", text="Đã xem")
    draft = bureau.drafts(bureau.petition(petition.code), "reply")
    assert bureau.issues(draft).status_code == 303
    bureau.makes()
    return bureau, bureau.paper(petition.code, draft.id)


@pytest.mark.parametrize(("way", "closed"), [("post", True), ("phone", False)])
def test_a_posted_letter_with_the_answer_ends_the_request_for_it(bureau: Bureau, way: str, *, closed: bool) -> None:
    _, letter = letter_with_the_answer(bureau, way)
    officer = bureau.at_desk("sxd-officer")
    assert "Cần đưa câu trả lời tới người gửi" in officer.see("/contacts").text
    path = f"/petitions/{letter.code}/papers/{letter.id}"
    for _ in range(2):
        assert officer.submit(path, do="hand_over").status_code == 303
    assert ("Cần đưa câu trả lời tới người gửi" in officer.see("/contacts").text) is not closed
    history = map(bureau.store.documents.get, bureau.store.paths(f"petitions/{letter.code}/history"))
    assert [item["reason"] for item in history if item and item["action"] == "answer_given"] == (
        ["Gửi thư: Thư trả lời số 01/SXD-PAKN"] if closed else []
    )


def test_another_letter_does_not_end_the_request(bureau: Bureau) -> None:
    _, letter = letter_with_the_answer(bureau, "post")
    receipt = bureau.ready(bureau.petition(letter.code))
    officer = bureau.at_desk("sxd-officer")
    officer.submit(f"/petitions/{letter.code}/papers/{receipt.id}", do="hand_over")
    assert "Cần đưa câu trả lời tới người gửi" in officer.see("/contacts").text
