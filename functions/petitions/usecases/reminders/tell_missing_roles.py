"""The weekly e-mail about missing staff: all units for coordinators and administrators, its own for a unit.

It is sent on the morning of the first working day of a week. `digests/{day}:missing_roles` is written in the same
transaction, so nobody gets two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.missing_roles import missing_role_warnings, teams
from petitions.domain.officers.officer import WORKING, Officer
from petitions.domain.reminders.digests import Digest, digest_path, is_digest_time
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.retention import HANDLED_EVENTS_KEPT_FOR
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.reminders.read_week import begins_the_week
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import plan_notice

NAME = "missing_roles"


@dataclass(frozen=True)
class TellMissingRoles:
    """Sends the weekly e-mails about missing staff. On most mornings this costs one read."""

    store: Store
    publisher: Publisher
    clock: Clock
    mail: OfficerMail
    calendar: WorkingCalendar

    def __call__(self) -> int:
        """Plan the e-mails if they are due and not planned yet, and return their number. Raise Retryable."""
        now = self.clock.now()
        path = digest_path(now, NAME)
        if (
            not is_digest_time(self.calendar, now)
            or not begins_the_week(self.calendar, now)
            or self.store.get(path) is not None
        ):
            return 0
        letters = self._letters(Staff(self.store, self.clock), now)

        def write(tx: Transaction) -> list[Message]:
            tx.create(path, Digest(unit=NAME, at=now, expires_at=now + HANDLED_EVENTS_KEPT_FOR).stored())
            return [plan_notice(tx, letter) for letter in letters]

        done = apply_once(self.store, self.publisher, self.clock, consumer="digests", key=path, body=write)
        return len(letters) if done else 0

    def _letters(self, staff: Staff, now: datetime) -> list[Notice]:
        everyone = staff.everyone()
        by_unit = teams(everyone, self.mail.directory)
        warnings = {code: missing_role_warnings(code, people) for code, people in by_unit.items()}
        lines = {code: self._line(code, words) for code, words in warnings.items() if words}
        if not lines:
            return []
        wanted = {Role.COORDINATOR, Role.ADMIN}
        leading = staff.with_deputies([officer for officer in everyone if officer.role in wanted])
        letters = [self._letter(officer, list(lines.values()), now) for officer in leading]
        led = {officer.id for officer in leading}
        working = [officer for code in lines for officer in by_unit[code] if officer.role in WORKING]
        concerned = [officer for officer in working if officer.id not in led]
        return letters + [self._letter(officer, [lines[officer.unit]], now) for officer in concerned]

    def _line(self, code: str, words: list[str]) -> str:
        return self.mail.texts.render(
            "staff_missing_line", unit=self.mail.directory.name_of(code), what=" ".join(words)
        )  # fmt: skip

    def _letter(self, officer: Officer, lines: list[str], now: datetime) -> Notice:
        return Notice(
            id=f"{NAME}-{hanoi(now):%Y%m%d}-{officer.id}",
            kind=NoticeKind.DIGEST,
            channel="email",
            officer=officer.id,
            subject=self.mail.texts.render("staff_missing_subject", count=len(lines)),
            text=self.mail.texts.render(
                "staff_missing_text", count=len(lines), lines=self.mail.listed(lines), link=self.mail.desk_url
            ),
            created_at=now,
        )
