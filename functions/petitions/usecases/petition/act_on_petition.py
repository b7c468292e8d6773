"""An officer's act on a petition: one transition of the lifecycle, with its clocks, notices and history line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.lifecycle.lifecycle import Action, ForbiddenTransition, Transition
from petitions.domain.lifecycle.refusal_reasons import REFUSAL_LABELS, SHORTEST_GUIDANCE, RefusalReason, says_enough
from petitions.domain.lifecycle.reopening_reasons import REOPENING_REASONS, ReopeningReason
from petitions.domain.lifecycle.states import Level
from petitions.domain.notices.kinds import KIND_AFTER
from petitions.domain.officers import policy
from petitions.domain.officers.four_eyes import why_not_approved, why_not_recalled
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.confidentiality import closed_with
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.known_person import why_masked
from petitions.domain.petition.outcomes import AnswerDocument, AnswerOutcome
from petitions.domain.petition.petition import MergedFrom, Petition
from petitions.domain.petition.transfers import NOT_OURS, correction_path, routing_correction, says_not_ours
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE, Directory
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.contact.bring_answer import BringAnswer
from petitions.usecases.contact.handle_contact import close_contests
from petitions.usecases.files.answer_files import answer_files
from petitions.usecases.petition.ask_supplement import why_not_asked
from petitions.usecases.petition.assign_unit import AssignUnit, UnitChoice
from petitions.usecases.petition.classify_petition import ClassifyPetition, change_class, change_level
from petitions.usecases.petition.extend_deadline import extend_answer
from petitions.usecases.petition.merge_petitions import MergePetitions
from petitions.usecases.petition.publish_result import published, unpublished, why_not_yet_published
from petitions.usecases.petition.reopen_petition import reopenings, why_not_closed, why_not_reopened
from petitions.usecases.petition.submit_answer import SubmitAnswer, SubmittedAnswer, require_reason_for_doubts
from petitions.usecases.petition.tell_citizen import WITH_WORDS, TellCitizen
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.petition_changes import (
    NO_SUCH_PETITION,
    Actor,
    Moved,
    changed_fields,
    citizen_in,
    kept_closed,
    move_petition,
    petition_in,
    petition_of,
    plan_notice,
)
from petitions.usecases.shared.timekeeping import Timekeeping
from petitions.usecases.shared.undecided import undecided

MAX_TEXT = 20_000


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
    reopen_for: ReopeningReason | None = None
    classified: GivenClassification | None = None
    outcome: AnswerOutcome | None = None
    document: AnswerDocument | None = None
    asked: str | None = None
    """The mark of another system's request, apart for every other one."""
    sure: bool = False
    """Whether the officer has read the warning: about a unit without staff, or about who will read it then."""


