"""A desk in training mode, with sample officers and 30 sample petitions."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from infra.local.runner.provision import OFFICERS
from infra.local.training.seed import seed
from petitions.domain.officers.officer import officer_path
from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Browser, Office

OFFICER, HEAD, COORDINATOR = "px-00175-officer", "px-00175-head", "vpub-coordinator-1"


class Practice:
    def __init__(self) -> None:
        self.office = Office()
        for load in json.loads(OFFICERS.read_text()):
            self.office.store.create(officer_path(load["id"]), load)
        parts = replace(self.office.app.extensions["desk"], clock=self.office.clock)
        self.made = seed(parts, self.office.clock, self.office.clock.now())
        self.people: dict[str, Browser] = {}

    def at(self, who: str) -> Browser:
        if who not in self.people:
            self.people[who] = self.office.at_desk(who)
        return self.people[who]

    def case(self, name: str) -> Petition:
        return self.office.petition(self.made[name][0])

    def does(self, who: str, name: str, action: str, **fields: Any) -> None:
        answer = self.at(who).does(self.case(name), action, **fields)
        assert answer.status_code == 303, re.findall(r'class="note bad"[^>]*>(.*?)</p>', answer.text, re.DOTALL)

    def verdicts(self, who: str = OFFICER) -> dict[str, tuple[str, str]]:
        found = {}
        for item in self.at(who).see("/training").text.split("<li data-task=")[1:]:
            advice = re.search(r'<p class="advice">(.*?)</p>', item)
            task, mark = re.findall(r'"(\w+)"', item)[:2]
            found[task] = (mark, advice[1] if advice else "")
        return found
