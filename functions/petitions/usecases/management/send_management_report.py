"""The schedule of the monthly report: made on the first working day of a month, then mailed to the leadership.

The first run creates the job. Its id contains the month, so there is one job per month. A later run that finds the job
done plans the e-mails, once. E-mails go out on working days only. They have the numbers of the city in sentences, no
personal data, and the address of the page with the numbers, where the file can be made anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.jobs.job import AskedBy, Job, JobState, asked, job_path
from petitions.domain.jobs.job_kinds import SYSTEM
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.management.sentences import in_sentences, month_in_words
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.management.read_management import ReadManagement, last_month
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.outbox import apply_once, commit, nudge
from petitions.usecases.shared.petition_changes import plan_notice

KIND = "management_report"
_AFTER = frozenset({JobState.DONE, JobState.EXPIRED})


@dataclass(frozen=True)
class SendManagementReport:
    """Creates the monthly report and its e-mails."""

    store: Store
    publisher: Publisher
    clock: Clock
    mail: OfficerMail
    calendar: WorkingCalendar
    read: ReadManagement

    def __call__(self) -> int:
        """Start last month's report or, once it is made, plan its e-mails. Return their number. Raise Retryable."""
        now = self.clock.now()
        if not self.calendar.is_working_day(hanoi(now).date()):
            return 0
        month = last_month(now)
        found = self.store.get(job_path(sent_id(month)))
        if found is None:
            self._ask(month)
            return 0
        job = Job.model_validate(found)
        if job.state is JobState.FAILED:
            telemetry.log("ERROR", "no monthly report", metric="job_failed", job=job.id, kind=KIND)
        return self._tell(month) if job.state in _AFTER else 0

    def _ask(self, month: str) -> None:
        by = AskedBy(SYSTEM, Role.SYSTEM, COORDINATORS)
        job = asked(sent_id(month), KIND, {"name": month}, by, self.clock.now())

        def create_job(tx: Transaction) -> list[Message]:
            tx.create(job_path(job.id), job.stored())
            return [nudge("jobs", "", {"id": job.id})]

        commit(self.store, self.publisher, self.clock, producer="jobs", key=job.id, body=create_job)

    def _tell(self, month: str) -> int:
        staff = Staff(self.store, self.clock)
        people = staff.with_deputies([officer for officer in staff.everyone() if officer.role is Role.HEAD])

        def plan_letters(tx: Transaction) -> list[Message]:
            sentences = "\n".join(f"• {sentence}" for sentence in in_sentences(self.read(month)))
            return [plan_notice(tx, self._letter(person, month, sentences)) for person in people]

        done = apply_once(self.store, self.publisher, self.clock, consumer=KIND, key=month, body=plan_letters)
        return len(people) if done else 0

    def _letter(self, officer: Officer, month: str, sentences: str) -> Notice:
        words, link = month_in_words(month), f"{self.mail.desk_url}{month_page(month)}"
        return Notice(
            id=f"management-{month}-{officer.id}",
            kind=NoticeKind.MANAGEMENT,
            channel="email",
            officer=officer.id,
            subject=self.mail.texts.render("management_subject", month=words),
            text=self.mail.texts.render("management_text", month=words, sentences=sentences, link=link),
            created_at=self.clock.now(),
        )


def month_page(month: str) -> str:
    """Return the path of the desk page that shows the report of a month."""
    return f"/management?month={month}"


def sent_id(month: str) -> str:
    """Return the id of the scheduled job for the month's report."""
    return f"management-{month}"
