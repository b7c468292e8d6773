"""A petition's page: refusals with a reason, notes and calls, helping units, simultaneous actions, maps."""

from __future__ import annotations

import html
import re

import pytest

from petitions.adapters.reference import texts
from petitions.domain.lifecycle.refusal_reasons import RefusalReason, ready_guidance
from petitions.domain.lifecycle.states import Action
from petitions.domain.shared.records import replace
from tests.unit.desk.office import Office
from tests.unit.desk.petition.answering import in_progress, submits

GUIDANCE = "Xin gửi đơn khiếu nại tới Ban Tiếp công dân thành phố."


def typed_in(page: str) -> str:
    found = re.search(r'<textarea id="text-refuse"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_refusal_needs_a_reason_and_guidance_and_both_reach_the_citizen() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    for fields in ({"text": GUIDANCE}, {"text": GUIDANCE, "why": "x"}, {"why": "complaint", "text": " "}):
        assert officer.does(petition, "refuse", **fields).status_code == 400
    assert "chọn lý do từ chối" in officer.does(petition, "refuse", text=GUIDANCE).text
    assert officer.does(petition, "refuse", text=GUIDANCE, why="complaint").status_code == 303
    assert office.petition(petition.code).refused_for == "complaint"
    reply = office.last_reply(str(10**18))
    assert "Nội dung thuộc khiếu nại, tố cáo, ngoài phạm vi Nghị định số 20/2008/NĐ-CP" in reply
    assert GUIDANCE in reply
    line = office.at_desk("inspector").shown(f"/petitions/{petition.code}")["page"].history[-1]
    assert (line.action, line.actor) == ("refuse", "sxd-officer")
    assert GUIDANCE in line.reason
    audit = [office.store.documents[path] for path in office.store.paths("audit")]
    changes = [(item["action"], item["seq"]) for item in audit if item["what"] == "change"]
    assert changes == [("refuse", line.seq)]


@pytest.mark.parametrize("text", ["x", "x x x", "x x x x x x x x x x x", "Không nhận."])
def test_too_short_refusal_is_rejected(text: str) -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    office.store.update(f"petitions/{petition.code}", {"petition_class": "denunciation"})
    answer = office.at_desk("coordinator").does(office.petition(petition.code), "refuse", text=text, why="complaint")
    assert answer.status_code == 400
    assert "quá ngắn: xin viết ít nhất 20 ký tự" in answer.text
    assert office.petition(petition.code).state == "new"


def test_transfer_out_needs_guidance_too() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    answer = office.at_desk("coordinator").does(petition, "transfer_out", text="x x x")
    assert (answer.status_code, "quá ngắn" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("petition_class", "why", "expected"),
    [
        ("complaint", "complaint", "không giải quyết khiếu nại"),
        ("denunciation", "complaint", "không thụ lý tố cáo"),
        ("pakn", "no_identity", "họ tên, địa chỉ và số điện thoại"),
        ("pakn", "field_report", "iHanoi"),
    ],
)
def test_a_refusal_has_a_ready_text_for_its_reason(petition_class: str, why: str, expected: str) -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    office.store.update(f"petitions/{petition.code}", {"petition_class": petition_class})
    coordinator = office.at_desk("coordinator")
    assert typed_in(coordinator.see(f"/petitions/{petition.code}").text) == ""
    filled = coordinator.does(petition, "refuse", why=why, text="Xin cảm ơn.", do="ready")
    assert filled.status_code == 200
    typed = typed_in(filled.text)
    assert expected in typed
    assert typed.endswith("Xin cảm ơn.")
    assert f'<option value="{why}" selected>' in filled.text
    assert typed_in(coordinator.does(petition, "refuse", why=why, text=typed, do="ready").text) == typed
    assert office.petition(petition.code).state == "new"
    assert coordinator.does(petition, "refuse", why=why, text=typed).status_code == 303


def test_what_accuses_the_coordinators_names_neither_them_nor_its_keeper_as_the_way_on() -> None:
    from desk.petition.undo import why_final  # noqa: PLC0415 - conftest has put it on the path

    office = Office()
    petition = office.filed_in("VPUB")
    assert "cán bộ điều phối mở lại" in why_final(Action.REFUSE, petition)
    accusing = replace(petition, accused="VPUB", unit="TTTP", petition_class="denunciation")
    assert "lãnh đạo đơn vị giữ hồ sơ này mở lại" in why_final(Action.REFUSE, accusing)
    key = ready_guidance(RefusalReason.COMPLAINT, "denunciation", above=accusing.accuses_coordinators)
    guidance = texts().render(str(key))
    assert "Chủ tịch UBND thành phố" in guidance
    assert "Thanh tra" not in guidance


def test_a_ready_text_needs_a_reason_to_belong_to() -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    coordinator = office.at_desk("coordinator")
    asked = coordinator.does(petition, "refuse", text="Xin cảm ơn.", do="ready")
    assert (asked.status_code, "Xin chọn lý do từ chối" in asked.text) == (400, True)
    other = coordinator.does(petition, "refuse", why="other", text="Xin cảm ơn.", do="ready")
    assert (other.status_code, typed_in(other.text)) == (200, "Xin cảm ơn.")


def test_history_names_the_accountable_officer_in_words() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    newest = max(office.store.paths(f"petitions/{petition.code}/history"), key=lambda path: int(path.rsplit("/", 1)[1]))
    line = office.store.documents[newest]
    for seq, level in ((90, "head"), (91, "coordinators")):
        late = {**line, "seq": seq, "action": "escalated", "reason": level}
        office.store.create(f"petitions/{petition.code}/history/{seq}", late)
    page = office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text
    timeline = page[page.index('class="timeline"') :].split("</ol>")[0]
    assert "Lãnh đạo đơn vị" in timeline
    assert "Cán bộ điều phối" in timeline
    assert not re.search(r">\s*(head|coordinators|rating_reason)\s*<", timeline)


def test_notes_and_calls_stand_in_the_history_with_numbers_masked() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    path = f"/petitions/{petition.code}/notes"
    assert officer.submit(path, kind="called", text="Gọi 0912345678, hẹn chiều nay").status_code == 303
    assert officer.submit(path, kind="noted", text=" ").status_code == 400
    assert officer.submit(path, kind="explode", text="x").status_code == 400
    page = officer.see(f"/petitions/{petition.code}").text
    assert "Gọi [điện thoại], hẹn chiều nay" in page
    assert "Gọi điện cho người gửi" in page
    assert office.petition(petition.code).state == "new"


def test_a_unit_that_helps_reads_and_writes_beside_and_does_no_more() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    path = f"/petitions/{petition.code}"
    officer, helper = office.at_desk("sxd-officer"), office.at_desk("syt-officer")
    assert helper.see(path).status_code == 404
    early = officer.submit(f"{path}/notes", kind="coordinated", text="Xin ý kiến", unit="SYT")
    assert (early.status_code, "tiếp nhận và phân loại trước" in early.text) == (400, True)
    assert helper.see(path).status_code == 404
    assert officer.does(petition, "accept").status_code == 303
    for unit in ("SXD", "NOPE", ""):
        assert officer.submit(f"{path}/notes", kind="coordinated", text="Xin ý kiến", unit=unit).status_code == 400
    assert officer.submit(f"{path}/notes", kind="coordinated", text="Xin ý kiến", unit="SYT").status_code == 303
    assert "Sở Y tế: Xin ý kiến" in officer.see(path).text
    assert helper.see(path).status_code == 200
    assert helper.buttons(petition.code) == []
    wanted = "Sở Xây dựng đề nghị đơn vị anh/chị phối hợp (“Xin ý kiến”)"
    assert wanted in helper.see(path).text
    assert wanted not in officer.see(path).text
    kinds = helper.see(path).text.partition('id="note-kind"')[2].partition("</select>")[0]
    assert re.findall(r'<option value="(\w+)">([^<]+)</option>', kinds) == [
        ("noted", "Ý kiến phối hợp"), ("called", "Đã gọi điện cho người gửi"),
    ]  # fmt: skip
    assert "Ghi chú nội bộ" in officer.see(path).text
    assert "Cho ý kiến phối hợp" in helper.see("/live?duties=1").text
    assert 'data-count="helping">1<' in helper.see("/").text
    assert petition.code in helper.see("/?view=helping").text
    assert petition.code not in helper.see("/").text
    assert helper.submit(f"{path}/notes", kind="noted", text="Đã trả lời phối hợp").status_code == 303
    assert wanted not in helper.see(path).text
    assert "Cho ý kiến phối hợp" not in helper.see("/live?duties=1").text
    assert 'data-count="helping">0<' in helper.see("/").text
    assert petition.code in helper.see("/?view=helping").text
    assert officer.see(path).text.count("<b>Ý kiến phối hợp</b>") == 1
    assert helper.does(office.petition(petition.code), "start").status_code == 403
    assert "Đề nghị đơn vị khác phối hợp" not in helper.see(path).text
    more = helper.submit(f"{path}/notes", kind="coordinated", text="Xin ý kiến", unit="STP")
    assert (more.status_code, "Chỉ đơn vị đang giữ hồ sơ" in more.text) == (403, True)
    assert office.petition(petition.code).coordinating == ["SYT"]
    hidden = helper.submit(f"{path}/reveal", reason="muốn biết tên")
    assert hidden.status_code == 404
    assert "Nguyễn Thị Lan" not in hidden.text
    assert not [item for item in office.store.paths("audit") if office.store.documents[item]["what"] == "contact"]


def test_history_line_has_the_authors_unit_and_the_destination() -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    coordinator, officer = office.at_desk("coordinator"), office.at_desk("sxd-officer")
    path, helper = f"/petitions/{petition.code}", office.at_desk("syt-officer")
    assert coordinator.does(petition, "accept").status_code == 303
    assert coordinator.does(office.petition(petition.code), "assign", unit="SXD").status_code == 303
    assert officer.submit(f"{path}/notes", kind="coordinated", text="Xin ý kiến", unit="SYT").status_code == 303
    assert helper.submit(f"{path}/notes", kind="noted", text="Không có ý kiến").status_code == 303
    timeline = coordinator.see(path).text.partition('class="timeline"')[2]
    lines = [html.unescape(line) for line in re.findall(r'<p class="soft small">([^<]*)</p>', timeline)]
    names = {who: office.parts.staff.name(who) for who in ("coordinator", "sxd-officer", "syt-officer")}
    assert [line.partition(" · ")[2] for line in lines[:3]] == [
        f"{names['syt-officer']} · Sở Y tế",
        f"{names['sxd-officer']} · Sở Xây dựng",
        f"{names['coordinator']} · {office.parts.directory.name_of('VPUB')} → Sở Xây dựng",
    ]


def test_head_of_an_invited_unit_gets_a_mail_at_once() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    assert officer.does(petition, "accept").status_code == 303
    for _ in range(2):
        officer.submit(f"/petitions/{petition.code}/notes", kind="coordinated", text="Xin ý kiến", unit="SYT")
    found = [office.store.documents[path] for path in office.store.paths("notices") if "/help-" in path]
    assert [mail["officer"] for mail in found] == ["syt-head"]
    assert "Cho ý kiến phối hợp" in found[0]["subject"]
    assert f"/petitions/{petition.code}" in found[0]["text"]


def test_each_invited_unit_reads_the_request_to_it() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    path, officer = f"/petitions/{petition.code}", office.at_desk("sxd-officer")
    assert officer.does(petition, "accept").status_code == 303
    for unit, text in (("SYT", "Xin ý kiến về y tế"), ("STP", "Xin ý kiến về hộ tịch")):
        assert officer.submit(f"{path}/notes", kind="coordinated", text=text, unit=unit).status_code == 303
    assert "phối hợp (“Xin ý kiến về y tế”)" in office.at_desk("syt-officer").see(path).text


def test_help_that_was_asked_for_is_not_forgotten_by_an_approval() -> None:
    office = Office()
    petition = in_progress(office)
    path, waits = f"/petitions/{petition.code}", "Sở Y tế chưa trả lời đề nghị phối hợp."
    officer, head, helper = office.at_desk("sxd-officer"), office.at_desk("sxd-head"), office.at_desk("syt-officer")
    assert officer.submit(f"{path}/notes", kind="coordinated", text="Xin ý kiến", unit="SYT").status_code == 303
    assert submits(office, office.petition(petition.code)) == 303
    assert waits in head.see(path).text
    assert head.does(office.petition(petition.code), "approve").status_code == 303
    assert 'data-count="helping">1<' in helper.see("/").text
    assert petition.code in helper.see("/?view=helping").text
    assert petition.code in helper.see("/live?duties=1").text
    assert helper.submit(f"{path}/notes", kind="noted", text="Sở Y tế thống nhất").status_code == 303
    assert 'data-count="helping">0<' in helper.see("/").text
    assert petition.code not in helper.see("/?view=helping").text + helper.see("/live?duties=1").text


def test_invitation_is_omitted_after_the_opinion() -> None:
    office = Office()
    petition = in_progress(office)
    path = f"/petitions/{petition.code}/notes"
    officer, helper = office.at_desk("sxd-officer"), office.at_desk("syt-officer")
    assert officer.submit(path, kind="coordinated", text="Xin ý kiến", unit="SYT").status_code == 303
    assert helper.submit(path, kind="noted", text="Sở Y tế thống nhất").status_code == 303
    assert submits(office, office.petition(petition.code)) == 303
    assert "chưa trả lời đề nghị" not in office.at_desk("sxd-head").see(path.removesuffix("/notes")).text


def test_second_of_two_officers_sees_the_first_ones_action() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    office.at_desk("sxd-officer").does(petition, "accept")
    late = office.at_desk("sxd-head").does(petition, "ask_supplement", text="Xin gửi ảnh")
    assert late.status_code == 409
    changed = re.search(r'id="changed".*?</section>', late.text, re.DOTALL)
    assert changed
    assert "Tiếp nhận" in changed[0]
    assert "Nguyễn Văn Thịnh" in changed[0]
    assert "Đã tiếp nhận" in changed[0]


def test_the_form_does_not_begin_with_the_unit_that_gave_it_back() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    office.store.update(
        f"petitions/{petition.code}",
        {
            "held_by": ["SXD"],
            "routed": {
                "proposals": [{"unit": "SXD", "score": 0.9}, {"unit": "SYT", "score": 0.4}],
                "why": [],
                "confidence": 0.9,
                "auto": True,
                "directory_version": "v",
                "at": office.clock.now(),
            },
        },
    )
    officer, coordinator = office.at_desk("sxd-officer"), office.at_desk("coordinator")
    assert officer.does(office.petition(petition.code), "give_back", text="Không thuộc Sở Xây dựng").status_code == 303
    coordinator.does(office.petition(petition.code), "accept")
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert re.search(r'<option value="SYT" selected', page)
    office.store.update(f"petitions/{petition.code}", {"held_by": ["SXD", "SYT"]})
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert "— chọn đơn vị —" in page
    assert not re.search(r'<option value="(SXD|SYT)" selected', page)


def test_a_place_is_opened_on_a_click_rounded() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    location = {"latitude": 21.0123456, "longitude": 105.7987654}
    office.store.update(f"petitions/{petition.code}", {"location": location})
    page = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}").text
    assert "geo:21.012,105.799" in page
    assert "21.0123" not in page
    assert page.count('rel="noreferrer noopener"') == 2


def test_petition_refused_before_acceptance_is_shown_to_no_other_unit() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    coordinator, helper = office.at_desk("coordinator"), office.at_desk("syt-officer")
    assert coordinator.does(petition, "refuse", why="other", text="Nội dung không rõ, xin gửi lại").status_code == 303
    path = f"/petitions/{petition.code}"
    asked = coordinator.submit(f"{path}/notes", kind="coordinated", text="Xin ý kiến", unit="SYT")
    assert (asked.status_code, "tiếp nhận và phân loại trước" in asked.text) == (400, True)
    assert helper.see(path).status_code == 404
