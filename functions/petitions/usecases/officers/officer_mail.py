"""The e-mail to officers: codes, deadlines and links to the desk, never a citizen's words or identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.language.texts import Texts, hanoi_time
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import Directory

MOST_LINES = 60
"""The most lines of a list; the others are only counted, and the desk shows them all."""


@dataclass(frozen=True)
class OfficerMail:
    """Makes the notices."""

    texts: Texts
    directory: Directory
    desk_url: str

    def reminder(
        self, petition: Petition, clock: PetitionClock, officer: Officer, reminder: str, situation: str, now: datetime
    ) -> Notice:
        """Return the reminder of one rung for an urgent petition; `situation` is a key of the texts, true now."""
        name = self.texts.render(f"clock_{clock.name}")
        words = self.texts.render(situation)
        return Notice(
            id=reminder.replace(":", "-"),
            kind=NoticeKind.REMINDER,
            channel="email",
            officer=officer.id,
            subject=self.texts.render("reminder_subject", urgency=words.rstrip("."), code=petition.code, clock=name),
            text=self.texts.render(
                "reminder_text",
                code=petition.code,
                unit=self.directory.name_of(petition.unit),
                clock=name,
                due=hanoi_time(clock.due_at),
                situation=words,
                link=self.link(petition.code),
            ),
            about=About(code=petition.code, seq=petition.version, clock=clock.name, due_version=clock.due_version),
            created_at=now,
        )

    def news(self, notice_id: str, officer: Officer, petitions: Sequence[Petition], now: datetime) -> Notice:
        """Return one notice with all the news for this officer."""
        lines = [self._news_line(petition) for petition in petitions]
        urgent = any(petition.level == "urgent" for petition in petitions)
        return Notice(
            id=notice_id,
            kind=NoticeKind.NEWS,
            channel="email",
            officer=officer.id,
            subject=self.texts.render("news_subject_urgent" if urgent else "news_subject", count=len(lines)),
            text=self.texts.render("news_text", lines=self.listed(lines), link=self.desk_url),
            created_at=now,
        )

    def line(self, petition: Petition, clock: PetitionClock, key: str) -> str:
        """Return a line of a list: code, subject, the clock's deadline, the link."""
        return self.texts.render(
            "officer_line",
            code=petition.code,
            what=self.texts.render(key),
            clock=self.texts.render(f"clock_{clock.name}"),
            due=hanoi_time(clock.due_at),
            link=self.link(petition.code),
        )

    def listed(self, lines: Sequence[str]) -> str:
        """Return the first lines, and how many more there are."""
        if len(lines) <= MOST_LINES:
            return "\n".join(lines)
        return "\n".join([*lines[:MOST_LINES], self.texts.render("officer_more", count=len(lines) - MOST_LINES)])

    def link(self, code: str) -> str:
        """Return the address of a petition's page at the desk."""
        return f"{self.desk_url}/petitions/{code}"

    def _news_line(self, petition: Petition) -> str:
        kinds = petition.news.kinds if petition.news else []
        what = ", ".join(self.texts.render(f"news_{kind}") for kind in kinds)
        open_clocks = [clock for clock in petition.clocks.values() if clock.stopped_at is None]
        first = min(open_clocks, key=lambda clock: clock.due_at, default=None)
        if first is None:
            return self.texts.render(
                "officer_line_undated", code=petition.code, what=what, link=self.link(petition.code)
            )
        return self.texts.render(
            "officer_line",
            code=petition.code,
            what=what,
            clock=self.texts.render(f"clock_{first.name}"),
            due=hanoi_time(first.due_at),
            link=self.link(petition.code),
        )
