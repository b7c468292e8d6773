"""The morning's digest for an officer: what is overdue, due today, due soon; coordinators also get the city's list.

Who is not satisfied and was not heard in time stands there too (`unheard_people`).

One transaction per unit writes `digests/{day}:{unit}` and its officers' notices, so an interrupted run continues where
it was and nobody gets two. The digest tells the state when it is made; nobody gets an empty one. On the first working
day of a month the heads of Văn phòng UBND also get the list for the city's leadership.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from petitions import telemetry
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.ladder import ReminderLadder
from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.lateness import plan_in_force
from petitions.domain.petition.petition import Petition
from petitions.domain.reminders.digests import (
    Digest,
    DigestItem,
    DigestSection,
    digest_items,
    digest_path,
    horizon,
    is_digest_time,
    section_key,
)
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.retention import HANDLED_EVENTS_KEPT_FOR
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Document, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.reminders.unheard_people import UnheardPeople, unheard_part
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import plan_notice
from petitions.usecases.shared.sweeping import BUDGET, reason_of
from petitions.usecases.shared.timekeeping import Timekeeping

MOST_OF_UNIT = 500
MOST_OF_CITY = 1000


@dataclass(frozen=True)
class _Material:
    """What the digests of one unit are made of."""

    found: Sequence[DigestItem]
    late: Sequence[DigestItem]
    """What is overdue in the city, for the coordinators."""
    unheard: UnheardPeople


@dataclass(frozen=True)
class SendDigests:
    """The use case of the morning's schedule."""

    store: Store
    publisher: Publisher
    clock: Clock
    mail: OfficerMail
    timekeeping: Timekeeping

    def __call__(self) -> int:
        """Make the missing digests, and return for how many units; do nothing on days off or from noon on."""
        began, made = self.clock.now(), 0
        done = digest_path(began, "all")
        if not is_digest_time(self.timekeeping.calendar, began) or self.store.get(done) is not None:
            return 0
        staff = Staff(self.store, self.clock)
        units = sorted({officer.unit for officer in staff.everyone()})
        known = self.store.get_all([digest_path(began, unit) for unit in units]) if units else []
        missing = [unit for unit, document in zip(units, known, strict=True) if document is None]
        for unit in missing:
            if self.clock.now() - began > BUDGET:
                return made
            try:
                made += self._unit(unit, staff, began)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other units must have theirs
                telemetry.log("ERROR", "digest failed", metric="digest_failed", unit=unit, reason=reason_of(error))
        if not missing:
            # The later runs of the morning read this document alone.
            self.store.create(done, Digest(unit="all", at=began, expires_at=began + HANDLED_EVENTS_KEPT_FOR).stored())
        return made

    def _unit(self, unit: str, staff: Staff, now: datetime) -> bool:
        def work(tx: Transaction) -> list[Message]:
            found = self._items(tx, now, (("unit", "==", unit),), horizon(*self._data, now), MOST_OF_UNIT)
            city = self._items(tx, now, (), now, MOST_OF_CITY) if unit == COORDINATORS else []
            late = [item for item in city if item.standing is DigestSection.OVERDUE]
            unheard = UnheardPeople.of(tx, unit, now)
            standings = {_key(item): item.standing for item in found}
            digest = Digest(unit=unit, at=now, expires_at=now + HANDLED_EVENTS_KEPT_FOR, standings=standings)
            tx.create(digest_path(now, unit), digest.stored())
            material = _Material(found, late, unheard)
            notices = (self._notice(officer, material, staff, now) for officer in staff.of_unit(unit))
            return [plan_notice(tx, notice) for notice in notices if notice is not None]

        key = digest_path(now, unit)
        return apply_once(self.store, self.publisher, self.clock, consumer="digests", key=key, work=work)

    @property
    def _data(self) -> tuple[WorkingCalendar, ReminderLadder]:
        return self.timekeeping.calendar, self.timekeeping.ladder

    def _items(
        self, tx: Transaction, now: datetime, where: tuple[tuple[str, str, object], ...], until: datetime, most: int
    ) -> list[DigestItem]:
        query = Query("petitions", (*where, ("due_at", "<=", until)), order_by=("due_at", "code"), limit=most)
        found = tx.find(query)
        if where:
            # The `due_at` of these is that of the office; what concerns their handler is that nobody answers.
            waiting = (*where, ("state", "==", State.AWAITING_CITIZEN.value))
            found += tx.find(replace(query, where=waiting))
            # What waits to be approved may be due much later.
            found += tx.find(replace(query, where=(*where, ("state", "==", State.AWAITING_APPROVAL.value))))
        petitions = {document.id: _readable(document) for document in found}.values()
        return [item for each in petitions if each is not None for item in digest_items(each, *self._data, now)]

    def _notice(self, officer: Officer, material: _Material, staff: Staff, now: datetime) -> Notice | None:
        mine = [item for item in material.found if officer in staff.meant(item.petition, item.recipients)]
        late, unheard = material.late, material.unheard.told_to(staff.find(officer.id) or officer)
        parts = [*self._parts(mine), *([unheard_part(self.mail, unheard)] if unheard else [])]
        if officer.role is Role.COORDINATOR and officer.unit == COORDINATORS:
            own = {_key(item) for item in mine}
            lines = [self._city_line(item) for item in late if _key(item) not in own]
            if lines:
                parts.append(self.mail.texts.render("digest_city", count=len(lines), lines=self.mail.listed(lines)))
        if officer.role is Role.HEAD and officer.unit == COORDINATORS and late and self._is_first_of_month(now):
            parts.append(self._monthly(late))
        if not parts:
            return None
        counts = Counter(item.standing for item in mine)
        day = f"{hanoi(now):%d/%m/%Y}"
        return Notice(
            id=f"digest-{hanoi(now):%Y%m%d}-{officer.id}",
            kind=NoticeKind.DIGEST,
            channel="email",
            officer=officer.id,
            subject=self.mail.texts.render("digest_subject", day=day, what=self._counted(counts, len(unheard))),
            text=self.mail.texts.render("digest_text", day=day, parts="\n\n".join(parts), link=self.mail.desk_url),
            template=self._template(officer, counts, day),
            created_at=now,
        )

    def _counted(self, counts: Counter[DigestSection], unheard: int) -> str:
        """Return what is due, with its numbers, for the subject; a section with nothing is not named."""
        texts, dated = self.mail.texts, (DigestSection.OVERDUE, DigestSection.TODAY, DigestSection.SOON)
        named = [f"{counts[each]} {texts.render(f'digest_{each}').lower()}" for each in dated if counts[each]]
        named += [texts.render("digest_unheard_counted", count=unheard)] if unheard else []
        return ", ".join(named) or texts.render("digest_subject_rest")

    def _template(self, officer: Officer, counts: Counter[DigestSection], day: str) -> dict[str, str] | None:
        if not officer.phone:
            return None
        return {"day": day} | {standing.value: str(counts[standing]) for standing in DigestSection}

    def _parts(self, mine: Sequence[DigestItem]) -> Iterator[str]:
        for standing in DigestSection:
            lines = [
                self.mail.line(item.petition, item.clock, f"digest_{standing}")
                for item in mine
                if item.standing is standing
            ]
            if lines:
                heading = self.mail.texts.render(f"digest_{standing}")
                yield self.mail.texts.render(
                    "digest_part", heading=heading, count=len(lines), lines=self.mail.listed(lines)
                )

    def _city_line(self, item: DigestItem) -> str:
        recovery = plan_in_force(item.petition, self.clock.now())
        plan = self.mail.texts.render("digest_plan", until=f"{recovery.until:%d/%m/%Y}") if recovery else ""
        return self.mail.texts.render(
            "digest_city_line",
            code=item.petition.code,
            unit=self.mail.directory.name_of(item.petition.unit),
            clock=self.mail.texts.render(f"clock_{item.clock.name}"),
            due=hanoi_time(item.clock.due_at),
            plan=plan,
        )

    def _monthly(self, late: Sequence[DigestItem]) -> str:
        """Return the counts by unit, the most overdue first."""
        counts = Counter(item.petition.unit for item in late)
        lines = [
            self.mail.texts.render("digest_month_line", unit=self.mail.directory.name_of(unit), count=count)
            for unit, count in counts.most_common()
        ]
        return self.mail.texts.render("digest_month", count=len(late), lines=self.mail.listed(lines))

    def _is_first_of_month(self, now: datetime) -> bool:
        today = hanoi(now).date()
        return self.timekeeping.calendar.roll_forward(today.replace(day=1)) == today


def _key(item: DigestItem) -> str:
    return section_key(item.petition.code, item.clock.name)


def _readable(document: Document) -> Petition | None:
    """Return the petition, or None if it cannot be read: the sweep alarms about those."""
    try:
        return Petition.model_validate(document.data)
    except ValueError:
        return None
