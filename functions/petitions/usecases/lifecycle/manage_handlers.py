"""The handlers of petitions in a unit: changing them, reminding them, handing over their work, appointing deputies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from petitions.domain.clock.ladder import Recipient
from petitions.domain.language.texts import Texts
from petitions.domain.language.words import normal
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, Role, allowed
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, notice_path
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.entries import LONGEST_NAME
from petitions.domain.officers.officer import WORKING, Deputy, Officer, officer_path
from petitions.domain.officers.policy import Permission, holds, is_closed_to, may, may_see
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.instants import hanoi
from petitions.errors import Forbidden, NotFound, Rejected, Retryable
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import DELETE, Document, Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.commands import Assign
from petitions.usecases.officers.manage_officers import change_in_words, known_officer
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.petition_changes import (
    NO_SUCH_PETITION,
    Actor,
    Change,
    change_petition,
    petition_in,
    plan_notice,
)

MOST_AT_ONCE = 100
"""The most petitions that one request changes."""

MOST_HANDED_OVER = 500
LONGEST_DEPUTY = timedelta(days=90)
LONGEST_MANDATE = 100
"""The most characters of the number and date of a written authorisation."""


@dataclass(frozen=True)
class HandlerResult:
    """The result for one of many petitions."""

    code: str
    done: bool
    words: str
    """"Đã xong", or the reason for the failure in Vietnamese."""


@dataclass(frozen=True)
class ManageHandlers:
    """Changes, reminds and replaces the handlers of petitions in a unit.

    All methods raise NotFound, Forbidden or Rejected, in Vietnamese.
    """

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    staff: Staff
    act: ActOnPetition
    texts: Texts
    mail: OfficerMail

    def hand_to(self, officer: Officer, code: str, handler: str) -> Petition:
        """Give an open petition to another handler in its unit without changing its state, and return it."""

        def change(tx: Transaction, petition: Petition) -> tuple[Petition, list[Message]]:
            found = tx.get(officer_path(handler))
            to = Officer.model_validate(found) if found else None
            if to is None or to.left_at or to.unit != petition.unit or to.role not in WORKING:
                raise Rejected("Người được giao không thuộc đơn vị đang giữ hồ sơ.", reason="handler_unknown")
            if petition.handler == handler:
                raise Rejected("Hồ sơ đã do người này xử lý.", reason="handler_same")
            updates = {"handler": handler}
            actor = Actor.of(officer)
            after, nudge = change_petition(
                tx, petition, updates, Change(RecordedAction.HANDLER_CHANGED, actor, self.clock.now())
            )
            return after, [nudge]

        return self._change(officer, code, RecordedAction.HANDLER_CHANGED, change)

    def remind(self, officer: Officer, code: str) -> Petition:
        """Send a reminder to the petition's handler, at most once a day, and return the petition."""

        def write(tx: Transaction, petition: Petition) -> tuple[Petition, list[Message]]:
            now = self.clock.now()
            people = self.staff.meant(petition, [Recipient.HANDLER])
            notices = [self._reminder(officer, petition, person, now) for person in people]
            if not notices:
                raise Rejected("Đơn vị chưa có cán bộ nào để nhắc.", reason="nobody")
            if any(tx.get_all([notice_path(notice.id) for notice in notices])):
                raise Rejected("Hôm nay đã nhắc rồi.", reason="reminded_today")
            actor = Actor.of(officer)
            after, nudge = change_petition(tx, petition, {}, Change(RecordedAction.HANDLER_REMINDED, actor, now))
            return after, [nudge, *(plan_notice(tx, notice) for notice in notices)]

        return self._change(officer, code, RecordedAction.HANDLER_REMINDED, write)

    def assign(self, officer: Officer, code: str, handler: str) -> Petition:
        """Make the officer `handler` responsible for the petition, and return it.

        An unassigned petition is assigned, any other is handed over.
        """
        petition = self.act.find(code)
        if not may_see(officer, petition):
            raise NotFound(NO_SUCH_PETITION)
        if any(row.action is Action.ASSIGN for row in allowed(petition.state, officer.role)):
            return self.act(officer, Assign(code, petition.version, unit=petition.unit, handler=handler))
        return self.hand_to(officer, code, handler)

    def of(self, officer: Officer, unit: str, leaving: str) -> list[str]:
        """Return the codes of the open petitions that the officer `leaving` handles in a unit, the first due first."""
        if not may(officer, Permission.STAFF) or (officer.role is Role.HEAD and officer.unit != unit):
            raise Forbidden("Anh/chị chỉ bàn giao trong đơn vị của mình.")
        where = (("unit", "==", unit), ("handler", "==", leaving))
        found = self.store.find(Query("petitions", where=where, order_by=("due_at", "code"), limit=MOST_HANDED_OVER))
        return [petition.code for petition in _open_to(officer, found)]

    def loads(self, officer: Officer, unit: str) -> Mapping[str, int]:
        """Return the number of open petitions of each handler of a unit, counting the MOST_HANDED_OVER due first.

        Confidential petitions that the officer may not see are not counted.
        """
        of_unit, most = (("unit", "==", unit),), MOST_HANDED_OVER
        found = self.store.find(Query("petitions", of_unit, order_by=("due_at", "code"), limit=most))
        return Counter(petition.handler for petition in _open_to(officer, found) if petition.handler)

    def hand_over(self, officer: Officer, unit: str, leaving: str, to: str) -> list[HandlerResult]:
        """Give all open petitions of the officer `leaving` to the officer `to`, and return a result for every one."""
        if not to or leaving == to:
            raise Rejected("Xin chọn người nhận bàn giao.", reason="handler_missing")
        return each_of(self.of(officer, unit, leaving), lambda code: self.hand_to(officer, code, to))

    def stand_in(
        self, officer: Officer, who: str, deputy: str, since: date | None, until: date | None, mandate: str = ""
    ) -> None:
        """Appoint a deputy for the officer `who` for a range of days. An empty `deputy` ends the appointment.

        `mandate` is the number and date of the paper that authorises the deputy to sign, if there is one.
        """
        today, mandate = hanoi(self.clock.now()).date(), normal(mandate)
        if len(mandate) > LONGEST_MANDATE:
            raise Rejected(f"Số văn bản ủy quyền dài quá {LONGEST_MANDATE} ký tự.", reason="mandate_too_long")

        def appoint(tx: Transaction) -> None:
            found = tx.get_all([officer_path(who), officer_path(deputy or who)]) if who else [None]
            if None in found:
                raise NotFound("Không có cán bộ này.", reason="officer_unknown")
            absent, other = (Officer.model_validate(item) for item in found)
            mine = absent.unit == officer.unit or officer.role is Role.COORDINATOR
            if not may(officer, Permission.ADMINISTER) and not (may(officer, Permission.STAFF) and mine):
                raise Forbidden("Anh/chị chỉ cử người thay trong đơn vị của mình.")
            if deputy == officer.id and (officer.stands_in or mandate):
                words = "Người thay không tự gia hạn và không tự ghi văn bản ủy quyền cho mình. Xin để lãnh đạo ghi."
                raise Forbidden(words, reason="own_mandate")
            stands = _deputy(absent, other, since, until, mandate, today) if deputy else None
            if stands is None and absent.deputy is None and (since or until or mandate):
                raise Rejected("Xin chọn người thay cho những ngày đã ghi.", reason="deputy_missing")
            if stands == absent.deputy:
                return
            tx.update(officer_path(who), {"deputy": stands.stored() if stands else DELETE})
            audit_change(tx, self.ids.token(), officer, "deputy", self.clock.now())

        self.store.transact(appoint)

    def enter_position(self, officer: Officer, who: str, position: str) -> None:
        """Enter the official position of a colleague in the officer's unit. The right to sign papers depends on it.

        Nobody may enter their own position, and a deputy of the head may enter none.
        """
        held = normal(position)
        if not 1 <= len(held) <= LONGEST_NAME:
            raise Rejected(f"Xin ghi chức vụ, tối đa {LONGEST_NAME} ký tự.", reason="position_missing")

        def enter(tx: Transaction) -> None:
            colleague = Officer.model_validate(known_officer(tx, who))
            mine = may(officer, Permission.STAFF) and colleague.unit == officer.unit and not officer.stands_in
            if not mine or colleague.id == officer.id or colleague.left_at:
                raise Forbidden(
                    "Lãnh đạo ghi chức vụ của người khác trong đơn vị mình; của chính mình thì quản trị ghi."
                )
            if colleague.position == held:
                return
            tx.update(officer_path(who), {"position": held})
            entry = AuditEntry.by(
                officer, what="change", action="officer_changed", subject=who,
                reason=change_in_words(colleague, {"position": held}), at=self.clock.now(),
            )  # fmt: skip
            tx.create(audit_path(self.ids.token()), entry.stored())

        self.store.transact(enter)

    def _change(
        self,
        officer: Officer,
        code: str,
        action: str,
        what: Callable[[Transaction, Petition], tuple[Petition, list[Message]]],
    ) -> Petition:
        if find_code(code) != code:
            raise NotFound(NO_SUCH_PETITION)

        def run(tx: Transaction) -> tuple[Petition, list[Message]]:
            petition = petition_in(tx, code)
            if not may_see(officer, petition):
                raise NotFound(NO_SUCH_PETITION)
            if not may(officer, Permission.STAFF) or not holds(officer, petition):
                raise Forbidden("Hồ sơ này không thuộc đơn vị của anh/chị.")
            if petition.state not in OPEN_STATES:
                raise Rejected("Hồ sơ đã xong.", reason="not_open")
            after, messages = what(tx, petition)
            audit_change(tx, self.ids.token(), officer, action, self.clock.now(), code=code, seq=after.version)
            return after, messages

        return commit_result(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), body=run)

    def _reminder(self, by: Officer, petition: Petition, to: Officer, now: datetime) -> Notice:
        entry = self.mail.entries.of_petition(petition, petition.nearest_clock, to, self.staff, now)
        return Notice(
            id=f"asked-{petition.code}-{hanoi(now):%y%m%d}-{to.id}",
            kind=NoticeKind.REMINDER,
            channel="email",
            officer=to.id,
            subject=self.mail.about("asked_subject", entry),
            text=self.texts.render(
                "asked_text", by=self.staff.name(by.id, by.instead_of), parts=self.mail.written([entry])
            ),
            about=About(code=petition.code, seq=petition.version + 1),
            created_at=now,
        )


