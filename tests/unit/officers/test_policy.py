"""The permissions of every role, and the role in which an officer with two roles acts."""

from __future__ import annotations

from itertools import product

import pytest

from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Action, ForbiddenTransition, Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import PERMISSION_ROLES, Permission, may, step
from petitions.domain.petition.petition import Contact, Petition
from tests.fakes import FakeClock


def officer(role: Role, unit: str) -> Officer:
    return Officer(id="o", name="An", email="o@example.vn", unit=unit, role=role)


def petition(unit: str, **more: object) -> Petition:
    fields = {"code": "HN-1", "citizen": "c", "title": "t", "content": "t", "address": "a", "unit": unit}
    own = {"contact": Contact(name="n", phone="p"), "state": State.ACCEPTED, "filed_at": FakeClock().now()}
    return Petition.model_validate(fields | own | more)


def test_no_petition_gives_a_role_what_it_has_not() -> None:
    for permission, role, unit in product(Permission, Role, ("SXD", "VPUB")):
        has = role in PERMISSION_ROLES[permission]
        assert may(officer(role, unit), permission) == has
        for holder, accused in product(("SXD", "SYT", "VPUB"), (None, "SXD", "VPUB")):
            assert has or not may(officer(role, unit), permission, petition(holder, accused=accused))


@pytest.mark.parametrize("role", [Role.HEAD, Role.OFFICER])
def test_who_may_not_act_is_told_so_in_their_own_role(role: Role) -> None:
    """The head of the office that acts for the coordinators has two roles, and is refused in the first."""
    with pytest.raises(ForbiddenTransition) as refused:
        step(officer(role, "TTTP"), petition("TTTP", accused="VPUB"), Action.PORTAL_TRANSFER)
    assert refused.value.role is role
    assert ROLE_LABELS[Role.COORDINATOR] not in str(refused.value)
