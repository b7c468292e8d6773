"""Changes of a petition in a transaction: the petition, its history line, and the message about it, always together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.clock.ladder import Recipient
from petitions.domain.contact.contact_request import (
    OPEN,
    ContactOutcome,
    ContactRequest,
    closing,
    contact_path,
    step_due_id,
)
from petitions.domain.figures.figures import deltas
from petitions.domain.lifecycle.lifecycle import FILING_EFFECTS, OPEN_STATES, Action, Role, State
from petitions.domain.notices.notice import About, Notice, notice_path
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.officers.policy import is_closed_to, may_see
from petitions.domain.pages.links import OPEN_FOR
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.confidentiality import grounds, why_closed_to, without_closed
from petitions.domain.petition.history_actions import HistoryAction, RecordedAction
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import LastChange, Petition, petition_path
from petitions.domain.petition.unit_news import news_after, news_of
from petitions.domain.shared.records import Record, replace
from petitions.domain.shared.retention import RECORDS_KEPT_FOR
from petitions.domain.units.directory import Directory
from petitions.errors import Forbidden, NotFound, Retryable
from petitions.ports.messages import Message
from petitions.ports.store import DELETE, Reader, Transaction
from petitions.usecases.shared.outbox import nudge
from petitions.usecases.shared.timekeeping import Timekeeping

NO_SUCH_PETITION = "Không có hồ sơ với mã này, hoặc hồ sơ không thuộc đơn vị của anh/chị."
"""The message to an officer of another unit. It does not reveal whether the petition exists."""
NEWEST_LINES = 20
_OVERTAKING = frozenset(
    {Action.RESUME_WORK, Action.SUPPLEMENT, Action.APPROVE, Action.SENT_BACK, Action.REOPEN, Action.WITHDRAW}
)
"""The steps, by anybody, that make news about an earlier step superfluous for the filer."""


@dataclass(frozen=True)
class Actor:
    """The author of a change: the role in the lifecycle, and the officer's id if an officer made the change."""

    role: str
    id: str | None = None
    instead_of: str | None = None
    """The absent officer whom the author replaces."""
    unit: str | None = None
    """The unit in which the author works."""

    @classmethod
    def of(cls, officer: Officer) -> Actor:
        """Return the officer as the author of a change, in the role in which they act."""
        return cls(officer.role, officer.id, officer.instead_of, officer.unit)


_MACHINE = Actor(Role.SYSTEM)


@dataclass(frozen=True)
class Change:
    """The data of a petition's change that its history records."""

    action: HistoryAction
    actor: Actor
    at: datetime
    reason: str | None = None
    filer_text: str | None = None
    """The text about the change for the filer. With it, the link to the petition's page is valid longer."""
    clock_effects: tuple[str, ...] = ()
    asked: str | None = None
    """The id of the request by which another system caused the change."""


def changed_fields(before: Record, after: Record) -> dict[str, Any]:
    """Return the fields that differ, as an update. A field that `after` lacks is mapped to DELETE."""
    old, new = before.stored(), after.stored()
    updates = {name: value for name, value in new.items() if name not in old or old[name] != value}
    return updates | {name: DELETE for name in old if name not in new}


def petition_of(reader: Reader, code: str) -> Petition | None:
    """Return the petition with this code, or None. A code in another form, such as in lower case, gives None."""
    found = reader.get(petition_path(code)) if find_code(code) == code else None
    return Petition.model_validate(found) if found is not None else None


def seen_petition(reader: Reader, officer: Officer, text: str) -> Petition | None:
    """Return the petition whose code is `text`, or None if there is none or the officer may not see it (LAW 7.8)."""
    petition = petition_of(reader, find_code(text) or "")
    return petition if petition and may_see(officer, petition) else None


def petition_in(tx: Transaction, code: str) -> Petition:
    """Return the petition with this code, read in the transaction. Raise NotFound."""
    found = tx.get(petition_path(code))
    if found is None:
        raise NotFound(NO_SUCH_PETITION)
    return Petition.model_validate(found)


def citizen_in(tx: Transaction, pseudonym: str) -> Citizen | None:
    """Return the citizen, or None if unknown or without a Zalo id, as after erasure."""
    found = tx.get(citizen_path(pseudonym))
    citizen = None if found is None else Citizen.model_validate(found)
    return citizen if citizen and citizen.zalo_id else None


