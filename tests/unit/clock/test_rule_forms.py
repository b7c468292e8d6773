"""Deadline rules, reminder levels and reopening as web forms. An unchanged form gives the same data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from petitions.adapters.reference import parsed
from petitions.domain.clock import rule_forms
from petitions.domain.clock.deadline_rules import DeadlineRules
from petitions.domain.clock.ladder import RECIPIENT_LABELS, Recipient, ReminderLadder
from petitions.domain.clock.rule_forms import CHORE_NUMBERS, LADDERS, RULE_NUMBERS
from petitions.domain.lifecycle.states import ClockName, Level
from tests.fakes import FakeClock

TODAY = date(2026, 11, 27)
RULES, LADDER, CHORES = (parsed(f"{name}.json") for name in ("deadline_rules", "reminder_ladder", "housekeeping"))


def with_form(kind: str, data: dict[str, Any], fields: MultiDict[str, str], day: date = TODAY) -> dict[str, Any]:
    return rule_forms.with_form(kind, data, fields.to_dict(flat=False), day)


def ladder_fields(data: dict[str, Any]) -> MultiDict[str, str]:
    fields: MultiDict[str, str] = MultiDict()
    for kind in LADDERS:
        for number, step in enumerate(data[kind]):
            where = f"{kind}.{number}"
            fields[f"{where}.at"] = str(step.get("working_days", step.get("hours_after", 0)))
            if "part" in step:
                fields[f"{where}.part"] = str(round(step["part"] * 100))
            fields.setlist(f"{where}.recipients", step["recipients"])
            fields[f"{where}.at_once"] = "1" if step.get("at_once") else ""
            fields[f"{where}.accountable"] = step.get("accountable", "")
            fields[f"{where}.every"] = str(step.get("every", ""))
        fields[f"{kind}.{len(data[kind])}.at"] = ""
    return fields


def rule_fields(data: dict[str, Any], **changes: str) -> MultiDict[str, str]:
    fields: MultiDict[str, str] = MultiDict()
    for rule in data["rules"]:
        for name in (*RULE_NUMBERS, "unit", "source"):
            fields[f"{rule['id']}.{name}"] = str(rule[name])
    for name, value in changes.items():
        fields[name] = value
    return fields


def test_what_is_shown_comes_back_as_it_was() -> None:
    assert with_form("deadline_rules", RULES, rule_fields(RULES)) == RULES
    assert with_form("reminder_ladder", LADDER, ladder_fields(LADDER)) == LADDER
    chores = MultiDict({name: str(CHORES[name]) for name in (*CHORE_NUMBERS, "source")})
    assert with_form("housekeeping", CHORES, chores) == CHORES


def test_a_rule_changed_from_a_day_on_ends_the_former_one_that_day() -> None:
    changed = with_form(
        "deadline_rules", RULES, rule_fields(RULES, **{"answer.amount": "10", "since": "2027-01-01"}), TODAY
    )
    rules, clock = DeadlineRules.load(changed), FakeClock()
    assert rules.find(ClockName.ANSWER, "", Level.NORMAL, clock.now()).amount == 15
    clock.advance(days=60)
    later = rules.find(ClockName.ANSWER, "", Level.NORMAL, clock.now())
    assert (later.amount, later.id) == (10, "answer-2027-01-01")
    again = with_form("deadline_rules", changed, rule_fields(changed, **{"answer-2027-01-01.amount": "9"}))
    assert DeadlineRules.load(again).find(ClockName.ANSWER, "", Level.NORMAL, clock.now()).amount == 9
    assert with_form("deadline_rules", changed, rule_fields(changed), date(2027, 2, 1)) == changed


def test_a_version_published_by_mistake_is_ticked_and_stays_withdrawn() -> None:
    ticked = with_form("deadline_rules", RULES, rule_fields(RULES, withdrawn="wrong-12345678"))
    assert ticked == {**RULES, "withdrawn": ["wrong-12345678"]}
    assert with_form("deadline_rules", ticked, rule_fields(ticked)) == ticked


def test_every_recipient_has_a_label() -> None:
    assert [*RECIPIENT_LABELS] == [*Recipient]


def test_rungs_are_added_dropped_named_and_put_in_order() -> None:
    fields = ladder_fields(LADDER)
    fields["days.0.drop"] = "1"
    added = f"days.{len(LADDER['days'])}"
    fields[f"{added}.at"] = "-5"
    fields.setlist(f"{added}.recipients", ["head", "handler"])
    fields["hours.0.part"] = "50"
    changed = with_form("reminder_ladder", LADDER, fields)
    assert [step["name"] for step in changed["days"]] == ["T-5", *(step["name"] for step in LADDER["days"][1:])]
    assert changed["days"][0]["recipients"] == ["handler", "head"]
    assert changed["hours"][0] == {"name": "50", "part": 0.5, "recipients": ["handler"]}
    ReminderLadder.load(changed)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (
            "deadline_rules",
            {"answer.amount": "mười"},
            "thời hạn trả lời, bình thường (từ 01/01/2023), thời hạn: “mười” không phải số nguyên",
        ),
        ("deadline_rules", {"since": "mai"}, "không phải ngày"),
        ("reminder_ladder", {"days.0.at": "1.5", "days.0.recipients": "head"}, "bậc 1: “1.5” không phải số nguyên"),
        ("reminder_ladder", {"days.0.at": "1"}, "ít nhất một người nhận"),
        ("housekeeping", {"reopen_times": ""}, "Số lần được mở lại: “” không phải số nguyên"),
    ],
)
def test_invalid_number_is_named_with_its_place(kind: str, fields: dict[str, str], words: str) -> None:
    data = {"deadline_rules": RULES, "reminder_ladder": LADDER, "housekeeping": CHORES}[kind]
    with pytest.raises(ValueError, match=r"không|ít nhất") as refused:
        with_form(kind, data, MultiDict(fields))
    assert words in str(refused.value)


def test_an_empty_line_names_no_recipient_of_a_paper() -> None:
    papers = parsed("paper_forms.json")
    kind = papers["forms"][0]["kind"]
    changed = with_form("paper_forms", papers, MultiDict({f"{kind}.recipients": " Như trên\r\n \r\nLưu: VT \r\n"}))
    assert changed["forms"][0]["recipients"] == ["Như trên", "Lưu: VT"]
    assert changed["forms"][1:] == papers["forms"][1:]
