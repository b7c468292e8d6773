"""Reference data that ships with the package: texts, directory, calendar, rules. Read once a process."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from petitions.domain.calendar import WorkingCalendar
from petitions.domain.deadlines import RuleBook
from petitions.domain.directory import Directory
from petitions.domain.places import Places
from petitions.domain.reminders import Ladder
from petitions.domain.routing import Router
from petitions.domain.routing_rules import Rules
from petitions.domain.texts import Texts


def raw(name: str) -> bytes:
    """The bytes of `petitions/data/<name>`."""
    return resources.files("petitions").joinpath("data", name).read_bytes()


def parsed(name: str) -> Any:
    """The JSON value of `petitions/data/<name>`."""
    return json.loads(raw(name))


@cache
def texts() -> Texts:
    """The Vietnamese catalogue."""
    return Texts(parsed("texts.vi.json"))


@cache
def directory() -> Directory:
    """Units, wards, former wards."""
    return Directory.load(raw("directory.json"))


@cache
def calendar() -> WorkingCalendar:
    """The working calendar of the city."""
    return WorkingCalendar.load(parsed("calendars.json"))


@cache
def rules() -> RuleBook:
    """The deadline rules."""
    return RuleBook.load(parsed("deadline_rules.json"))


@cache
def ladder() -> Ladder:
    """The ladder of reminders."""
    return Ladder.load(parsed("reminder_ladder.json"))


@cache
def router() -> Router:
    """Directory and routing rules, compiled."""
    return Router(directory(), routing_rules())


@cache
def routing_rules() -> Rules:
    """The phrases and weights of routing."""
    return Rules.load(parsed("routing_rules.json"))


@cache
def places() -> Places:
    """The place finder over the directory."""
    rules_in_force = routing_rules()
    return Places(directory(), rules_in_force.elsewhere, rules_in_force.spellings)
