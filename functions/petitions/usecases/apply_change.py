"""One change of the national portal applied here: once, by its identity, in one transaction with its own record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions import telemetry
from petitions.domain.citizen import Citizen, citizen_path
from petitions.domain.codes import find_code
from petitions.domain.inbound import Difference, Inbound, InboundState, difference_path, inbound_id, inbound_path
from petitions.domain.lifecycle import Action, ForbiddenTransition, Role, transition
from petitions.domain.notice import About, Notice
from petitions.domain.petition import Petition, petition_path
from petitions.domain.texts import Texts
from petitions.ports import Clock, Message, Publisher, Query, Store, Transaction
from petitions.usecases.changes import Actor, change, changed, citizen_in, plan_notice
from petitions.usecases.outbox import apply_once
from petitions.usecases.timekeeping import DERIVED, Timekeeping

CONSUMER = "portal-pull"
_KEPT_REASON = 2000


@dataclass(frozen=True)
class ApplyChange:
    """Applies stored changes. National return wins over the local state where the lifecycle allows it."""

    store: Store
    publisher: Publisher
    clock: Clock
    texts: Texts
    timekeeping: Timekeeping

    def __call__(self, inbound: Inbound) -> None:
        """Apply it unless that has been done. Raises Retryable."""
        ends: list[tuple[InboundState, str]] = []

        def work(tx: Transaction) -> list[Message]:
            ends.clear()
            if inbound.kind is None:
                ends.append((InboundState.UNKNOWN, "kind"))
                tx.update(_path(inbound), {"state": InboundState.UNKNOWN, "reason": "kind"})
                return []
            return self._return(tx, inbound, ends)

        done = apply_once(self.store, self.publisher, self.clock, consumer=CONSUMER, key=inbound.id, work=work)
        if done:
            state, reason = ends[0]
            telemetry.log(
                "INFO" if state is InboundState.APPLIED else "CRITICAL",
                "change of the portal",
                metric=f"portal_change_{state}",
                change=inbound_id(inbound.id),
                code=inbound.code,
                reason=reason,
            )

    def _return(self, tx: Transaction, inbound: Inbound, ends: list[tuple[InboundState, str]]) -> list[Message]:
        """The portal returned the answer: it must be given again."""
        now = self.clock.now()
        petition = _petition(tx, inbound)
        if petition is None:
            return _leave(tx, inbound, "petition_unknown", now, ends)
        known = petition.sync.national_code
        if known and inbound.national_code and known != inbound.national_code:
            return _leave(tx, inbound, "national_code_differs", now, ends)
        try:
            step = transition(petition.state, Action.PORTAL_RETURN, Role.PORTAL, petition.came_from)
        except ForbiddenTransition:
            return _leave(tx, inbound, f"state_{petition.state}", now, ends)
        citizen = citizen_in(tx, petition.citizen)
        moved = petition.model_copy(update={"state": step.to, "came_from": step.came_from})
        timed = self.timekeeping.after(moved, step.row.effects, now)
        names = ("state", "came_from", *DERIVED)
        after, nudge = change(
            tx,
            petition,
            {name: getattr(timed, name) for name in names},
            action=Action.PORTAL_RETURN,
            actor=Actor(Role.PORTAL),
            now=now,
            reason=inbound.text[:_KEPT_REASON] or None,
            clock_effects=tuple(f"{effect.verb} {effect.clock}" for effect in step.row.effects),
        )
        tx.update(_path(inbound), {"state": InboundState.APPLIED})
        ends.append((InboundState.APPLIED, ""))
        if citizen is None:
            return [nudge]
        if citizen.conversation.rating_for == petition.code:
            # The answer is being made again: what was asked about the old one is void.
            talk = citizen.conversation.model_copy(update={"rating_for": None})
            unasked = citizen.model_copy(update={"conversation": talk})
            tx.update(citizen_path(petition.citizen), changed(citizen, unasked))
        return [nudge, plan_notice(tx, self._notice(after, citizen, now))]

    def _notice(self, petition: Petition, citizen: Citizen, now: datetime) -> Notice:
        return Notice(
            id=f"{petition.code}-{petition.version}",
            kind="redo",
            channel="zalo",
            citizen=petition.citizen,
            text=self.texts.to(citizen.language).render("redo", code=petition.code),
            about=About(code=petition.code, seq=petition.version),
            created_at=now,
        )


def _petition(tx: Transaction, inbound: Inbound) -> Petition | None:
    """By our code; by the national one where the portal does not name ours."""
    if inbound.code:
        # Only a well-formed code may become part of a path.
        found = tx.get(petition_path(inbound.code)) if find_code(inbound.code) == inbound.code else None
        return None if found is None else Petition.model_validate(found)
    if not inbound.national_code:
        return None
    query = Query("petitions", where=(("sync.national_code", "==", inbound.national_code),), limit=1)
    return next((Petition.model_validate(each.data) for each in tx.find(query)), None)


def _leave(
    tx: Transaction, inbound: Inbound, reason: str, now: datetime, ends: list[tuple[InboundState, str]]
) -> list[Message]:
    """Nothing here can change by it: kept as a conflict, and as a difference for a person to settle."""
    tx.update(_path(inbound), {"state": InboundState.CONFLICT, "reason": reason})
    difference = Difference(change=inbound.id, code=inbound.code, reason=reason, found_at=now)
    tx.create(difference_path(inbound_id(inbound.id)), difference.stored())
    ends.append((InboundState.CONFLICT, reason))
    return []


def _path(inbound: Inbound) -> str:
    return inbound_path(inbound_id(inbound.id))
