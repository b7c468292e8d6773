"""Citizens and officers on the running system. Citizens are those of the simulation, officers use the desk's forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import sleep
from typing import Any, TypeVar

import httpx

from petitions.domain.lifecycle.lifecycle import Action
from tests.e2e.faults.clockwork import Clockwork
from tests.e2e.stack import LocalStack, Officer
from tests.simulation.people.citizens import Citizen
from tests.simulation.people.office import Deed
from tests.unit.petition.handling import ANSWER, WHY_NONE

T = TypeVar("T")
SECOND_STORY = "Tôi đã đi lại ba lần mà vẫn chưa được nhận hồ sơ"
DEPARTMENT = "SXD"
"""The unit to which the coordinators assign petitions."""
HANDLING = [Action.ACCEPT, Action.ASSIGN, Action.START, Action.SUBMIT_ANSWER, Action.APPROVE]
PAUSE = 0.3
BUSY = (httpx.codes.INTERNAL_SERVER_ERROR, httpx.codes.GATEWAY_TIMEOUT)


class Person(Citizen):
    """A simulated citizen without pictures and erasures. `prompt` is the delay before they look at the phone."""

    def __init__(self, clockwork: Any, phones: Any, number: int, *, rates: bool, prompt: float | None = None) -> None:
        super().__init__(clockwork, phones, number)
        self.erases, self.erases_at, self.leaves, self.rates = False, None, False, rates
        self.prompt = prompt

    def tell(self) -> None:
        self.write(f"Bộ phận một cửa yêu cầu nộp thêm giấy tờ khi làm giấy khai sinh, {self.mark}")
        if self.chance.random() < 0.4:
            self.write(SECOND_STORY)

    def notice(self) -> None:
        if self.code is None or self.prompt is None:
            super().notice()
        elif not self.waits:
            self.waits = True
            self.scheduler.after(self.prompt, self.look)


@dataclass
class Desk:
    """The officers at the desk, who handle every petition from acceptance to answer. Failed requests are repeated."""

    stack: LocalStack
    clockwork: Clockwork
    taken: list[str] = field(default_factory=list)
    """The codes of petitions to be handled."""
    deeds: list[Deed] = field(default_factory=list)
    blamed: list[str] = field(default_factory=list)
    """Codes of petitions for which the desk reported another person's change, although it was the officer's own."""
    busy: int = 0
    """The number of requests that were repeated because the response was "busy" or was lost."""
    requests: int = 0

    def take(self, code: str) -> None:
        self.taken.append(code)
        coordinator = self.stack.officer("coordinator")
        self.clockwork.beside(lambda: self._handle(code, coordinator))

    def _handle(self, code: str, coordinator: Officer) -> None:
        petition = self._routed(code, coordinator)
        own = petition["unit"] != coordinator.unit
        unit = str(petition["unit"]) if own else DEPARTMENT
        officer, head = self._sign_in("officer", unit), self._sign_in("head", unit)
        version = int(petition["version"])
        first, second = (officer, head) if own else (coordinator, coordinator)
        steps: tuple[tuple[Officer, Action, dict[str, Any]], ...] = (
            (first, Action.ACCEPT, {}),
            (second, Action.ASSIGN, {"unit": unit, "handler": officer.id}),
            (officer, Action.START, {}),
            (officer, Action.SUBMIT_ANSWER, {"text": ANSWER, "no_evidence": WHY_NONE}),
            (head, Action.APPROVE, {"text": "Đã xem"}),
        )
        for who, action, more in steps:
            version = self._do(code, who, action, version, more)

    def undone(self) -> list[str]:
        """Return a line for every petition that was not handled by exactly the actions of HANDLING, in this order."""
        done = {
            code: [deed.action for deed in self.deeds if (deed.code, deed.result) == (code, "done")]
            for code in self.taken
        }
        return [f"{code}: {actions}" for code, actions in done.items() if actions != HANDLING]

    def _sign_in(self, role: str, unit: str) -> Officer:
        return self._until_answered(lambda: self.stack.officer(role, unit))

    def _routed(self, code: str, coordinator: Officer) -> dict[str, Any]:
        while True:
            petition = self._until_answered(lambda: coordinator.petition(code))
            if petition and petition["routed"]:
                return petition
            sleep(PAUSE)

    def _do(self, code: str, who: Officer, action: Action, version: int, more: dict[str, Any]) -> int:
        while True:
            answer = self._answered(partial(who.try_to, code, str(action), version=version, **more))
            done = answer.status_code == httpx.codes.SEE_OTHER
            self.deeds.append(Deed(code, action, version, who.id, "done" if done else "conflict"))
            assert done or answer.status_code == httpx.codes.CONFLICT, answer.text
            now = self._until_answered(lambda: who.petition(code))
            assert now is not None
            version = int(now["version"])
            if done:
                return version

    def _answered(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        while True:
            self.requests += 1
            try:
                answer = ask()
                if not BUSY[0] <= answer.status_code <= BUSY[1]:
                    return answer
            except httpx.TransportError:
                pass
            self.busy += 1
            sleep(PAUSE)

    def _until_answered(self, ask: Callable[[], T]) -> T:
        while True:
            try:
                return ask()
            except (httpx.TransportError, AssertionError):
                sleep(PAUSE)
