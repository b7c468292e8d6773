"""Citizens' opinions of answers in the scored period: ratings, and objections that were due for a decision in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.contact.contact_request import ContactRequest
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.reports.facts import Fact
from petitions.domain.reports.histories import History
from petitions.domain.reports.periods import Period
from petitions.domain.scoring.opinions import contests, ratings
from petitions.domain.shared.edges import Interval
from petitions.ports.store import Query, Store
from petitions.usecases.figures.count_figures import pages
from petitions.usecases.shared.conditions import during

AT_ONCE = 300


@dataclass(frozen=True)
class ReadOpinions:
    """Reads citizens' ratings and objections for one scoring."""

    store: Store

    def __call__(self, period: Period, cut: datetime, histories: Sequence[History]) -> list[Fact]:
        """Return the opinions as facts for the scoring, as known at the time `cut`. Raise Retryable."""
        until = min(period.until, cut + timedelta(microseconds=1))
        reader = self.store.snapshot()
        where = during("act_by", Interval(period.since, until))
        query = Query("contact_requests", where, order_by=("act_by", "__name__"))
        requests = [ContactRequest.model_validate(page.data) for page in pages(reader, query)]
        known = {history.code: history for history in histories}
        others = sorted({request.code for request in requests if request.code and request.code not in known})
        found: dict[str, Petition] = {}
        for start in range(0, len(others), AT_ONCE):
            read = reader.get_all([petition_path(code) for code in others[start : start + AT_ONCE]])
            petitions = (Petition.model_validate(fields) for fields in read if fields)
            found |= {petition.code: petition for petition in petitions}
        return [*ratings(histories, period.since, until), *contests(requests, known, found, until)]
