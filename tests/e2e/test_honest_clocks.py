"""Deadlines that no unit can change alone, delays that stay visible, and actions that coordinators can take back."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from tests.e2e.stack import HANOI, ROOT, LocalStack, Officer, is_working_day, wait_for
from tests.e2e.test_flow import ANSWER

WARD = "PX-00175"
TOLD = "Cán bộ một cửa phường hẹn trả giấy khai sinh ba lần rồi không trả, không nói lý do"


def own_stack(name: str, begins: time, *functions: str) -> Iterator[LocalStack]:
    running = LocalStack(f"{name}-{os.getpid()}", begins=begins, functions=functions)
    running.up()
    yield running
    running.down()
    shutil.rmtree(ROOT / ".local" / running.name, ignore_errors=True)


@pytest.fixture(scope="module")
def closing_time() -> Iterator[LocalStack]:
    yield from own_stack("closing", time(17, 15), "desk")


@pytest.fixture(scope="module")
def office() -> Iterator[LocalStack]:
    yield from own_stack("powers", time(9), "desk", "relay", "public_site", "reminders", "notifications")


def now(stack: LocalStack) -> datetime:
    return datetime.fromtimestamp(stack.now_ms() / 1000, HANOI)


def keyed_in(stack: LocalStack, days_ago: int = 0, content: str = TOLD) -> str:
    coordinator = stack.officer("coordinator")
    letter = {
        "key": os.urandom(8).hex(),
        "channel": "letter",
        "received_at": f"{now(stack) - timedelta(days=days_ago, minutes=1):%Y-%m-%dT%H:%M}",
        "content": content,
        "place": "12 phố Trung Kính",
        "ward": WARD,
        "name": "Nguyễn Thị Lan",
        "home": "12 phố Trung Kính",
        "phone": "0912345678",
        "type": "individual",
    }
    answer = coordinator.submit("/take-in", **letter, do="file")
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return str(answer.headers["location"].split("/")[2])


def in_progress(stack: LocalStack, code: str) -> tuple[Officer, Officer, Officer]:
    people = stack.officer("coordinator"), stack.officer("officer", WARD), stack.officer("head", WARD)
    people[0].does(code, "accept")
    people[0].does(code, "assign", unit=WARD, text="Thuộc địa bàn phường")
    people[1].does(code, "start")
    return people


def answered(stack: LocalStack, code: str) -> Officer:
    coordinator, officer, head = in_progress(stack, code)
    officer.does(code, "submit_answer", text=ANSWER, no_evidence="Việc đã xong tại chỗ")
    head.does(code, "approve", text="Đã xem")
    return coordinator


def seen(officer: Officer, code: str) -> dict[str, Any]:
    found = officer.petition(code)
    assert found
    return found


def due_of(petition: dict[str, Any]) -> str:
    return str(next(clock["due_at"] for clock in petition["clocks"] if clock["name"] == "answer"))


def test_four_pauses_of_two_minutes_at_closing_time_move_no_deadline(closing_time: LocalStack) -> None:
    stack = closing_time
    code = keyed_in(stack)
    _, officer, head = in_progress(stack, code)
    due, asked, day = due_of(seen(officer, code)), 0, now(stack)
    for _ in range(4):
        stack.move_clock(f"{day:%Y-%m-%d}T17:29")
        for who in (officer, head):
            version = seen(who, code)["version"]
            answer = who.try_to(code, "ask_supplement", version=version, text="Xin gửi ảnh biên nhận")
            if answer.status_code == HTTPStatus.SEE_OTHER:
                asked += 1
                stack.move_clock("+2m")
                officer.does(code, "supplement", text="Đã gọi điện hỏi rõ")
                break
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    assert due_of(seen(officer, code)) == due
    assert asked == 2


def test_late_acceptance_is_late_in_the_figures_and_for_everyone(office: LocalStack) -> None:
    code = keyed_in(office, days_ago=20)
    coordinator = answered(office, code)
    coordinator.does(code, "publish", summary="Trả giấy khai sinh chậm", text="Đã trả giấy và xin lỗi.")
    status = wait_for(lambda: (s := office.public_status(code)) and s.get("summary") and s, "the result for everyone")
    assert status["in_time"] is False
    assert status["late_steps"] == seen(coordinator, code)["late_steps"] == ["reception"]
    page = office.http.get(f"{office.url('public_url')}/", params={"code": code}).text
    assert "Trễ hạn (tiếp nhận)" in page
    assert "Đúng hạn" not in page

    def counted() -> dict[str, str] | None:
        rows = list(csv.reader(io.StringIO(coordinator.http.get("/figures.csv?table=fields").text)))
        total = dict(zip(rows[0], rows[-1], strict=True))
        return total if total["Đã trả lời"] not in {"", "0"} else None

    office.command("fire", "figures-fold")
    counts = wait_for(counted, "the figures")
    assert (counts["Trễ hạn"], counts["Trễ tiếp nhận"], counts["Đúng hạn"]) == ("1", "1", "0")


def test_a_coordinator_takes_a_petition_back_and_gives_it_to_another_unit(office: LocalStack) -> None:
    code = keyed_in(office)
    coordinator, officer, _ = in_progress(office, code)
    taken = coordinator.does(code, "take_back", text="Thuộc trách nhiệm của Sở Xây dựng")
    assert (taken["state"], taken["unit"]) == ("returned", "VPUB")
    assert officer.petition(code) is None
    assert coordinator.does(code, "assign", unit="SXD")["unit"] == "SXD"
    office.officer("officer", "SXD").does(code, "start")
    again = coordinator.does(code, "reassign", unit=WARD, text="Phường đã nhận lại việc này")
    assert (again["state"], again["unit"]) == ("assigned", WARD)


def test_publishing_and_merging_are_undone(office: LocalStack) -> None:
    code = keyed_in(office)
    coordinator = answered(office, code)
    coordinator.does(code, "publish", summary="Trả giấy khai sinh chậm", text="Đã trả giấy và xin lỗi.")
    wait_for(lambda: (office.public_status(code) or {}).get("summary"), "the result for everyone")
    coordinator.does(code, "unpublish", text="Còn nêu tên người gửi")
    wait_for(lambda: "summary" not in (office.public_status(code) or {"summary": ""}), "the result to be gone")

    main, twin = keyed_in(office, content=f"{TOLD} đến nay"), keyed_in(office, content=f"{TOLD} từ tuần trước")
    in_progress(office, twin)
    before = seen(coordinator, twin)
    coordinator.does(twin, "merge", text=main)
    wait_for(lambda: (office.public_status(twin) or {}).get("merged_into") == main, "the merging for everyone")
    coordinator.does(twin, "unmerge", text="Không cùng một việc")
    after = seen(coordinator, twin)
    assert (after["state"], after["merged_into"], after["due_at"]) == ("in_progress", None, before["due_at"])
    assert after["clocks"] == before["clocks"]
    assert seen(coordinator, main)["absorbed"] == []


def test_answers_to_approve_and_returned_answers_are_notified(office: LocalStack) -> None:
    code = keyed_in(office)
    _, officer, head = in_progress(office, code)

    def hears(heading: str) -> None:
        office.move_clock("+11m")  # news is grouped for ten minutes
        wait_for(lambda: [m for m in office.mails() if heading in str(m) and code in str(m)], f"the e-mail {heading}")

    officer.does(code, "submit_answer", text=ANSWER, no_evidence="Việc đã xong tại chỗ")
    hears("Câu trả lời chờ duyệt")
    assert f"/petitions/{code}" in head.http.get("/", params={"view": "approval"}).text
    assert "Chờ tôi duyệt" in head.http.get("/").text
    head.does(code, "return_for_redo", text="Nêu rõ ngày trả giấy")
    hears("Trả lại")
    officer.does(code, "resume_work")
    officer.does(code, "submit_answer", text=ANSWER, no_evidence="Việc đã xong tại chỗ")
    head.does(code, "approve", text="Đã xem")
    hears("Câu trả lời đã được duyệt và gửi đi")
