"""Any moves of a petition between units: moves are counted, the citizen's deadline stays, nothing is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.language.masking import mask
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action
from petitions.domain.publishing.public import public_status
from petitions.domain.units.directory import COORDINATORS
from petitions.errors import Rejected
from tests.unit.petition.handling import COORDINATOR, act, history, officer, routed
from tests.unit.world import World

UNITS = ("SXD", "SYT", "SDL", "PX-00004")


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(UNITS), st.booleans(), st.integers(0, 40)), max_size=6))
def test_passing_around(steps: list[tuple[str, bool, int]]) -> None:
    world = World()
    petition = routed(world)
    petition = act(world, officer(petition.unit), petition, Action.ACCEPT)
    due, holders = petition.clocks["answer"].due_at, [petition.unit]
    for unit, with_reason, hours in steps:
        world.clock.advance(hours=hours)
        petition = act(world, officer(petition.unit), petition, Action.GIVE_BACK, text="Không thuộc đơn vị")
        assert petition.unit == COORDINATORS
        again = unit in holders
        try:
            reason = "Đã thống nhất" if with_reason else ""
            petition = act(world, COORDINATOR, petition, Action.ASSIGN, unit=unit, text=reason)
            assert with_reason or not again
        except Rejected:
            assert again
            assert not with_reason
            petition = act(world, COORDINATOR, petition, Action.ASSIGN, unit=unit, text="Đã thống nhất")
        holders += [unit] if holders[-1] != unit else []
        assert petition.held_by == holders
        assert petition.hops == len(holders) - 1
        assert petition.clocks["answer"].due_at == due == public_status(petition, "x", b"key").due_at
        assert petition.state in OPEN_STATES
    assert history(world, petition.code).count("give_back") == len(steps)


@given(st.text(), st.lists(st.text(max_size=20), max_size=3))
def test_masking_takes_any_text_and_leaves_no_phone(text: str, names: list[str]) -> None:
    assert "0912345678" not in mask(f"{text} 0912345678", names)
