"""Routing of a new petition to the responsible unit, or to the coordinators if that unit is not certain."""

from __future__ import annotations

from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.petition.confidentiality import is_protected, why_closed_to
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition, RoutingResult, UnitProposal, petition_path
from petitions.domain.petition.transfers import senders, units_that_held
from petitions.domain.routing.proposed_class import (
    may_report_misconduct,
    proposed_nature,
    proposed_statement,
)
from petitions.domain.routing.routing import Router, RoutingDecision
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, Directory
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.accusation_judge import AccusationJudge, added_words, decided
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import Actor, Change, move_petition, petition_in

CONSUMER = "routing"
TOP = 3


@dataclass(frozen=True)
class RoutePetition:
    """Routes new petitions to their units, for the function `routing`."""

    store: Store
    publisher: Publisher
    clock: Clock
    router: Router
    directory: Directory

    def __call__(self, code: str) -> bool:
        """Route the petition unless it was routed or is no longer new. Return True if this call routed it."""
        path = petition_path(code)
        fields = self.store.get(path)
        if fields is None or not _waits(Petition.model_validate(fields)):
            return False

        def route(tx: Transaction) -> list[Message]:
            petition = petition_in(tx, code)
            return self._route(tx, petition) if _waits(petition) else []

        done = apply_once(
            self.store,
            self.publisher,
            self.clock,
            consumer=CONSUMER,
            key=code,
            body=route,
            reads=[path],
        )
        if done:
            telemetry.count("petition_routed")
        return done

    def _route(self, tx: Transaction, petition: Petition) -> list[Message]:
        now = self.clock.now()
        decision = decided(self.router, self.directory, petition)
        # An office is not judge in its own cause: a petition that it sent goes back to it only by a person's decision.
        own = decision.auto and decision.handler in senders(petition, self.directory)
        added = added_words(petition)
        doubted = bool(added) and may_report_misconduct(self.router.route(added))
        auto, handler = decision.auto and not (own or doubted), COORDINATORS if own or doubted else decision.handler
        routed = RoutingResult(
            proposals=[UnitProposal(unit=unit.code, score=unit.score) for unit in decision.units[:TOP]],
            why=list(decision.why),
            confidence=decision.confidence,
            auto=auto,
            may_accuse=decision.doubted or doubted,
            ward_choices=list(decision.ward_choices),
            directory_version=decision.directory_version,
            nature=proposed_nature(decision),
            statement=proposed_statement(decision),
            coordinating=list(decision.coordinating) if auto else [],
            at=now,
        )
        secret = AccusationJudge(self.directory, lambda: self.router).judged(tx, petition, decision)
        kept = {name: getattr(secret, name) for name in ("petition_class", "accused", "closed_with")}
        if petition.routed:
            routed = replace(petition.routed, nature=routed.nature, statement=routed.statement)
        action = RecordedAction.ROUTED
        updates = {
            **kept,
            "unit": handler,
            "held_by": units_that_held(petition, handler),
            "kind": decision.kind,
            "level": petition.level if petition.level == "urgent" else decision.level,
            "ward": petition.ward or decision.ward,
            "routed": routed,
        }
        chosen = petition.routed is not None and not why_closed_to(secret, petition.unit, self.directory)
        if chosen or petition.state is State.MERGED:
            # The unit chosen by the portal's officers stays, unless it may not read the petition.
            if not is_protected(secret):
                return []
            action, updates = RecordedAction.KEPT_CLOSED, {**kept, "routed": routed}
        moved = move_petition(
            tx,
            petition,
            updates,
            self.directory,
            Change(action, Actor(Role.SYSTEM), now, reason=_reason(decision, auto=auto)),
        )
        return moved.messages


def _waits(petition: Petition) -> bool:
    """Return whether the petition still has to be routed: neither the router nor an officer has seen it.

    The portal's choice of a unit does not count as routing. A petition that was merged at once is routed too, because
    an accusation in it makes the main petition confidential.
    """
    chosen_there = petition.source == "portal" and petition.routed is not None and petition.routed.nature is None
    unseen = petition.state in {State.NEW, State.MERGED} and petition.classified is None
    return unseen and (petition.routed is None or chosen_there)


def _reason(decision: RoutingDecision, *, auto: bool) -> str:
    return f"auto={auto} confidence={decision.confidence:.2f} directory={decision.directory_version}"