def each_of(codes: Sequence[str], do: Callable[[str], Petition]) -> list[HandlerResult]:
    """Call `do` for every code and return the results. A failure with one petition does not stop the rest."""
    results = []
    for code in dict.fromkeys(codes):
        try:
            do(code)
            results.append(HandlerResult(code, done=True, words="Đã xong"))
        except Rejected as error:
            results.append(HandlerResult(code, done=False, words=str(error)))
        except Retryable:
            results.append(HandlerResult(code, done=False, words="Hệ thống đang bận. Xin thử lại."))
    return results


def _open_to(officer: Officer, found: Sequence[Document]) -> list[Petition]:
    read = (Petition.model_validate(document.data) for document in found)
    return [petition for petition in read if not is_closed_to(officer, petition)]


def _deputy(
    absent: Officer, other: Officer, since: date | None, until: date | None, mandate: str, today: date
) -> Deputy:
    if other.id == absent.id or other.unit != absent.unit or other.left_at:
        raise Rejected("Người thay phải là người khác trong cùng đơn vị.", reason="deputy_unknown")
    if (
        since is None
        or until is None
        or today not in UpTo(until)
        or until in Until(since)
        or until not in UpTo(since + LONGEST_DEPUTY)
    ):
        words = f"Xin chọn ngày bắt đầu và kết thúc, tối đa {LONGEST_DEPUTY.days} ngày, chưa qua."
        raise Rejected(words, reason="dates")
    return Deputy(officer=other.id, since=since, until=until, mandate=mandate)
