"""The simulation's citizens live by the clock of the running stack, too: whatever they ask of a scheduler it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.faults.clockwork import Clockwork
from tests.e2e.faults.people import Person


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
