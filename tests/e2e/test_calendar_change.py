"""The operator announces a holiday while a petition is open. Officers, the unit and the public see the new deadline."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.e2e.operator_commands import operate
from tests.e2e.stack import LocalStack, wait_for

HANOI = timezone(timedelta(hours=7))
NAME = "nghỉ lễ theo thông báo"


def answer_due(petition: dict[str, Any] | None) -> datetime:
    assert petition
    clock = next(item for item in petition["clocks"] if item["name"] == "answer")
    return datetime.fromisoformat(clock["due_at"]).astimezone(HANOI)


def with_a_day_off(calendar: dict[str, Any], day: str) -> dict[str, Any]:
    years = [
        {**year, "off": {**year["off"], day: NAME}} if day.startswith(str(year["year"])) else year
        for year in calendar["years"]
    ]
    return {**calendar, "version": "announced", "years": years}


def moved_mail(stack: LocalStack, code: str) -> dict[str, Any] | None:
    mails = [mail for mail in stack.mails() if "đã được tính lại" in mail["subject"] and code in mail["text"]]
    return mails[0] if mails else None


def test_published_holiday_moves_open_deadlines_and_notifies_the_unit(
    stack: LocalStack, user: str, tmp_path: Path
) -> None:
    code = stack.files(user)
    coordinator = stack.officer("coordinator")
    wait_for(lambda: (coordinator.petition(code) or {}).get("routed"), "the routing")
    coordinator.does(code, "accept")
    due = answer_due(coordinator.petition(code))
    day = due.date().isoformat()
    before = operate(stack.name, "publish", "calendars", "--show").stdout
    file = tmp_path / "calendar.json"

    file.write_text(json.dumps({**json.loads(before), "years": []}))
    wrong = operate(stack.name, "publish", "calendars", str(file), "--yes")
    assert wrong.returncode == 1
    assert "1 faults, nothing written" in wrong.stderr
    assert "years: none given" in wrong.stderr

    file.write_text(json.dumps(with_a_day_off(json.loads(before), day)))
    shown = operate(stack.name, "publish", "calendars", str(file), "--dry-run")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert f"{code} answer: {due:%H:%M}" in shown.stdout
    assert answer_due(coordinator.petition(code)) == due
    done = operate(stack.name, "publish", "calendars", str(file), "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    try:
        stack.move_clock("+5m")
        petition = coordinator.petition(code)
        assert petition
        moved = answer_due(petition)
        assert moved > due
        assert moved.date().isoformat() > day
        assert petition["history"][-1]["action"] == "recomputed"
        assert f"{due:%d/%m/%Y} → " in petition["history"][-1]["reason"]
        mail = wait_for(lambda: moved_mail(stack, code), "the unit's e-mail")
        assert mail
        assert "Nguyễn Thị Lan" not in mail["text"]
        public = stack.public_status(code)
        assert public
        assert "ngày" in public["due_why"]
        again = operate(stack.name, "load", "--yes")
        assert "nothing to write" in again.stdout  # the edit outlives a load of the shipped data
    finally:
        file.write_text(before)
        assert operate(stack.name, "publish", "calendars", str(file), "--yes").returncode == 0
    stack.move_clock("+5m")
    assert answer_due(coordinator.petition(code)) == due
