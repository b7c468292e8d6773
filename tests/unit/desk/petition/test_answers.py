"""The editor for answers: templates, drafts, files, evidence, and answers returned for revision."""

from __future__ import annotations

import html
import io
import re
import unicodedata
from typing import Any

import pytest
from werkzeug.test import TestResponse

from petitions.adapters import reference
from petitions.domain.files.csv_files import table
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.notices.notice import Notice
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.errors import Rejected
from petitions.usecases.files.office_files import checked_file
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.petition.draft_answer import draft_mark
from tests import media
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.answering import SAID, WHY_NONE, in_progress, submits
from tests.unit.desk.shell.doors import SEES

OTHER = (
    "Đoàn kiểm tra liên ngành kiểm tra bãi xe số 5 hôm qua, lập biên bản, phạt chủ bãi hai triệu đồng "
    "và yêu cầu niêm yết lại giá vé theo mức thành phố ban hành trước cuối tuần."
)


def saves(browser: Browser, petition: Petition, **fields: Any) -> TestResponse:
    path = f"/petitions/{petition.code}/answer"
    return browser.submit(path, **{"do": "save", **as_written(browser, petition), **fields})


def as_written(browser: Browser, petition: Petition) -> dict[str, str]:
    """Return the texts in the form of an answer, with the version of its draft as `seen` ("" without a form)."""
    page = browser.see(f"/petitions/{petition.code}/answer").text
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    texts = re.findall(r'<textarea id="(text|basis)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(words) for name, words in texts} | {"seen": seen[1] if seen else ""}


def uploads(
    browser: Browser, petition: Petition, content: bytes = media.PDF, name: str = "bien-ban.pdf"
) -> TestResponse:
    return saves(browser, petition, files=(io.BytesIO(content), name))


def upload(browser: Browser, petition: Petition, content: bytes = media.PDF, name: str = "bien-ban.pdf") -> str:
    answer = uploads(browser, petition, content, name)
    assert answer.status_code == 303, answer.text
    file_id: str = browser.shown(f"/petitions/{petition.code}/answer")["draft"].attachments[-1]
    return file_id


def page_of(office: Office, petition: Petition, who: str = "sxd-officer", **fields: object) -> str:
    now = office.petition(petition.code)
    given = {"version": now.version, "seen": draft_mark(now.drafted), **fields}
    return office.at_desk(who).submit(f"/petitions/{petition.code}/answer", **given).text


def test_an_answer_with_a_document_from_the_skeleton_to_the_approval() -> None:
    office = Office()
    petition = in_progress(office)
    path = f"/petitions/{petition.code}/answer"
    officer = office.at_desk("sxd-officer")
    assert f'href="{path}"' in officer.see(f"/petitions/{petition.code}").text
    page_of(office, petition, do="template", template="handled")
    assert "[kết quả kiểm tra]" in officer.see(path).text
    now = office.petition(petition.code)
    answer = officer.submit(
        path,
        version=now.version,
        seen=draft_mark(now.drafted),
        do="submit",
        text=SAID,
        basis="Nghị định 20/2008/NĐ-CP",
        files=(io.BytesIO(media.PDF), "biên\u2067\u200b bản.pdf"),
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/petitions/{petition.code}")
    submitted = office.petition(petition.code)
    assert submitted.reply
    assert (submitted.state, submitted.drafted, submitted.reply.basis) == (
        "awaiting_approval",
        None,
        "Nghị định 20/2008/NĐ-CP",
    )
    (file_id,) = submitted.reply.attachments
    head = office.at_desk("sxd-head")
    page = head.see(f"/petitions/{petition.code}").text
    assert "biên bản.pdf" in page
    assert "có thể còn ghi tên người soạn" in page
    assert "Căn cứ: Nghị định 20/2008/NĐ-CP" in page
    assert head.see(f"/petitions/{petition.code}/files/{file_id}").data == media.PDF
    assert head.does(submitted, "approve").status_code == 303
    assert office.petition(petition.code).reply.approved_by == "sxd-head"  # type: ignore[union-attr]
    notices = [Notice.model_validate(office.store.documents[path]) for path in office.store.paths("notices")]
    (enclosed,) = next(notice.files for notice in notices if notice.kind == "answered")
    assert (enclosed.name, b"".join(office.kept.read(enclosed.object))) == ("biên bản.pdf", media.PDF)


def test_the_basis_in_law_reaches_the_citizen_on_every_way() -> None:
    office = Office()
    petition = in_progress(office)
    assert submits(office, petition, basis="Nghị định 20/2008/NĐ-CP, điều 14") == 303
    assert office.at_desk("sxd-head").does(office.petition(petition.code), "approve").status_code == 303
    whole = f"{SAID}\n\nCăn cứ: Nghị định 20/2008/NĐ-CP, điều 14"
    assert whole in office.last_reply(str(10**18))
    assert whole in office.types(petition.code, user=str(10**18))
    public = html.unescape(office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text)
    assert f"{whole}</textarea>" in public


def test_legal_basis_named_in_the_text_is_not_repeated() -> None:
    office = Office()
    petition = in_progress(office)
    assert submits(office, petition, f"{SAID} Theo Nghị định 20/2008/NĐ-CP.", basis="Nghị định 20/2008/NĐ-CP") == 303
    assert office.petition(petition.code).reply.with_basis.count("20/2008") == 1  # type: ignore[union-attr]


def test_a_form_without_the_editor_leads_to_it_and_its_files_go_along() -> None:
    office = Office()
    petition = in_progress(office)
    officer = office.at_desk("sxd-officer")
    file_id = upload(officer, petition)
    bare = officer.submit(
        f"/petitions/{petition.code}/actions/submit_answer", version=petition.version, text=SAID, no_evidence=WHY_NONE
    )
    assert (bare.status_code, bare.headers["Location"]) == (303, f"/petitions/{petition.code}/answer")
    assert office.petition(petition.code).state == "in_progress"
    assert officer.does(petition, "submit_answer", text=SAID).status_code == 303
    assert office.petition(petition.code).reply.attachments == [file_id]  # type: ignore[union-attr]


def test_an_answer_needs_evidence_or_a_reason_why_there_is_none() -> None:
    office = Office()
    petition = in_progress(office)
    officer = office.at_desk("sxd-officer")
    refused = officer.does(petition, "submit_answer", text=SAID, no_evidence="không")
    assert refused.status_code == 400
    assert "hoặc ghi lý do không có" in refused.text
    assert office.petition(petition.code).state == "in_progress"
    assert submits(office, petition) == 303


def test_a_place_of_a_skeleton_left_open_is_named() -> None:
    office = Office()
    petition = in_progress(office)
    page = page_of(office, petition, do="submit", text=f"{SAID} [kết quả kiểm tra]", no_evidence=WHY_NONE)
    assert "Còn chỗ của mẫu chưa điền: [kết quả kiểm tra]" in page
    assert SAID in page  # the typed text is kept


def test_answer_with_little_text_of_its_own_is_held() -> None:
    office = Office()
    petition = in_progress(office)
    template = office.app.extensions["desk"].templates.find("handled").text
    filled = re.sub(r"\[[^]]+\]", "xong", template)
    assert submits(office, petition, filled) == 303
    held = office.petition(petition.code)
    assert held.reply
    assert held.reply.doubts == ["short"]
    head = office.at_desk("sxd-head")
    assert "nội dung riêng rất ngắn" in head.see(f"/petitions/{petition.code}").text
    refused = head.does(held, "approve")
    assert (refused.status_code, "xin ghi lý do" in refused.text) == (400, True)
    assert office.petition(petition.code).state == "awaiting_approval"
    assert head.does(held, "approve", text="Việc nhỏ, đã gọi điện giải thích").status_code == 303
    assert "Việc nhỏ, đã gọi điện giải thích" in head.see(f"/petitions/{petition.code}").text


def test_an_answer_copied_from_another_petition_is_held_and_one_of_its_own_is_not() -> None:
    office = Office()
    first, second, third = (in_progress(office, f"Chuyện thứ {n} về bãi xe số {n}") for n in ("nhất", "hai", "ba"))
    assert submits(office, first) == 303
    assert submits(office, second, SAID.replace("26/11", "27/11")) == 303
    assert submits(office, third, OTHER) == 303
    assert office.petition(first.code).reply.doubts == []  # type: ignore[union-attr]
    assert office.petition(second.code).reply.doubts == ["copied"]  # type: ignore[union-attr]
    assert office.petition(third.code).reply.doubts == []  # type: ignore[union-attr]
    page = office.at_desk("sxd-head").see(f"/petitions/{second.code}").text
    assert page.count(f"gần giống câu trả lời của hồ sơ khác ({first.code})") == 2


def test_answer_is_not_marked_like_one_to_a_petition_accusing_an_office() -> None:
    office = Office()
    first, second = (in_progress(office, f"Chuyện thứ {n} về bãi xe số {n}") for n in ("nhất", "hai"))
    assert submits(office, first) == 303
    office.store.documents[f"petitions/{first.code}"] |= {"accused": "SXD", "unit": "SNV"}
    assert submits(office, second, SAID.replace("26/11", "27/11")) == 303
    assert first.code not in office.at_desk("sxd-head").see(f"/petitions/{second.code}").text
    assert office.petition(second.code).reply.doubts == []  # type: ignore[union-attr]


@pytest.mark.parametrize("closed", [{"accused": "SXD"}, {"closed_with": ["SXD"]}, {"petition_class": "denunciation"}])
def test_an_answer_no_longer_names_one_that_accuses_its_office_since(closed: dict[str, object]) -> None:
    """After a similar answer was found, its petition was closed to the office, for instance by a merger."""
    office = Office()
    first, second = (in_progress(office, f"Chuyện thứ {n} về bãi xe số {n}") for n in ("nhất", "hai"))
    assert submits(office, first) == 303
    assert submits(office, second, SAID.replace("26/11", "27/11")) == 303
    office.store.documents[f"petitions/{first.code}"] |= {"unit": "VPUB", **closed}
    head = office.at_desk("sxd-head")
    page = head.see(f"/petitions/{second.code}").text
    assert "gần giống câu trả lời của hồ sơ khác" in page
    assert first.code not in page
    assert first.code not in str(office.store.documents[f"petitions/{second.code}"])


def test_the_same_skeleton_makes_no_copies() -> None:
    office = Office()
    template = office.app.extensions["desk"].templates.find("handled").text
    first, second = (in_progress(office, f"Chuyện thứ {n} về bãi xe số {n}") for n in ("nhất", "hai"))
    for petition, own in ((first, SAID), (second, OTHER)):
        text = re.sub(r"\[[^]]+\]", "hôm qua", template) + "\n" + own
        assert submits(office, petition, text) == 303
        assert office.petition(petition.code).reply.doubts == []  # type: ignore[union-attr]


def test_returned_answer_starts_with_its_text_and_the_reason() -> None:
    office = Office()
    petition = in_progress(office)
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    file_id = upload(officer, petition)
    assert officer.does(office.petition(petition.code), "submit_answer", text=SAID).status_code == 303
    assert office.petition(petition.code).reply.attachments == [file_id]  # type: ignore[union-attr]
    redo = office.petition(petition.code)
    assert head.does(redo, "return_for_redo", text="Chưa nêu căn cứ").status_code == 303
    assert stands_above(officer, petition, "", "Chưa nêu căn cứ", 'class="columns')
    assert "Soạn trả lời" in officer.see(f"/petitions/{petition.code}").text
    assert stands_above(officer, petition, "/answer", "Chưa nêu căn cứ", 'class="columns')
    page = officer.see(f"/petitions/{petition.code}/answer").text
    assert all(words in page for words in (SAID, "bien-ban.pdf"))
    # A file of the sent answer stays, whatever the new draft does with it.
    page_of(office, petition, do="save", text=SAID, remove=file_id)
    after = office.petition(petition.code)
    assert after.drafted
    assert after.drafted.attachments == []
    assert officer.see(f"/petitions/{petition.code}/files/{file_id}").status_code == 200
    again = {"text": SAID + " Căn cứ Điều 3.", "no_evidence": "Xong tại chỗ"}
    assert officer.does(after, "submit_answer", **again).status_code == 303
    assert not stands_above(head, petition, "", "Chưa nêu căn cứ", 'class="columns')  # repeated


def stands_above(browser: Browser, petition: Petition, path: str, words: str, below: str) -> bool:
    page = browser.see(f"/petitions/{petition.code}{path}").text
    return 0 < page.find(words) < page.index(below)


def test_simultaneous_writers_are_notified_of_each_other() -> None:
    office = Office()
    petition = in_progress(office)
    page_of(office, petition, do="save", text="Bản của cán bộ")
    late = office.at_desk("sxd-head").submit(
        f"/petitions/{petition.code}/answer", version=petition.version, seen="", do="save", text="Bản của lãnh đạo"
    )
    assert late.status_code == 409
    assert "Bản của cán bộ" in late.text
    assert "Bản của lãnh đạo" in late.text
    assert office.petition(petition.code).drafted.text == "Bản của cán bộ"  # type: ignore[union-attr]


def test_draft_is_no_step_and_causes_no_notice() -> None:
    office = Office()
    petition = in_progress(office)
    replies = len(office.replies(str(10**18)))
    page_of(office, petition, do="save", text=SAID)
    after = office.petition(petition.code)
    assert (after.version, after.state) == (petition.version, petition.state)
    assert len(office.replies(str(10**18))) == replies
    assert SAID not in office.types(petition.code, user=str(10**18))


HOLLOW = (
    "Kính gửi ông/bà, UBND phường đã tiếp nhận phản ánh và sẽ xem xét, giải quyết theo quy định của pháp luật trong "
    "thời gian sớm nhất, mong ông/bà thông cảm và tiếp tục phối hợp với chính quyền địa phương."
)


@pytest.mark.parametrize(
    ("text", "outcome", "held"),
    [
        (HOLLOW, "resolved", True),
        (HOLLOW, "explained", False),
        (f"{HOLLOW} Tổ kỹ thuật đã thay bóng đèn.", "resolved", False),
        (f"{HOLLOW} Lịch sửa: 25/11.", "resolved", False),
    ],
)
def test_answer_without_any_action_is_held(text: str, outcome: str, held: bool) -> None:  # noqa: FBT001
    office = Office()
    petition = in_progress(office)
    page_of(office, petition, do="submit", text=text, no_evidence=WHY_NONE, outcome=outcome)
    reply = office.petition(petition.code).reply
    assert reply
    assert ("hollow" in reply.doubts) is held


RESULT = {
    "outcome": "explained", "document_number": "45/UBND-TP", "document_date": "2026-11-25",
    "document_signer": "Phan Kế", "document_position": "Phó Chủ tịch",
}  # fmt: skip


def result_shown(page: str) -> dict[str, str]:
    chosen = re.search(r'<option value="(\w+)" selected>', page)
    found = dict(re.findall(r'name="(document_\w+)"[^>]* value="([^"]*)"', page))
    return {"outcome": chosen[1] if chosen else "", **{name: html.unescape(value) for name, value in found.items()}}


@pytest.mark.parametrize("do", ["save", "template"])
def test_a_draft_keeps_the_outcome_and_the_document(do: str) -> None:
    office = Office()
    petition = in_progress(office)
    page_of(office, petition, do=do, text=SAID, template="handled", **RESULT)
    page = office.at_desk("sxd-head").see(f"/petitions/{petition.code}/answer").text
    assert result_shown(page) == RESULT
    assert "<details open>" in page


def test_an_unfinished_document_is_kept_too() -> None:
    office = Office()
    petition = in_progress(office)
    page_of(office, petition, do="submit", text=SAID, no_evidence=WHY_NONE, **{**RESULT, "document_signer": ""})
    page = office.at_desk("sxd-head").see(f"/petitions/{petition.code}/answer").text
    assert result_shown(page) == {**RESULT, "document_signer": ""}
    page_of(office, petition, do="save", text=SAID, outcome="")
    assert not any(result_shown(office.at_desk("sxd-head").see(f"/petitions/{petition.code}/answer").text).values())


def test_simultaneous_save_keeps_the_typed_outcome_and_document() -> None:
    office = Office()
    petition = in_progress(office)
    page_of(office, petition, do="save", text="Bản của cán bộ")
    late = page_of(office, petition, "sxd-head", do="save", seen="", text="Bản của lãnh đạo", **RESULT)
    assert result_shown(late) == RESULT


def test_an_answer_that_is_recalled_comes_back_with_its_outcome_and_document() -> None:
    office = Office()
    petition = in_progress(office)
    page_of(office, petition, do="submit", text=SAID, no_evidence=WHY_NONE, **RESULT)
    office.at_desk("sxd-officer").does(office.petition(petition.code), "recall_answer", text="Viết lại")
    assert result_shown(office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/answer").text) == RESULT


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><script>", "Chỉ nhận ảnh, PDF, Word, Excel, CSV"),
        (b"", "Tệp “x.pdf” có đuôi .pdf nhưng nội dung không phải PDF, hoặc bị hỏng. Chỉ nhận ảnh, PDF"),
    ],
)
def test_a_file_is_checked_like_a_citizens(content: bytes, words: str) -> None:
    office = Office()
    petition = in_progress(office)
    page = page_of(office, petition, do="submit", text=SAID, files=(io.BytesIO(content), "x.pdf"))
    assert words in page
    assert SAID in page
    assert not office.kept.objects
    assert office.petition(petition.code).state == "in_progress"


TABLE = "Phường;Hồ sơ;Tỷ lệ\nYên Hòa;12;99,5\nLáng;7;-0,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_a_table_goes_with_an_answer_as_text_that_every_spreadsheet_reads(encoding: str) -> None:
    office = Office()
    petition = in_progress(office)
    written = TABLE if encoding != "cp1258" else unicodedata.normalize("NFD", TABLE).replace("a\u0302", "\u00e2")
    content = written.encode(encoding, "ignore" if encoding == "cp1258" else "strict")
    file_id = upload(office.at_desk("sxd-officer"), petition, content, "số liệu.CSV")
    answer = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/files/{file_id}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    text = answer.data.decode("utf-8-sig")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert text == TABLE or encoding == "cp1258"
    assert "99,5" in text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (TABLE.encode(), "x.txt", "Chỉ nhận ảnh"),
        (b'a,b\n=HYPERLINK("http://x"),2\n', "x.csv", "Dòng 2 của tệp CSV"),
        (b"a;b\n1;@SUM(1)\n", "x.csv", "công thức"),
        (b"a;b\n1;+cmd|' /C calc'!A0\n", "x.csv", "công thức"),
        (b"a;x,=1+1\nb;y,2\n", "x.csv", "công thức"),
        (b'a,b\n1,"  -2+3+cmd"\n', "x.csv", "công thức"),
        (b"a,b\n1,2,3\n", "x.csv", "không đọc được thành bảng"),
        (b"chi la mot dong chu\n", "x.csv", "không đọc được thành bảng"),
        (b"a,b\n1,\x00\n", "x.csv", "không đọc được thành bảng"),
        (b"\xff\xfea", "x.csv", "không đọc được thành bảng"),
        (b"<html>,<script>\n", "x.csv", "không đọc được thành bảng"),
        (b'a,"b\n', "x.csv", "không đọc được thành bảng"),
        (b"", "x.csv", "không đọc được thành bảng"),
    ],
)
def test_harmful_table_is_refused_with_a_message(content: bytes, name: str, words: str) -> None:
    office = Office()
    petition = in_progress(office)
    assert words in page_of(office, petition, do="save", text=SAID, files=(io.BytesIO(content), name))
    assert not office.kept.objects


