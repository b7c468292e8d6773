"""The notices to a filer that their petition is late.

The first notice is sent when the deadline has passed, further ones at most once a week. If the unit gives a reason and
a new date, a notice is sent at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.language.texts import Texts
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.petition.lateness import lateness_due
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.late_step import late_step
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.shared.lateness_words import lateness_words
from petitions.usecases.shared.petition_changes import citizen_in, plan_notice


@dataclass(frozen=True)
class TellLateness:
    """Plans the notices to filers that their petitions are late."""

    texts: Texts
    directory: Directory

    def __call__(self, tx: Transaction, petition: Petition, now: datetime) -> tuple[Petition, list[Message]]:
        """Plan the notice that the petition is late, if one is due.

        Return the petition, for the caller to write, and the messages.
        """
        due = lateness_due(petition)
        return self.tell(tx, petition, now) if due is not None and Until(due).is_over(now) else (petition, [])

    def tell(self, tx: Transaction, petition: Petition, now: datetime) -> tuple[Petition, list[Message]]:
        """Plan the notice about the late step at once. Return the petition, for the caller to write, and messages."""
        late, citizen = late_step(petition), citizen_in(tx, petition.citizen)
        notified = replace(petition, lateness_told_at=now)
        if late is None or not late.is_late(now) or citizen is None or petition.source != "zalo":
            return notified, []
        texts, unit = self.texts.to(citizen.language), self.directory.name_of(petition.unit)
        params = {"code": petition.code, "unit": unit, "late": lateness_words(late, texts, now)}
        notice = Notice(
            id=f"{petition.code}-late-{now:%Y%m%d%H%M%S}",
            kind=NoticeKind.LATE,
            channel="zalo",
            citizen=petition.citizen,
            text=texts.render("late_told", **params),
            about=About(code=petition.code, seq=petition.version),
            template=params,
            created_at=now,
        )
        return notified, [plan_notice(tx, notice)]
