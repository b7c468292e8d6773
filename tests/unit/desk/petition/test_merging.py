"""Similar petitions are proposed for merging.

A merged one is answered together with the main one, or withdrawn alone.
"""

from __future__ import annotations

from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.language.texts import hanoi_time
from petitions.domain.notices.notice import Notice
from petitions.domain.notices.still_true import still_holds
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.portal.portal_items import PortalStatus
from petitions.domain.publishing.public import public_status
from petitions.domain.publishing.publication import clean_for
from petitions.domain.shared.records import replace
from petitions.ports.store import Document, Query
from petitions.usecases.desk import read_petition
from petitions.usecases.portal.portal_calls import PortalSpeaker
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import entered
from tests.unit.world import ID_KEY

TOLD = "Cán bộ một cửa phường Yên Hòa đòi thêm giấy tờ khi làm khai sinh cho con tôi sáng thứ Hai vừa rồi"
ANSWER = "Phường đã làm việc với cán bộ một cửa. Gửi bà Nguyễn Thị Lan, số 0912345678: hẹn trả giấy trong ngày mai."


def two_alike(office: Office) -> tuple[Petition, Petition]:
    return office.filed_in("SXD", TOLD), office.filed_in("SXD", TOLD + ", xin xem lại")


def merged(office: Office) -> tuple[Petition, Petition]:
    main, twin = two_alike(office)
    answer = office.at_desk("coordinator").does(twin, "merge", text=main.code.lower())
    assert answer.status_code == 303, answer.text
    return office.petition(main.code), office.petition(twin.code)


def answered(office: Office, petition: Petition) -> Petition:
    for who, action, text in (
        ("sxd-officer", "accept", ""),
        ("sxd-officer", "assign", ""),
        ("sxd-officer", "start", ""),
        ("sxd-officer", "submit_answer", ANSWER),
        ("sxd-head", "approve", "Đã xem"),
    ):
        given = {"text": text, "no_evidence": "Việc đã xong tại chỗ"}
        done = office.at_desk(who).does(office.petition(petition.code), action, **given)
        assert done.status_code == 303, done.text
    return office.petition(petition.code)


def user_of(number: int) -> str:
    return str(10**18 + number)


def test_page_offers_similar_petitions_but_none_of_other_units() -> None:
    office = Office()
    main, twin = two_alike(office)
    elsewhere = office.filed_in("SYT", TOLD + " và nói không đúng")
    office.filed_in("SXD", "Đèn đường ngõ 12 hỏng cả tháng nay, tối đi lại rất nguy hiểm cho trẻ em")
    (found,) = office.at_desk("sxd-officer").shown(f"/petitions/{twin.code}")["page"].twins
    assert found.code == main.code
    page = office.at_desk("coordinator").see(f"/petitions/{twin.code}").text
    assert main.code in page
    assert elsewhere.code in page


def test_merged_petition_links_to_the_main_one_and_its_filer_is_notified() -> None:
    office = Office()
    main, twin = merged(office)
    assert (twin.state, twin.merged_into) == ("merged", main.code)
    assert not [clock for clock in twin.clocks.values() if clock.stopped_at is None]
    assert (main.absorbed, main.state, main.version) == ([twin.code], "new", 2)
    reply = office.last_reply(user_of(1))
    assert twin.code in reply
    assert main.code not in reply
    assert twin.code not in office.last_reply(user_of(0))
    page = office.at_desk("sxd-officer").see(f"/petitions/{twin.code}").text
    assert f'href="/petitions/{main.code}"' in page


def test_looking_up_a_merged_code_leads_on() -> None:
    office = Office()
    main, twin = merged(office)
    office.types(twin.code, user=user_of(1))
    reply = office.last_reply(user_of(1))
    assert f"{twin.code} được giải quyết chung" in reply
    assert f"{twin.code}: Mới" in reply
    assert main.code not in reply
    assert public_status(twin, "Sở Xây dựng", ID_KEY).merged_into == main.code


