"""The e-mails to units about moved deadlines: one for every officer concerned, with all their petitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.reminders.deadline_moves import MovedDeadlines
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import plan_notice

PAGE = 300


@dataclass(frozen=True)
class TellDeadlineMoves:
    """Plans the e-mails about moved deadlines, once per job."""

    store: Store
    publisher: Publisher
    clock: Clock
    mail: OfficerMail

    def __call__(self, job: str) -> int:
        """Plan the e-mails about the deadlines that the job moved. Return the number of petitions. Raise Retryable."""
        staff, petitions = Staff(self.store, self.clock), 0
        for unit, group in groupby(self._moved(job), key=lambda moved_deadlines: moved_deadlines.unit):
            found = list(group)
            petitions += len(found)
            plan = partial(self._tell, job=job, unit=unit, found=found, officers=_recipients(staff, unit))
            commit(self.store, self.publisher, self.clock, producer="moved", key=f"{job}:{unit}", body=plan)
        return petitions

    def _moved(self, job: str) -> Iterator[MovedDeadlines]:
        after: tuple[str, ...] = ()
        while True:
            where = (("job", "==", job),)
            query = Query("deadline_moves", where, order_by=("unit", "code"), limit=PAGE, start_after=after)
            page = [MovedDeadlines.model_validate(document.data) for document in self.store.find(query)]
            yield from page
            if len(page) < PAGE:
                return
            after = (page[-1].unit, page[-1].code)

    def _tell(
        self, tx: Transaction, job: str, unit: str, found: list[MovedDeadlines], officers: list[Officer]
    ) -> list[Message]:
        now, petitions = self.clock.now(), self._petitions(found)
        notices = []
        for officer in officers:
            open_to = [
                moved_deadlines
                for moved_deadlines in found
                if not is_closed_to(officer, petitions[moved_deadlines.code])
            ]
            notices += [self._notice(job, unit, open_to, officer, now)] if open_to else []
        return [plan_notice(tx, notice) for notice in notices]

    def _petitions(self, found: list[MovedDeadlines]) -> dict[str, Petition]:
        paths = [petition_path(moved_deadlines.code) for moved_deadlines in found]
        read = [fields for at in range(0, len(paths), PAGE) for fields in self.store.get_all(paths[at : at + PAGE])]
        petitions = [Petition.model_validate(fields) for fields in read if fields]
        return {petition.code: petition for petition in petitions}

    def _notice(self, job: str, unit: str, found: list[MovedDeadlines], officer: Officer, now: datetime) -> Notice:
        lines = [
            self.mail.texts.render(
                "moved_line",
                code=moved_deadlines.code,
                clock=self.mail.texts.render(f"clock_{move.clock}"),
                old=hanoi_time(move.old),
                new=hanoi_time(move.new),
            )
            for moved_deadlines in found
            for move in moved_deadlines.moves
        ]
        return Notice(
            id=f"moved-{job}-{unit}-{officer.id}",
            kind=NoticeKind.MOVED,
            channel="email",
            officer=officer.id,
            subject=self.mail.texts.render("moved_subject", count=len(found)),
            text=self.mail.texts.render(
                "moved_text",
                count=len(found),
                unit=self.mail.directory.name_of(unit),
                lines=self.mail.listed(lines),
                link=self.mail.desk_url,
            ),
            created_at=now,
        )


def _recipients(staff: Staff, unit: str) -> list[Officer]:
    officers = [] if unit == COORDINATORS else staff.of_unit(unit)
    for role in (Role.HEAD, Role.OFFICER):
        if chosen := [officer for officer in officers if officer.role is role]:
            return staff.with_deputies(chosen)
    return staff.with_deputies(staff.coordinators())
