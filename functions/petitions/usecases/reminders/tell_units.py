"""E-mails with news of petitions to the officers of a unit, grouped per person except for urgent petitions.

An officer who has just got an e-mail about an urgent petition gets the news of the next minutes in one further e-mail.
The reminders of deadlines (`fire_reminders`) are not delayed.

`Petition.news` is written with a change of the petition, and removed in the transaction that plans the e-mail, so news
is sent once. Outside working hours only urgent news is sent, at once to the coordinators on duty, and the citizen is
informed of the next opening. The unit gets urgent news at that opening. If an officer made the petition urgent, the
unit gets it at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from petitions.domain.clock.ladder import Recipient
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition, UnitNews, petition_path
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import DELETE, Document, Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import changed_fields, citizen_in, petition_in, plan_notice
from petitions.usecases.shared.sweeping import due, in_turn, safely
from petitions.usecases.shared.timekeeping import Timekeeping

FIELD = "news.at"
GROUPED_FOR = timedelta(minutes=10)
"""The time for which news waits for further news. With the sweep of a minute it is sent within 15 working minutes."""

TOLD_AGAIN_AFTER = timedelta(minutes=5)
"""The shortest time between two e-mails to one officer about one urgent petition."""

MOST_IN_ONE = 200


@dataclass
class _Run:
    staff: Staff
    notified: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class TellUnits:
    """Sends waiting news to the officers of units. A schedule runs it every minute."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    mail: OfficerMail
    timekeeping: Timekeeping

    def __call__(self) -> int:
        """Send waiting news, and return the number of petitions. A failure with one petition does not stop the rest."""
        now = self.clock.now()
        run = _Run(Staff(self.store, self.clock))
        urgent = due(self.store, "petitions", FIELD, now, where=(("level", "==", "urgent"),))
        handled = in_turn(
            urgent, self.clock, lambda document: self._safely(document, lambda: self._urgent(document.id, run))
        )
        if self.timekeeping.calendar.is_working_time(now):
            waiting = due(self.store, "petitions", FIELD, now - GROUPED_FOR)
            handled += in_turn(
                waiting, self.clock, lambda document: self._safely(document, lambda: self._grouped(document, run))
            )
        return handled

    def _safely(self, document: Document, action: Callable[[], None]) -> None:
        safely(
            self.store,
            self.clock,
            "petitions",
            FIELD,
            document,
            action,
            event="news not sent",
            metric="news_failed",
            label="code",
        )

    def _grouped(self, document: Document, run: _Run) -> None:
        unit = Petition.model_validate(document.data).unit
        if unit in run.notified:
            return
        run.notified.add(unit)

        def send(tx: Transaction) -> list[Message]:
            now = self.clock.now()
            query = Query(
                "petitions", where=(("unit", "==", unit), (FIELD, "<=", now)), order_by=(FIELD,), limit=MOST_IN_ONE
            )
            return self._tell(tx, [_readable(found) for found in tx.find(query)], run, now)

        self._apply(send)

    def _urgent(self, code: str, run: _Run) -> None:
        def send(tx: Transaction) -> list[Message]:
            now, petition = self.clock.now(), petition_in(tx, code)
            if petition.news is None or now in Until(petition.news.at) or petition.level != "urgent":
                return []
            if self.timekeeping.calendar.is_working_time(now):
                return self._at_once(tx, petition, petition.news, run, now)
            return self._out_of_hours(tx, petition, petition.news, run, now)

        self._apply(send)

    def _apply(self, action: Callable[[Transaction], list[Message]]) -> None:
        apply_once(self.store, self.publisher, self.clock, consumer="news", key=self.ids.token(), body=action)

    def _tell(self, tx: Transaction, found: list[Petition | None], run: _Run, now: datetime) -> list[Message]:
        mine: dict[str, tuple[Officer, list[Petition]]] = {}
        for petition in found:
            if petition is None:
                continue
            informed = petition.news.informed if petition.news else []
            for officer in (item for item in run.staff.meant(petition, _whom(petition)) if item.id not in informed):
                mine.setdefault(officer.id, (officer, []))[1].append(petition)
            tx.update(petition_path(petition.code), {"news": DELETE})
        stamp = self.ids.token()
        return [
            plan_notice(tx, self.mail.news(f"news-{officer.id}-{stamp}", officer, petitions, run.staff, now))
            for officer, petitions in mine.values()
        ]

    def _at_once(self, tx: Transaction, petition: Petition, news: UnitNews, run: _Run, now: datetime) -> list[Message]:
        """Plan e-mails to the officers without recent news of the petition. The rest wait for TOLD_AGAIN_AFTER at most.

        Nobody waits overnight, and all approvers get an e-mail at once about an answer to approve.
        """
        waits = "submitted" not in news.kinds and self.timekeeping.calendar.is_working_time(now + TOLD_AGAIN_AFTER)
        just = {item: at for item, at in petition.told_at.items() if waits and now in Until(at + TOLD_AGAIN_AFTER)}
        meant = [officer for officer in run.staff.meant(petition, _whom(petition)) if officer.id not in news.informed]
        first = [officer for officer in meant if officer.id not in just]
        again = [just[officer.id] for officer in meant if officer.id in just]
        informed = {officer.id: now for officer in first}
        waiting = (
            replace(news, at=min(again) + TOLD_AGAIN_AFTER, first=False, informed=[*news.informed, *informed])
            if again
            else None
        )
        after = replace(petition, told_at=just | informed, news=waiting)
        tx.update(petition_path(petition.code), changed_fields(petition, after))
        stamp = self.ids.token()
        return [
            plan_notice(tx, self.mail.news(f"news-{officer.id}-{stamp}", officer, [petition], run.staff, now))
            for officer in first
        ]

    def _out_of_hours(
        self, tx: Transaction, petition: Petition, news: UnitNews, run: _Run, now: datetime
    ) -> list[Message]:
        opening = self.timekeeping.calendar.next_working_instant(now)
        over = set(news.kinds) == {"approved"}  # an approval needs no action before the morning
        duty = [] if news.duty_told or over else run.staff.on_duty(petition)
        if duty and "level" in news.kinds and petition.unit != COORDINATORS:  # an officer has just made it urgent
            known = {officer.id for officer in duty}
            duty += [item for item in run.staff.meant(petition, _whom(petition)) if item.id not in known]
        informed = [*news.informed, *(officer.id for officer in duty)]
        waiting = replace(news, at=opening, duty_told=news.duty_told or not over, informed=informed)
        tx.update(petition_path(petition.code), changed_fields(petition, replace(petition, news=waiting)))
        if news.duty_told or over:
            return []
        stamp = self.ids.token()
        notices = [
            self.mail.news(f"news-{officer.id}-{stamp}", officer, [petition], run.staff, now) for officer in duty
        ]
        if "new" in news.kinds and petition.source == "zalo":
            notices.append(self._to_citizen(tx, petition, opening, now))
        return [plan_notice(tx, notice) for notice in notices]

    def _to_citizen(self, tx: Transaction, petition: Petition, opening: datetime, now: datetime) -> Notice:
        citizen = citizen_in(tx, petition.citizen)
        texts = self.mail.texts.to(citizen.language if citizen else None)
        return Notice(
            id=f"{petition.code}-urgent",
            kind=NoticeKind.URGENT_NOTED,
            channel="zalo",
            citizen=petition.citizen,
            text=texts.render("urgent_noted", code=petition.code, opening=texts.time(opening)),
            about=About(code=petition.code, seq=petition.version),
            created_at=now,
        )


def _whom(petition: Petition) -> tuple[Recipient, ...]:
    kinds = {*petition.news.kinds} if petition.news else set()
    if petition.unit == COORDINATORS:
        return (Recipient.COORDINATORS,)
    if kinds == {"submitted"}:
        return (Recipient.HEAD,)
    if petition.level == "urgent" or kinds & {"due_today", "overdue", "submitted"}:
        return (Recipient.HANDLER, Recipient.HEAD)
    return (Recipient.HANDLER,)


def _readable(document: Document) -> Petition | None:
    try:
        return Petition.model_validate(document.data)
    except ValueError:
        return None
