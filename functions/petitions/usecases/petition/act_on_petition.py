"""An officer's act on a petition: one transition of the lifecycle, with its clocks, notices and history line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.lifecycle.lifecycle import Action, ForbiddenTransition, Role, Transition
from petitions.domain.lifecycle.refusal_reasons import REFUSAL_LABELS, RefusalReason
from petitions.domain.lifecycle.states import Level
from petitions.domain.officers import policy
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition, Publication, history_path, petition_path
from petitions.domain.petition.transfers import (
    comes_round,
    correction_path,
    routing_correction,
    says_not_ours,
    units_that_held,
)
from petitions.domain.publishing.publication import tells_who
from petitions.domain.units.directory import COORDINATORS, Directory
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.petition.answer_files import answer_files
from petitions.usecases.petition.change_level import change_level
from petitions.usecases.petition.extend_deadline import extend_answer
from petitions.usecases.petition.merge_petitions import MergePetitions
from petitions.usecases.petition.reopen_petition import reopenings, why_not_reopened
from petitions.usecases.petition.submit_answer import SubmitAnswer, SubmittedAnswer, require_reason_for_doubts
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import (
    Actor,
    change_petition,
    changed_fields,
    citizen_in,
    petition_in,
    plan_notice,
)
from petitions.usecases.shared.timekeeping import Timekeeping

MAX_TEXT = 20_000
NOT_OURS = (
    "Không thuộc đơn vị mình không phải lý do từ chối: xin trả lại điều phối kèm lý do, "
    "hoặc chuyển cơ quan có thẩm quyền."
)


@dataclass(frozen=True)
class ActRequest:
    """An officer's request to act on a petition."""

    code: str
    action: Action
    version: int
    """The version of the petition that the officer looked at."""
    text: str = ""
    unit: str | None = None
    handler: str | None = None
    amount: int | None = None
    level: str | None = None
    why: RefusalReason | None = None
    summary: str = ""
    basis: str = ""
    attachments: tuple[str, ...] = ()
    no_evidence: str = ""


