"""The decisions before a notice is sent: whether it still applies, its recipient, its channel and its time.

One transaction decides and, if the notice can be sent now, claims it. Only the worker that claimed it calls Zalo or the
mailer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.notices import sending
from petitions.domain.notices.channels import AccountTerms, RecipientReach, plan_channel, zalo_phone
from petitions.domain.notices.delivery_errors import Reaction, retry_at
from petitions.domain.notices.notice import Notice, NoticeState, notice_path, without_petitions
from petitions.domain.notices.still_true import still_holds
from petitions.domain.officers.officer import officer_path
from petitions.domain.petition.confidentiality import is_closed_to_unit
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.privacy.erasure import is_untold
from petitions.domain.shared.records import replace
from petitions.errors import NotFound
from petitions.ports.store import Document, Query, Reader, Transaction
from petitions.ports.world import Clock
from petitions.usecases.notices.find_evidence import Evidence
from petitions.usecases.notices.open_questions import asks_something, with_question
from petitions.usecases.notices.sending_limits import SWITCH_PATH, MinuteBudget, SendingSwitch
from petitions.usecases.shared.petition_changes import changed_fields

_OPEN = [state.value for state in (NoticeState.PLANNED, NoticeState.WAITING, NoticeState.SENDING, NoticeState.UNKNOWN)]


_SETTLED = frozenset({NoticeState.SENT, NoticeState.UNDELIVERABLE, NoticeState.CANCELLED})


@dataclass(frozen=True)
class _Try:
    attempt: str
    now: datetime
    again: bool
    """Whether the attempt repeats a message that may have been sent."""
    paused: bool


@dataclass(frozen=True)
class PreparedNotice:
    """The change that one transaction makes to a notice."""

    before: Notice
    after: Notice
    claimed: bool = False
    """Whether this worker must now send the notice's next part to `reach`."""
    reach: RecipientReach = field(default_factory=RecipientReach, repr=False)
    description: str = ""
    """Zalo's description of the error, for the log."""
    version: Any = field(default=None, compare=False)
    """The version of the stored notice. None if it may have been changed since."""


def read_besides(data: Mapping[str, Any]) -> list[str]:
    """Return the paths of the documents that `data` (a message or notice) names, to be read with the notice."""
    about: Any = data.get("about") or data
    paths = (
        (citizen_path, data.get("citizen")),
        (officer_path, data.get("officer")),
        (petition_path, about.get("code")),
    )
    return [path(item) for path, item in paths if isinstance(item, str) and item]


def read_notice(reader: Reader, notice_id: str) -> Notice:
    """Return the notice with this id. Raise NotFound."""
    found = reader.get(notice_path(notice_id))
    if found is None:
        raise NotFound(f"there is no notice {notice_id}")
    return Notice.model_validate(found)


def concerns_citizen(before: Notice, after: Notice) -> bool:
    """Return whether the change of the notice also changes the citizen's document."""
    listed = (before.waits_for is None) != (after.waits_for is None)
    return after.citizen is not None and (listed or (_goes_out(before, after) and asks_something(after)))


def _goes_out(before: Notice, after: Notice) -> bool:
    return sending.handed_over(after) and not sending.handed_over(before)


def write_notice(tx: Transaction, before: Notice, after: Notice, citizen: Citizen | None = None) -> None:
    """Write the changes to the notice, and to the citizen's waiting notices and open questions."""
    if after.citizen and concerns_citizen(before, after):
        known = citizen or _citizen(tx, after.citizen)
        if known is not None:
            others = [item for item in known.untold if item != after.id]
            changed = replace(known, untold=[*others, after.id] if after.waits_for else others)
            changed = with_question(tx, changed, after) if _goes_out(before, after) else changed
            tx.update(citizen_path(after.citizen), changed_fields(known, changed))
    tx.update(notice_path(after.id), changed_fields(before, after))


def _citizen(reader: Reader, who: str) -> Citizen | None:
    found = reader.get(citizen_path(who))
    return None if found is None else Citizen.model_validate(found)


