"""The sending of a notice, never twice: planned -> sending -> the call -> sent, waiting, undeliverable or unknown.

The claim of the notice and the result are separate transactions, with the call between them. If a worker disappears,
its claim expires and nobody knows whether it made the call. The notice is then unknown until evidence decides. A
message that was certainly not sent is tried again, any number of times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from petitions import telemetry
from petitions.domain.language.texts import Texts
from petitions.domain.notices import sending
from petitions.domain.notices.channels import CHATS, AccountTerms, Route
from petitions.domain.notices.delivery_errors import Reaction, reaction_to, severity
from petitions.domain.notices.notice import CALL_WITHIN, Notice, NoticeState, notice_path
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import replace
from petitions.errors import PetitionError, Retryable
from petitions.ports.mail import Mailer
from petitions.ports.store import Document, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.ports.zalo import Delivery, ZaloMessages
from petitions.usecases.notices.find_evidence import Evidence, FindEvidence
from petitions.usecases.notices.paid_messages import count_paid
from petitions.usecases.notices.prepare_notice import (
    PreparedNotice,
    PrepareNotice,
    concerns_citizen,
    read_besides,
    read_notice,
    write_notice,
)
from petitions.usecases.notices.send_part import SendPart
from petitions.usecases.notices.sent_messages import SentMessages
from petitions.usecases.shared.petition_changes import changed_fields

NOTHING: Mapping[str, Any] = {}
_NEXT_CHANNEL = {Reaction.WINDOW, Reaction.OTHER_CHANNEL}


@dataclass(frozen=True)
class SendNotice:
    """Sends notices to citizens and officers."""

    store: Store
    clock: Clock
    ids: Ids
    part: SendPart
    mailer: Mailer
    prepare: PrepareNotice
    evidence: FindEvidence
    desk_url: str
    texts: Callable[[], Texts]
    """A function that returns the texts in force. Only an e-mail that is repeated needs them."""
    sent: SentMessages = field(default_factory=SentMessages)

    def __call__(self, notice_id: str, data: Mapping[str, Any] = NOTHING) -> None:
        """Do the next step of the notice, if there is one. Raise NotFound or Retryable.

        `data` is the message about the notice, or the known part of the notice. It names the documents to read with
        the notice.
        """
        besides = read_besides(data)
        step = self._begin(notice_id, besides)
        if sending.awaits_evidence(step.after, self.clock.now()) and not self.prepare.switch.paused():
            step = self._begin(notice_id, besides, self.evidence(step.after, step.reach.user_id))
            if step.after.state is NoticeState.WAITING:  # the parts after one that was sent
                step = self._begin(notice_id, besides)
        while step.claimed:
            delivery = self._call(step)
            _tell_refused(step.after, delivery)
            count_paid(step.after, delivery)
            step = self._record(step, delivery)
            _tell(step)
            if not step.claimed and _goes_elsewhere(step):
                step = self._begin(notice_id, besides)

    def _begin(self, notice_id: str, besides: Sequence[str], evidence: Evidence | None = None) -> PreparedNotice:
        attempt = self.ids.token()
        step = self._surely(lambda tx: self.prepare(tx, notice_id, attempt, besides=besides, evidence=evidence))
        _tell(step)
        return step

    def _surely(self, decide: Callable[[Transaction], PreparedNotice]) -> PreparedNotice:
        """Commit the decision and return it. If the outcome of the commit is unknown, commit once more.

        If the first commit was applied, the attempt's id shows it. Otherwise a claim without an owner could remain,
        which would delay the citizen's messages.
        """

        def with_transaction(tx: Transaction) -> tuple[PreparedNotice, Transaction]:
            return decide(tx), tx

        try:
            step, tx = self.store.transact(with_transaction)
        except Retryable:
            step, tx = self.store.transact(with_transaction)
        return replace(step, version=tx.written(notice_path(step.after.id)))

    @property
    def _terms(self) -> AccountTerms:
        return self.prepare.terms

    def _call(self, step: PreparedNotice) -> Delivery:
        notice, reach = step.after, step.reach
        until = (notice.attempt.started_at if notice.attempt else self.clock.now()) + CALL_WITHIN
        if notice.route == Route.EMAIL:
            try:
                subject, text = self._mail(notice)
            except (KeyError, PetitionError):
                return Delivery(Outcome.REFUSED, error="texts")
            return self.mailer.send(notice.id, reach.email, subject, text)
        if notice.route == Route.PROFILE:
            return self.part.zalo(lambda messages, token: messages.delete_profile(token, reach.user_id), until)
        if notice.route in CHATS:
            return self.part(sending.part_in_hand(notice), reach.user_id, until)
        template = self._terms.templates[notice.kind]
        data = template.filled(notice.template or {}, notice.about.code if notice.about else "", self._terms.link)

        def by_template(messages: ZaloMessages, token: str) -> Delivery:
            if notice.route == Route.BY_USER:
                return messages.send_template(token, reach.user_id, template.id, data)
            return messages.send_template_by_phone(token, reach.phone, template.id, data, notice.id)

        return self.part.zalo(by_template, until)

    def _mail(self, notice: Notice) -> tuple[str, str]:
        """Return subject and text of a mail. If it may have arrived already, both say so.

        Raise KeyError or PetitionError if the texts in force lack these words or cannot be read.
        """
        subject, text = notice.subject or "", str(sending.part_in_hand(notice))
        if notice.page:
            text = f"{text}\n\n{self.desk_url}{notice.page}"
        if not notice.repeated:
            return subject, text
        texts = self.texts()
        return texts.render("mail_again_subject", what=subject), f"{texts.render('mail_again')}\n\n{text}"

    def _record(self, mine: PreparedNotice, delivery: Delivery) -> PreparedNotice:
        following = self.ids.token()
        step = self._after(mine.after, mine, delivery, following)
        if mine.version and not concerns_citizen(step.before, step.after) and not self._has_twin(step):
            claimed = Document(step.after.id, {}, mine.version)
            with suppress(Retryable):
                for done in self.store.update_unchanged(
                    "notices", [(claimed, changed_fields(step.before, step.after))]
                ):
                    if delivery.message_id:
                        self.sent.add(delivery.message_id)
                    return replace(step, version=done.version)
        return self._surely(partial(self._recorded, mine=mine, delivery=delivery, following=following))

    def _recorded(self, tx: Transaction, *, mine: PreparedNotice, delivery: Delivery, following: str) -> PreparedNotice:
        before = read_notice(tx, mine.after.id)
        if before.state is NoticeState.SENDING and before.attempt and before.attempt.id == following:
            return PreparedNotice(before, before, claimed=True, reach=mine.reach)
        if before.attempt is None or mine.after.attempt is None or before.attempt.id != mine.after.attempt.id:
            return PreparedNotice(before, before)
        step = self._after(before, mine, delivery, following)
        write_notice(tx, before, step.after)
        if self._has_twin(step):
            self._also_by_template(tx, step.after)
        return step

    def _after(self, before: Notice, mine: PreparedNotice, delivery: Delivery, following: str) -> PreparedNotice:
        after, now = before, self.clock.now()
        if before.state in {NoticeState.SENDING, NoticeState.UNKNOWN}:  # otherwise an echo was faster
            if delivery.outcome is Outcome.OK:
                after = sending.part_out(before, delivery.message_id, now)
            elif delivery.outcome is Outcome.REFUSED:
                after = sending.refused(before, delivery.error, now)
            else:
                after = sending.unknown(before, delivery.error)
        prompt = before.attempt is not None and now <= before.attempt.lease_until  # else sending may be paused by now
        claimed = prompt and sending.may_begin(after, now) and after.error is None
        if claimed:
            after = after.sending(following, now)
        return PreparedNotice(before, after, claimed, mine.reach, delivery.description)

    def _has_twin(self, step: PreparedNotice) -> bool:
        after = step.after
        out = after.state is NoticeState.SENT and step.before.state is not NoticeState.SENT
        known = after.template is not None and after.kind in self._terms.templates
        return out and after.channel == "email" and known

    def _also_by_template(self, tx: Transaction, notice: Notice) -> None:
        fresh = {"id": f"{notice.id}-zalo", "channel": "zalo", "state": NoticeState.WAITING}
        twin = Notice.model_validate(notice.stored() | fresh | {"next_attempt_at": self.clock.now()})
        blank: dict[str, Any] = dict.fromkeys(("attempt", "sent_at", "route")) | {
            "message_ids": [],
            "reasons": {},
            "repeated": False,
        }
        tx.create(notice_path(twin.id), replace(twin, **blank).stored())


def _goes_elsewhere(step: PreparedNotice) -> bool:
    after = step.after
    refused = after.error is not None and reaction_to(after.error) in _NEXT_CHANNEL
    return refused and after.state is NoticeState.WAITING


def _tell_refused(notice: Notice, delivery: Delivery) -> None:
    if delivery.outcome is Outcome.REFUSED and notice.route in CHATS:
        part = sending.part_in_hand(notice)
        if not isinstance(part, str):
            telemetry.log(
                "WARNING",
                "an enclosure was refused",
                metric="enclosure_refused",
                notice=notice.id,
                part=type(part).__name__,
                error=delivery.error,
                description=delivery.description or None,
            )


def _tell(step: PreparedNotice) -> None:
    before, after = step.before, step.after
    labels: dict[str, Any] = {"notice": after.id, "kind": after.kind, "channel": after.channel, "error": after.error}
    labels["route"] = after.route
    if after.repeated and not before.repeated:
        telemetry.log("WARNING", "a notice is sent once more", metric="notice_repeated", **labels)
    if after.state is before.state and after.attempt == before.attempt:
        if before.next_attempt_at and not after.next_attempt_at:
            telemetry.log("WARNING", "a sending stays unknown", metric="notice_stays_unknown", **labels)
        return
    if after.state is NoticeState.SENDING:
        return
    level = "WARNING" if after.state is NoticeState.UNKNOWN else "INFO"
    if after.state in {NoticeState.WAITING, NoticeState.UNDELIVERABLE} and after.error:
        tries = after.attempt.number if after.attempt else 1
        level = severity(after.error, tries, in_chat=after.route in CHATS)
    telemetry.log(level, "notice", metric=f"notice_{after.state}", description=step.description or None, **labels)
