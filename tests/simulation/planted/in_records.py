"""Planted faults in records: petitions, clocks, figures, published data, erasures, the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from petitions.domain.clock import clock_effects, clocks
from petitions.domain.clock.ledger import LedgerEntryKind
from petitions.domain.figures.periods import DAY
from petitions.domain.figures.published_periods import period_of
from petitions.domain.publishing.public import public_status
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import replace
from petitions.usecases.figures.fold_figures import UNFOLDED_FIELD, FoldFigures
from petitions.usecases.figures.keep_ends import KeepEnds
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.officers.staff import Staff
from petitions.usecases.portal import push_petition
from petitions.usecases.portal.pull_changes import PullChanges
from petitions.usecases.portal.push_petition import PushPetition
from petitions.usecases.portal.sweep_portal import SweepPortal
from petitions.usecases.privacy.erase_citizen import EraseCitizen
from petitions.usecases.privacy.restrict_petition import RestrictPetition
from petitions.usecases.publishing import project_public, publish_figures
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.reference.recompute_deadlines import RecomputeDeadlines
from petitions.usecases.reminders import close_answered, fire_reminders
from petitions.usecases.reminders.fire_reminders import FireReminders
from petitions.usecases.reminders.send_digests import SendDigests
from petitions.usecases.routing.route_petition import RoutePetition
from petitions.usecases.shared.petition_changes import petition_in
from tests.simulation.planted.planting import InTwoSteps, Planted

_SYNC = push_petition._pushed
_TELL, _ACT, _FOLD = PushPetition._tell, ActOnPetition._act, FoldFigures.__call__
_STOP, _RESUME = clocks.stop_clock, clocks.resume


def _told_before_it_is(self: PushPetition, calls: Any, turn: Any, *, in_doubt: bool) -> Any:
    found = _TELL(self, calls, turn, in_doubt=in_doubt)
    return replace(found, reply=replace(found.reply, outcome=Outcome.OK))


def _told_unasked(self: PushPetition, calls: Any, turn: Any, **_: Any) -> Any:
    return _TELL(self, calls, turn, in_doubt=False)


def _whatever_they_saw(self: ActOnPetition, tx: Any, officer: Any, deed: Any, then: Any) -> Any:
    return _ACT(self, tx, officer, replace(deed, version=petition_in(tx, deed.code).version), then)


def _counted_and_then_marked(self: FoldFigures, *given: Any) -> Any:
    return _FOLD(replace(self, store=InTwoSteps(self.store, UNFOLDED_FIELD)), *given)


def _ten_days_before(period_id: str) -> Any:
    period = period_of(period_id)
    return replace(period, since=period.since - 10 * DAY, until=period.until - 10 * DAY)


def _with_who(petition: Any, _unit: str, key: bytes) -> Any:
    return public_status(petition, petition.contact.name, key)


def _pause_counts_twice(clock: Any, calendar: Any, at: Any) -> Any:
    return clocks._with(_RESUME(clock, calendar, at), calendar, LedgerEntryKind.EXTEND, at, 1)


def _goes_on(clock: Any, calendar: Any, at: Any) -> Any:
    return clock if clock.name == "answer" else _STOP(clock, calendar, at)


def _without_code(sync: Any, *given: Any) -> Any:
    return _SYNC(replace(sync, national_code=None), *given)


def _nothing(*_: Any, **__: Any) -> int:
    return 0


def _none(*_: Any, **__: Any) -> None:
    return None


IN_RECORDS: Mapping[str, Planted] = {
    "petitions are not routed": Planted("every_petition_is_routed", RoutePetition, "__call__", _nothing),
    "a deed is done to what nobody looked at": Planted(
        "what_was_said_to_be_done_is_done", ActOnPetition, "_act", _whatever_they_saw
    ),
    "a pause counts twice": Planted("no_clock_moves_but_by_its_ledger", clock_effects, "resume", _pause_counts_twice),
    "a pause is not written": Planted("no_pause_is_forgotten", clock_effects, "pause", lambda clock, *_: clock),
    "a stopped clock goes on": Planted("no_clock_moves_but_by_its_ledger", clock_effects, "stop_clock", _goes_on),
    "deadlines stay on the old calendar": Planted(
        "no_clock_moves_but_by_its_ledger", RecomputeDeadlines, "__call__", _none
    ),
    "reminders rest": Planted("reminders_are_those_of_the_model", FireReminders, "__call__", _nothing),
    "a reminder is forgotten after a day": Planted(
        "reminders_are_those_of_the_model", fire_reminders, "RECORDS_KEPT_FOR", timedelta(days=1)
    ),
    "everybody is reminded": Planted(
        "reminders_are_those_of_the_model", Staff, "meant", lambda self, *_: self.everyone()
    ),
    "digests rest": Planted("every_morning_has_its_digest", SendDigests, "__call__", _nothing),
    "figures rest": Planted("figures_equal_a_recount", FoldFigures, "__call__", _nothing),
    "a line is counted in one step and marked in another": Planted(
        "figures_equal_a_recount", FoldFigures, "__call__", _counted_and_then_marked
    ),
    "the public page rests": Planted("the_public_sees_what_is", ProjectPublic, "__call__", _nothing),
    "the public reads who filed": Planted("the_public_sees_what_is", project_public, "public_status", _with_who),
    "erasures rest": Planted("nothing_is_left_of_the_erased", EraseCitizen, "__call__", _nothing),
    "what is undecided closes": Planted("nothing_is_closed_undecided", close_answered, "undecided", lambda *_: []),
    "an erasure forgets the inputs": Planted("nothing_is_left_of_the_erased", EraseCitizen, "_input", lambda *_: True),
    "an erasure forgets the notices": Planted(
        "nothing_is_left_of_the_erased", EraseCitizen, "_notice", lambda *_, **__: True
    ),
    "a published period is that of ten days before": Planted(
        "published_figures_equal_a_recount", publish_figures, "period_of", _ten_days_before
    ),
    "what was open is not kept before it is published": Planted(
        "published_figures_equal_a_recount", KeepEnds, "__call__", _none
    ),
    "an erasure forgets calls for a person": Planted(
        "nothing_is_left_of_the_erased", EraseCitizen, "_requests", lambda *_: iter(())
    ),
    "an erasure forgets the files": Planted(
        "nothing_is_left_of_the_erased", EraseCitizen, "_objects", _none, ((RestrictPetition, "erase", _none),)
    ),
    "an erasure forgets who filed": Planted(
        "nothing_is_left_of_the_erased", RestrictPetition, "__call__", lambda *_: iter(())
    ),
    "the portal counts as told": Planted("nothing_is_left_for_the_night", PushPetition, "_tell", _told_before_it_is),
    "the portal's code is forgotten": Planted("nothing_is_left_for_the_night", push_petition, "_pushed", _without_code),
    "what nobody has read goes to the portal": Planted(
        "nothing_goes_out_before_it_is_read", push_petition, "may_go_to_portal", lambda _: True
    ),
    "an open call is made again unasked": Planted("both_sides_are_equal", PushPetition, "_tell", _told_unasked),
    "the portal's sweep rests": Planted("everything_comes_to_rest", SweepPortal, "__call__", _nothing),
    "what the portal says is not kept": Planted(
        "nothing_is_left_for_the_night", PullChanges, "_keep", lambda _, changes: len(changes)
    ),
}