def _readable(document: Document) -> Notice | None:
    try:
        return Notice.model_validate(document.data)
    except ValueError:
        return None


@dataclass(frozen=True)
class PrepareNotice:
    """Decides whether a notice is sent now, and on which channel."""

    clock: Clock
    terms: AccountTerms
    budget: MinuteBudget
    switch: SendingSwitch

    def __call__(
        self,
        tx: Transaction,
        notice_id: str,
        attempt: str,
        *,
        besides: Sequence[str] = (),
        evidence: Evidence | None = None,
    ) -> PreparedNotice:
        """Return the change of the notice, claimed as `attempt` if it is sent now. Raise NotFound.

        The documents at the paths `besides` are read in the same call. A claim named `attempt` is the caller's own,
        whose commit was applied although the answer was lost. A message of unknown outcome does not change without
        `evidence`.
        """
        switch = () if self.switch.is_fresh() else (SWITCH_PATH,)
        tx.get_all([notice_path(notice_id), *besides, *switch])
        paused = self.switch.paused(tx)
        before, now = read_notice(tx, notice_id), self.clock.now()
        if before.state in _SETTLED:
            return PreparedNotice(before, before)
        citizen = _citizen(tx, before.citizen) if before.citizen else None
        petition = self._petition(tx, before)
        reach = self._reach(tx, before, citizen, petition)
        if before.state is NoticeState.SENDING and before.attempt and before.attempt.id == attempt:
            return PreparedNotice(before, before, claimed=True, reach=reach)
        looked = evidence if evidence and before.attempt and evidence.attempt == before.attempt.id else None
        if sending.awaits_evidence(before, now) and looked is None:
            return PreparedNotice(before, before, reach=reach)
        if looked and before.state is NoticeState.UNKNOWN and (sent := _sent(tx, looked)):
            after = sending.part_out(before, *sent)
            write_notice(tx, before, after, citizen)
            return PreparedNotice(before, after)
        repeated = sending.may_repeat(before, now) or (
            citizen is not None and sending.may_repeat_in_chat(before, citizen.last_interaction_at)
        )
        not_sent = looked is not None and looked.silent and _is_open(before)
        wrote_at = citizen.last_interaction_at if citizen else None
        if not (not_sent or repeated or sending.may_begin(before, now, wrote_at)):
            after = sending.overtaken(before, looked.at if looked else now)
            write_notice(tx, before, after, citizen)
            return PreparedNotice(before, after, reach=reach)
        known = before if not not_sent else replace(before, state=NoticeState.WAITING)
        try_of = _Try(attempt, now, again=repeated and not not_sent, paused=paused)
        after = self._decided(tx, known, citizen, petition, reach, try_of)
        write_notice(tx, before, after, citizen)
        return PreparedNotice(before, after, after.state is NoticeState.SENDING, reach)

    def _decided(
        self,
        tx: Transaction,
        notice: Notice,
        citizen: Citizen | None,
        petition: Petition | None,
        reach: RecipientReach,
        mine: _Try,
    ) -> Notice:
        now, again = mine.now, mine.again
        if not still_holds(notice, petition):
            return sending.cancelled(notice)
        if citizen and is_untold(citizen, notice):
            return sending.cancelled(notice, "erased")
        closed = self._closed(tx, notice, petition)
        if closed and not set(notice.mentions) - closed:
            return sending.cancelled(notice, "closed_to_officer")
        notice = without_petitions(notice, closed) if closed else notice
        if not (reach.user_id or reach.phone or reach.email):
            return sending.stranded(notice, "no_recipient")
        found = plan_channel(notice, reach, self.terms, now)
        if found.route is None or found.at is None:
            return _left(notice, found.reasons, again=again)
        after = sending.planned(notice, found.route, found.reasons, found.at, by_day=found.at > now)
        others = [] if found.at > now else self._others(tx, notice)
        hold = None if found.at > now else self._hold(notice, others, now, paused=mine.paused)
        if found.at > now or hold:
            why, until = hold or ("", found.at)
            if again:  # the state stays unknown, or the notice would be sent as if for the first time
                return replace(notice, next_attempt_at=until)
            return sending.held(after, why, until) if why else after
        for other in others:
            tx.update(notice_path(other.id), changed_fields(other, sending.outdated_by(notice, other, now)))
        repeated = notice.repeated or again
        return replace(after, repeated=repeated).sending(mine.attempt, now)

    def _others(self, tx: Transaction, notice: Notice) -> list[Notice]:
        if notice.citizen is None:
            return []
        found = tx.find(Query("notices", where=(("citizen", "==", notice.citizen), ("state", "in", _OPEN))))
        return [item for item in map(_readable, found) if item and item.id != notice.id]

    def _hold(
        self, notice: Notice, others: Sequence[Notice], now: datetime, *, paused: bool
    ) -> tuple[str, datetime] | None:
        next_minute = retry_at(Reaction.NEXT_MINUTE, 1, now) or now
        if paused:
            return "paused", next_minute
        if notice.channel != "email" and not self.budget.is_open():
            return "minute_full", next_minute
        until = sending.held_up_until(notice, others, now)
        return None if until is None else ("queued", until)

    def _petition(self, tx: Transaction, notice: Notice) -> Petition | None:
        found = tx.get(petition_path(notice.about.code)) if notice.about else None
        return None if found is None else Petition.model_validate(found)

    @staticmethod
    def _closed(tx: Transaction, notice: Notice, petition: Petition | None) -> set[str]:
        """Return the codes of petitions in an e-mail that its reader may no longer see since it was planned.

        The officer's unit decides, not the role: an officer of the coordinators' office may stand in for a
        coordinator. Then only petitions about that office are hidden.
        """
        if notice.officer is None or not (petition or notice.mentions):
            return set()
        unit = str((tx.get(officer_path(notice.officer)) or {}).get("unit") or "")
        found = tx.get_all([petition_path(code) for code in notice.mentions]) if notice.mentions else []
        about = [*([petition] if petition else []), *(Petition.model_validate(item) for item in found if item)]
        return {item.code for item in about if is_closed_to_unit(item, unit)}

    def _reach(
        self, tx: Transaction, notice: Notice, citizen: Citizen | None, petition: Petition | None
    ) -> RecipientReach:
        if notice.citizen is not None:
            if citizen is None:
                return RecipientReach()
            contact = petition.contact if petition else citizen.contact
            return RecipientReach(
                user_id=citizen.zalo_id,
                phone=zalo_phone(contact.phone) if contact else "",
                last_interaction_at=citizen.last_interaction_at,
                following=citizen.following,
            )
        if notice.officer is None:  # a receipt for a filer who can be reached only by e-mail
            return RecipientReach(email=petition.contact.email or "" if petition else "")
        officer: dict[str, Any] = dict(tx.get(officer_path(notice.officer)) or {})
        if notice.channel == "zalo":
            return RecipientReach(phone=zalo_phone(str(officer.get("phone") or "")))
        return RecipientReach(email=str(officer.get("email") or ""))


def _sent(tx: Transaction, evidence: Evidence) -> tuple[str, datetime] | None:
    for message_id, at in evidence.shown:
        known = Query("notices", where=(("message_ids", "array_contains", message_id),), limit=1)
        if not tx.find(known):
            return message_id, at
    return None


def _is_open(notice: Notice) -> bool:
    return notice.state is NoticeState.UNKNOWN and notice.next_attempt_at is not None


def _left(notice: Notice, reasons: Mapping[str, str], *, again: bool) -> Notice:
    if notice.waits_for and notice.next_attempt_at is None:
        return notice
    why = (notice.closed and notice.error) or "no_channel"
    return replace(sending.stranded(notice, why, reasons), repeated=notice.repeated or again)
