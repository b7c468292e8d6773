"""Planted faults in changes during operation: outdated notices, ended units, new texts, new keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from petitions.adapters import reference
from petitions.domain.notices.kinds import NoticeKind
from petitions.ports.store import Query
from petitions.usecases.notices import prepare_notice
from petitions.usecases.publishing.seal_view import RenewSeals
from petitions.usecases.reference import hand_over_unit
from tests.simulation.planted.planting import Planted


def _nobody(_: str) -> Query:
    return Query("officers", where=(("unit", "==", ""),))


IN_CHANGES: Mapping[str, Planted] = {
    "a true notice is given up": Planted(
        "what_is_cancelled_had_become_untrue",
        prepare_notice,
        "still_holds",
        lambda notice, _: notice.kind is not NoticeKind.ACCEPTED,
    ),
    "an ended unit keeps its people": Planted(
        "no_open_petition_is_in_an_ended_unit", hand_over_unit, "_staff", _nobody
    ),
    "reference data are read once": Planted("a_new_wording_is_everybodys", reference, "KEEP", timedelta(days=9)),
    "the renewal of seals rests": Planted("every_filer_can_open_their_view", RenewSeals, "__call__", lambda _: 0),
}
