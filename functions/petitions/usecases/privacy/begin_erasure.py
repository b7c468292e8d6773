"""The first step of erasing a citizen's data, in the transaction of the request. `erase_citizen` does the rest.

After this transaction the Zalo id is used only to notify the citizen. Messages on their way from before `erased_at`
are ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import telemetry
from petitions.domain.citizen.citizen import Citizen
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.states import Role
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Contact, petition_path
from petitions.domain.privacy.erasure import (
    BACKLOG_DAYS,
    BACKUP_DAYS,
    RECOVERY_DAYS,
    Erasure,
    ErasureOrigin,
    contacts_of,
    erased,
    erasure_path,
    everything_until,
    joined,
)
from petitions.domain.shared.records import replace
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.shared.petition_changes import changed_fields, plan_notice

_JUST_AFTER = timedelta(milliseconds=1)


@dataclass(frozen=True)
class ErasureRequest:
    """A request to erase a citizen's data."""

    by: ErasureOrigin
    at: datetime
    """The time of the request. If the citizen made it, the time is Zalo's."""
    key: str
    """The unique id of the request."""
    now: datetime
    officer: Officer | None = None
    reason: str | None = None
    """The officer's reason, if an officer made the request."""
    code: str | None = None


def begin_erasure(
    tx: Transaction, who: str, citizen: Citizen, request: ErasureRequest, texts: Texts
) -> tuple[Citizen, list[Message]]:
    """Store the erasure, its audit line and two notices. Return the citizen, for the caller to write, and the messages.

    One notice goes to the citizen. The other asks Zalo to delete its data about the citizen for this account
    (PLATFORM 4.2).
    """
    until = everything_until(citizen, request.at)
    # Everything planned up to `until` is dropped, and Zalo's clock may be ahead of ours.
    created = max(request.now, until + _JUST_AFTER)
    notice = Notice(
        id=f"erased-{request.key}",
        kind=NoticeKind.REPLY,
        channel="zalo",
        citizen=who,
        text=_erasure_words(tx, texts.to(citizen.language), who, [petition.code for petition in citizen.petitions]),
        created_at=created,
    )
    profile = Notice(
        id=f"profile-{request.key}",
        kind=NoticeKind.PROFILE_ERASED,
        channel="profile",
        citizen=who,
        text="",
        created_at=created,
    )
    _enter(tx, who, request, until, notice.id, profile.id, known=contacts_of(citizen))
    return erased(citizen, until), [plan_notice(tx, item) for item in (notice, profile)]


def begin_restricting(tx: Transaction, who: str, request: ErasureRequest) -> None:
    """Store the erasure of one petition's data (`request.code`) and its audit line, without a notice.

    This is for filers without Zalo, as their other petitions are not known.
    """
    _enter(tx, who, request, request.at, petition=request.code)


def forget_unconsented(tx: Transaction, who: str, citizen: Citizen, key: str, now: datetime) -> Citizen:
    """Begin the erasure of a citizen who never consented. Return the citizen, for the caller to write.

    There is no notice, since the citizen was warned in advance.
    """
    until = everything_until(citizen, citizen.last_interaction_at)
    _enter(tx, who, ErasureRequest("silence", until, key, now), until, known=contacts_of(citizen))
    return erased(citizen, until)


def _enter(
    tx: Transaction,
    who: str,
    request: ErasureRequest,
    until: datetime,
    notice: str | None = None,
    profile: str | None = None,
    petition: str | None = None,
    known: Sequence[Contact] = (),
) -> None:
    record = Erasure(
        by=request.by,
        asked_at=request.now,
        until=until,
        notice=notice,
        profile=profile,
        petition=petition,
        next_attempt_at=request.now,
    )
    path = erasure_path(who)
    found = tx.get(path)
    earlier = Erasure.model_validate(found) if found else None
    # An earlier request still in progress may have emptied the sources of the same data.
    record = replace(record, known=joined(earlier.known if earlier else [], known))
    if earlier is None:
        tx.create(path, record.stored())
    else:
        tx.update(path, changed_fields(earlier, record))
    tx.create(audit_path(f"erasure-{request.key}"), _audit(who, request).stored())
    telemetry.count("erasure_asked", by=request.by)


def _erasure_words(tx: Transaction, texts: Texts, who: str, codes: Sequence[str]) -> str:
    found = tx.get_all([petition_path(code) for code in codes]) if codes else []
    public = [one["code"] for one in found if one and one["citizen"] == who and one.get("publication")]
    return erasure_words(texts, codes, public)


def erasure_words(texts: Texts, codes: Sequence[str], public: Sequence[str] = ()) -> str:
    """Return the text of the notice: erased data, data kept by law or published, and the lifetime of backup copies."""
    paragraphs = [texts.render("erased")]
    if codes:
        paragraphs.append(texts.render("erased_kept", codes=", ".join(codes)))
    if public:
        paragraphs.append(texts.render("erased_public", codes=", ".join(public)))
    paragraphs.append(texts.render("erased_copies", backlog=BACKLOG_DAYS, recovery=RECOVERY_DAYS, backup=BACKUP_DAYS))
    return "\n\n".join(paragraphs)


def _audit(who: str, request: ErasureRequest) -> AuditEntry:
    officer = request.officer
    return AuditEntry(
        officer=officer.id if officer else None,
        role=officer.role if officer else Role.SYSTEM if request.by == "silence" else Role.CITIZEN,
        instead_of=officer.instead_of if officer else None,
        unit=officer.unit if officer else None,
        what="erasure",
        code=request.code,
        citizen=who,
        reason=request.reason,
        at=request.now,
    )