@dataclass(frozen=True)
class _Planned:
    """What a deed does to a petition."""

    step: Transition
    text: str
    main: Petition | None
    after: Petition
    effects: list[str]
    decided: bool
    """Whether it classifies the petition."""


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
    classifying: ClassifyPetition

    def __call__(self, officer: Officer, deed: ActRequest, then: Sequence[ActRequest] = ()) -> Petition:
        """Carry out the deed in one transaction, and return the petition after it.

        Nothing is done if one of `then`, what the officer does next, would be refused on the petition as it is after
        the deed. That ends where the deed takes the petition from them.

        Raise NotFound, Forbidden (not theirs, or not in this state), Conflict (changed since they looked) or Rejected
        (a text is missing), with Vietnamese words for the officer.
        """
        work = partial(self._act, officer=officer, deed=deed, then=then)
        return commit_result(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), work=work)

    def find(self, code: str) -> Petition:
        """Return the petition. Raise NotFound."""
        found = petition_of(self.store, code)
        if found is None:
            raise NotFound(NO_SUCH_PETITION)
        return found

    def was_done(self, officer: Officer, deed: ActRequest) -> bool:
        """Return whether this officer has already done this to the version that they looked at (form sent twice)."""
        found = self.store.get(history_path(deed.code, deed.version + 1)) if find_code(deed.code) == deed.code else None
        done = found and (found.get("actor"), found["action"], found.get("asked"))
        return done == (officer.id, deed.action, deed.asked)

    @property
    def merging(self) -> MergePetitions:
        """Return the use case that merges petitions."""
        return MergePetitions(self.telling)

    @property
    def bringing(self) -> BringAnswer:
        """Return the use case that brings answers to those whom Zalo does not reach."""
        return BringAnswer(self.telling.texts, self.directory, self.timekeeping, self.telling.citizen_url)

    @property
    def assigning(self) -> AssignUnit:
        """Return the use case that gives petitions to units."""
        return AssignUnit(self.directory, self.telling.texts)

    def _act(
        self, tx: Transaction, officer: Officer, deed: ActRequest, then: Sequence[ActRequest]
    ) -> tuple[Petition, list[Message]]:
        petition = petition_in(tx, deed.code)
        if not policy.holds(officer, petition):
            raise Forbidden("Hồ sơ này không thuộc đơn vị của anh/chị.")
        if petition.version != deed.version:
            raise Conflict("Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp.")
        now = self.clock.now()
        planned = self._planned(tx, officer, petition, deed, now)
        step, text, main, timed = planned.step, planned.text, planned.main, planned.after
        later = timed
        for item in then:
            if policy.holds(officer, later):
                later = self._planned(tx, officer, later, item, now).after
        told = self.merging.told(tx, petition, timed, main, step.action, now)
        if step.action in {Action.TAKE_BACK, Action.REASSIGN}:
            told += self.assigning.told(tx, petition, officer.id, text, now)
        said = _said(petition, timed, deed, step, text)
        noted = f"{self.classifying.in_words(timed)}\n{said}".strip() if planned.decided else said
        shown = self.telling.portal_words(petition, timed, step.action, said, main)
        joined = self.merging.filed_on_portal(tx, timed, step.action)
        words = (said, noted, shown)
        moved = self._record(tx, officer, petition, planned, words, deed.asked, now)
        after, messages, closed = moved.petition, moved.messages, {item.code: item for item in moved.family}
        joined = [closed.get(item.code, item) for item in joined]
        if step.action is Action.REOPEN:
            close_contests(tx, officer, petition.code, now)
        if step.action is Action.APPROVE:
            messages += self.bringing(tx, after, now)
        messages += self.bringing.step(tx, after, step.action, said, officer, now)
        messages += self.merging.tell_on_portal(tx, joined, after, step.action, now)
        return after, [*messages, *self.merging.write(tx, officer, after, main, told, now)]

    def _planned(
        self, tx: Transaction, officer: Officer, petition: Petition, deed: ActRequest, now: datetime
    ) -> _Planned:
        """Return what the deed would do to the petition; it only reads."""
        try:
            step = policy.step(officer, petition, deed.action)
        except ForbiddenTransition as error:
            raise Forbidden(str(error)) from error
        text = _words(officer, deed, petition, step)
        main = self.merging.main_of_deed(tx, officer, petition, step.action, text)
        decided = self.classifying(officer, petition, deed.action, deed.classified, deed.level, now, sure=deed.sure)
        updates = {"state": step.to, "came_from": step.came_from, **decided}
        updates |= self._particulars(tx, officer, petition, deed, now)
        timed, effects = self._timed(petition, replace(petition, **updates), step, deed, now)
        if step.action is Action.MERGE and main:
            merged = MergedFrom(at=now, awaited_from=petition.came_from)
            joined: dict[str, Any] = {
                "merged_into": main.code,
                "merged": merged,
                # A page that links to a doubted petition would name it to readers who may know nothing of it.
                "closed_with": sorted({*closed_with(timed, main), *([UNKNOWN_OFFICE] if main.is_doubted else [])}),
            }
            timed = replace(timed, **joined)
        kept = kept_closed(petition, timed, Actor.of(officer), self.directory)
        return _Planned(step, text, main, kept, effects, decided=bool(decided))

    def _timed(
        self, before: Petition, moved: Petition, step: Transition, deed: ActRequest, now: datetime
    ) -> tuple[Petition, list[str]]:
        """Return the petition with its clocks after the step, and what was done to them."""
        if step.action is Action.EXTEND:
            return extend_answer(self.timekeeping, moved, deed.amount, now), [f"extend answer {deed.amount}"]
        if step.action is Action.SET_LEVEL:
            timed, found = change_level(self.timekeeping, moved, deed.level, now)
            return timed, [f"level {before.level} {timed.level}", *(move.effect for move in found)]
        if step.action is Action.CLASSIFY:
            timed, found = change_class(self.timekeeping, before, moved, now)
            return timed, [move.effect for move in found]
        if step.action is Action.UNMERGE and before.merged:
            timed = self.timekeeping.unstopped(moved, before.merged.at, now)
            return timed, [f"unstop {name}" for name, clock in timed.clocks.items() if clock != before.clocks[name]]
        return self.timekeeping.after(moved, step.effects, now), [
            f"{effect.verb} {effect.clock}" for effect in step.effects
        ]

    def _particulars(
        self, tx: Transaction, officer: Officer, petition: Petition, deed: ActRequest, now: datetime
    ) -> dict[str, Any]:
        """Return the fields that the action changes besides state and clocks."""
        match deed.action:
            case Action.ASSIGN | Action.REASSIGN:
                to = UnitChoice(deed.unit or petition.unit, deed.handler, deed.text.strip(), sure=deed.sure)
                return self.assigning.assigned(tx, officer, petition, deed.action, to)
            case Action.TAKE_BACK:
                return self.assigning.taken_back(petition)
            case Action.UNASSIGN:
                return self.assigning.unassigned(tx, officer, petition)
            case Action.SUBMIT_ANSWER:
                given = SubmittedAnswer(
                    deed.text, deed.basis, deed.attachments, deed.no_evidence, deed.outcome, deed.document
                )
                reply = self.answering.reply(tx, officer, petition, given, now)
                return {"reply": reply, "drafted": None, "handler": petition.handler or officer.id}
            case Action.PUBLISH if shut := why_not_yet_published(tx, petition):
                raise Rejected(shut, reason="undecided")
            case Action.PUBLISH:
                said, areas = (deed.summary.strip(), deed.text.strip()), self.directory.place_names
                return {"publication": published(officer, petition, *said, areas, now)}
            case Action.REOPEN:
                return self._reopened(tx, petition, deed, now)
            case Action.CLOSE if shut := why_not_closed(tx, petition):
                raise Rejected(shut, reason="undecided")
            case _:
                return _plain_particulars(officer, petition, deed, now)

    def _reopened(self, tx: Transaction, petition: Petition, deed: ActRequest, now: datetime) -> dict[str, Any]:
        """Return who gets the petition that is opened again: where the reason points. Raise Forbidden or Rejected."""
        waiting = undecided(tx, petition.code)
        if shut := why_not_reopened(petition, reopenings(tx, petition), waiting, self.timekeeping, now):
            raise Forbidden(shut, reason="reopening_over")
        if deed.reopen_for is None:
            raise Rejected("Xin chọn lý do mở lại.", reason="reason_missing")
        to = {"unit": COORDINATORS, "handler": None} if REOPENING_REASONS[deed.reopen_for].to_coordinators else {}
        return {"refused_for": None, "decision": None, **to}

    def _record(
        self,
        tx: Transaction,
        officer: Officer,
        before: Petition,
        planned: _Planned,
        words: tuple[str, str, str | None],
        mark: str | None,
        now: datetime,
    ) -> Moved:
        """Write the step; `words` are for the citizen, for the history, and for the filer on the portal."""
        step, after = planned.step, planned.after
        said, noted, shown = words
        updates = {name: getattr(after, name) for name in type(after).model_fields if name != "version"}
        # The citizen gets the answer itself in a notice; the history keeps only reasons among officers.
        reason = None if step.action in {Action.SUBMIT_ANSWER, Action.PUBLISH} else noted or None
        citizen = citizen_in(tx, before.citizen)
        files = answer_files(tx, after) if citizen and step.action is Action.APPROVE else []
        moved = move_petition(
            tx,
            before,
            updates,
            self.directory,
            action=step.action,
            actor=Actor.of(officer),
            now=now,
            reason=reason,
            told=shown,
            clock_effects=tuple(planned.effects),
            asked=mark,
        )
        petition = moved.petition
        audit_change(tx, self.ids.token(), officer, step.action, now, code=petition.code, seq=petition.version)
        if step.action in {Action.ASSIGN, Action.REASSIGN} and policy.coordinates(officer, before):
            example = routing_correction(petition, officer.id, now)
            if example:
                tx.create(correction_path(example.id), example.stored())
        if citizen is None:
            return moved
        asked = self.telling.remembered(citizen, petition, step.action, now)
        tx.update(citizen_path(petition.citizen), changed_fields(citizen, asked))
        notice = self.telling.notice(before, petition, step.action, said, citizen, now, files, officer.unit)
        return replace(moved, messages=[*moved.messages, plan_notice(tx, notice)]) if notice else moved


