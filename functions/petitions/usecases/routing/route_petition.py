"""Routing of a new petition to the responsible unit, or to the coordinators if that unit is not certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from petitions import telemetry
from petitions.domain.language.similarity import fingerprint, is_alike
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.petition.confidentiality import closed_with, is_protected, why_closed_to
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition, RoutingResult, UnitProposal, petition_path
from petitions.domain.petition.transfers import senders, units_that_held
from petitions.domain.routing.proposed_class import (
    accused_unit,
    judge_readers,
    may_report_misconduct,
    proposed_class,
    proposed_nature,
    proposed_statement,
    reports_misconduct,
)
from petitions.domain.routing.routing import Router, RoutingDecision
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE, UNKNOWN_WARD, Directory
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.named_officers import CoordinatorsJudge, accused_by_name
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import Actor, Change, move_petition, petition_in

CONSUMER = "routing"
TOP = 3
MOST_BEFORE = 20


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
        added = _added(petition)
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
        accused, of_family = self._accused(tx, petition, decision), closed_with(petition, *_before(tx, petition))
        if self._accuses_coordinators(tx, petition, decision):
            if accused in {None, UNKNOWN_OFFICE}:
                accused = COORDINATORS
            else:
                of_family = sorted({*of_family, COORDINATORS})
        kept: dict[str, Any] = {
            "petition_class": proposed_class(decision),
            "accused": accused,
            "closed_with": of_family,
        }
        secret = replace(petition, **kept)
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

    def _accused(self, tx: Transaction, petition: Petition, decision: RoutingDecision) -> str | None:
        known, words = petition.accused or accused_unit(decision, petition.ward), _added(petition)
        if known not in {None, UNKNOWN_OFFICE}:
            return known
        likely = [petition.ward, decision.ward, petition.unit, *(unit.code for unit in decision.units[:TOP])]
        units = [unit for unit in likely if unit and unit != COORDINATORS]
        text, filer = f"{petition.content}\n{words}", petition.contact.name
        by_name = accused_by_name(tx, text, filer, units, self._tells_of_misconduct)
        return by_name or known or (UNKNOWN_OFFICE if words and self._tells_of_misconduct(words) else None)

    def _accuses_coordinators(self, tx: Transaction, petition: Petition, decision: RoutingDecision) -> bool:
        text, filer = f"{petition.content}\n{_added(petition)}", petition.contact.name
        judge = CoordinatorsJudge(self.router.superiors, self.directory, *judge_readers(self.router.route))
        # The ward of the address may rank first even if a counter of the city's office is meant, so it is left out.
        unit = accused_unit(self.router.route(petition.content), None)
        # The hotline is the service centre's, and the coordinators' as well.
        another = unit not in {None, UNKNOWN_OFFICE, UNKNOWN_WARD} and not self.directory.is_service_centre(str(unit))
        return decision.accused == COORDINATORS or judge.accused(tx, text, filer, office=not another)

    def _tells_of_misconduct(self, text: str) -> bool:
        return reports_misconduct(self.router.route(text))


def _added(petition: Petition) -> str:
    added = [addition.text for addition in petition.additions if addition.by == "citizen"]
    return "\n".join(filter(None, [*added, *(file.name for file in petition.files)]))


def _waits(petition: Petition) -> bool:
    """Return whether the petition still has to be routed: neither the router nor an officer has seen it.

    The portal's choice of a unit does not count as routing. A petition that was merged at once is routed too, because
    an accusation in it makes the main petition confidential.
    """
    chosen_there = petition.source == "portal" and petition.routed is not None and petition.routed.nature is None
    unseen = petition.state in {State.NEW, State.MERGED} and petition.classified is None
    return unseen and (petition.routed is None or chosen_there)


def _before(tx: Transaction, petition: Petition) -> list[Petition]:
    """Return the filer's confidential petitions with nearly the same text.

    The units that may not read those must not get this petition either.
    """
    if petition.source != "zalo":
        return []
    own = Query("petitions", (("citizen", "==", petition.citizen),), order_by=("-filed_at",), limit=MOST_BEFORE)
    mine = fingerprint(petition.content)
    found = [Petition.model_validate(document.data) for document in tx.find(own) if document.id != petition.code]
    return [item for item in found if is_protected(item) and is_alike(mine, fingerprint(item.content))]


def decided(router: Router, directory: Directory, petition: Petition) -> RoutingDecision:
    """Return the router's decision on the petition in its present state."""
    return router.route(petition.content, _address(petition, directory), petition.location)


def _address(petition: Petition, directory: Directory) -> str:
    chosen = directory.ward(petition.ward) if petition.ward else None
    return f"{chosen.name}, {petition.address}" if chosen else petition.address


def _reason(decision: RoutingDecision, *, auto: bool) -> str:
    return f"auto={auto} confidence={decision.confidence:.2f} directory={decision.directory_version}"
