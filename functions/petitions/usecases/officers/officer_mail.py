"""E-mails to officers: tasks grouped by duty, with a link per task. The filer and citizens are never named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.language.texts import Texts, hanoi_time
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.reminders.duties import Duty
from petitions.domain.units.directory import Directory
from petitions.usecases.officers.duty_entries import LISTS, DutyEntries, DutyEntry
from petitions.usecases.officers.staff import Staff

MOST_LINES = 60
"""The most lines in a list. Further lines are only counted, and the desk shows all."""
MOST_ENTRIES = 20
"""The most entries in a group. Further entries are only counted, with a link to the list."""


@dataclass(frozen=True)
class OfficerMail:
    """Composes the e-mails to officers."""

    texts: Texts
    directory: Directory
    desk_url: str

    @property
    def entries(self) -> DutyEntries:
        """Return the factory for the entries of an e-mail."""
        return DutyEntries(self.texts, self.directory)

    def reminder(
        self,
        petition: Petition,
        clock: PetitionClock,
        officer: Officer,
        staff: Staff,
        reminder: str,
        now: datetime,
    ) -> Notice:
        """Return the e-mail that reminds an officer of an urgent petition's deadline.

        `reminder` is the id of the stored reminder.
        """
        entry = self.entries.of_petition(petition, clock, officer, staff, now)
        due = hanoi_time(clock.due_at)
        words = self.texts.render("reminder_over" if clock.deadline.is_over(now) else "reminder_due", due=due)
        return Notice(
            id=reminder.replace(":", "-"),
            kind=NoticeKind.REMINDER,
            channel="email",
            officer=officer.id,
            subject=self.about("reminder_subject", entry, urgency=words),
            text=self.written([entry]),
            about=About(code=petition.code, seq=petition.version, clock=clock.name, due_version=clock.due_version),
            created_at=now,
        )

    def news(
        self, notice_id: str, officer: Officer, petitions: Sequence[Petition], staff: Staff, now: datetime
    ) -> Notice:
        """Return one e-mail to the officer with the news of all the petitions."""
        entries = [self._news(petition, officer, staff, now) for petition in petitions]
        urgent = any(entry.urgent for entry in entries)
        subject = "news_subject_urgent" if urgent else "news_subject"
        what = f"{self._heading(entries[0].duty)}: {_name(entries[0])}" if len(entries) == 1 else self.counted(entries)
        return Notice(
            id=notice_id,
            kind=NoticeKind.NEWS,
            channel="email",
            officer=officer.id,
            subject=self.texts.render(subject, what=what),
            text=self.written(entries),
            mentions=mentioned(entries),
            created_at=now,
        )

    def help_asked(self, petition: Petition, officer: Officer, staff: Staff, now: datetime) -> Notice:
        """Return the e-mail to an officer about another unit's request for an opinion."""
        entry = self.entries.of_petition(petition, petition.nearest_clock, officer, staff, now, duty=Duty.HELP)
        return Notice(
            id=f"help-{petition.code}-{petition.version}-{officer.id}",
            kind=NoticeKind.NEWS,
            channel="email",
            officer=officer.id,
            subject=self.about("mail_help_subject", entry),
            text=self.written([entry]),
            mentions=mentioned([entry]),
            created_at=now,
        )

    def about(self, key: str, entry: DutyEntry, **params: str) -> str:
        """Return an e-mail subject that names the duty and the petition's title."""
        return self.texts.render(key, what=self._heading(entry.duty), title=_name(entry), **params)

    def written(self, entries: Sequence[DutyEntry]) -> str:
        """Return an officer's duties as paragraphs of a text, grouped by kind of duty."""
        return "\n\n".join(self._paragraphs(entries))

    def counted(self, entries: Sequence[DutyEntry]) -> str:
        """Return the number of an officer's duties by kind, in words."""
        counts = Counter(entry.duty for entry in entries)
        named = [(self._heading(duty).lower(), counts[duty]) for duty in Duty if counts[duty]]
        return ", ".join(self.texts.render("duty_counted", what=what, count=count) for what, count in named)

    def in_a_row(self, entries: Sequence[DutyEntry]) -> list[str]:
        """Return the entries as paragraphs of a text, in the given order. Every paragraph names its duty."""
        needed = {duty: self.texts.render("duty_needed", what=self._heading(duty).lower()) for duty in Duty}
        found = [self._entry(entry, needed[entry.duty]) for entry in entries[:MOST_ENTRIES]]
        return found + self._more(len(entries) - MOST_ENTRIES, "/")

    def listed(self, lines: Sequence[str]) -> str:
        """Return the first `MOST_LINES` lines and the number of further ones."""
        if len(lines) <= MOST_LINES:
            return "\n".join(lines)
        more = self.texts.render("officer_more", count=len(lines) - MOST_LINES, link=self.desk_url)
        return "\n".join([*lines[:MOST_LINES], more])

    def link(self, code: str) -> str:
        """Return the address of a petition's page on the desk."""
        return f"{self.desk_url}/petitions/{code}"

    def _paragraphs(self, entries: Sequence[DutyEntry]) -> Iterator[str]:
        for duty in Duty:
            mine = [entry for entry in entries if entry.duty is duty]
            if mine:
                yield self.texts.render("duty_group", heading=self._heading(duty))
                yield from map(self._entry, mine[:MOST_ENTRIES])
                yield from self._more(len(mine) - MOST_ENTRIES, LISTS.get(duty, "/"))

    def _more(self, count: int, page: str) -> list[str]:
        return [self.texts.render("officer_more", count=count, link=f"{self.desk_url}{page}")] if count > 0 else []

    def _entry(self, entry: DutyEntry, deed: str = "") -> str:
        words = [f"{item}." for item in (entry.code, deed) if item]
        return self.texts.render(
            "duty_urgent_entry" if entry.urgent else "duty_entry",
            title=_name(entry),
            situation=" ".join([*words, entry.situation]).strip(),
            link=f"{self.desk_url}{entry.page}",
        )

    def _heading(self, duty: Duty) -> str:
        return self.texts.render(f"duty_{duty}")

    def _news(self, petition: Petition, officer: Officer, staff: Staff, now: datetime) -> DutyEntry:
        kinds = petition.news.kinds if petition.news else []
        clock = petition.nearest_clock
        if clock is not None and clock.deadline.is_over(now):  # it was due soon when the news was written
            kinds = list(dict.fromkeys("overdue" if kind == "due_today" else kind for kind in kinds))
        why = ", ".join(self.texts.render(f"news_{kind}") for kind in kinds)
        return self.entries.of_petition(petition, clock, officer, staff, now, why=why)


def mentioned(entries: Sequence[DutyEntry]) -> list[str]:
    """Return the codes of the petitions that the entries mention."""
    return sorted({entry.code for entry in entries if entry.code})


def _name(entry: DutyEntry) -> str:
    return entry.title or entry.code or ""
