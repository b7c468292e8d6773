"""Every action that officers can take on a petition has exactly one class of commands."""

from __future__ import annotations

from petitions.domain.lifecycle.lifecycle import TRANSITIONS, Action, Role
from petitions.usecases.lifecycle.commands import COMMANDS

OFFICERS = {Role.OFFICER, Role.HEAD, Role.COORDINATOR}


def test_every_action_of_officers_has_a_command_of_its_own() -> None:
    assert set(COMMANDS) == {row.action for row in TRANSITIONS if row.roles & OFFICERS}
    assert len({*COMMANDS.values()}) == len(COMMANDS)
    assert [kind.action for kind in COMMANDS.values()] == [*COMMANDS]


def test_the_actions_without_a_command_are_the_portals() -> None:
    assert {*Action} - {*COMMANDS} == {Action.PORTAL_RETURN, Action.PORTAL_TRANSFER, Action.PORTAL_MOVE}
