"""The officers who are reminded of a petition, by role."""

from __future__ import annotations

import pytest

from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.petition.petition import petition_path
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.usecases.officers.staff import Staff
from tests.unit.petition.handling import officer
from tests.unit.world import World

UNIT = "SXD"


@pytest.mark.parametrize(("author", "meant"), [
    ("sxd-a", {"sxd-truong", "sxd-pho"}), ("sxd-pho", {"sxd-truong"}), ("sxd-truong", {"sxd-pho"}),
])  # fmt: skip
def test_nobody_is_reminded_to_approve_their_own_answer(author: str, meant: set[str]) -> None:
    world = World()
    code = world.files().code
    for role, name in ((Role.OFFICER, "a"), (Role.HEAD, "truong"), (Role.HEAD, "pho")):
        person = officer(UNIT, role, name)
        world.store.create(f"officers/{person.id}", person.stored())
    reply = StoredAnswer(text="Đã xem", author=author, unit=UNIT, written_at=world.clock.now())
    changes = {"unit": UNIT, "state": State.AWAITING_APPROVAL, "reply": reply.stored(), "handler": "sxd-a"}
    world.store.update(petition_path(code), changes)
    staff = Staff(world.store, world.clock)
    assert {one.id for one in staff.meant(world.petitions()[0], [Recipient.HEAD])} == meant
