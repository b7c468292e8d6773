"""Decisions of the portal's officers, applied to a petition here: state, clocks, history line, notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import TRANSITIONS, Action, Role, State, Transition, transition
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.petition.transfers import units_that_held
from petitions.domain.portal.portal_change import InboundChange
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.portal.portal_births import routed_there
from petitions.usecases.shared.petition_changes import (
    Actor,
    Change,
    changed_fields,
    citizen_in,
    move_petition,
    plan_notice,
)
from petitions.usecases.shared.timekeeping import Timekeeping

_UNIT_ONLY = frozenset({State.NEW, State.AWAITING_CITIZEN, State.ACCEPTED})
"""The states before work begins. A move to another unit does not change them."""

_ACTIONS = {
    "returned": Action.PORTAL_RETURN,
    "transferred": Action.PORTAL_TRANSFER,
    "moved": Action.PORTAL_MOVE,
    "sent_back": Action.SENT_BACK,
    "answered": Action.CLOSE,
    "supplemented": Action.SUPPLEMENT,
    "withdrawn": Action.WITHDRAW,
}


@dataclass(frozen=True)
class PortalDecisions:
    """Applies decisions of the portal to petitions."""

    texts: Texts
    timekeeping: Timekeeping
    directory: Directory

    def take(
        self, tx: Transaction, petition: Petition, inbound: InboundChange, reason: str, now: datetime
    ) -> list[Message]:
        """Apply the decision and return the messages to publish. `reason` is for the history.

        The caller has decided that the portal's side wins. Raise ForbiddenTransition if the table of transitions lacks
        the step.
        """
        citizen = citizen_in(tx, petition.citizen)
        planned, step = self._moved(petition, inbound, now)
        effects = step.effects if step else ()
        timed = self.timekeeping.after(planned, effects, now)
        moved = move_petition(
            tx,
            petition,
            {name: getattr(timed, name) for name in type(timed).model_fields if name != "version"},
            self.directory,
            Change(
                step.action if step else Action.PORTAL_MOVE,
                Actor(Role.PORTAL),
                now,
                reason=reason,
                filer_text=inbound.text if inbound.kind != "answered" else None,
                clock_effects=tuple(f"{effect.verb} {effect.clock}" for effect in effects),
            ),
        )
        return [*moved.messages, *self._tell(tx, moved.petition, inbound, citizen, now)]

    def _moved(self, petition: Petition, inbound: InboundChange, now: datetime) -> tuple[Petition, Transition | None]:
        code = petition.sync.national_code or inbound.national_code or None
        sync = replace(petition.sync, portal_at=inbound.at, national_code=code)
        updates: dict[str, Any] = {"sync": sync}
        if inbound.kind == "moved":
            updates |= {"unit": inbound.unit, "handler": None, "held_by": units_that_held(petition, inbound.unit)}
            updates["routed"] = petition.routed or routed_there(inbound.unit, self.directory, now)
            if petition.state in _UNIT_ONLY:
                return replace(petition, **updates), None
        if inbound.kind == "answered":
            updates["reply"] = StoredAnswer(
                text=inbound.text, author="", unit=petition.unit, written_at=inbound.at, approved_at=inbound.at
            )
        back = inbound.kind == "moved" and petition.state is State.TRANSFERRED_OUT
        action = Action.SENT_BACK if back else _ACTIONS[inbound.kind or ""]
        step = transition(petition.state, action, Role.PORTAL, petition.came_from)
        return replace(petition, **updates, state=step.to, came_from=step.came_from), step

    def _tell(
        self, tx: Transaction, petition: Petition, inbound: InboundChange, citizen: Citizen | None, now: datetime
    ) -> list[Message]:
        if citizen is None:
            return []
        unrated = citizen.conversation.unrated()
        if unrated and unrated.code == petition.code:
            # The answer is redone, or comes from another authority, so the question about ours is void.
            talk = citizen.conversation.without(petition.code)
            tx.update(
                citizen_path(petition.citizen),
                changed_fields(citizen, replace(citizen, conversation=talk)),
            )
        words = self.texts.to(citizen.language)
        if inbound.kind == "transferred":
            teller = TellCitizen(self.texts, self.directory)
            notice = teller.notice(petition, petition, Action.TRANSFER_OUT, inbound.text, citizen, now)
            return [plan_notice(tx, notice)] if notice else []
        if inbound.kind == "returned":
            return [plan_notice(tx, _notice(petition, NoticeKind.REDO, words.render("redo", code=petition.code), now))]
        if inbound.kind == "answered":
            text = words.render("answered_elsewhere", code=petition.code, answer=inbound.text)
            return [plan_notice(tx, _notice(petition, NoticeKind.ANSWERED, text, now))]
        return []


def change_label(inbound: InboundChange) -> str:
    """Return the Vietnamese name of a change, from the table of transitions."""
    action = _ACTIONS[inbound.kind or ""]
    return next(row.label for row in TRANSITIONS if row.action is action and Role.PORTAL in row.roles)


def _notice(petition: Petition, kind: NoticeKind, text: str, now: datetime) -> Notice:
    return Notice(
        id=f"{petition.code}-{petition.version}",
        kind=kind,
        channel="zalo",
        citizen=petition.citizen,
        text=text,
        about=About(code=petition.code, seq=petition.version),
        created_at=now,
    )