@pytest.mark.parametrize("cell", ["-5", "+84 912 345 678", "-0,5%", "(12)", "01/02/2026", "a=b", "- 3"])
def test_numbers_with_a_sign_are_no_formulas(cell: str) -> None:
    assert table(f'a\tb\n1\t"{cell}"\n'.encode()).decode("utf-8-sig").endswith(f'"{cell}"\n')


def test_a_file_that_zalo_would_not_send_is_refused() -> None:
    office = Office()
    petition = in_progress(office)
    desk = office.app.extensions["desk"]
    content = media.PDF + bytes(5 * 2**20)
    with pytest.raises(Rejected, match="lớn hơn 5 MB"):
        desk.draft.keep(desk.staff.find("sxd-officer"), petition.code, checked_file("x.pdf", content))
    assert not office.kept.objects


def test_a_photo_loses_its_place_and_no_more_than_five_files_are_kept() -> None:
    office = Office()
    petition = in_progress(office)
    officer = office.at_desk("sxd-officer")
    ids = [upload(officer, petition, media.jpeg(), f"{number}.jpg") for number in range(5)]
    shown = officer.see(f"/petitions/{petition.code}/files/{ids[0]}").data
    assert media.LATITUDE_WORDS not in shown
    assert all(media.LATITUDE_WORDS not in content for content, _ in office.kept.objects.values())
    full = uploads(officer, petition)
    assert (full.status_code, "tối đa 5 tệp" in full.text) == (400, True)
    assert len(office.kept.objects) == 5


