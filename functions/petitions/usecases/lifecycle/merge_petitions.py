"""The merging of a petition into another one on the same matter, the main petition.

The filer of the merged petition is notified, and later gets the answer to the main petition. As another person usually
filed the main petition, everything that identifies a person is removed from that answer and from news of a reopening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role, State
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.confidentiality import closed_with, why_closed_to, why_kept
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.edges import AtMost
from petitions.domain.shared.records import replace
from petitions.errors import Forbidden, Rejected
from petitions.ports.messages import Message
from petitions.ports.store import Reader, Transaction
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.shared.petition_changes import (
    Actor,
    Change,
    Moved,
    change_petition,
    citizen_in,
    move_petition,
    seen_petition,
)

MOST_MERGED = 50
"""The most petitions merged into one main petition. Its answer notifies all their filers in one transaction."""

_MAIN = OPEN_STATES | {State.ANSWERED, State.PUBLISHED, State.CLOSED}


@dataclass(frozen=True)
class MergePetitions:
    """The rules of merging petitions, and the resulting changes of the main petition."""

    telling: TellCitizen

    def main_for(self, reader: Reader, officer: Officer, petition: Petition, text: str) -> Petition:
        """Return the main petition whose code is in `text`. Raise Rejected if the merge is not possible."""
        main = seen_petition(reader, officer, text)
        if main is None or main.code == petition.code:
            raise Rejected("Xin nhập đúng mã của hồ sơ chính, là một hồ sơ khác.", reason="main_unknown")
        if main.merged_into:
            words = f"Hồ sơ {main.code} đã được gộp vào {main.merged_into}. Xin gộp vào hồ sơ đó."
            raise Rejected(words, reason="main_merged")
        if main.state not in _MAIN:
            raise Rejected("Hồ sơ chính đã bị từ chối, rút hoặc chuyển ngoài.", reason="main_over")
        if not AtMost(MOST_MERGED).has_room(len(main.absorbed)):
            raise Rejected(f"Hồ sơ chính đã có {MOST_MERGED} hồ sơ gộp vào.", reason="main_full")
        if "denunciation" in {petition.petition_class, main.petition_class}:
            raise Rejected("Tố cáo không gộp với hồ sơ khác.", reason="denunciation")
        joined = replace(main, closed_with=closed_with(main, petition))
        if closed := why_closed_to(joined, main.unit, self.telling.directory):
            words = f"Xin lấy hồ sơ chính về điều phối trước khi gộp. {closed}"
            raise Rejected(words, reason="closed_to_unit")
        if main.publication and why_kept(joined):
            raise Rejected("Hồ sơ chính đang công khai: xin gỡ công khai trước.", reason="published")
        if petition.absorbed:
            words = "Đã có hồ sơ khác gộp vào hồ sơ này. Xin giữ hồ sơ này làm hồ sơ chính."
            raise Rejected(words, reason="is_main")
        return main

    def main_to_leave(self, reader: Reader, petition: Petition) -> Petition:
        """Return the main petition of a merged petition. Raise Forbidden if the merge can no longer be undone."""
        main = main_of(reader, petition)
        if shut := why_not_unmerged(petition, main):
            raise Forbidden(shut, reason="unmerging_over")
        return main

    def notices_of_merging(self, tx: Transaction, before: Petition, main: Petition, now: datetime) -> list[Notice]:
        """Return the notice to the filer of `before` about the merge into `main`, or [] for a filer without Zalo."""
        citizen = citizen_in(tx, before.citizen)
        return [self.telling.merged(before, main, citizen, now)] if citizen else []

    def notices_beside(
        self,
        tx: Transaction,
        main: Petition,
        make: Callable[[Petition, Petition, Citizen, datetime], Notice],
        now: datetime,
    ) -> list[Notice]:
        """Return a notice for every filer of petitions merged into `main`, without the filer of `main`."""
        filers: dict[str, tuple[Petition, Citizen]] = {}
        for petition in _merged_into(tx, main):
            citizen = citizen_in(tx, petition.citizen) if petition.citizen != main.citizen else None
            if citizen:
                filers.setdefault(petition.citizen, (petition, citizen))
        return [make(petition, main, citizen, now) for petition, citizen in filers.values()]

    def answered_on_portal(self, tx: Transaction, moved: Moved, now: datetime) -> list[Message]:
        """Record the main petition's answer in the merged petitions that came from the portal, for their filers."""
        return [
            self._step_on_portal(tx, petition, moved.petition, RecordedAction.MAIN_ANSWERED, None, now)
            for petition in _filed_on_portal(tx, moved)
        ]

    def reopened_on_portal(self, tx: Transaction, moved: Moved, now: datetime) -> list[Message]:
        """Record the main petition's reopening in the merged petitions that came from the portal, for their filers."""
        main, action = moved.petition, RecordedAction.MAIN_REOPENED
        return [
            self._step_on_portal(tx, petition, main, action, self.telling.reopened_in_words(petition, main), now)
            for petition in _filed_on_portal(tx, moved)
        ]

    @staticmethod
    def _step_on_portal(
        tx: Transaction, petition: Petition, main: Petition, action: RecordedAction, words: str | None, now: datetime
    ) -> Message:
        actor = Actor(Role.SYSTEM)
        _, nudge = change_petition(tx, petition, {}, Change(action, actor, now, reason=main.code, filer_text=words))
        return nudge

    def join(
        self, tx: Transaction, officer: Officer, petition: Petition, main: Petition, now: datetime
    ) -> list[Message]:
        """Add the code of a merged petition to its main petition. Return the messages to publish."""
        absorbed = [*_without(main, petition), petition.code]
        updates = {"absorbed": absorbed, "closed_with": closed_with(main, petition)}
        return self._change_main(tx, officer, petition, main, RecordedAction.ABSORBED, updates, now)

    def release(
        self, tx: Transaction, officer: Officer, petition: Petition, main: Petition, now: datetime
    ) -> list[Message]:
        """Remove the code of a petition from its former main petition. Return the messages to publish."""
        updates = {"absorbed": _without(main, petition)}
        return self._change_main(tx, officer, petition, main, RecordedAction.RELEASED, updates, now)

    def _change_main(
        self,
        tx: Transaction,
        officer: Officer,
        petition: Petition,
        main: Petition,
        action: RecordedAction,
        updates: Mapping[str, Any],
        now: datetime,
    ) -> list[Message]:
        actor, directory = Actor.of(officer), self.telling.directory
        moved = move_petition(tx, main, updates, directory, Change(action, actor, now, reason=petition.code))
        return moved.messages


