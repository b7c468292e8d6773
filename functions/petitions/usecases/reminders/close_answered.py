"""The scheduled steps after an answer: asking once for a rating, and closing the petition later.

They are done within the sweep's transaction. The petition is not closed while an officer has not decided a request that
the filer made in time. This is checked once a working day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import Action, Role, transition
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.petition.petition import Petition
from petitions.domain.reminders.housekeeping import ChoreKind, next_chore
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.contact.bring_answer import ask_for_answer, lacks_mail
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, citizen_in, plan_notice
from petitions.usecases.shared.timekeeping import Timekeeping
from petitions.usecases.shared.undecided import undecided


@dataclass(frozen=True)
class CloseAnswered:
    """Asks for a rating and closes answered petitions, when these steps are due."""

    texts: Texts
    timekeeping: Timekeeping

    def __call__(self, tx: Transaction, petition: Petition, now: datetime) -> tuple[Petition, list[Message]]:
        """Do the due steps, in working hours only. Return the petition, for the caller to write, and the messages."""
        messages: list[Message] = []
        calendar = self.timekeeping.calendar
        while calendar.is_working_time(now):
            chore = next_chore(petition, self.timekeeping.chores, calendar)
            if chore is None or now in Until(chore.at):
                break
            if chore.kind is ChoreKind.CLOSE and self._is_held(tx, petition, now):
                held = calendar.opening_at(now, 1)
                petition = replace(petition, closing_held_until=held)
            elif chore.kind is ChoreKind.CLOSE:
                petition, nudge = self._close(tx, petition, now)
                messages.append(nudge)
            else:
                petition = replace(petition, rating_asked_at=now)
                messages += self._ask(tx, petition, now)
        return petition, messages

    def _is_held(self, tx: Transaction, petition: Petition, now: datetime) -> bool:
        if undecided(tx, petition.code):
            return True
        if not lacks_mail(tx, petition):
            return False
        ask_for_answer(tx, petition, petition.unit, self.timekeeping, now)
        return True

    def _close(self, tx: Transaction, petition: Petition, now: datetime) -> tuple[Petition, Message]:
        step = transition(petition.state, Action.CLOSE, Role.SYSTEM, petition.came_from)
        closed = {"state": step.to, "came_from": step.came_from}
        return change_petition(tx, petition, closed, Change(Action.CLOSE, Actor(Role.SYSTEM), now))

    def _ask(self, tx: Transaction, petition: Petition, now: datetime) -> list[Message]:
        citizen = citizen_in(tx, petition.citizen)
        unrated = citizen.conversation.unrated() if citizen else None
        if citizen is None or unrated is None or unrated.code != petition.code:
            return []
        notice = Notice(
            id=f"{petition.code}-rating-{petition.version}",
            kind=NoticeKind.RATING_ASKED,
            channel="zalo",
            citizen=petition.citizen,
            text=self.texts.to(citizen.language).render("rating_asked", code=petition.code),
            about=About(code=petition.code, seq=petition.version),
            created_at=now,
        )
        return [plan_notice(tx, notice)]