def test_answer_reaches_the_merged_filer_without_identifying_the_main_filer() -> None:
    office = Office()
    main, twin = merged(office)
    answered(office, main)
    own, other = office.last_reply(user_of(0)), office.last_reply(user_of(1))
    assert ANSWER in own
    assert twin.code in other
    assert "hẹn trả giấy trong ngày mai" in other
    assert "Lan" not in other
    assert "0912345678" not in other
    office.types(twin.code, user=user_of(1))
    assert "hẹn trả giấy" in office.last_reply(user_of(1))
    assert "0912345678" not in office.last_reply(user_of(1))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("trước số 12 phố Hàng Bông", "Đã dọn rác trước số 12 phố Hàng Bông của bà [tên]."),
        ("đầu phố Hàng Bông", "Đã dọn rác trước [địa chỉ] của bà [tên]."),
    ],
)
def test_the_answer_keeps_the_place_that_the_filer_of_the_merged_one_reported_too(place: str, expected: str) -> None:
    office = Office()
    main, twin = merged(office)
    contact = replace(main.contact, address="12 phố Hàng Bông")
    main = replace(main, contact=contact)
    words = "Đã dọn rác trước số 12 phố Hàng Bông của bà Lan."
    shown = clean_for(replace(twin, address=place), words, main)
    assert shown.replace("[địa chỉ] phố Hàng Bông", "[địa chỉ]") == expected


def test_words_that_quote_the_answer_are_not_added_to_somebody_elses_petition() -> None:
    office = Office()
    main, _ = merged(office)
    answered(office, main)
    (notice,) = [
        path
        for path in office.store.paths("notices")
        if "hẹn trả giấy" in office.store.documents[path]["text"]
        and office.store.documents[path]["citizen"] != main.citizen
    ]
    office.store.update(notice, {"message_ids": ["zalo-7"]})
    words = {"text": "Tôi chưa nhận được giấy nào", "quote_msg_id": "zalo-7"}
    office.intake(office.event("user_send_text", words, user=user_of(1)))
    assert office.petition(main.code).additions == []
    assert main.code not in office.last_reply(user_of(1))


def test_filer_of_the_merged_petition_is_notified_of_the_reopening() -> None:
    office = Office()
    main, twin = merged(office)
    main = answered(office, main)
    assert (
        office.at_desk("coordinator")
        .does(main, "reopen", reopen_for="not_done", text="Còn đòi thêm giấy tờ")
        .status_code
        == 303
    )
    due = hanoi_time(office.petition(main.code).clocks["answer"].due_at)
    own, other = office.last_reply(user_of(0)), office.last_reply(user_of(1))
    assert twin.code not in own
    assert main.code not in office.last_reply(user_of(1))
    for words in (twin.code, "nay được mở lại", due):
        assert words in other
    assert "giấy tờ" not in other
    notices = [office.store.documents[path] for path in office.store.paths("notices")]
    (notice,) = [item for item in notices if item["kind"] == "reopened" and twin.code in item["text"]]
    assert still_holds(Notice.model_validate(notice), office.petition(main.code))
    assert not still_holds(Notice.model_validate(notice), main)  # answered again before the notice was sent


def test_filer_of_both_is_notified_of_the_reopening_once() -> None:
    office = Office()
    main, twin = two_alike(office)
    office.store.update(f"petitions/{twin.code}", {"citizen": main.citizen})
    assert office.at_desk("coordinator").does(office.petition(twin.code), "merge", text=main.code).status_code == 303
    main = answered(office, main)
    before = len(office.replies(user_of(0)))
    assert (
        office.at_desk("coordinator").does(main, "reopen", reopen_for="not_done", text="Còn vướng").status_code == 303
    )
    assert len(office.replies(user_of(0))) == before + 1


def test_a_petition_merged_into_an_answered_one_brings_the_answer_at_once() -> None:
    office = Office()
    main, twin = two_alike(office)
    answered(office, main)
    assert office.at_desk("coordinator").does(twin, "merge", text=main.code).status_code == 303
    assert "hẹn trả giấy trong ngày mai" in office.last_reply(user_of(1))


def test_portal_is_updated() -> None:
    office = Office()
    _, twin = merged(office)
    line = HistoryEntry.model_validate(office.store.documents[f"petitions/{twin.code}/history/{twin.version}"])
    (call,) = PortalSpeaker(reference.national_units(), twin).calls(line)
    assert isinstance(call.item, PortalStatus)
    assert call.item.state == "merged"


@pytest.mark.parametrize("who", ["sxd-officer", "sxd-head", "inspector"])
def test_only_coordinators_merge(who: str) -> None:
    office = Office()
    main, twin = two_alike(office)
    assert office.at_desk(who).does(twin, "merge", text=main.code).status_code == 403
    assert office.petition(twin.code).state == "new"


