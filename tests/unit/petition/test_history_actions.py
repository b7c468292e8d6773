"""The table of history actions lists every action that the code writes, and the desk labels each."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from petitions.domain.lifecycle.states import Action
from petitions.domain.lifecycle.transitions import TRANSITIONS
from petitions.domain.notices.kinds import KIND_AFTER
from petitions.domain.petition.history_actions import HISTORY_ACTIONS, PortalReport, RecordedAction, history_action
from petitions.usecases.petition.note_petition import NoteKind

FUNCTIONS = Path(__file__).resolve().parents[3] / "functions"
TEMPLATES = FUNCTIONS / "desk" / "templates"
USE_CASES = FUNCTIONS / "petitions" / "usecases"
WRITERS = {"Change", "HistoryEntry"}


def test_every_action_has_one_row_with_a_name() -> None:
    assert set(HISTORY_ACTIONS) == {*Action, *RecordedAction}
    assert len(HISTORY_ACTIONS) == len(Action) + len(RecordedAction)
    assert all(row.label for row in HISTORY_ACTIONS.values())


def test_a_notice_exists_for_every_step_that_filers_without_zalo_must_be_informed_of() -> None:
    assert {action for action, row in HISTORY_ACTIONS.items() if row.is_brought} <= KIND_AFTER.keys()


def test_the_portal_hears_of_actions_that_change_no_state() -> None:
    moving = {row.action for row in TRANSITIONS if row.sources != {row.to}}
    staying = {*Action} - moving
    assert {Action.EXTEND, Action.SET_LEVEL, Action.CLASSIFY} <= staying
    assert {HISTORY_ACTIONS[action].portal for action in staying} == {PortalReport.STATE}


def test_every_line_in_the_code_is_written_with_an_action_of_the_table() -> None:
    calls = [
        (path.name, node)
        for path in sorted(USE_CASES.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRITERS
    ]
    actions = [(name, node.args[0]) for name, node in calls if node.args]
    actions += [(name, item.value) for name, node in calls for item in node.keywords if item.arg == "action"]
    assert len(calls) == len(actions) > 15
    # Variables have the type HistoryAction, which mypy checks.
    assert [name for name, action in actions if isinstance(action, ast.Constant)] == []


def test_every_recorded_action_is_written_somewhere() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(USE_CASES.rglob("*.py")))
    assert set(re.findall(r"\bRecordedAction\.([A-Z_]+)", code)) == {
        recorded_action.name for recorded_action in RecordedAction
    }


@pytest.mark.parametrize("kind", NoteKind)
def test_a_note_is_recorded_under_its_own_word(kind: NoteKind) -> None:
    assert RecordedAction(kind).value == kind.value


def test_an_action_of_a_newer_writer_has_a_name_too() -> None:
    row = history_action("teleported")
    assert row.label == "Việc khác"
    assert row.news is None
    assert row.portal is PortalReport.CHANGED_STATE


def test_every_template_with_fields_of_an_action_is_named_after_one() -> None:
    """`_actions.html` includes the template of an action's fields by the name of the action."""
    found = {path.stem.removeprefix("_action_") for path in TEMPLATES.glob("_action_*.html")}
    assert found <= set(Action)
    assert "refuse" in found


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_page_of_the_desk_shows_the_key_of_an_action_or_kind(path: Path) -> None:
    shown = re.findall(r"\{\{([^}]*)\}\}", path.read_text(encoding="utf-8"))
    raw = re.compile(r"(?:^|or)\s*(?:each|line|entry|notice)\.(?:action|kind)\s*$")
    assert [item for item in shown if raw.search(item)] == []
