"""Who does what in a unit: another handler, a reminder from a colleague, everything of someone who leaves, deputies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petitions.domain.instants import hanoi
from petitions.domain.ladder import Recipient
from petitions.domain.lifecycle import OPEN_STATES, Action, Role, allowed
from petitions.domain.notice import About, Notice, notice_path
from petitions.domain.officer import Deputy, Officer, officer_path
from petitions.domain.petition import Petition
from petitions.domain.policy import Permission, holds, may, may_see
from petitions.domain.texts import Texts
from petitions.errors import Forbidden, NotFound, Rejected, Retryable
from petitions.ports import DELETE, Clock, Ids, Message, Publisher, Query, Store, Transaction
from petitions.usecases.act_on_petition import ActOnPetition, Deed
from petitions.usecases.auditing import changed_by
from petitions.usecases.changes import Actor, change, petition_in, plan_notice
from petitions.usecases.officer_mail import OfficerMail
from petitions.usecases.outbox import commit
from petitions.usecases.read_desk import NO_SUCH_PETITION
from petitions.usecases.staff import Staff

MOST = 100
"""Petitions that one request changes."""

MOST_HANDED_OVER = 500
LONGEST_DEPUTY = timedelta(days=90)
HANDED, REMINDED = "rehandled", "reminded"


@dataclass(frozen=True)
class Result:
    """What became of one petition of many: done, or the words why not."""

    code: str
    done: bool
    words: str


@dataclass(frozen=True)
class Staffing:
    """The use cases. All raise NotFound, Forbidden and Rejected, in Vietnamese."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    staff: Staff
    act: ActOnPetition
    texts: Texts
    mail: OfficerMail

    def hand_to(self, officer: Officer, code: str, handler: str) -> Petition:
        """Give an open petition to another handler of the unit that holds it; its state stays."""

        def work(tx: Transaction, petition: Petition) -> tuple[Petition, list[Message]]:
            found = tx.get(officer_path(handler))
            to = Officer.model_validate(found) if found else None
            if to is None or to.unit != petition.unit or to.role not in {Role.OFFICER, Role.HEAD}:
                raise Rejected("Người được giao không thuộc đơn vị đang giữ hồ sơ.", reason="handler_unknown")
            if petition.handler == handler:
                raise Rejected("Hồ sơ đã do người này xử lý.", reason="handler_same")
            updates = {"handler": handler}
            actor = Actor(officer.role, officer.id)
            after, nudge = change(tx, petition, updates, action=HANDED, actor=actor, now=self.clock.now())
            return after, [nudge]

        return self._change(officer, code, HANDED, work)

    def remind(self, officer: Officer, code: str) -> Petition:
        """Write to whoever handles it, once a day."""

        def work(tx: Transaction, petition: Petition) -> tuple[Petition, list[Message]]:
            now = self.clock.now()
            people = self.staff.meant(petition, [Recipient.HANDLER])
            notices = [self._reminder(officer, petition, each, hanoi(now).date()) for each in people]
            if not notices:
                raise Rejected("Đơn vị chưa có cán bộ nào để nhắc.", reason="nobody")
            if any(tx.get_all([notice_path(each.id) for each in notices])):
                raise Rejected("Hôm nay đã nhắc rồi.", reason="reminded_today")
            actor = Actor(officer.role, officer.id)
            after, nudge = change(tx, petition, {}, action=REMINDED, actor=actor, now=now)
            return after, [nudge, *(plan_notice(tx, each) for each in notices)]

        return self._change(officer, code, REMINDED, work)

    def assign(self, officer: Officer, code: str, handler: str) -> Petition:
        """Assign where that is the next step, else change the handler."""
        petition = self.act.find(code)
        if any(row.action is Action.ASSIGN for row in allowed(petition.state, officer.role)):
            deed = Deed(code, Action.ASSIGN, petition.version, unit=petition.unit, handler=handler)
            return self.act(officer, deed)
        return self.hand_to(officer, code, handler)

    def of(self, officer: Officer, unit: str, leaving: str) -> list[str]:
        """The open petitions that somebody of a unit handles, first due first."""
        if not may(officer, Permission.STAFF) or (officer.role is Role.HEAD and officer.unit != unit):
            raise Forbidden("Anh/chị chỉ bàn giao trong đơn vị của mình.")
        where = (("unit", "==", unit), ("handler", "==", leaving))
        found = self.store.find(Query("petitions", where=where, order_by=("due_at", "code"), limit=MOST_HANDED_OVER))
        return [each.id for each in found]

    def loads(self, unit: str) -> Mapping[str, int]:
        """How many open petitions each handler of a unit has, of the 500 that are due first."""
        query = Query("petitions", where=(("unit", "==", unit),), order_by=("due_at", "code"), limit=MOST_HANDED_OVER)
        return Counter(each.data["handler"] for each in self.store.find(query) if each.data.get("handler"))

    def hand_over(self, officer: Officer, unit: str, leaving: str, to: str) -> list[Result]:
        """Everything that `leaving` handles goes to `to`, petition by petition."""
        if not to or leaving == to:
            raise Rejected("Xin chọn người nhận bàn giao.", reason="handler_missing")
        return each_of(self.of(officer, unit, leaving), lambda code: self.hand_to(officer, code, to))

    def stand_in(self, officer: Officer, who: str, deputy: str, since: date | None, until: date | None) -> None:
        """Say who stands in for somebody of the unit, from when until when; nobody for an empty `deputy`."""
        today = hanoi(self.clock.now()).date()

        def work(tx: Transaction) -> None:
            found = tx.get_all([officer_path(who), officer_path(deputy or who)])
            if None in found:
                raise NotFound("Không có cán bộ này.", reason="officer_unknown")
            absent, other = (Officer.model_validate(each) for each in found)
            mine = absent.unit == officer.unit or officer.role is Role.COORDINATOR
            if not may(officer, Permission.STAFF) or not mine:
                raise Forbidden("Anh/chị chỉ cử người thay trong đơn vị của mình.")
            if not deputy:
                tx.update(officer_path(who), {"deputy": DELETE})
            elif other.id == absent.id or other.unit != absent.unit:
                raise Rejected("Người thay phải là người khác trong cùng đơn vị.", reason="deputy_unknown")
            elif since is None or until is None or not today <= until or not since <= until <= since + LONGEST_DEPUTY:
                words = f"Xin chọn ngày bắt đầu và kết thúc, tối đa {LONGEST_DEPUTY.days} ngày, chưa qua."
                raise Rejected(words, reason="dates")
            else:
                stands = Deputy(officer=deputy, since=since, until=until)
                tx.update(officer_path(who), {"deputy": stands.stored()})
            changed_by(tx, self.ids.token(), officer, "deputy", self.clock.now())

        self.store.transact(work)

    def _change(
        self,
        officer: Officer,
        code: str,
        action: str,
        what: Callable[[Transaction, Petition], tuple[Petition, list[Message]]],
    ) -> Petition:
        done: list[Petition] = []

        def work(tx: Transaction) -> list[Message]:
            petition = petition_in(tx, code)
            if not may_see(officer, petition):
                raise NotFound(NO_SUCH_PETITION)
            if not may(officer, Permission.STAFF) or not holds(officer, petition):
                raise Forbidden("Hồ sơ này không thuộc đơn vị của anh/chị.")
            if petition.state not in OPEN_STATES:
                raise Rejected("Hồ sơ đã xong.", reason="not_open")
            after, messages = what(tx, petition)
            changed_by(tx, self.ids.token(), officer, action, self.clock.now(), code=code, seq=after.version)
            done[:] = [after]
            return messages

        commit(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), work=work)
        return done[0]

    def _reminder(self, by: Officer, petition: Petition, to: Officer, day: date) -> Notice:
        due = petition.due_at
        return Notice(
            id=f"asked-{petition.code}-{day:%y%m%d}-{to.id}",
            kind="reminder",
            channel="email",
            officer=to.id,
            subject=self.texts.render("asked_subject", code=petition.code),
            text=self.texts.render(
                "asked_text",
                code=petition.code,
                by=by.name,
                due=self.texts.time(due) if due else "—",
                link=self.mail.link(petition.code),
            ),
            about=About(code=petition.code, seq=petition.version + 1),
            created_at=self.clock.now(),
        )


def each_of(codes: Sequence[str], do: Callable[[str], Petition]) -> list[Result]:
    """Do it to each; one that cannot be done holds up no other."""
    results = []
    for code in dict.fromkeys(codes):
        try:
            do(code)
            results.append(Result(code, done=True, words="Đã xong"))
        except Rejected as error:
            results.append(Result(code, done=False, words=str(error)))
        except Retryable:
            results.append(Result(code, done=False, words="Hệ thống đang bận. Xin thử lại."))
    return results
