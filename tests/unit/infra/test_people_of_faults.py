"""The simulation's citizens can also be used on the running system, with its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from tests.e2e.faults.at_rest import Stored, as_world, broken
from tests.e2e.faults.clockwork import Clockwork
from tests.e2e.faults.people import HANDLING, Desk, Person
from tests.e2e.faults.troubles import Refusals
from tests.e2e.stack import LocalStack
from tests.fakes import FakeClock
from tests.simulation.around.portal import SimulatedPortal
from tests.simulation.around.zalo import SimulatedZalo
from tests.simulation.people.office import Deed
from tests.simulation.scheduler import Scheduler


@dataclass
class Phones:
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


def test_promises_read_only_data_of_the_running_stack() -> None:
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


@dataclass
class Zalo:
    refusals: dict[str, int]

    @property
    def http(self) -> Zalo:
        return self

    def url(self, _name: str) -> str:
        return ""

    def get(self, _url: str) -> Any:
        return SimpleNamespace(json=lambda: self.refusals)


def test_only_refusals_by_zalo_since_the_trouble_began_count() -> None:
    zalo, acts = Zalo({"-220": 2, "-32": 1}), list[LocalStack]()
    stack, trouble = cast("LocalStack", zalo), Refusals((-216, -220), acts.append, 0)
    trouble.begin(stack)
    trouble.keep_up(stack)
    assert (len(acts), trouble.hits(stack)) == (1, 0)
    zalo.refusals |= {"-216": 1, "-220": 3, "-32": 5}
    trouble.begin(stack)  # another spell
    assert trouble.hits(stack) == 2


def test_action_at_the_desk_not_done_exactly_once_is_reported() -> None:
    desk = Desk(cast("LocalStack", Zalo({})), Clockwork(1), taken=["A", "B", "C"])
    for code, actions in {"A": HANDLING, "B": HANDLING[:-1], "C": [*HANDLING, HANDLING[-1]]}.items():
        desk.deeds += [Deed(code, action, 1, "sxd-officer", "done") for action in actions]
    desk.deeds += [Deed("A", HANDLING[0], 1, "sxd-officer", "conflict"), Deed("B", HANDLING[-1], 5, "sxd-head", "busy")]
    assert [item[0] for item in desk.undone()] == ["B", "C"]
