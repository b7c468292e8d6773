"""Actions that state and role allow but another rule forbids now, with the reason shown to the officer.

The desk does not offer these actions, and the use cases refuse them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.lifecycle.lifecycle import Action, TransitionRow
from petitions.domain.officers.four_eyes import why_not_approved, why_not_recalled
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.confidentiality import why_kept
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.store import Reader
from petitions.usecases.lifecycle.ask_supplement import why_not_asked
from petitions.usecases.lifecycle.assign_unit import is_own_and_unheard
from petitions.usecases.lifecycle.extend_deadline import extension_limit
from petitions.usecases.lifecycle.merge_petitions import main_of, why_not_unmerged
from petitions.usecases.lifecycle.publish_result import why_never_published, why_not_yet_published
from petitions.usecases.lifecycle.reopen_petition import why_not_closed, why_not_reopened
from petitions.usecases.lifecycle.submit_answer import why_not_submitted
from petitions.usecases.shared.timekeeping import Timekeeping
from petitions.usecases.shared.undecided import undecided


@dataclass(frozen=True)
class ShutActions:
    """Finds the actions of one petition that are not possible now."""

    store: Reader
    timekeeping: Timekeeping

    def __call__(
        self, officer: Officer, petition: Petition, rows: Sequence[TransitionRow], history: Sequence[HistoryEntry],
        now: datetime,
    ) -> dict[Action, str]:  # fmt: skip
        """Return the impossible actions with the reason in Vietnamese, or with "" if no reason is to be shown."""
        found = ((row.action, self._why(officer, petition, row, history, now)) for row in rows)
        return {action: why for action, why in found if why is not None}

    def _why(
        self, officer: Officer, petition: Petition, row: TransitionRow, history: Sequence[HistoryEntry], now: datetime
    ) -> str | None:
        stays = petition.accuses_coordinators
        needless = {
            Action.GIVE_BACK: stays,
            Action.REASSIGN: stays,
            Action.EXTEND: extension_limit(petition, now) is None,
            Action.TAKE_BACK: stays or petition.unit == COORDINATORS,
            Action.UNASSIGN: not is_own_and_unheard(officer.id, petition),
            Action.UNPUBLISH: petition.publication is None,
            Action.RETURN_FOR_REDO: why_not_recalled(officer, petition) is None,  # they take their own answer back
            Action.RECALL_ANSWER: why_not_recalled(officer, petition) is not None,
        }
        if needless.get(row.action):
            return ""
        match row.action:
            case Action.ASSIGN | Action.REASSIGN:
                why = why_kept(petition)
            case Action.SUBMIT_ANSWER:
                why = why_not_submitted(self.store, officer, petition, now)
            case Action.APPROVE:
                why = why_not_approved(officer, petition)
            case Action.REOPEN:
                why = why_not_reopened(petition, history, undecided(self.store, petition.code), self.timekeeping, now)
            case Action.ASK_SUPPLEMENT:
                why = why_not_asked(petition, row, officer.role)
            case Action.CLOSE:
                why = why_not_closed(self.store, petition)
            case Action.PUBLISH:
                why = why_never_published(petition) or why_not_yet_published(self.store, petition)
            case Action.UNMERGE:
                why = why_not_unmerged(petition, main_of(self.store, petition))
            case _:
                why = None
        return why