def test_impossible_merging_is_explained() -> None:
    office = Office()
    main, twin = merged(office)
    third = office.filed_in("SXD", "Một chuyện khác hẳn về phí trông xe ở chợ Bưởi")
    desk = office.at_desk("coordinator")
    for petition, code, words in (
        (third, third.code, "là một hồ sơ khác"),
        (third, "HN-000000-0000-0000", "đúng mã của hồ sơ chính"),
        (third, twin.code, f"đã được gộp vào {main.code}"),
        (main, third.code, "giữ hồ sơ này làm hồ sơ chính"),
    ):
        answer = desk.does(petition, "merge", text=code)
        assert answer.status_code == 400, code
        assert words in answer.text
    assert office.at_desk("sxd-officer").does(third, "withdraw", text="gọi điện sáng nay").status_code == 303
    other = office.filed_in("SXD", "Chuyện thứ tư về biển hiệu che khuất tầm nhìn")
    assert "đã bị từ chối, rút" in desk.does(other, "merge", text=third.code).text


def test_officer_withdraws_at_the_filers_request_and_the_filer_is_notified() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    desk = office.at_desk("sxd-officer")
    assert desk.does(petition, "withdraw", text=" ").status_code == 400
    assert desk.does(petition, "withdraw", text="Gọi điện 9 giờ, đã được giải quyết").status_code == 303
    after = office.petition(petition.code)
    assert after.state == "withdrawn"
    assert after.due_at is None
    assert f"{petition.code} đã được rút theo yêu cầu" in office.last_reply(user_of(0))


def keyed_in(office: Office, text: str, key: str, **more: str) -> Petition:
    return entered(office, office.at_desk("coordinator"), content=text, key=key, **more)


def test_the_same_words_are_pointed_out_however_short_and_however_many_share_some() -> None:
    office = Office()
    first = keyed_in(office, "Rác chất đống ở ngõ 12", "form-0001", name="Đỗ Thị Mai", phone="0911222333")
    for number in range(25):
        others = {"name": f"Người {number}", "phone": f"09111{number:05}"}
        keyed_in(office, f"Bãi số {number} có rác chất ở lề đường", f"other-{number:04}", **others)
    second = keyed_in(office, "Rác chất đống ở ngõ 12", "form-0002")
    coordinator = office.at_desk("coordinator")
    (found,) = coordinator.shown(f"/petitions/{second.code}")["page"].twins
    assert (found.code, found.same_filer) == (first.code, False)
    (line,) = [line for line in coordinator.listed("view=queue") if line.same_as]
    assert {line.code, line.same_as} == {first.code, second.code}
    assert f"trùng {line.same_as[-9:]}" in coordinator.see("/?view=queue").text


def test_similar_petitions_of_one_filer_are_pointed_out() -> None:
    office = Office()
    first = keyed_in(office, "Đèn đường trước số 12 phố Trung Kính hỏng từ tuần trước", "form-0001")
    second = keyed_in(office, "Tôi hỏi lại việc chưa ai sửa đèn đường chỗ nhà tôi", "form-0002")
    keyed_in(office, "Xe tải đỗ kín vỉa hè cả ngày", "form-0003")
    coordinator = office.at_desk("coordinator")
    (found,) = coordinator.shown(f"/petitions/{second.code}")["page"].twins
    assert (found.code, found.same_filer) == (first.code, True)
    preview = coordinator.see(f"/petitions/{second.code}/merge?main={first.code}").text
    assert "cùng họ tên và số điện thoại" in preview


def test_a_filer_is_looked_for_by_every_field_with_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    petition = keyed_in(office, "Đèn đường trước số 12 phố Trung Kính hỏng từ tuần trước", "form-0001")
    conditions, find = list[Any](), office.store.find

    def noted(query: Query) -> list[Document]:
        conditions.extend(query.where)
        return find(query)

    monkeypatch.setattr(office.store, "find", noted)
    monkeypatch.setattr(read_petition, "fields_of", lambda *_: ["phone", "fax"])
    office.at_desk("coordinator").see(f"/petitions/{petition.code}")
    for name in ("phone", "fax"):
        assert (f"contact.{name}", "==", petition.contact.phone) in conditions


def test_a_main_petition_is_named_by_the_end_of_its_code() -> None:
    office = Office()
    main, twin = sorted(two_alike(office), key=lambda petition: petition.code[-1].isdigit())
    coordinator = office.at_desk("coordinator")
    for written in (main.code[-9:].lower(), main.code[-9:].replace("-", "")):
        shown = coordinator.shown(f"/petitions/{twin.code}/merge?main={written}")
        assert shown["preview"].main.code == main.code
    wrong = coordinator.see(f"/petitions/{twin.code}/merge?main=xxxx-0000")
    assert (wrong.status_code, "đúng mã" in wrong.text) == (400, True)
