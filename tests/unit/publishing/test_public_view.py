from __future__ import annotations

import pytest

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.publishing.public import public_status, shown_state
from petitions.domain.shared.records import replace
from tests.unit.world import ID_KEY, World

ANSWERED = {State.ANSWERED, State.PUBLISHED, State.CLOSED}


@pytest.mark.parametrize("state", State)
def test_the_inner_steps_of_offices_are_not_shown(state: State) -> None:
    assert shown_state(state) not in {State.RETURNED, State.AWAITING_APPROVAL, State.REDO}


@pytest.mark.parametrize("state", State)
def test_an_answer_that_came_back_is_no_answer(state: State) -> None:
    world = World()
    at = world.clock.now()
    filed = world.files("UBND phường chậm trả giấy khai sinh")
    reply = StoredAnswer(text="Đã xử lý.", author="o1", unit="SYT", written_at=at, approved_at=at)
    shown = public_status(replace(filed, state=state, reply=reply), "Sở Xây dựng", ID_KEY)
    assert (shown.answered_at is not None) == (state in ANSWERED)
