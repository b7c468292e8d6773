"""Actions of filers on the portal: replies to a question, withdrawals and ratings, with the same effect as on Zalo.

A later decision of the portal's officers does not cancel a filer's action. After a low rating a person contacts the
filer (PLATFORM 6.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import LOW_RATING, PORTAL_FILER, Addition, Petition, Rating
from petitions.domain.portal.portal_change import InboundChange, inbound_id
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import replace
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.contact.request_contact import ContactWish, RequestContact
from petitions.usecases.petition.file_petition import MAX_ADDED, PetitionFiling
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, citizen_in

FILERS_KINDS = frozenset({"rated", "supplemented", "withdrawn"})
_FILER = Actor(Role.PORTAL)


@dataclass(frozen=True)
class PortalFilers:
    """Applies the actions of filers on the portal."""

    filing: PetitionFiling
    contacting: RequestContact
    keep_apart: KeepApart

    def take(
        self, tx: Transaction, petition: Petition, inbound: InboundChange, reason: str, now: datetime
    ) -> list[Message] | None:
        """Apply the filer's action. Return the messages, or None if the petition is full and an officer must decide.

        `reason` is for the history. A text that reports misconduct goes into a separate petition, which the unit cannot
        read.
        """
        kept = self.keep_apart(tx, petition, [_addition(inbound, "text")], [], _FILER, now)
        if kept is None:
            return self._taken(tx, petition, inbound, reason, now)
        rest = replace(inbound, text="")
        done = [] if inbound.kind == "supplemented" else self._taken(tx, petition, rest, reason, now) or []
        return [*kept.messages, *self.keep_apart.told_later(tx, kept, now), *done]

    def _taken(
        self, tx: Transaction, petition: Petition, inbound: InboundChange, reason: str, now: datetime
    ) -> list[Message] | None:
        match inbound.kind:
            case "rated":
                return self._rated(tx, petition, inbound, reason, now)
            case "withdrawn":
                why = _addition(inbound, "withdrawal") if inbound.text else None
                return self.filing.end(tx, petition, _FILER, now, why)
            case _:
                return self._supplemented(tx, petition, inbound, now)

    def _supplemented(
        self, tx: Transaction, petition: Petition, inbound: InboundChange, now: datetime
    ) -> list[Message] | None:
        sent = _addition(inbound, "text")
        if any((addition.at, addition.text) == (sent.at, sent.text) for addition in petition.additions):
            return []
        joined = self.filing.join(tx, petition, [sent], [], _FILER, now)
        return [joined[2]] if joined else None

    def _rated(
        self, tx: Transaction, before: Petition, inbound: InboundChange, reason: str, now: datetime
    ) -> list[Message]:
        citizen = citizen_in(tx, before.citizen)
        why = inbound.text[:MAX_ADDED] or None
        rating = Rating.model_validate({"level": inbound.level, "at": inbound.at, "reason": why})
        petition, message = change_petition(
            tx, before, {"rating": rating}, Change(RecordedAction.RATED, _FILER, now, reason=reason)
        )
        erased = citizen is not None and citizen.erased_at is not None and petition.filed_at in UpTo(citizen.erased_at)
        if rating.level != LOW_RATING or erased or petition.restricted_at:  # an erased filer cannot be called
            return [message]
        consented = petition.citizen == PORTAL_FILER or (citizen is not None and citizen.consent is not None)
        wish = ContactWish(
            ContactReason.LOW_RATING,
            petition.citizen,
            f"portal-{inbound_id(inbound.id)}",
            why or "",
            kept=consented,
            petition=petition,
            again=True,
        )
        return [message, *self.contacting(tx, wish, now).messages]


def _addition(inbound: InboundChange, kind: str) -> Addition:
    return Addition(input=f"portal-{inbound_id(inbound.id)}", at=inbound.at, type=kind, text=inbound.text)