def test_a_file_taken_out_is_erased() -> None:
    office = Office()
    petition = in_progress(office)
    officer = office.at_desk("sxd-officer")
    file_id = upload(officer, petition)
    assert office.kept.objects
    assert saves(officer, petition, remove=file_id).status_code == 303
    assert not office.kept.objects
    assert officer.see(f"/petitions/{petition.code}/files/{file_id}").status_code == 404
    assert saves(officer, petition, remove=file_id).status_code == 404


def test_a_file_of_another_petition_is_no_evidence() -> None:
    office = Office()
    first, second = in_progress(office), in_progress(office, "Chuyện thứ hai về bãi xe")
    officer = office.at_desk("sxd-officer")
    theirs = (upload(officer, first),)
    wanted = command(second.code, Action.SUBMIT_ANSWER, second.version, SAID, attachments=theirs)
    with pytest.raises(Rejected) as refused:
        office.parts.act(office.officer("sxd-officer"), wanted)
    assert refused.value.reason == "file_unknown"


@pytest.mark.parametrize("who", SEES)
def test_officers_who_may_write_an_answer(who: str) -> None:
    office = Office()
    petition = in_progress(office)
    writes = who in {"sxd-officer", "sxd-head"}
    expected = 200 if writes else 403 if who == "admin" or SEES[who] else 404
    browser = office.at_desk(who)
    assert browser.saves(petition.code, {"text": "x"}).status_code == expected
    assert uploads(browser, petition).status_code == (303 if writes else expected)
    assert saves(browser, petition, remove="x").status_code == (404 if writes else expected)
    assert browser.see(f"/petitions/{petition.code}/answer").status_code == expected