def name_of_unit(directory: Directory, code: str) -> str:
    """Return the unit's public name. Raise Retryable if this instance's directory does not have the unit yet."""
    if not directory.knows(code):
        raise Retryable(f"{code} is not in directory {directory.version}", reason="directory_behind")
    return directory.name_of(code)


def nudge_petition(code: str, seq: int) -> Message:
    """Return the message to publish after a change of the petition. `seq` is the number of its last history line."""
    return nudge("petition-events", code, {"code": code, "seq": seq})


def last_filer_text(tx: Transaction, petition: Petition) -> str | None:
    """Return the newest text for the filer about the petition's present state, from the last history lines, or None."""
    first = max(1, petition.version + 1 - NEWEST_LINES)
    found = tx.get_all([history_path(petition.code, seq) for seq in range(petition.version, first - 1, -1)])
    lines = [HistoryEntry.model_validate(item) for item in found if item]
    return next((line.filer_text for line in lines if line.filer_text and line.to_state == petition.state), None)


def _answers(before: Petition, after: Petition) -> bool:
    return after.state is State.ANSWERED and before.state in OPEN_STATES


def plan_notice(tx: Transaction, notice: Notice) -> Message:
    """Store a notice and return the message that triggers its sending.

    Notices to citizens on Zalo never expire, all others do.
    """
    if notice.citizen is None:
        notice = replace(notice, expires_at=notice.created_at + RECORDS_KEPT_FOR)
    tx.create(notice_path(notice.id), notice.stored())
    return nudge_notice(notice.id, citizen=notice.citizen, officer=notice.officer, about=notice.about)


def nudge_notice(
    notice_id: str, *, citizen: str | None = None, officer: str | None = None, about: About | None = None
) -> Message:
    """Return the message that triggers the sending of a stored notice, with the ids of the documents to read for it."""
    also = {"citizen": citizen, "officer": officer, "code": about.code if about else None}
    named = {name: item for name, item in also.items() if item}
    return nudge("notices", citizen or officer or "", {"id": notice_id, **named})


def begin_petition(
    tx: Transaction, new: Petition, timekeeping: Timekeeping, by: Actor, now: datetime, since: datetime | None = None
) -> tuple[Petition, Message]:
    """Store a new petition with its reception clock and first history line. Return the petition and the message.

    If an office received the petition earlier, the clock runs from `since`.
    """
    filed = replace(new, changed=LastChange(at=now, action=RecordedAction.FILED, by=by.id))
    petition = timekeeping.after(filed, FILING_EFFECTS, since or now)
    counted = deltas(None, petition, RecordedAction.FILED, now)
    entry = HistoryEntry(
        seq=1,
        at=now,
        action=RecordedAction.FILED,
        role=by.role,
        actor=by.id,
        actor_unit=by.unit,
        unit=petition.unit,
        to_state=petition.state,
        promised=petition.promised,
        clock_effects=[f"{effect.verb} {effect.clock}" for effect in FILING_EFFECTS],
        figures=counted,
        unfolded_at=now if counted else None,
    )
    tx.create(petition_path(petition.code), petition.stored())
    tx.create(history_path(petition.code, 1), entry.stored())
    return petition, nudge_petition(petition.code, 1)


def change_petition(
    tx: Transaction, before: Petition, updates: Mapping[str, Any], change: Change
) -> tuple[Petition, Message]:
    """Apply `updates` to the petition and append the history line. Return the changed petition and the message.

    Raise ValueError if the change affects the right to read the petition, which needs `move_petition`.
    """
    after = replace(before, **dict(updates))
    if _closure(after) != _closure(before):
        raise ValueError(f"{change.action} changes who may know of a petition")
    return _write(tx, before, after, change)


@dataclass(frozen=True)
class Moved:
    """The petition as changed by `move_petition`, the petitions merged with it, and the messages to publish."""

    petition: Petition
    family: list[Petition]
    """The petitions merged with the changed one, if they became confidential with it."""
    messages: list[Message]
    """The messages about all changed petitions."""