@dataclass(frozen=True)
class ActOnPetition:
    """The use case of the desk."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    directory: Directory
    timekeeping: Timekeeping
    telling: TellCitizen
    answering: SubmitAnswer

    def __call__(self, officer: Officer, deed: ActRequest) -> Petition:
        """Carry out the deed in one transaction, and return the petition after it.

        Raise NotFound, Forbidden (not theirs, or not in this state), Conflict (changed since they looked) or Rejected
        (a text is missing), with Vietnamese words for the officer.
        """
        after: list[Petition] = []

        def work(tx: Transaction) -> list[Message]:
            petition, messages = self._act(tx, officer, deed)
            after[:] = [petition]
            return messages

        commit(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), work=work)
        return after[0]

    def find(self, code: str) -> Petition:
        """Return the petition. Raise NotFound."""
        found = self.store.get(petition_path(code)) if find_code(code) == code else None
        if found is None:
            raise NotFound("Không có hồ sơ này.")
        return Petition.model_validate(found)

    def was_done(self, officer: Officer, deed: ActRequest) -> bool:
        """Return whether this officer has already done this to the version that they looked at (form sent twice)."""
        found = self.store.get(history_path(deed.code, deed.version + 1)) if find_code(deed.code) == deed.code else None
        return found is not None and (found.get("actor"), found["action"]) == (officer.id, deed.action)

    @property
    def merging(self) -> MergePetitions:
        """Return the use case that merges petitions."""
        return MergePetitions(self.telling)

    def _act(self, tx: Transaction, officer: Officer, deed: ActRequest) -> tuple[Petition, list[Message]]:
        petition = petition_in(tx, deed.code)
        if not policy.holds(officer, petition):
            raise Forbidden("Hồ sơ này không thuộc đơn vị của anh/chị.")
        if petition.version != deed.version:
            raise Conflict("Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp.")
        now = self.clock.now()
        try:
            step = policy.step(officer, petition, deed.action)
        except ForbiddenTransition as error:
            raise Forbidden(str(error)) from error
        text = _words(officer, deed, step)
        main = self.merging.main_for(tx, petition, text) if step.action is Action.MERGE else None
        updates = {"state": step.to, "came_from": step.came_from, **self._particulars(tx, officer, petition, deed, now)}
        moved = petition.model_copy(update=updates)
        if step.action is Action.EXTEND:
            timed, effects = extend_answer(self.timekeeping, moved, deed.amount, now), [f"extend answer {deed.amount}"]
        elif step.action is Action.SET_LEVEL:
            timed, found = change_level(self.timekeeping, moved, deed.level, now)
            effects = [f"level {petition.level} {timed.level}", *(move.effect for move in found)]
            text = f"{LEVEL_LABELS[Level(petition.level)]} → {LEVEL_LABELS[Level(timed.level)]}: {text}"
        else:
            timed = self.timekeeping.after(moved, step.row.effects, now)
            effects = [f"{effect.verb} {effect.clock}" for effect in step.row.effects]
        if deed.why and step.action is Action.REFUSE:
            text = f"{REFUSAL_LABELS[deed.why]}. {text}"
        if main:
            timed, text = timed.model_copy(update={"merged_into": main.code}), main.code
        told = self.merging.also_told(tx, timed, step.action, now)
        merged = self.merging.told(tx, petition, main, now) if main else []
        after, messages = self._record(tx, officer, petition, timed, step, text, effects, now)
        return after, [*messages, *self.merging.write(tx, officer, petition, main, [*told, *merged], now)]

    def _particulars(  # noqa: PLR0911 - one line per action
        self, tx: Transaction, officer: Officer, petition: Petition, deed: ActRequest, now: datetime
    ) -> dict[str, Any]:
        """Return the fields that the action changes besides state and clocks."""
        if deed.action is Action.ASSIGN:
            return self._assignment(tx, officer, petition, deed)
        if deed.action is Action.SUBMIT_ANSWER:
            given = SubmittedAnswer(deed.text, deed.basis, deed.attachments, deed.no_evidence)
            reply = self.answering.reply(tx, officer, petition, given, now)
            return {"reply": reply, "drafted": None, "handler": petition.handler or officer.id}
        if deed.action is Action.APPROVE and petition.reply:
            require_reason_for_doubts(petition.reply, deed.text.strip())
            return {"reply": petition.reply.model_copy(update={"approved_by": officer.id, "approved_at": now})}
        if deed.action is Action.PUBLISH:
            return {"publication": _published(officer, petition, deed, now)}
        if deed.action is Action.GIVE_BACK:
            # "Not ours": the coordinators hold it until they have found the right unit.
            return {"unit": COORDINATORS, "handler": None}
        if deed.action is Action.REOPEN and (
            shut := why_not_reopened(petition, reopenings(tx, petition), self.timekeeping, now)
        ):
            raise Forbidden(shut, reason="reopening_over")
        if deed.action in {Action.REFUSE, Action.REOPEN}:
            refused = deed.action is Action.REFUSE
            return {"refused_for": deed.why if refused else None, "decision": deed.text.strip() if refused else None}
        if deed.action is Action.TRANSFER_OUT:
            return {"decision": deed.text.strip()}
        if deed.action is Action.START:
            return {"handler": petition.handler or officer.id}
        return {}

    def _assignment(self, tx: Transaction, officer: Officer, petition: Petition, deed: ActRequest) -> dict[str, Any]:
        unit = deed.unit or petition.unit
        if unit != petition.unit and officer.role is not Role.COORDINATOR:
            raise Forbidden("Chỉ cán bộ điều phối được chuyển hồ sơ sang đơn vị khác.")
        if self.directory.unit(unit) is None and self.directory.ward(unit) is None:
            raise Rejected("Không có đơn vị này trong danh mục.", reason="unit_unknown")
        if comes_round(petition, unit, self.directory) and not deed.text.strip():
            raise Rejected("Đơn vị này đã từng giữ hồ sơ: xin nêu lý do giao lại.", reason="text_missing")
        particulars = {"unit": unit, "handler": deed.handler, "held_by": units_that_held(petition, unit)}
        if deed.handler is None:
            return particulars
        found = tx.get(officer_path(deed.handler))
        if found is None or "left_at" in found or Officer.model_validate(found).unit != unit:
            raise Rejected("Người được phân công không thuộc đơn vị này.", reason="handler_unknown")
        return particulars

    def _record(
        self,
        tx: Transaction,
        officer: Officer,
        before: Petition,
        after: Petition,
        step: Transition,
        text: str,
        effects: list[str],
        now: datetime,
    ) -> tuple[Petition, list[Message]]:
        updates = {name: getattr(after, name) for name in type(after).model_fields if name != "version"}
        # The citizen gets the answer itself in a notice; the history keeps only reasons among officers.
        reason = None if step.action in {Action.SUBMIT_ANSWER, Action.PUBLISH} else text or None
        citizen = citizen_in(tx, before.citizen)
        files = answer_files(tx, after) if citizen and step.action is Action.APPROVE else []
        petition, nudge = change_petition(
            tx,
            before,
            updates,
            action=step.action,
            actor=Actor(officer.role, officer.id),
            now=now,
            reason=reason,
            clock_effects=tuple(effects),
        )
        audit_change(tx, self.ids.token(), officer, step.action, now, code=petition.code, seq=petition.version)
        if step.action is Action.ASSIGN and officer.role is Role.COORDINATOR:
            example = routing_correction(petition, officer.id, now)
            if example:
                tx.create(correction_path(example.id), example.stored())
        if citizen is None:
            return petition, [nudge]
        asked = self.telling.remembered(citizen, petition, step.action, now)
        tx.update(citizen_path(petition.citizen), changed_fields(citizen, asked))
        notice = self.telling.notice(before, petition, step.action, text, citizen, now, files)
        return petition, [nudge, plan_notice(tx, notice)] if notice else [nudge]


def _words(officer: Officer, deed: ActRequest, step: Transition) -> str:
    """Return the officer's text. Raise Rejected if the action asks for more."""
    text = deed.text.strip()
    if step.row.text and not text:
        raise Rejected(f"Xin nhập: {step.row.text}.", reason="text_missing")
    if len(text) > MAX_TEXT:
        raise Rejected(f"Nội dung dài quá {MAX_TEXT} ký tự.", reason="text_too_long")
    if step.action is Action.REFUSE and deed.why is None:
        raise Rejected("Xin chọn lý do từ chối.", reason="reason_missing")
    if step.action is Action.REFUSE and officer.role is not Role.COORDINATOR and says_not_ours(text):
        raise Rejected(NOT_OURS, reason="not_ours")
    return text


def _published(officer: Officer, petition: Petition, deed: ActRequest, now: datetime) -> Publication:
    """Return the publication with the words that the officer approved.

    Raise Rejected if they tell who filed it; nothing is masked without the officer's knowledge.
    """
    summary, answer = deed.summary.strip(), deed.text.strip()
    if not summary or not answer:
        raise Rejected("Xin nhập tóm tắt và câu trả lời sẽ công khai.", reason="text_missing")
    for name, text in (("Tóm tắt", summary), ("Câu trả lời", answer)):
        if tells_who(text, petition):
            words = f"{name} còn tên, địa chỉ hoặc số của cá nhân. Xin bỏ hoặc thay bằng dấu trong ngoặc vuông."
            raise Rejected(words, reason="tells_who")
    return Publication(summary=summary, answer=answer, by=officer.id, at=now)
