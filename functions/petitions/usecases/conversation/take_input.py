"""The application of a citizen's event to the conversation, in one transaction and at most once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import telemetry
from petitions.domain.citizen.citizen import Citizen, citizen_path, input_path
from petitions.domain.conversation.flow import follow, officer_wrote, respond
from petitions.domain.conversation.turn import ConversationTurn, FilePetition
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, NoticeState
from petitions.domain.petition.petition import petition_path
from petitions.domain.privacy.erasure import is_past
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.records import replace
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.conversation.apply_effects import ApplyEffects
from petitions.usecases.conversation.effects_outcome import EffectsCause, EffectsOutcome
from petitions.usecases.conversation.read_input import ArrivedEvent, read_event, stored_input
from petitions.usecases.conversation.recovered_twins import is_twin, with_recovered
from petitions.usecases.privacy.begin_erasure import ErasureRequest, begin_erasure
from petitions.usecases.shared.outbox import apply_once, nudge
from petitions.usecases.shared.page_nudges import page_nudges, with_change_counted
from petitions.usecases.shared.petition_changes import changed_fields, nudge_notice, plan_notice

CONSUMER = "intake"
MOST_UNTOLD = 20


@dataclass(frozen=True)
class TakeInput:
    """Applies citizens' events for the function `intake`."""

    store: Store
    publisher: Publisher
    clock: Clock
    id_key: bytes
    effects: ApplyEffects
    silence: timedelta

    def __call__(self, body: bytes, *, recovered: bool = False) -> bool:
        """Apply an event of the topic `zalo-events`. Return False if it was applied before.

        Raise Permanent if it is not an event of a conversation.
        """
        arrived = read_event(body, recovered=recovered)
        who = pseudonym(self.id_key, arrived.user)
        path = citizen_path(who)

        def apply_event(tx: Transaction) -> list[Message]:
            return self._apply(tx, arrived, who)

        return apply_once(
            self.store,
            self.publisher,
            self.clock,
            consumer=CONSUMER,
            key=arrived.key,
            body=apply_event,
            reads=[path],
            likely_new=True,
        )

    def _apply(self, tx: Transaction, arrived: ArrivedEvent, who: str) -> list[Message]:
        now = self.clock.now()
        path = citizen_path(who)
        found = tx.get(path)
        at = arrived.entry.at
        before = Citizen.model_validate(found) if found else Citizen(zalo_id=arrived.user, last_interaction_at=at)
        if is_past(before, arrived.event.event_name, at):
            telemetry.count("event_of_the_erased", event_name=arrived.event.event_name)
            return []
        if found and is_twin(tx, path, before, arrived):
            return []
        present = replace(before, zalo_id=arrived.user)
        if arrived.event.event_name == "user_withdraw":
            request = ErasureRequest("zalo", at, arrived.entry.key, now)
            citizen, messages = begin_erasure(tx, who, present, request, self.effects.texts)
            _write(tx, path, before if found else None, citizen)
            return [*messages, *page_nudges(who, before, citizen)]
        turn = self._turn(tx, present, arrived, who)
        if turn.citizen.conversation.flooding and not before.conversation.flooding:
            telemetry.count("citizen_floods")
        outcome = self.effects(tx, turn, EffectsCause(who, arrived.entry.key, now))
        citizen = outcome.citizen
        if arrived.event.event_name.startswith(("user_", "follow")):
            citizen = replace(citizen, last_interaction_at=max(at, before.last_interaction_at))
        if arrived.recovered:
            citizen = with_recovered(citizen, arrived)
        citizen = with_change_counted(before, citizen)
        _write(tx, path, before if found else None, citizen)
        kept = stored_input(arrived, who, outcome.added_to, now, turn.read)
        tx.create(input_path(who, arrived.entry.key), kept.stored())
        # Now that the citizen has written, waiting notices go out first. Messages of one key arrive in order.
        waited = (
            before.untold[:MOST_UNTOLD] if UpTo(before.last_interaction_at).is_over(citizen.last_interaction_at) else []
        )
        messages = [nudge_notice(item, citizen=who) for item in waited]
        messages += [*reply_notice(tx, outcome, who, arrived.entry.key, now), *outcome.messages]
        messages += page_nudges(who, before, citizen)
        if kept.files:
            messages.append(nudge("attachments", who, {"citizen": who, "input": arrived.entry.key}))
        return messages

    def _turn(self, tx: Transaction, citizen: Citizen, arrived: ArrivedEvent, who: str) -> ConversationTurn:
        name = arrived.event.event_name
        if name == "follow":
            return follow(citizen, arrived.entry, self.effects.guide)
        if name == "unfollow":
            return ConversationTurn(replace(citizen, following=False))
        if name.startswith("oa_send_"):
            return officer_wrote(citizen, arrived.entry, self.silence)
        quoted = _quoted(tx, arrived.quotes, who) if arrived.quotes else None
        entry = replace(arrived.entry, quoted=quoted)
        turn = respond(citizen, entry, self.effects.guide)
        if any(isinstance(effect, FilePetition) for effect in turn.effects) and _is_untold(tx, who):
            return respond(citizen, replace(entry, untold=True), self.effects.guide)
        return turn


def _write(tx: Transaction, path: str, before: Citizen | None, after: Citizen) -> None:
    if before is None:
        tx.create(path, after.stored())
    else:
        tx.update(path, changed_fields(before, after))


def reply_notice(tx: Transaction, outcome: EffectsOutcome, who: str, key: str, now: datetime) -> list[Message]:
    """Return the message that triggers the sending of the reply to an input. Empty if there is no reply."""
    if not outcome.says:
        return []
    reply = Notice(
        id=f"reply-{key}",
        kind=NoticeKind.REPLY,
        channel="zalo",
        citizen=who,
        text=outcome.text,
        form=outcome.form,
        about=About(code=outcome.about, seq=0) if outcome.about else None,
        created_at=now,
    )
    return [plan_notice(tx, reply)]


def _is_untold(tx: Transaction, who: str) -> bool:
    states = [NoticeState.WAITING, NoticeState.UNKNOWN]
    found = tx.find(Query("notices", where=(("citizen", "==", who), ("state", "in", states))))
    notices = [Notice.model_validate(document.data) for document in found]
    mere = (notice for notice in notices if notice.kind is NoticeKind.REPLY and notice.about is None)
    return any(notice.next_attempt_at is not None for notice in mere)


def _quoted(tx: Transaction, message_id: str, who: str) -> str | None:
    query = Query("notices", where=(("message_ids", "array_contains", message_id),), limit=1)
    for document in tx.find(query):
        notice = Notice.model_validate(document.data)
        found = tx.get(petition_path(notice.about.code)) if notice.about and notice.citizen == who else None
        if notice.about and found and found["citizen"] == who:
            return notice.about.code
    return None