def _words(officer: Officer, deed: ActRequest, petition: Petition, step: Transition) -> str:
    """Return the officer's text. Raise Rejected if the action asks for more."""
    text = deed.text.strip()
    if step.row.text and not text:
        raise Rejected(f"Xin nhập: {step.row.text}.", reason="text_missing")
    if len(text) > MAX_TEXT:
        raise Rejected(f"Nội dung dài quá {MAX_TEXT} ký tự.", reason="text_too_long")
    if step.action is Action.REFUSE and deed.why is None:
        raise Rejected("Xin chọn lý do từ chối.", reason="reason_missing")
    if step.action is Action.ASK_SUPPLEMENT and (shut := why_not_asked(petition, step.row, officer.role)):
        raise Forbidden(shut, reason="supplement_limit")
    if step.action in {Action.REFUSE, Action.TRANSFER_OUT} and not says_enough(text):
        words = f"Lời cho người gửi quá ngắn: xin viết ít nhất {SHORTEST_GUIDANCE} ký tự, nói rõ vì sao và cần làm gì."
        raise Rejected(words, reason="text_too_short")
    if KIND_AFTER.get(step.action) in WITH_WORDS and (masked := why_masked(text)):
        raise Rejected(masked, reason="masked")
    if step.action is Action.REFUSE and not policy.coordinates(officer, petition) and says_not_ours(text):
        raise Rejected(NOT_OURS, reason="not_ours")
    return text


