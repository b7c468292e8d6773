"""Reference data copied for the public pages, which cannot read the originals: names, and the deadlines in force."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from petitions.domain.clock.deadline_rules import DeadlineRules, TermUnit
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.shared.records import Record, Root

FIGURE_NAMES_PATH = "site/names"
USUAL_CLASS = "pakn"


class PublicTerm(Record):
    """The deadline of one step, for one level of difficulty or urgency."""

    clock: ClockName
    level: Level
    amount: int
    """The length of the deadline, in `unit`."""
    unit: TermUnit
    max_extension: int
    """The longest extension, in `unit`."""
    decided: bool = True
    """Whether a document of the city sets it. Otherwise it is this channel's own until the city decides."""


class FigureNames(Root):
    """The names by code, stored as `site/names` in the public database."""

    units: dict[str, str]
    fields: dict[str, str]
    wards: dict[str, str]
    terms: list[PublicTerm] = Field(default_factory=list)
    """The deadlines of usual petitions. A level is listed only if its deadline differs from that of the level before.
    """


def public_terms(rules: DeadlineRules, now: datetime) -> list[PublicTerm]:
    """Return the deadlines that apply to usual petitions filed at `now`."""
    found: list[PublicTerm] = []
    verified = {rule.id for rule in rules.rules if rule.confidence == "verified"}
    for clock in (ClockName.RECEPTION, ClockName.TRANSFER, ClockName.ANSWER, ClockName.SUPPLEMENT):
        known = ""
        for level in (Level.NORMAL, Level.COMPLEX, Level.URGENT):
            term = rules.find(clock, USUAL_CLASS, level, now)
            if term.id != known:
                one = PublicTerm(
                    clock=clock,
                    level=level,
                    amount=term.amount,
                    unit=term.unit,
                    max_extension=term.max_extension,
                    decided=term.id in verified,
                )
                found.append(one)
            known = term.id
    return found
