"""The end of a pause in which the filer did not reply in time: the clocks resume without a reply.

The petition returns to the state in which the filer was asked. It is not refused: the handler decides what to do
(LAW 7.9).
"""

from __future__ import annotations

from datetime import datetime

from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import Action, Role, State, transition
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, citizen_in, plan_notice
from petitions.usecases.shared.telling_dates import resumed_notice
from petitions.usecases.shared.timekeeping import DERIVED, Timekeeping, pause_ends

_WAITED = "Hết thời gian chờ bổ sung mà quy tắc thời hạn cho phép"


def is_waited_out(petition: Petition, now: datetime) -> bool:
    """Return whether the petition still waits for its filer although the time for the reply is over."""
    ends = pause_ends(petition)
    return petition.state is State.AWAITING_CITIZEN and ends is not None and Until(ends).is_over(now)


def end_pause(tx: Transaction, petition: Petition, texts: Texts, keeping: Timekeeping, now: datetime) -> list[Message]:
    """Return the petition to its earlier state, and notify its unit and its filer. Return the messages to publish."""
    step = transition(petition.state, Action.SUPPLEMENT, Role.SYSTEM, petition.came_from)
    moved = replace(petition, state=step.to, came_from=step.came_from)
    timed = keeping.after(moved, step.effects, now)
    citizen = citizen_in(tx, petition.citizen)
    after, nudge = change_petition(
        tx,
        petition,
        {name: getattr(timed, name) for name in ("state", "came_from", *DERIVED)},
        Change(
            step.action,
            Actor(Role.SYSTEM),
            now,
            reason=_WAITED,
            clock_effects=tuple(f"{effect.verb} {effect.clock}" for effect in step.effects),
        ),
    )
    return [nudge, plan_notice(tx, resumed_notice(after, texts, citizen, now))] if citizen else [nudge]
