"""The morning's digest to an officer: duties with deadlines, and for coordinators overdue petitions of other units.

One transaction per unit writes `digests/{day}:{unit}` and the notices to its officers. An interrupted run can therefore
continue, and nobody gets two digests. Empty digests are not sent. On the first working day of a week, heads also get
their unit's week. On the first working day of a month, the heads of Văn phòng UBND get a list for the city's
leadership.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from petitions import telemetry
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.reminders.digests import Digest, DigestSection, digest_path, is_digest_time, section_key
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.retention import HANDLED_EVENTS_KEPT_FOR
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.officers.officer_mail import OfficerMail, mentioned
from petitions.usecases.officers.staff import Staff
from petitions.usecases.reminders.read_duties import Duties, ReadDuties, UnitDuties
from petitions.usecases.reminders.read_week import ReadWeek, UnitWeek, ahead_in_words, begins_the_week, week_in_words
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import plan_notice
from petitions.usecases.shared.sweeping import BUDGET, reason_of
from petitions.usecases.shared.timekeeping import Timekeeping


@dataclass(frozen=True)
class SendDigests:
    """Sends officers the morning's digests. A schedule runs it."""

    store: Store
    publisher: Publisher
    clock: Clock
    mail: OfficerMail
    timekeeping: Timekeeping

    @property
    def duties(self) -> ReadDuties:
        """Return the reader of officers' duties."""
        return ReadDuties(self.store, self.clock, self.mail.entries, self.timekeeping)

    @property
    def week(self) -> ReadWeek:
        """Return the reader of units' weeks."""
        return ReadWeek(ReadFigures(self.store, self.clock), self.mail.entries, self.timekeeping)

    def __call__(self) -> int:
        """Send the missing digests, and return the number of units. Do nothing on days off and after noon."""
        began, made = self.clock.now(), 0
        done = digest_path(began, "all")
        if not is_digest_time(self.timekeeping.calendar, began) or self.store.get(done) is not None:
            return 0
        staff = Staff(self.store, self.clock)
        units = sorted({officer.unit for officer in staff.everyone()})
        known = self.store.get_all([digest_path(began, unit) for unit in units]) if units else []
        missing = [unit for unit, document in zip(units, known, strict=True) if document is None]
        for unit in missing:
            if UpTo(began + BUDGET).is_over(self.clock.now()):
                return made
            try:
                made += self._unit(unit, staff, began)
            except Exception as error:  # noqa: BLE001 - the other units must get theirs
                telemetry.log("ERROR", "digest failed", metric="digest_failed", unit=unit, reason=reason_of(error))
        if not missing:
            # The later runs of the morning read only this document.
            self.store.create(done, Digest(unit="all", at=began, expires_at=began + HANDLED_EVENTS_KEPT_FOR).stored())
        return made

    def _unit(self, unit: str, staff: Staff, now: datetime) -> bool:
        def make(tx: Transaction) -> list[Message]:
            found = self.duties.of_unit(tx, unit, now)
            notices = [self._notice(officer, found, staff, now) for officer in staff.of_unit(unit)]
            if begins_the_week(self.timekeeping.calendar, now):
                notices += self._weekly(tx, unit, staff, now)
            standings = {section_key(item.petition.code, item.clock.name): item.standing for item in found.found}
            digest = Digest(unit=unit, at=now, expires_at=now + HANDLED_EVENTS_KEPT_FOR, standings=standings)
            tx.create(digest_path(now, unit), digest.stored())
            return [plan_notice(tx, notice) for notice in notices if notice is not None]

        key = digest_path(now, unit)
        return apply_once(self.store, self.publisher, self.clock, consumer="digests", key=key, body=make)

    def _notice(self, officer: Officer, unit: UnitDuties, staff: Staff, now: datetime) -> Notice | None:
        duties = self.duties.of_officer(officer, unit, staff)
        parts = [self.mail.written(duties.entries)] if duties.entries else []
        parts = self._as_deputy(officer, staff, now, also=bool(parts)) + parts
        if officer.role is Role.HEAD and officer.unit == COORDINATORS and unit.late and self._is_first_of_month(now):
            parts.append(self._monthly(unit))
        if not parts:
            return None
        day = f"{hanoi(now):%d/%m/%Y}"
        return Notice(
            id=f"digest-{hanoi(now):%Y%m%d}-{officer.id}",
            kind=NoticeKind.DIGEST,
            channel="email",
            officer=officer.id,
            subject=self.mail.texts.render("digest_subject", day=day, what=self._counted(duties)),
            text=self.mail.texts.render("digest_text", day=day, parts="\n\n".join(parts), link=self.mail.desk_url),
            template=self._template(officer, duties, day),
            mentions=mentioned(duties.entries),
            created_at=now,
        )

    def _as_deputy(self, officer: Officer, staff: Staff, now: datetime, *, also: bool) -> list[str]:
        stands = (staff.find(officer.id) or officer).stands_in
        if stands is None or stands.since is None:
            return []
        begun = stands.since not in Until(hanoi(self.timekeeping.calendar.opening_at(now, -1)).date())
        words = {"who": staff.name(stands.officer), "until": f"{stands.until:%d/%m/%Y}"}
        return [self.mail.texts.render("digest_deputy", **words)] if also or begun else []

    def _counted(self, duties: Duties) -> str:
        texts, dated = self.mail.texts, (DigestSection.OVERDUE, DigestSection.TODAY, DigestSection.SOON)
        named = [
            f"{duties.standings[digest_section]} {texts.render(f'digest_{digest_section}').lower()}"
            for digest_section in dated
            if duties.standings[digest_section]
        ]
        words = [", ".join(named), self.mail.counted(duties.entries)]
        return " – ".join(filter(None, words)) or texts.render("digest_subject_rest")

    def _template(self, officer: Officer, duties: Duties, day: str) -> dict[str, str] | None:
        if not officer.phone:
            return None
        return {"day": day} | {standing.value: str(duties.standings[standing]) for standing in DigestSection}

    def _weekly(self, tx: Transaction, unit: str, staff: Staff, now: datetime) -> Iterator[Notice]:
        for officer in staff.of_unit(unit):
            acting = staff.find(officer.id) or officer
            week = self.week(tx, acting, staff, now) if acting.role is Role.HEAD else None
            if week is not None and not week.is_empty:
                yield self._week(acting, week, staff, now)

    def _week(self, officer: Officer, week: UnitWeek, staff: Staff, now: datetime) -> Notice:
        texts, unit = self.mail.texts, self.mail.directory.name_of(week.unit)
        instead = texts.render("mail_instead", who=staff.name(officer.instead_of)) if officer.instead_of else ""
        figures = texts.render("week_figures", link=f"{self.mail.desk_url}{week.page}")
        parts = [instead, week_in_words(week, texts), figures]
        for key, found in (("week_late", week.late), ("week_due", week.due)):
            heading = texts.render(key, count=len(found), until=f"{week.last:%d/%m/%Y}")
            parts += [texts.render("duty_group", heading=heading), *self.mail.in_a_row(found)] if found else []
        return Notice(
            id=f"week-{hanoi(now):%Y%m%d}-{officer.id}",
            kind=NoticeKind.DIGEST,
            channel="email",
            officer=officer.id,
            subject=texts.render("week_subject", unit=unit, what=ahead_in_words(week, texts)),
            text=texts.render("week_text", unit=unit, parts="\n\n".join(filter(None, parts))),
            mentions=mentioned([*week.late, *week.due]),
            created_at=now,
        )

    def _monthly(self, unit: UnitDuties) -> str:
        counts = Counter(item.petition.unit for item in unit.late)
        lines = [
            self.mail.texts.render("digest_month_line", unit=self.mail.directory.name_of(one), count=count)
            for one, count in counts.most_common()
        ]
        return self.mail.texts.render("digest_month", count=len(unit.late), lines=self.mail.listed(lines))

    def _is_first_of_month(self, now: datetime) -> bool:
        today = hanoi(now).date()
        return self.timekeeping.calendar.roll_forward(today.replace(day=1)) == today
