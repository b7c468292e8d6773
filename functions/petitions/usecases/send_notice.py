"""Tells a notice: planned -> sending -> the call -> sent | waiting | undeliverable | unknown, and never twice.

The claim and the result are transactions of their own, the call stands between them. Whoever finds a claim whose
lease has lapsed cannot know whether the call was made: the notice is unknown, and evidence decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from petitions import telemetry
from petitions.domain import sending
from petitions.domain.notice import Notice, NoticeState, notice_path
from petitions.domain.officer import officer_path
from petitions.domain.petition import Petition, petition_path
from petitions.domain.refusals import Reaction, reaction_to
from petitions.errors import NotFound
from petitions.ports import Clock, Delivery, Ids, Mailer, Outcome, Reader, Store, Transaction
from petitions.usecases.changes import changed, citizen_in
from petitions.usecases.send_zalo import SendZalo


@dataclass(frozen=True)
class _Step:
    """What a transaction made of a notice; with an address the part in hand is ours to send."""

    before: Notice
    after: Notice
    address: str = ""
    said: str = ""


def _read(reader: Reader, notice_id: str) -> Notice:
    found = reader.get(notice_path(notice_id))
    if found is None:
        raise NotFound(f"there is no notice {notice_id}")
    return Notice.model_validate(found)


def _address(tx: Transaction, notice: Notice) -> str:
    """The Zalo id or the e-mail address; empty when there is none (any more)."""
    if notice.channel == "zalo":
        citizen = citizen_in(tx, notice.citizen or "-")
        return citizen.zalo_id if citizen else ""
    officer = tx.get(officer_path(notice.officer or "-")) or {}
    return str(officer.get("email") or "")


def _is_true(tx: Transaction, notice: Notice) -> bool:
    """Whether a reminder's deadline still is what it says: the clock runs, and its due instant has not moved."""
    about = notice.about
    if notice.kind != "reminder" or about is None or about.clock is None:
        return True
    found = tx.get(petition_path(about.code))
    clock = Petition.model_validate(found).clocks.get(about.clock) if found else None
    return clock is not None and clock.is_running and clock.due_version == about.due_version


@dataclass(frozen=True)
class SendNotice:
    """The use case."""

    store: Store
    clock: Clock
    ids: Ids
    zalo: SendZalo
    mailer: Mailer

    def __call__(self, notice_id: str) -> None:
        """Do what this notice needs now, if anything. Raises NotFound, Retryable."""
        step = self.store.transact(lambda tx: self._begin(tx, notice_id))
        _tell(step)
        while step.address:
            delivery = self._call(step)
            step = self.store.transact(partial(self._record, mine=step, delivery=delivery))
            _tell(step)

    def _begin(self, tx: Transaction, notice_id: str) -> _Step:
        before, now = _read(tx, notice_id), self.clock.now()
        address = ""
        if not sending.may_begin(before, now) and not sending.may_repeat(before, now):
            after = sending.overtaken(before, now)
        elif not _is_true(tx, before):
            after = sending.cancelled(before)
        elif address := _address(tx, before):
            repeated = before.repeated or before.state is NoticeState.UNKNOWN
            after = before.model_copy(update={"repeated": repeated}).sending(self.ids.token(), now)
        else:
            after = sending.refused(before, "no_recipient", now)
        tx.update(notice_path(notice_id), changed(before, after))
        return _Step(before, after, address)

    def _call(self, step: _Step) -> Delivery:
        notice = step.after
        part = sending.part_in_hand(notice)
        if notice.channel == "zalo":
            return self.zalo(step.address, part)
        return self.mailer.send(notice.id, step.address, notice.subject or "", part)

    def _record(self, tx: Transaction, *, mine: _Step, delivery: Delivery) -> _Step:
        """Write the result if the attempt is still ours, and claim the next part of a long text at once."""
        before, now = _read(tx, mine.after.id), self.clock.now()
        if before.attempt is None or mine.after.attempt is None or before.attempt.id != mine.after.attempt.id:
            return _Step(before, before)
        after = before
        if before.state in {NoticeState.SENDING, NoticeState.UNKNOWN}:  # else an echo was faster
            if delivery.outcome is Outcome.OK:
                after = sending.part_out(before, delivery.message_id, now)
            elif delivery.outcome is Outcome.REFUSED:
                after = sending.refused(before, delivery.error, now)
            else:
                after = sending.unknown(before, delivery.error)
        address = ""
        if sending.may_begin(after, now):
            address, after = mine.address, after.sending(self.ids.token(), now)
        tx.update(notice_path(after.id), changed(before, after))
        return _Step(before, after, address, delivery.said)


def _tell(step: _Step) -> None:
    """One line or count for the operators; ids and codes only."""
    before, after = step.before, step.after
    labels: dict[str, Any] = {"notice": after.id, "kind": after.kind, "channel": after.channel, "error": after.error}
    if after.repeated and not before.repeated:
        telemetry.log("WARNING", "an answer is sent once more", metric="notice_repeated", **labels)
    if after.state is before.state and after.attempt == before.attempt:
        if before.next_attempt_at and not after.next_attempt_at:
            telemetry.log("WARNING", "a sending stays unknown", metric="notice_stays_unknown", **labels)
        return
    if after.state is NoticeState.SENDING:
        return
    severity = "INFO"
    if after.state is NoticeState.UNKNOWN:
        severity = "WARNING"
    elif after.state in {NoticeState.WAITING, NoticeState.UNDELIVERABLE} and after.error:
        reaction = reaction_to(after.error)
        grave = {Reaction.HUMAN: "CRITICAL", Reaction.NEW_TOKEN: "CRITICAL", Reaction.BUG: "ERROR"}
        severity = grave.get(reaction, "INFO")
    telemetry.log(severity, "notice", metric=f"notice_{after.state}", said=step.said or None, **labels)
