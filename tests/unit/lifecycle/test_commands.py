"""Every action that officers can take on a petition has exactly one class of commands."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import TRANSITIONS, Action, Role
from petitions.usecases.lifecycle.assign_unit import UnitChoice
from petitions.usecases.lifecycle.commands import COMMANDS
from petitions.usecases.lifecycle.take_up import Taking

OFFICERS = {Role.OFFICER, Role.HEAD, Role.COORDINATOR}


def test_every_action_of_officers_has_a_command_of_its_own() -> None:
    assert set(COMMANDS) == {row.action for row in TRANSITIONS if row.roles & OFFICERS}
    assert len({*COMMANDS.values()}) == len(COMMANDS)
    assert [kind.action for kind in COMMANDS.values()] == [*COMMANDS]


@pytest.mark.parametrize("kind", [*COMMANDS.values(), Taking, UnitChoice])
def test_nobody_confirms_a_warning_by_saying_nothing(kind: type[Any]) -> None:
    confirming = [option for option in fields(kind) if option.name in {"sure", "apart"}]
    assert not any(option.default is not MISSING and option.default for option in confirming)


def test_the_actions_without_a_command_are_the_portals() -> None:
    assert {*Action} - {*COMMANDS} == {Action.PORTAL_RETURN, Action.PORTAL_TRANSFER, Action.PORTAL_MOVE}