def _plain_particulars(officer: Officer, petition: Petition, deed: ActRequest, now: datetime) -> dict[str, Any]:
    """Return the same for actions that need nothing but the petition and the form."""
    match deed.action:
        case Action.APPROVE if petition.reply:
            if own := why_not_approved(officer, petition):
                raise Forbidden(own, reason="own_answer")
            require_reason_for_doubts(petition.reply, deed.text.strip())
            approved: dict[str, Any] = {
                "approved_by": officer.id,
                "approved_instead_of": officer.instead_of,
                "approved_at": now,
            }
            return {"reply": replace(petition.reply, **approved)}
        case Action.RECALL_ANSWER if others := why_not_recalled(officer, petition):
            raise Forbidden(others, reason="others_answer")
        case Action.UNPUBLISH:
            return unpublished(petition)
        case Action.GIVE_BACK:
            # "Not ours": the coordinators hold it until they have found the right unit.
            return {"unit": COORDINATORS, "handler": None}
        case Action.REFUSE | Action.TRANSFER_OUT:
            why = deed.why if deed.action is Action.REFUSE else None
            return {"refused_for": why, "decision": deed.text.strip()}
        case Action.START:
            return {"handler": petition.handler or officer.id}
        case Action.UNMERGE:
            awaited_from = petition.merged.awaited_from if petition.merged else None
            return {"merged": None, "merged_into": None, "came_from": awaited_from}
        case _:
            return {}


def _said(before: Petition, after: Petition, deed: ActRequest, step: Transition, text: str) -> str:
    """Return what the history and the citizen read: the officer's text, after what was chosen beside it."""
    if step.action is Action.SET_LEVEL:
        return f"{LEVEL_LABELS[Level(before.level)]} → {LEVEL_LABELS[Level(after.level)]}: {text}"
    if step.action is Action.REFUSE and deed.why:
        return f"{REFUSAL_LABELS[deed.why]}. {text}"
    if step.action is Action.REOPEN and deed.reopen_for:
        return f"{REOPENING_REASONS[deed.reopen_for].label}: {text}"
    return after.merged_into or text if step.action is Action.MERGE else text