def _without(main: Petition, petition: Petition) -> list[str]:
    return [code for code in main.absorbed if code != petition.code]


def _merged_into(reader: Reader, main: Petition) -> list[Petition]:
    found = reader.get_all([petition_path(code) for code in main.absorbed]) if main.absorbed else []
    return [Petition.model_validate(document) for document in found if document]


def _filed_on_portal(reader: Reader, moved: Moved) -> list[Petition]:
    closed = {petition.code: petition for petition in moved.family}
    merged = _merged_into(reader, moved.petition)
    return [closed.get(petition.code, petition) for petition in merged if petition.source == "portal"]


def why_not_unmerged(petition: Petition, main: Petition) -> str | None:
    """Return the reason, in Vietnamese, why a merge can no longer be undone, or None if it can."""
    if petition.merged is None:
        return "Hồ sơ này không nhớ trạng thái trước khi gộp nên không tách được."
    if main.reply and main.reply.approved_at:
        return f"Câu trả lời của {main.code} đã được gửi cho người gửi hồ sơ này nên không bỏ gộp được nữa."
    return None


def main_of(reader: Reader, petition: Petition) -> Petition:
    """Return the main petition of a merged petition, or the petition itself if it is not merged."""
    found = reader.get(petition_path(petition.merged_into)) if petition.merged_into else None
    return Petition.model_validate(found) if found else petition
