"""A citizen's event -> a step of the conversation -> perhaps a petition: one transaction, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.citizen import Citizen, Step, citizen_path, input_path
from petitions.domain.conversation import menu
from petitions.domain.identity import pseudonym
from petitions.domain.notice import Notice
from petitions.domain.silence import is_silent, officer_wrote, respond
from petitions.domain.texts import Texts
from petitions.domain.turns import AddTo, Effect, FilePetition, Guide, LookUp, Rate, Say, Turn
from petitions.errors import NeedsHuman
from petitions.ports import Clock, Message, Publisher, Store, Transaction
from petitions.usecases.changes import changed, plan_notice
from petitions.usecases.filing import Filing
from petitions.usecases.inputs import Arrived, input_of, read_event, stored_input
from petitions.usecases.outbox import apply_once, nudge

CONSUMER = "intake"


@dataclass(frozen=True)
class TakeInput:
    """The use case of `intake`."""

    store: Store
    publisher: Publisher
    clock: Clock
    id_key: bytes
    guide: Guide
    texts: Texts
    filing: Filing
    silence: timedelta

    def __call__(self, body: bytes, trace: str | None = None) -> bool:
        """Apply one raw event of `zalo-events`; False if it had been applied before.

        Raises Permanent for what is no event, NeedsHuman for a data subject's withdrawal.
        """
        arrived = read_event(body)
        if arrived.event.event_name == "user_withdraw":
            # Luật 91/2025: to be carried out within 15 days. The operator's runbook says how.
            raise NeedsHuman("a citizen withdraws consent: erase by hand", reason="user_withdraw")
        who = pseudonym(self.id_key, arrived.user)
        path = citizen_path(who)

        def work(tx: Transaction) -> list[Message]:
            return self._apply(tx, arrived, who)

        return apply_once(
            self.store,
            self.publisher,
            self.clock,
            consumer=CONSUMER,
            key=arrived.key,
            work=work,
            reads=[path],
            trace=trace,
        )

    def _apply(self, tx: Transaction, arrived: Arrived, who: str) -> list[Message]:
        now = self.clock.now()
        path = citizen_path(who)
        found = tx.get(path)
        at = arrived.event.timestamp
        before = Citizen.model_validate(found) if found else Citizen(zalo_id=arrived.user, last_interaction_at=at)
        turn = self._turn(before, arrived)
        citizen, says, messages = turn.citizen, [], []
        for effect in turn.effects:
            citizen, text, more = self._effect(tx, citizen, who, effect, now)
            says += [text] if text else []
            messages += more
        if arrived.event.event_name.startswith(("user_", "follow")):
            citizen = citizen.model_copy(update={"last_interaction_at": max(at, before.last_interaction_at)})
        if found:
            tx.update(path, changed(before, citizen))
        else:
            tx.create(path, citizen.stored())
        added_to = next((effect.code for effect in turn.effects if isinstance(effect, AddTo)), None)
        kept = stored_input(arrived, who, added_to, now)
        tx.create(input_path(who, arrived.input_key), kept.stored())
        if kept.files:
            messages.append(nudge("attachments", who, {"citizen": who, "input": arrived.input_key}))
        if says:
            reply = Notice(
                id=f"reply-{arrived.input_key}",
                kind="reply",
                channel="zalo",
                citizen=who,
                text="\n\n".join(says),
                created_at=now,
            )
            messages.append(plan_notice(tx, reply))
        return messages

    def _turn(self, citizen: Citizen, arrived: Arrived) -> Turn:
        """Which events talk, and which are only noted."""
        name = arrived.event.event_name
        if name == "follow":
            followed = citizen.model_copy(update={"following": True})
            # In the middle of a draft the menu's numbers would answer the question in hand.
            quiet = citizen.conversation.step is not Step.IDLE or is_silent(citizen, input_of(arrived))
            return Turn(followed) if quiet else menu(followed)
        if name == "unfollow":
            return Turn(citizen.model_copy(update={"following": False}))
        if name.startswith("oa_send_"):
            return officer_wrote(citizen, input_of(arrived), self.silence)
        return respond(citizen, input_of(arrived), self.guide)

    def _effect(
        self, tx: Transaction, citizen: Citizen, who: str, effect: Effect, now: datetime
    ) -> tuple[Citizen, str | None, list[Message]]:
        """Carry out one effect: the citizen after it, what to say, what to publish."""
        match effect:
            case Say():
                return citizen, self.texts.render(effect.key, **effect.params), []
            case FilePetition():
                petition, message = self.filing.file(tx, who, effect.draft, now)
                talk = citizen.conversation.model_copy(update={"in_hand": petition.code})
                filed = citizen.model_copy(update={"conversation": talk})
                carry = [nudge("attachments", who, {"code": petition.code})] if petition.files else []
                return filed, self.filing.told_filed(petition), [message, *carry]
            case Rate():
                return citizen, None, [self.filing.rate(tx, effect, now)]
            case LookUp():
                return citizen, self.filing.look_up(tx, who, effect), []
            case AddTo():
                text, message = self.filing.add(tx, effect, now)
                return citizen, text, [message]