def move_petition(
    tx: Transaction, before: Petition, updates: Mapping[str, Any], directory: Directory, change: Change
) -> Moved:
    """Apply any change, as `change_petition` does, even one that affects the right to read the petition.

    Units that may no longer read the petition lose it. If it becomes confidential, so do the petitions merged with it.
    Raise Forbidden as `kept_closed` does.
    """
    kept = kept_closed(before, replace(before, **dict(updates)), change.actor, directory)
    closed = grounds(kept) - grounds(before)
    others = family_of(tx, before) if closed else []
    also = Change(RecordedAction.KEPT_CLOSED, _MACHINE, change.at, reason=before.code)
    changes = [(before, kept, change)]
    for petition in others:
        alike = replace(petition, closed_with=sorted({*petition.closed_with, *closed}))
        changes.append((petition, kept_closed(petition, alike, _MACHINE, directory), also))
    (after, nudge), *family = [_write(tx, *item) for item in changes]
    return Moved(after, [other for other, _ in family], [nudge, *(message for _, message in family)])


def kept_closed(before: Petition, after: Petition, actor: Actor, directory: Directory) -> Petition:
    """Return `after` without the units that may not read it. The office in charge holds it instead (LAW 7.8).

    Raise Forbidden, in Vietnamese, if an officer gives the petition to such a unit or asks one for help.
    """
    had, has = {before.unit, *before.coordinating}, [after.unit, *after.coordinating]
    given = [item for item in has if item not in had]
    closed = [why for item in given if (why := why_closed_to(after, item, directory))]
    if closed and actor.id:
        raise Forbidden(closed[0], reason="closed_to_unit")
    kept = without_closed(after, directory)
    return kept if kept.unit == after.unit else replace(kept, held_by=before.held_by)


def family_of(reader: Reader, petition: Petition) -> list[Petition]:
    """Return the petitions that are merged with this one: the main petition, and all merged into it."""
    main = reader.get(petition_path(petition.merged_into)) if petition.merged_into else None
    merged = Petition.model_validate(main).absorbed if main else petition.absorbed
    others = [item for item in merged if item != petition.code]
    found = [main, *(reader.get_all([petition_path(other) for other in others]) if others else [])]
    return [Petition.model_validate(item) for item in found if item]


def _closure(petition: Petition) -> tuple[object, ...]:
    return petition.unit, petition.coordinating, grounds(petition)


def _write(tx: Transaction, before: Petition, moved: Petition, change: Change) -> tuple[Petition, Message]:
    action, actor, now = change.action, change.actor, change.at
    news = news_after(before, moved, news_of(action, actor.role, before, moved), now, actor.id)
    renewed: dict[str, Any] = {"page_until": now + OPEN_FOR} if change.filer_text is not None else {}
    if moved.unit != before.unit:
        # The accountability for lateness and the recovery plan belong to the former unit.
        renewed |= {"accountable": Recipient.HANDLER, "recovery": None}
    last = LastChange(at=now, action=action, by=actor.id)
    after = replace(moved, **renewed, version=before.version + 1, changed=last, news=news)
    _check_handler(tx, before, after, actor)
    counted = deltas(before, after, action, now)
    entry = HistoryEntry(
        seq=after.version,
        at=now,
        action=action,
        role=actor.role,
        actor=actor.id,
        instead_of=actor.instead_of,
        actor_unit=actor.unit,
        unit=after.unit,
        from_state=before.state,
        to_state=after.state,
        asked=change.asked,
        reason=change.reason,
        filer_text=change.filer_text,
        promised=after.promised,
        clock_effects=list(change.clock_effects),
        classified=after.classified if after.classified != before.classified else None,
        outcome=after.reply.outcome if after.reply and _answers(before, after) else None,
        figures=counted,
        unfolded_at=now if counted else None,
    )
    tx.update(petition_path(before.code), changed_fields(before, after))
    tx.create(history_path(before.code, after.version), entry.stored())
    if before.taken and action in _OVERTAKING:
        _end_owed_word(tx, before.code, actor, now)
    return after, nudge_petition(before.code, after.version)


def _end_owed_word(tx: Transaction, code: str, actor: Actor, now: datetime) -> None:
    path = contact_path(step_due_id(code))
    found = tx.get(path)
    if found is None or found["state"] not in OPEN:
        return
    request = ContactRequest.model_validate(found)
    ended = replace(request, **closing(ContactOutcome.NOTHING_TO_DO, actor.id, now))
    tx.update(path, changed_fields(request, ended))


def _check_handler(tx: Transaction, before: Petition, after: Petition, actor: Actor) -> None:
    if after.handler is None or after.handler in {before.handler, actor.id}:
        return
    found = tx.get(officer_path(after.handler))
    if found and is_closed_to(Officer.model_validate(found), after):
        raise Forbidden("Người này không được xem hồ sơ.", reason="closed_to_handler")
