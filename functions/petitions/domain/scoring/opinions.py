"""Citizens' opinions of answers in a period, as facts for the scoring: ratings, and contests with their results.

They count for the unit that handled the petition at that time and gave the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from petitions.domain.contact.contact_request import CONTESTS, ContactRequest
from petitions.domain.petition.petition import Petition
from petitions.domain.reports.facts import Fact
from petitions.domain.reports.histories import NOTHING, History, Rated, micros
from petitions.domain.scoring.criteria import CONTESTED, DISSATISFIED, HEARD, IGNORED, RATED, SATISFIED
from petitions.domain.shared.edges import Interval, Until, UpTo

_LOWEST = 3


def ratings(histories: Iterable[History], since: datetime, until: datetime) -> Iterator[Fact]:
    """Yield a fact for every rating from `since` until before `until`."""
    period = Interval(micros(since), micros(until))
    yield from (_rating(history, rated) for history in histories for rated in history.ratings if rated.at in period)


def contests(
    requests: Iterable[ContactRequest],
    histories: Mapping[str, History],
    petitions: Mapping[str, Petition],
    until: datetime,
) -> Iterator[Fact]:
    """Yield a fact for every citizen's objection to an answer (contest) that had to be decided before `until`.

    A contest without a decision by its deadline counts as ignored, even if it was decided later. `petitions` supplies
    the unit of petitions without a history here, which did not change in the period.
    """
    for request in requests:
        code, due = request.code, request.act_by
        if request.why not in CONTESTS or code is None or due is None or Until(until).is_over(due):
            continue
        history = histories.get(code)
        unit = _unit_at(history, request.at) if history else petitions[code].unit if code in petitions else None
        if unit is None:
            continue
        is_heard = request.decided_at is not None and request.decided_at in UpTo(due)
        nature, statement = (history.nature, history.statement) if history else (NOTHING, NOTHING)
        yield Fact(code, unit, CONTESTED, nature, statement, HEARD if is_heard else IGNORED, NOTHING)


def _rating(history: History, rated: Rated) -> Fact:
    verdict = DISSATISFIED if rated.level == _LOWEST else SATISFIED
    return Fact(history.code, rated.unit, RATED, history.nature, history.statement, verdict, NOTHING)


def _unit_at(history: History, at: datetime) -> str | None:
    return next((line.unit for line in reversed(history.lines) if line.at in UpTo(micros(at))), None)
