"""The job that acts on citizens' silence: floods of messages, old drafts, and storage without consent.

It runs every minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions import telemetry
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.conversation.pauses import (
    is_unconsented,
    speak_after_pause,
    without_unconsented_draft,
)
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import NoticeState
from petitions.domain.shared.edges import Until
from petitions.domain.shared.retention import UNCONSENTED_FOR
from petitions.errors import PetitionError
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.conversation.apply_effects import ApplyEffects
from petitions.usecases.conversation.effects_outcome import EffectsCause
from petitions.usecases.conversation.take_input import reply_notice
from petitions.usecases.privacy.begin_erasure import forget_unconsented
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.page_nudges import page_nudges, with_change_counted
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import due

UNHEARD_FOR = timedelta(seconds=150)
"""The delay before a citizen is checked again while a reply to them has not been sent yet."""

MOST_ERASED = 400
"""The most inputs deleted in one transaction. The next run deletes the rest."""

_ON_THE_WAY = [state.value for state in (NoticeState.WAITING, NoticeState.SENDING, NoticeState.UNKNOWN)]


@dataclass(frozen=True)
class SweepCitizens:
    """Acts on the silence of citizens, for the function `intake`."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    effects: ApplyEffects

    def __call__(self) -> int:
        """Act on the citizens whose silence is due, and return their number.

        A failure for one citizen is logged and does not stop the run.
        """
        handled = 0
        for document in due(self.store, "citizens", "next_attempt_at", self.clock.now()):
            key = self.ids.token()
            try:
                commit(
                    self.store,
                    self.publisher,
                    self.clock,
                    producer="intake-sweep",
                    key=key,
                    body=lambda tx, who=document.id, key=key: self._one(tx, who, key),  # type: ignore[misc]
                )
            except PetitionError as error:
                telemetry.log("ERROR", "silence not handled", metric="silence_failed", reason=error.reason)
            handled += 1
        return handled

    def _one(self, tx: Transaction, who: str, key: str) -> list[Message]:
        path, now = citizen_path(who), self.clock.now()
        found = tx.get(path)
        before = Citizen.model_validate(found) if found else None
        if before is None or before.next_attempt_at is None or now in Until(before.next_attempt_at):
            return []
        if is_unconsented(before):
            return page_nudges(who, before, self._erase(tx, before, who, key))
        if _unheard(tx, who):
            tx.update(path, {"next_attempt_at": now + UNHEARD_FOR})
            return []
        turn = speak_after_pause(before, key, now, self.effects.guide)
        outcome = self.effects(tx, turn, EffectsCause(who, key, now))
        citizen = with_change_counted(before, outcome.citizen)
        tx.update(path, changed_fields(before, citizen))
        return [*reply_notice(tx, outcome, who, key, now), *page_nudges(who, before, citizen)]

    def _erase(self, tx: Transaction, before: Citizen, who: str, key: str) -> Citizen:
        """Erase a citizen's data for lack of consent, and return the changed citizen.

        Without any consent, all data of the citizen are erased. Without consent to the current notice, only the draft
        and its inputs are. Inputs with files stay until all data are erased, as only they list the locations of the
        files.
        """
        if before.consent is None:
            gone = forget_unconsented(tx, who, before, key, self.clock.now())
            tx.update(citizen_path(who), changed_fields(before, gone))
            return gone
        inputs = f"{citizen_path(who)}/inputs"
        old = Query(
            inputs,
            where=(("at", "<=", self.clock.now() - UNCONSENTED_FOR),),
            order_by=("at",),
            limit=MOST_ERASED,
        )
        found = tx.find(old)
        draft = before.conversation.draft
        drafted = {part.key.partition("-")[0] for part in draft.parts} if draft else set()
        for document in found:
            if document.id in drafted and not document.data.get("files"):
                tx.delete(f"{inputs}/{document.id}")
        if len(found) == MOST_ERASED:
            return before
        left = without_unconsented_draft(before)
        tx.update(citizen_path(who), changed_fields(before, left))
        return left


def _unheard(tx: Transaction, who: str) -> bool:
    found = tx.find(Query("notices", where=(("citizen", "==", who), ("state", "in", _ON_THE_WAY))))
    return any(document.data["kind"] == NoticeKind.REPLY and "next_attempt_at" in document.data for document in found)
