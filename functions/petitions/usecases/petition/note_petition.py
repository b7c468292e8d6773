"""Entries of officers in the history that change no state: a note, a call, a request to another unit for help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from petitions.domain.language.redaction import masked
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, gives_opinion, may, may_see
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.on_hand import leaders_of
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.petition_changes import (
    NO_SUCH_PETITION,
    Actor,
    Change,
    move_petition,
    petition_in,
    plan_notice,
)

LONGEST_NOTE = 4000
SAME_NOTE_WITHIN = timedelta(minutes=1)
NEWEST_NOTES = 20
"""The number of last history lines searched for an equal line, to recognise a form that was sent twice."""


class NoteKind(StrEnum):
    """The kinds of entries, with their actions in the history."""

    NOTE = RecordedAction.NOTED
    CALL = RecordedAction.CALLED
    COORDINATE = RecordedAction.COORDINATED


@dataclass(frozen=True)
class NotePetition:
    """Records notes, calls and requests for help."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    directory: Directory
    staff: Staff
    mail: OfficerMail

    def __call__(self, officer: Officer, code: str, kind: NoteKind, text: str, unit: str | None = None) -> Petition:
        """Append an entry to the history, with personal numbers masked. Raise NotFound or Rejected, in Vietnamese.

        COORDINATE is a request for help: `unit` can then see the petition and write entries, its leaders get an e-mail,
        and the petition shows that its opinion is awaited. Raise Forbidden if the officer's unit does not hold the
        petition. A note by an officer of a helping unit is recorded as its opinion.

        Two officers who write at once get separate lines. The same form sent twice gives one line.
        """
        words = text.strip()
        if not 1 <= len(words) <= LONGEST_NOTE:
            raise Rejected(f"Xin nhập nội dung, tối đa {LONGEST_NOTE} ký tự.", reason="text_missing")

        def write(tx: Transaction) -> tuple[Petition, list[Message]]:
            petition = petition_in(tx, code)
            if not may(officer, Permission.NOTE, petition):
                raise NotFound(NO_SUCH_PETITION)
            if kind is NoteKind.COORDINATE and not may(officer, Permission.INVITE, petition):
                raise Forbidden("Chỉ đơn vị đang giữ hồ sơ đề nghị đơn vị khác phối hợp.", reason="not_holder")
            now, entry = self.clock.now(), masked(words)
            updates = {"help_awaited": [item for item in petition.help_awaited if item != officer.unit]}
            if kind is NoteKind.COORDINATE:
                helping = self._helping(petition, unit)
                awaited = [item for item in petition.help_awaited if item != helping[-1]]
                updates = {"coordinating": helping, "help_awaited": [*awaited, helping[-1]]}
                entry = f"{self.directory.name_of(helping[-1])}: {entry}"
            helps = kind is NoteKind.NOTE and gives_opinion(officer, petition)
            action = RecordedAction.OPINION if helps else RecordedAction(kind)
            if _is_there(tx, petition, officer, action, entry, now):
                return petition, []
            asked = leaders_of(tx, helping[-1], hanoi(now).date()) if kind is NoteKind.COORDINATE else []
            moved = move_petition(
                tx, petition, updates, self.directory, Change(action, Actor.of(officer), now, reason=entry)
            )
            audit_change(tx, self.ids.token(), officer, action, now, code=code, seq=moved.petition.version)
            invited = [person for person in asked if may_see(person, moved.petition)]
            letters = [self.mail.help_asked(moved.petition, person, self.staff, now) for person in invited]
            return moved.petition, [*moved.messages, *(plan_notice(tx, letter) for letter in letters)]

        return commit_result(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), body=write)

    def _helping(self, petition: Petition, unit: str | None) -> list[str]:
        known = unit is not None and (self.directory.unit(unit) or self.directory.ward(unit))
        if not unit or not known or unit == petition.unit:
            raise Rejected("Xin chọn một đơn vị khác để phối hợp.", reason="unit_unknown")
        if ClockName.ANSWER not in petition.clocks:  # it was never accepted
            raise Rejected("Xin tiếp nhận và phân loại trước khi đề nghị phối hợp.", reason="not_classified")
        return [*(item for item in petition.coordinating if item != unit), unit]


def _is_there(
    tx: Transaction, petition: Petition, officer: Officer, action: RecordedAction, text: str, now: datetime
) -> bool:
    last = [
        history_path(petition.code, seq) for seq in range(max(1, petition.version - NEWEST_NOTES), petition.version + 1)
    ]
    lines = [HistoryEntry.model_validate(found) for found in tx.get_all(last) if found]
    return any(
        (line.actor, line.action, line.reason) == (officer.id, action, text)
        and now in Until(line.at + SAME_NOTE_WITHIN)
        for line in lines
    )