def test_an_answer_is_written_only_at_its_step() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    assert officer.see(f"/petitions/{petition.code}/answer").headers["Location"] == f"/petitions/{petition.code}"
    assert officer.saves(petition.code, {"text": "x"}).status_code == 403


def test_template_is_filled_with_the_petitions_data() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    officer.submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    path = f"/petitions/{petition.code}/answer"
    officer.submit(path, version="1", seen="", do="template", template="handled")
    shown = officer.see(path).text
    assert f"Về hồ sơ {petition.code} gửi ngày 23/11/2026:" in shown
    assert "[kết quả kiểm tra]" in shown
    assert "[mã hồ sơ]" not in shown
    given = officer.shown(path)["templates"]
    assert petition.code in next(item.text for item in given if item.id == "handled")
    # Text filled in by the system is not the officer's own.
    templates = reference.answers()
    text = templates.filled(petition).templates[0].text
    assert templates.filled(petition).own_words_fingerprint(text) == []


def test_template_is_inserted_once_with_a_message() -> None:
    office = Office()
    petition = in_progress(office)
    path, officer = f"/petitions/{petition.code}/answer", office.at_desk("sxd-officer")

    def inserted(template: str, text: str) -> tuple[str, str]:
        now = office.petition(petition.code)
        given = {"version": now.version, "seen": draft_mark(now.drafted), "text": text}
        assert officer.submit(path, do="template", template=template, **given).status_code == 303
        page = html.unescape(officer.see(path).text)
        kept = office.petition(petition.code).drafted
        assert kept
        return kept.text, page

    first, page = inserted("handled", "")
    assert "Đã chèn mẫu “Đã kiểm tra và xử lý”" in page
    edited = first.replace("[ngày kiểm tra]", "20/11/2026").replace("[kết quả kiểm tra]", "đèn hỏng bóng")
    again, page = inserted("handled", edited)
    assert again == edited
    assert "Mẫu “Đã kiểm tra và xử lý” đã có trong nội dung nên không chèn lần nữa" in page
    both, page = inserted("explained", edited)
    assert "Đã chèn mẫu “Giải thích quy định hiện hành”" in page
    assert [both.count(item) for item in ("Kính gửi", "Về hồ sơ", "Trân trọng cảm ơn")] == [1, 1, 1]
    assert both.index("đèn hỏng bóng") < both.index("Theo quy định hiện hành:") < both.index("Trân trọng cảm ơn")


