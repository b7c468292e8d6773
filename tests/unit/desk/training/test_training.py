"""The training mode of the desk: sample petitions, and a page that checks the steps taken and gives advice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desk.training.tasks import tasks
from infra.local.training.seed import PLACE, NotNowError, cases, seed
from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Action, State
from petitions.domain.shared.instants import hanoi
from tests.unit.desk.office import Office
from tests.unit.desk.training.practice import COORDINATOR, HEAD, OFFICER, Practice


@pytest.fixture(scope="module")
def fresh() -> Practice:
    return Practice()


def test_thirty_cases_in_all_states(fresh: Practice) -> None:
    found = [fresh.case(case.id) for case in cases()]
    assert len(found) == 30
    assert {petition.state for petition in found} == set(State)
    due = fresh.case("due_today").clocks["answer"].due_at
    assert hanoi(due).date() == hanoi(fresh.office.clock.now()).date()
    assert due > fresh.office.clock.now()


def test_cases_are_made_once_and_only_when_the_city_works(fresh: Practice) -> None:
    parts, clock = fresh.office.app.extensions["desk"], fresh.office.clock
    with pytest.raises(NotNowError, match="Đã có bài tập"):
        seed(parts, clock, clock.now())
    night = Office()
    with pytest.raises(NotNowError, match="ngoài giờ làm việc"):
        seed(night.app.extensions["desk"], night.clock, night.clock.now() + timedelta(hours=14))
    assert night.store.get(PLACE) is None


def test_the_cloud_has_no_training_and_a_laptop_none_before_it_is_begun() -> None:
    cloud = Office(local=False)
    cloud.store.create(PLACE, {"cases": {}, "at": cloud.clock.now()})
    signed = {"X-Goog-Iap-Jwt-Assertion": "signed:sxd-officer@example.vn"}
    assert cloud.app.test_client().get("/training", headers=signed).status_code == 404
    assert "Bài tập" not in cloud.app.test_client().get("/", headers=signed).text
    before = Office().at_desk("sxd-officer")
    assert before.see("/training").status_code == 404
    assert "Bài tập" not in before.see("/").text


def test_nothing_is_done_before_somebody_does_it(fresh: Practice) -> None:
    page = fresh.at(OFFICER).see("/training").text
    assert page.count('data-mark="open"') == len(tasks()) >= 10
    assert "Bài tập" in fresh.at(OFFICER).see("/").text
    for role in {task.role for task in tasks()}:
        assert f"{ROLE_LABELS[role].capitalize()}" in page


ANSWER = (
    "Kính gửi ông/bà, phường đã kiểm tra hồ sơ ngày 20/11/2026. Hồ sơ còn thiếu một giấy: biên bản xác minh ranh giới "
    "có chữ ký hộ liền kề. Ông Minh, địa chính phường, sẽ đến lập biên bản tại nhà lúc 9 giờ ngày 25/11/2026 và trả "
    "kết quả ngày 30/11/2026 tại quầy số 2. Phường xin lỗi vì đã yêu cầu bổ sung nhiều lần."
)
GIVEN = {"basis": "Luật Đất đai 2024, Điều 137", "no_evidence": "Chưa có biên bản"}
WELL: dict[str, tuple[tuple[str, str, str, dict[str, Any]], ...]] = {
    "take_up": ((OFFICER, "birth", "take-up", {}),),
    "answer": ((OFFICER, "land", "submit_answer", {"text": ANSWER, **GIVEN}),),
    "supplement": ((OFFICER, "unclear", "ask_supplement", {"text": "Xin cho biết thủ tục nào, ngày nộp."}),),
    "give_back": ((OFFICER, "not_ours", "give_back", {"text": "Việc của bệnh viện thành phố, đề nghị giao Sở Y tế."}),),
    "redo": (
        (OFFICER, "redo", "resume_work", {}),
        (OFFICER, "redo", "submit_answer", {"text": ANSWER.replace("sẽ đến lập", "mời ông/bà đến"), **GIVEN}),
    ),
    "extend": ((HEAD, "due_today", "extend", {"amount": "3", "text": "Chờ Sở Xây dựng trả lời về cự ly."}),),
    "approve": ((HEAD, "good_answer", "approve", {"text": "Đồng ý"}),),
    "send_back": ((HEAD, "bad_answer", "return_for_redo", {"text": "Ghi rõ thu theo văn bản nào, ngày trả tiền."}),),
    "assign": ((COORDINATOR, "health", "assign", {"unit": "SYT", "text": "Dữ liệu của ngành y tế"}),),
    "level": ((COORDINATOR, "danger", "set_level", {"level": "urgent", "text": "Điện chạm hàng rào"}),),
}  # fmt: skip


def test_every_task_can_be_done_well_through_the_doors_of_the_desk() -> None:
    practice = Practice()
    for steps in WELL.values():
        for who, case, action, fields in steps:
            if action == "take-up":
                petition = practice.case(case)
                path = f"/petitions/{petition.code}/take-up"
                assert practice.at(who).submit(path, version=petition.version, **fields).status_code == 303
            else:
                practice.does(who, case, action, **fields)
    practice.does(COORDINATOR, "twin_new", "merge", text=practice.case("twin_old").code)
    assert practice.verdicts() == {task.id: ("done", "") for task in tasks()}
    assert "đã xong 11 trên 11 việc" in practice.at(HEAD).see("/training").text


def test_wrong_late_or_poor_work_is_reported_with_an_improvement() -> None:
    practice = Practice()
    practice.does(
        OFFICER, "not_ours", "refuse", text="Xin ông/bà gửi ý kiến trực tiếp tới bệnh viện để được xem xét", why="other"
    )
    practice.does(HEAD, "bad_answer", "approve", text="Đồng ý")
    practice.does(COORDINATOR, "twin_new", "merge", text=practice.case("land").code)
    practice.does(COORDINATOR, "health", "assign", unit="SXD", text="Giao thử")
    practice.does(HEAD, "due_today", "extend", amount="2", text="Bận")
    practice.does(OFFICER, "land", "submit_answer", text=ANSWER, no_evidence="Chưa có biên bản")
    practice.office.clock.advance(days=3)
    petition = practice.case("birth")
    tired = practice.office.at_desk(OFFICER)
    tired.submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    practice.people[OFFICER] = tired
    verdicts = practice.verdicts()
    refused = next(task.wrong[Action.REFUSE] for task in tasks() if task.id == "give_back")
    assert verdicts["give_back"] == ("wrong", refused)
    assert verdicts["send_back"][0] == verdicts["merge"][0] == verdicts["assign"][0] == "wrong"
    assert "máy lấy số gửi trước" in verdicts["merge"][1]
    assert "Sở Y tế" in verdicts["assign"][1]
    assert verdicts["extend"] == ("better", "Đã gia hạn, nhưng lý do quá ngắn: người gửi đọc được lý do này.")
    assert verdicts["answer"][0] == "better"
    assert "căn cứ" in verdicts["answer"][1]
    assert verdicts["take_up"][0] == "better"
    assert "sau hạn tiếp nhận" in verdicts["take_up"][1]


def test_corrected_mistake_is_reported_and_counts() -> None:
    practice = Practice()
    practice.does(OFFICER, "birth", "give_back", text="Nhầm sang đơn vị khác")
    practice.does(COORDINATOR, "birth", "accept")
    practice.does(COORDINATOR, "birth", "assign", unit="PX-00175", text="Việc của phường, xin giải quyết")
    practice.does(OFFICER, "birth", "start")
    mark, advice = practice.verdicts()["take_up"]
    assert mark == "better"
    assert advice.startswith("Cuối cùng đã đúng, nhưng trước đó: Khai sinh là việc của phường")


def test_no_two_cases_have_one_filer(fresh: Practice) -> None:
    assert "Hồ sơ khác của người này" not in fresh.at(OFFICER).see(f"/petitions/{fresh.case('land').code}").text
    assert len({fresh.case(case.id).citizen for case in cases()}) == len(cases())
