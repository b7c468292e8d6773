"""Every dialog act in every situation has an outcome, and what is asked for everywhere is honoured everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from petitions.domain.conversation.heard import outcome
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.understanding.acts import DialogAct, Situation
from petitions.domain.understanding.message_reader import MessageReader, Said
from petitions.domain.understanding.values import SaidValues
from tests.unit.conversation.ways import STORY, WAY, answered, refused, spoken
from tests.unit.petition.handling import act, officer, routed
from tests.unit.world import World

WORDS = "lời này của tôi"


class Forced(MessageReader):
    """Reads one act in every message."""

    def __init__(self, act: DialogAct) -> None:
        self.act = act

    def values(self, text: str, situation: Situation) -> SaidValues:
        del text, situation
        return SaidValues()

    def read(self, text: str, situation: Situation) -> Said:
        topic = "cost" if self.act is DialogAct.ASK else None
        level = 3 if self.act is DialogAct.RATE else None
        return Said(
            text,
            situation,
            self.act,
            1.0,
            asks=False,
            likely=((self.act, 1.0),),
            values=SaidValues(),
            topic=topic,
            level=level,
        )


def _drafting(steps: int) -> Callable[[World], object]:
    return lambda world: world.types(*WAY[:steps])


def _filed(world: World) -> None:
    world.files()
    world.clock.advance(hours=2)


def _supplement(world: World) -> None:
    petition = routed(world)
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    act(world, head, petition, Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận.")
    world.deliver()


def _duplicate(world: World) -> None:
    world.files(STORY)
    world.clock.advance(minutes=5)
    world.types(f"Phản ánh chuyện khác: {STORY}", "xong")


def _ward(world: World) -> None:
    world.types(*WAY[:3], "Dịch Vọng")


REACHED: dict[Situation, Callable[[World], object]] = {
    Situation.IDLE_NEW: lambda _: None,
    Situation.IDLE_FILED: _filed,
    Situation.ANSWERED: answered,
    Situation.REFUSED: refused,
    Situation.SUPPLEMENT: _supplement,
    Situation.OFFICER: lambda world: spoken(world.has_a_coordinator()),
    Situation.CONSENT: _drafting(1),
    Situation.CONTENT: _drafting(2),
    Situation.PLACE: _drafting(3),
    Situation.CHOOSE_WARD: _ward,
    Situation.NAME: _drafting(4),
    Situation.HOME: _drafting(5),
    Situation.PHONE: _drafting(6),
    Situation.CONFIRM: _drafting(7),
    Situation.DUPLICATE: _duplicate,
}
EVERYWHERE = {
    DialogAct.ERASE: "1. Xóa",
    DialogAct.PERSON: "cán bộ",
    DialogAct.ASK: "không mất phí",
}
"""What the reply says in every situation."""


def says(world: World, act: DialogAct) -> str:
    effects = world.intake.effects
    guide = replace(effects.guide, reader=Forced(act))  # type: ignore[type-var]
    world.intake = replace(world.intake, effects=replace(effects, guide=guide))
    before = len(world.replies())
    world.clock.advance(minutes=2)
    world.types(WORDS)
    return "\n".join(world.replies()[before:])


@pytest.mark.parametrize("act", DialogAct)
@pytest.mark.parametrize("situation", Situation)
def test_every_act_has_an_outcome_in_every_situation(situation: Situation, act: DialogAct) -> None:
    world = World()
    REACHED[situation](world)
    said = says(world, act)
    assert said
    asks_officer = situation is Situation.OFFICER and act is DialogAct.ASK
    assert ("cán bộ" if asks_officer else EVERYWHERE.get(act, "")) in said
    if act is DialogAct.CANCEL and situation not in {Situation.IDLE_NEW, Situation.IDLE_FILED}:
        assert "draft" not in world.talk()
    if act in {
        DialogAct.THANKS,
        DialogAct.GREETING,
        DialogAct.ASK,
        DialogAct.STATUS,
        DialogAct.ERASE,
        DialogAct.PERSON,
    }:
        assert len(world.petitions()) == (situation in PETITION)


@pytest.mark.parametrize("situation", Situation)
def test_the_table_has_every_pair(situation: Situation) -> None:
    assert all(callable(outcome(situation, act)) for act in DialogAct)


PETITION = {Situation.IDLE_FILED, Situation.ANSWERED, Situation.REFUSED, Situation.SUPPLEMENT, Situation.DUPLICATE}
