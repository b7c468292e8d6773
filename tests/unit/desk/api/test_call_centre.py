"""A call centre keeps its copy of petitions up to date through the API over an unreliable connection."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from werkzeug.test import TestResponse

from petitions.domain.lifecycle.states import State
from petitions.errors import Retryable
from tests.unit.desk.api.systems import SELF, System, story, system
from tests.unit.desk.office import Office
from tests.unit.desk.petition.answering import SAID, WHY_NONE

CALLS, SEED = 20, 1022
UNIT = "SXD"


@dataclass
class CallCentre:
    office: Office
    system: System
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    codes: dict[int, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    cursor: str = ""
    broken: int = 0

    def hands_in(self, number: int) -> None:
        given, once = story(self.office, number), f"call-{number:06}"
        while number not in self.codes:
            answer = self._over_a_bad_line(given, once)
            if answer is not None and answer.status_code == 200:
                self.codes[number] = answer.get_json()["code"]

    def _over_a_bad_line(self, given: dict[str, Any], once: str) -> TestResponse | None:
        luck = self.chance.random()
        if luck < 0.25:
            self.broken += 1
            with mock.patch.object(self.office.store, "transact", side_effect=Retryable("down", reason="firestore")):
                answer = self.system.post("/petitions", given, once)
            assert answer.status_code == 503
            return answer
        answer = self.system.post("/petitions", given, once)
        if luck < 0.5:
            self.broken += 1
            return None
        return answer

    def follows(self) -> list[str]:
        codes: list[str] = []
        while True:
            page = self.system.get(f"/changes?cursor={self.cursor}").get_json()
            if self.chance.random() < 0.2:
                continue  # the response was lost, and the same cursor returns the same changes again
            codes += [item["code"] for item in page["changes"]]
            self.states |= {item["code"]: item["state"] for item in page["changes"]}
            self.cursor = page["cursor"]
            if not page["more"]:
                return codes


def test_call_centre_hands_in_twenty_petitions_and_receives_all_answers() -> None:
    office = Office()
    centre = CallCentre(office, system(office, unit="VPUB", rights=SELF))
    for number in range(CALLS):
        centre.hands_in(number)
        office.clock.advance(seconds=3)
    assert centre.broken > 5
    assert len(office.petitions()) == len(set(centre.codes.values())) == CALLS
    office.clock.advance(minutes=5)
    assert sorted(centre.follows()) == sorted(centre.codes.values())
    for code in centre.codes.values():
        office.changed(code, unit=UNIT)
        for who, action, more in (
            ("officer", "accept", {}),
            ("officer", "assign", {"handler": "sxd-officer"}),
            ("officer", "start", {}),
            ("officer", "submit_answer", {"text": SAID, "no_evidence": WHY_NONE}),
            ("head", "approve", {"text": "Đã xem"}),
        ):
            done = office.at_desk(f"sxd-{who}").does(office.petition(code), action, **more)
            assert done.status_code == 303, (action, done.text)
        if centre.chance.random() < 0.4:
            office.clock.advance(seconds=30)
            centre.follows()
    office.clock.advance(minutes=5)
    centre.follows()
    assert centre.states == dict.fromkeys(centre.codes.values(), State.ANSWERED)
    assert centre.follows() == []
    for code in centre.codes.values():
        shown = centre.system.get(f"/petitions/{code}").get_json()
        assert (shown["sight"], shown["unit"], shown["reply"]["text"]) == ("handed_in", UNIT, SAID)
        assert shown["reply"]["approved_at"]
        assert (shown["handler"], shown["version"], shown["draft"]) == (None, None, None)
