"""Ratings given in Zalo's own rating template (PLATFORM 1.22), stored like ratings in the chat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from petitions import telemetry
from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.lifecycle.states import State
from petitions.domain.notices.kinds import NOTICE_KINDS
from petitions.domain.notices.notice import Notice, notice_path
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import LOW_RATING, Addition, Petition, Rating
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.domain.zalo.event_families import Feedback, parse_event
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.contact.request_contact import ContactWish, RequestContact
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import (
    Actor,
    Change,
    change_petition,
    changed_fields,
    citizen_in,
    petition_in,
)

_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
_LEVELS = {5: 1, 4: 2, 3: 2, 2: 3, 1: 3}
"""Zalo's five faces mapped to the three levels of the national portal. Only the happiest is "rất hài lòng"."""

LONGEST_REASON = 2000
_ID = re.compile(r"[0-9A-Za-z_-]{1,48}")


@dataclass(frozen=True)
class TakeFeedback:
    """Stores ratings from Zalo's template for the function `notifications`."""

    store: Store
    publisher: Publisher
    clock: Clock
    contacting: RequestContact
    keep_apart: KeepApart

    def __call__(self, raw: Mapping[str, Any]) -> None:
        """Store the rating for the petition that the template was about, once per answer. Raise Retryable.

        Events of another kind are ignored, and ratings that match no petition are only counted.
        """
        event = parse_event(raw)
        if not isinstance(event, Feedback):
            return
        notice, level = self._notice(event), _LEVELS.get(event.message.rate or 0)
        if notice is None or notice.about is None or not NOTICE_KINDS[notice.kind].takes_rating or level is None:
            telemetry.count("feedback_unmatched")
            return
        reason = "\n".join(filter(None, [event.message.note, *event.message.feedbacks]))[:LONGEST_REASON]
        rating = Rating.model_validate({"level": level, "at": self.clock.now(), "reason": reason or None})
        code = notice.about.code
        key = f"{notice.id}:{event.timestamp.isoformat()}"
        apply_once(
            self.store,
            self.publisher,
            self.clock,
            consumer="notifications-feedback",
            key=key,
            body=lambda tx: self._rated(tx, code, rating, f"{notice.id}-{event.timestamp:%Y%m%d%H%M%S}"),
        )

    def _rated(self, tx: Transaction, code: str, rating: Rating, key: str) -> Sequence[Message]:
        before = petition_in(tx, code)
        citizen = citizen_in(tx, before.citizen)
        if before.state not in _ANSWERED or _has_rating(before):
            return []
        apart = self._kept_apart(tx, before, rating, key)
        rating = replace(rating, reason=None) if apart is not None else rating
        petition, message = change_petition(
            tx, before, {"rating": rating}, Change(RecordedAction.RATED, Actor(Role.CITIZEN), rating.at)
        )
        unrated = citizen.conversation.unrated() if citizen else None
        if citizen and unrated and unrated.code == code:
            rated = replace(citizen, conversation=citizen.conversation.after_rating(code))
            tx.update(citizen_path(petition.citizen), changed_fields(citizen, rated))
        if rating.level != LOW_RATING:
            return [message, *(apart or [])]
        consented = citizen is not None and citizen.consent is not None
        wish = ContactWish(
            ContactReason.LOW_RATING, petition.citizen, key, rating.reason or "", kept=consented, petition=petition
        )
        return [message, *(apart or []), *self.contacting(tx, wish, rating.at).messages]

    def _kept_apart(self, tx: Transaction, petition: Petition, rating: Rating, key: str) -> list[Message] | None:
        why = Addition(input=key, at=rating.at, type="text", text=rating.reason)
        kept = self.keep_apart(tx, petition, [why], [], Actor(Role.CITIZEN), rating.at)
        return [*kept.messages, *self.keep_apart.told_later(tx, kept, rating.at)] if kept else None

    def _notice(self, event: Feedback) -> Notice | None:
        """Return the notice that was rated, found by our own id or else by Zalo's id, or None.

        Only templates sent to a phone number return our own id.
        """
        ours, theirs = event.message.tracking_id, event.message.msg_id
        found = self.store.get(notice_path(ours)) if ours and _ID.fullmatch(ours) else None
        if found is None and theirs:
            query = Query("notices", where=(("message_ids", "array_contains", theirs),), limit=1)
            found = next((document.data for document in self.store.find(query)), None)
        return Notice.model_validate(found) if found else None


def _has_rating(petition: Petition) -> bool:
    answered = petition.reply.approved_at if petition.reply else None
    return petition.rating is not None and (answered is None or Until(answered).is_over(petition.rating.at))
