"""The merging of a petition into another that tells the same: its filer is told, and answered with the main one.

The filer of the merged petition is usually somebody else. So they get the main one's answer without anything that
identifies a person, and they are told of its reopening as they were of its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, Role, State
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.confidentiality import closed_with, why_closed_to, why_kept
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.errors import Forbidden, Rejected
from petitions.ports.messages import Message
from petitions.ports.store import Reader, Transaction
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.shared.petition_changes import (
    Actor,
    change_petition,
    citizen_in,
    move_petition,
    plan_notice,
    seen_petition,
)

MOST_MERGED = 50
"""The most petitions merged into one: answering it tells all their filers in one transaction."""

_MAIN = OPEN_STATES | {State.ANSWERED, State.PUBLISHED, State.CLOSED}


_SHOWN = {Action.APPROVE: RecordedAction.MAIN_ANSWERED, Action.REOPEN: RecordedAction.MAIN_REOPENED}


@dataclass(frozen=True)
class MergePetitions:
    """The merging part of act_on_petition: first the methods that read, then `write`."""

    telling: TellCitizen

    def main_for(self, reader: Reader, officer: Officer, petition: Petition, text: str) -> Petition:
        """Return the petition that `text` names by its code. Raise Rejected if the merging is not possible."""
        main = seen_petition(reader, officer, text)
        if main is None or main.code == petition.code:
            raise Rejected("Xin nhập đúng mã của hồ sơ chính, là một hồ sơ khác.", reason="main_unknown")
        if main.merged_into:
            words = f"Hồ sơ {main.code} đã được gộp vào {main.merged_into}. Xin gộp vào hồ sơ đó."
            raise Rejected(words, reason="main_merged")
        if main.state not in _MAIN:
            raise Rejected("Hồ sơ chính đã bị từ chối, rút hoặc chuyển ngoài.", reason="main_over")
        if len(main.absorbed) >= MOST_MERGED:
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

    def main_of_deed(
        self, tx: Transaction, officer: Officer, petition: Petition, action: Action, text: str
    ) -> Petition | None:
        """Return the main petition of a merging or of its undoing. Raise Rejected or Forbidden, in Vietnamese."""
        if action is Action.MERGE:
            return self.main_for(tx, officer, petition, text)
        if action is not Action.UNMERGE:
            return None
        main = main_of(tx, petition)
        if shut := why_not_unmerged(petition, main):
            raise Forbidden(shut, reason="unmerging_over")
        return main

    def told(
        self, tx: Transaction, before: Petition, after: Petition, main: Petition | None, action: Action, now: datetime
    ) -> list[Notice]:
        """Return the notices to the filer of the merged petition, or to those of petitions merged into this one.

        With the answer, if the main one has it already.
        """
        if action is not Action.MERGE or main is None:
            return self.also_told(tx, after, action, now)
        citizen = citizen_in(tx, before.citizen)
        return [self.telling.merged(before, main, citizen, now)] if citizen else []

    def also_told(self, tx: Transaction, main: Petition, action: Action, now: datetime) -> list[Notice]:
        """Return the notices to the filers of petitions merged into `main` when it is answered or reopened.

        A filer of several gets one.
        """
        making = {Action.APPROVE: self.telling.answered_with, Action.REOPEN: self.telling.reopened_with}.get(action)
        if making is None:
            return []
        merged = [Petition.model_validate(item) for item in tx.get_all([*map(petition_path, main.absorbed)]) if item]
        filers: dict[str, tuple[Petition, Citizen]] = {}
        for petition in merged:
            citizen = citizen_in(tx, petition.citizen) if petition.citizen != main.citizen else None
            if citizen:
                filers.setdefault(petition.citizen, (petition, citizen))
        return [making(petition, main, citizen, now) for petition, citizen in filers.values()]

    def filed_on_portal(self, tx: Transaction, main: Petition, action: Action) -> list[Petition]:
        """Return the petitions merged into `main` whose filers, on the portal, must learn of this step."""
        if action not in _SHOWN or not main.absorbed:
            return []
        merged = [Petition.model_validate(item) for item in tx.get_all([*map(petition_path, main.absorbed)]) if item]
        return [petition for petition in merged if petition.source == "portal"]

    def tell_on_portal(
        self, tx: Transaction, merged: Sequence[Petition], main: Petition, action: Action, now: datetime
    ) -> list[Message]:
        """Write the lines of their histories by which the portal is told that the main one is answered or reopened."""
        messages = []
        for petition in merged:
            told = self.telling.reopened_in_words(petition, main) if action is Action.REOPEN else None
            done, actor = _SHOWN[action], Actor(Role.SYSTEM)
            _, nudge = change_petition(tx, petition, {}, action=done, actor=actor, now=now, reason=main.code, told=told)
            messages.append(nudge)
        return messages

    def write(
        self,
        tx: Transaction,
        officer: Officer,
        petition: Petition,
        main: Petition | None,
        notices: Sequence[Notice],
        now: datetime,
    ) -> list[Message]:
        """Store the notices, and note in the main petition that the other was merged into it or has left it."""
        messages = [plan_notice(tx, notice) for notice in notices]
        if main is None:
            return messages
        others = [code for code in main.absorbed if code != petition.code]
        into = petition.merged_into == main.code
        joined = {"absorbed": [*others, petition.code], "closed_with": closed_with(main, petition)}
        updates = joined if into else {"absorbed": others}
        action = RecordedAction.ABSORBED if into else RecordedAction.RELEASED
        actor, directory = Actor.of(officer), self.telling.directory
        moved = move_petition(tx, main, updates, directory, action=action, actor=actor, now=now, reason=petition.code)
        return [*messages, *moved.messages]


def why_not_unmerged(petition: Petition, main: Petition) -> str | None:
    """Return why a merging cannot be undone any more, in Vietnamese; None if it can."""
    if petition.merged is None:
        return "Hồ sơ này không nhớ trạng thái trước khi gộp nên không tách được."
    if main.reply and main.reply.approved_at:
        return f"Câu trả lời của {main.code} đã được gửi cho người gửi hồ sơ này nên không bỏ gộp được nữa."
    return None


def main_of(reader: Reader, petition: Petition) -> Petition:
    """Return the main petition of a merged one, else the petition itself."""
    found = reader.get(petition_path(petition.merged_into)) if petition.merged_into else None
    return Petition.model_validate(found) if found else petition
