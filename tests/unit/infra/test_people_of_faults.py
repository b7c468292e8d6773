"""The simulation's citizens live by the clock of the running stack, too: whatever they ask of a scheduler it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

from tests.e2e.faults.at_rest import Stored, as_world, broken
from tests.e2e.faults.clockwork import Clockwork
from tests.e2e.faults.people import Person
from tests.fakes import FakeClock
from tests.simulation.around.portal import SimulatedPortal
from tests.simulation.around.zalo import SimulatedZalo
from tests.simulation.scheduler import Scheduler


@dataclass
class Phones:
    """One phone that keeps what is written on it."""

    written: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    reads: dict[str, Callable[[], None]] = field(default_factory=dict)

    def writes(self, _user: str, text: str = "") -> None:
        self.written.append(text)

    def phone(self, _user: str) -> list[str]:
        return self.shown


def test_a_citizen_tells_is_rung_looks_and_answers() -> None:
    phones, clockwork = Phones(), Clockwork(1)
    for number in range(20):
        person = Person(clockwork, phones, number, rates=False)
        person.tell()
        phones.shown = ["Anh/chị có đồng ý không? Trả lời 1 nếu đồng ý."]
        phones.reads[person.user]()
        assert person.waits
        person.look()
        assert not person.waits


def test_the_promises_read_nothing_that_the_running_stack_does_not_tell() -> None:
    now, scheduler = datetime(2026, 11, 23, 2, tzinfo=UTC), Scheduler(1)
    rest = as_world(
        {name: Stored() for name in ("petitions", "public", "channel")},
        scheduler=SimpleNamespace(clock=FakeClock(now), start_at=now, aim=None),
        zalo=SimulatedZalo(scheduler),
        portal=SimulatedPortal(scheduler),
        citizens=[],
        office=SimpleNamespace(deeds=[], blamed=[]),
        mailer=SimpleNamespace(sent=[]),
    )
    assert broken(rest) == []