def test_a_template_repeats_the_filers_words_without_a_mask() -> None:
    office = Office()
    petition = office.filed_in("SXD", "Tôi là Nguyễn Thị Lan. Cột đèn trước chợ hỏng đã nhiều ngày")
    assert "[đã ẩn]" in petition.title
    template = replace(reference.answers().templates[0], text="Về việc: [nội dung phản ánh]")
    catalogue = replace(reference.answers(), templates=[template])
    assert catalogue.filled(petition).templates[0].text == f"Về việc: {petition.content}"
    secret = replace(petition, accused="PX-00175")  # officers read it without the filer
    assert catalogue.filled(secret).templates[0].text == "Về việc: [nội dung phản ánh]"


@pytest.mark.parametrize(("action", "more"), [("submit_answer", {"no_evidence": WHY_NONE}), ("ask_supplement", {})])
def test_answer_with_a_mask_is_not_sent(action: str, more: dict[str, str]) -> None:
    office = Office()
    petition = in_progress(office)
    if action == "ask_supplement":
        petition = office.filed_in("SXD")
        assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303
        petition = office.petition(petition.code)
    text = f"Ông/bà [đã ẩn], {SAID} Gọi [điện thoại]."
    refused = office.at_desk("sxd-officer").does(petition, action, text=text, **more)
    assert refused.status_code == 400
    assert "Còn chỗ bị che: [đã ẩn], [điện thoại]. Người gửi phải đọc được lời thật" in refused.text
    assert text in html.unescape(refused.text)  # all typed text is kept
    assert office.petition(petition.code).version == petition.version
