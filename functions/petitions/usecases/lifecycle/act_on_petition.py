"""An officer's action on a petition: one transition of the lifecycle, with its clocks, notices and history line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.lifecycle.lifecycle import ForbiddenTransition
from petitions.domain.officers import policy
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.known_person import why_masks_refused
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.contact.bring_answer import BringAnswer
from petitions.usecases.lifecycle.assign_unit import AssignUnit
from petitions.usecases.lifecycle.classify_petition import ClassifyPetition
from petitions.usecases.lifecycle.command import Command, Services, Situation
from petitions.usecases.lifecycle.merge_petitions import MergePetitions
from petitions.usecases.lifecycle.submit_answer import SubmitAnswer
from petitions.usecases.petition.draft_answer import MAX_TEXT
from petitions.usecases.petition.tell_citizen import QUOTED, TellCitizen
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.petition_changes import (
    NO_SUCH_PETITION,
    Actor,
    Change,
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


@dataclass(frozen=True)
class _Planned:
    at: Situation
    after: Petition
    effects: list[str]
    """The effects on the clocks, as stored in the history ("stop reception")."""
    classified: bool
    """Whether the command classifies the petition."""


@dataclass(frozen=True)
class ActOnPetition:
    """Carries out officers' commands on petitions."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    directory: Directory
    timekeeping: Timekeeping
    telling: TellCitizen
    answering: SubmitAnswer
    classifying: ClassifyPetition

    def __call__(self, officer: Officer, command: Command, then: Sequence[Command] = ()) -> Petition:
        """Carry out the command in one transaction, and return the changed petition.

        `then` are the commands that the officer will send next. If one of them would be refused on the changed
        petition, nothing is done. Commands that follow one by which the officer loses the petition are not checked.

        Raise NotFound, Forbidden (not the officer's petition, or not possible in its state), Conflict (changed since
        the officer saw it) or Rejected (such as a missing text), with a Vietnamese message for the officer.
        """
        run = partial(self._act, officer=officer, command=command, then=then)
        return commit_result(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), body=run)

    def find(self, code: str) -> Petition:
        """Return the petition with this code. Raise NotFound."""
        found = petition_of(self.store, code)
        if found is None:
            raise NotFound(NO_SUCH_PETITION)
        return found

    def was_done(self, officer: Officer, command: Command) -> bool:
        """Return whether the officer has already run this command on the same version, as by sending a form twice."""
        known = find_code(command.code) == command.code
        found = self.store.get(history_path(command.code, command.version + 1)) if known else None
        done = found and (found.get("actor"), found["action"], found.get("asked"))
        return done == (officer.id, command.action, command.asked)

    @cached_property
    def services(self) -> Services:
        """Return the rules and texts that all commands share."""
        return Services(
            self.directory,
            self.timekeeping,
            self.telling,
            self.answering,
            self.classifying,
            AssignUnit(self.directory, self.telling.texts),
            MergePetitions(self.telling),
            BringAnswer(self.telling.texts, self.directory, self.timekeeping, self.telling.citizen_url),
        )

    def _act(
        self, tx: Transaction, officer: Officer, command: Command, then: Sequence[Command]
    ) -> tuple[Petition, list[Message]]:
        petition = petition_in(tx, command.code)
        if not policy.holds(officer, petition):
            raise Forbidden("Hồ sơ này không thuộc đơn vị của anh/chị.")
        if petition.version != command.version:
            raise Conflict("Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp.")
        now = self.clock.now()
        planned = self._planned(tx, officer, petition, command, now)
        later = planned.after
        for further in then:
            if policy.holds(officer, later):
                later = self._planned(tx, officer, later, further, now).after
        at, notices = planned.at, command.notices(planned.at, planned.after)
        words = command.words(at, planned.after)
        moved = self._record(command, planned, words)
        messages = [
            *moved.messages,
            *command.finish(at, moved),
            *at.services.bringing.step(tx, moved.petition, command.action, words, officer, now),
        ]
        return moved.petition, [*messages, *(plan_notice(tx, notice) for notice in notices)]

    def _planned(
        self, tx: Transaction, officer: Officer, petition: Petition, command: Command, now: datetime
    ) -> _Planned:
        try:
            step = policy.step(officer, petition, command.action)
        except ForbiddenTransition as error:
            raise Forbidden(str(error)) from error
        at = Situation(tx, officer, petition, step, now, self.services)
        _require_text(command, at)
        command.check(at)
        at = replace(at, main=command.main(at))
        classification = command.classification(at)
        updates = {"state": step.to, "came_from": step.came_from, **classification, **command.changes(at)}
        timed, effects = command.timed(at, replace(petition, **updates))
        kept = kept_closed(petition, timed, Actor.of(officer), self.directory)
        return _Planned(at, kept, effects, classified=bool(classification))

    def _record(self, command: Command, planned: _Planned, words: str) -> Moved:
        at, after = planned.at, planned.after
        tx, before, now = at.tx, at.petition, at.now
        updates = {name: getattr(after, name) for name in type(after).model_fields if name != "version"}
        noted = f"{self.classifying.in_words(after)}\n{words}".strip() if planned.classified else words
        shown = command.portal_words(at, after, words)
        citizen = citizen_in(tx, before.citizen)
        files = command.files(at, after) if citizen else []
        moved = move_petition(
            tx,
            before,
            updates,
            self.directory,
            Change(
                command.action,
                Actor.of(at.officer),
                now,
                reason=(noted or None) if command.keeps_text else None,
                filer_text=shown,
                clock_effects=tuple(planned.effects),
                asked=command.asked,
            ),
        )
        petition = moved.petition
        audit_change(tx, self.ids.token(), at.officer, command.action, now, code=petition.code, seq=petition.version)
        if citizen is None:
            return moved
        asked = self.telling.remembered(citizen, petition, command.action, now)
        tx.update(citizen_path(petition.citizen), changed_fields(citizen, asked))
        notice = self.telling.notice(before, petition, command.action, words, citizen, now, files, at.officer.unit)
        return replace(moved, messages=[*moved.messages, plan_notice(tx, notice)]) if notice else moved


def _require_text(command: Command, at: Situation) -> None:
    """Raise Rejected if a required text is missing or too long, or if it has masks where the filer reads it.

    A mask, such as “[đã ẩn]”, was copied from a text that hides a person's data. Such data themselves may be written.
    """
    text = command.text.strip()
    if at.step.row.text and not text:
        raise Rejected(f"Xin nhập: {at.step.row.text}.", reason="text_missing")
    if len(text) > MAX_TEXT:
        raise Rejected(f"Nội dung dài quá {MAX_TEXT} ký tự.", reason="text_too_long")
    if command.action in QUOTED and (masked := why_masks_refused(text)):
        raise Rejected(masked, reason="masked")
