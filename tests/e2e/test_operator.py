"""The operator's commands on a running system: a merger of units with open petitions, and the export of corrections."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.e2e.operator_commands import operate
from tests.e2e.stack import LocalStack, wait_for

HANOI = timezone(timedelta(hours=7))
PARTS = ("PX-00004", "PX-00331")
HEIR, NAME = "PX-99001", "Phường Thăng Long"


def files_at(stack: LocalStack, user: str, ward: str) -> str:
    stack.begins(user)
    stack.completes(user, place=f"Số 12 phố Đội Cấn, {ward}")
    return stack.confirms(user)


def at_unit(petition: dict[str, Any] | None, unit: str) -> dict[str, Any] | None:
    return petition if petition and petition["routed"] and petition["unit"] == unit else None


def named(status: dict[str, Any] | None) -> bool:
    return bool(status and status["unit"] == "UBND phường Thăng Long")


def test_a_merger_moves_open_petitions_and_officers_and_old_names_lead_to_the_heir(
    stack: LocalStack, user: str
) -> None:
    code = files_at(stack, user, "phường Ba Đình")
    coordinator = stack.officer("coordinator")
    before: dict[str, Any] = wait_for(lambda: at_unit(coordinator.petition(code), PARTS[0]), "the routing")
    ward_officer = stack.officer("officer", PARTS[0])
    ward_officer.does(code, "accept")
    before = coordinator.petition(code) or {}
    today = datetime.fromtimestamp(stack.now_ms() / 1000, HANOI).date().isoformat()
    command = (",".join(PARTS), HEIR, today, "--name", NAME)

    shown = operate(stack.name, "merge-units", *command, "--dry-run")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert f"{PARTS[0]} -> {HEIR}: 1 open petitions and 2 officers move now" in shown.stdout
    assert (coordinator.petition(code) or {})["version"] == before["version"]
    done = operate(stack.name, "merge-units", *command, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 moved, 0 left" in done.stdout
    again = operate(stack.name, "merge-units", *command, "--yes")
    assert "0 moved, 0 left" in again.stdout

    after = coordinator.petition(code) or {}
    assert (after["unit"], after["state"], after["clocks"]) == (HEIR, before["state"], before["clocks"])
    stack.move_clock("+2m")
    # An officer of the ward that was has the heir's petitions, under the same sign-in.
    assert ward_officer.petition(code)
    ward_officer.does(code, "assign", handler=ward_officer.id)
    record = wait_for(lambda: stack.portal_record(code), "the record at the portal")
    assert record
    wait_for(lambda: named(stack.public_status(code)), "the new name on the public site")
    # The old name, in a new petition.
    other = files_at(stack, f"{user}1", "phường Hoàng Mai")
    found = wait_for(lambda: at_unit(coordinator.petition(other), HEIR), "the routing of the old name")
    assert found["routed"]["directory_version"] != before["routed"]["directory_version"]
    nothing = operate(stack.name, "load", "--yes")
    assert "nothing to write" in nothing.stdout


def test_coordinators_decision_is_exported_as_a_training_example(stack: LocalStack, user: str, tmp_path: Path) -> None:
    content = "Cán bộ làm việc tắc trách, bảo bà Nguyễn Thị Lan cứ về chờ, gây phiền hà cho dân"
    stack.begins(user, content)
    assert content in stack.completes(user)
    code = stack.confirms(user)
    coordinator = stack.officer("coordinator")
    wait_for(lambda: at_unit(coordinator.petition(code), "VPUB"), "the routing")
    coordinator.does(code, "accept")
    coordinator.does(code, "assign", unit="SYT")
    file = tmp_path / "corrections.jsonl"
    done = operate(stack.name, "corrections", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    examples = {item["id"]: item for item in map(json.loads, file.read_text(encoding="utf-8").splitlines())}
    example = examples[code]
    assert (example["units"], example["text"]) == (["SYT"], content.replace("Nguyễn Thị Lan", "[tên]"))
