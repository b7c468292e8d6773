"""Deactivation of an officer, whose open petitions first go to a colleague or back to the unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from petitions.domain.officers.officer import WORKING, Officer
from petitions.domain.officers.policy import Permission, is_closed_to, may
from petitions.domain.petition.history_actions import RecordedAction
from petitions.errors import Forbidden, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.officers.manage_officers import ManageOfficers, handled_by, known_officer
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, petition_in

PAGE = 100
TO_UNIT = "unit"
"""The value of `to` for no colleague: the petitions get no handler, and the whole unit is reminded of them."""


@dataclass(frozen=True)
class OfficerLeaves:
    """Hands over an officer's petitions and deactivates the account.

    The account is deactivated last, so an interrupted run can be repeated.
    """

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    manage: ManageOfficers

    def open_work(self, officer_id: str) -> int:
        """Return the number of open petitions that the officer handles."""
        return self.store.count(handled_by(officer_id))

    def __call__(self, admin: Officer, officer_id: str, to: str) -> int:
        """Hand over all petitions, deactivate the account, and return the number of petitions handed over.

        `to` is a colleague's id or `TO_UNIT`. A petition goes back to its unit if the colleague is of another unit,
        or may not see it because it is confidential. Raise NotFound, Forbidden, or Rejected: for one's own account,
        without a choice, or for a colleague who cannot handle petitions.
        """
        if not may(admin, Permission.ADMINISTER):
            raise Forbidden("Chỉ quản trị viên ngừng tài khoản.")
        if officer_id == admin.id:
            raise Rejected("Không tự ngừng tài khoản của chính mình.", reason="oneself")
        waiting = self.open_work(officer_id)
        if waiting and not to:
            words = f"Người này đang giữ {waiting} hồ sơ. Xin chọn người nhận bàn giao, hoặc trả về đơn vị."
            raise Rejected(words, reason="open_work")
        moved = 0
        while found := self.store.find(replace(handled_by(officer_id), limit=PAGE)):
            moved += sum(self._hand_over(admin, document.id, officer_id, to) for document in found)
        self.manage.deactivate(admin, officer_id)
        return moved

    def _hand_over(self, admin: Officer, code: str, leaving: str, to: str) -> bool:
        def move(tx: Transaction) -> tuple[bool, list[Message]]:
            petition = petition_in(tx, code)
            if petition.handler != leaving:
                return False, []
            taker = None if to == TO_UNIT else Officer.model_validate(known_officer(tx, to))
            if taker and (taker.id == leaving or taker.left_at or taker.role not in WORKING):
                raise Rejected("Người nhận phải là cán bộ hoặc lãnh đạo đang làm việc.", reason="handler_unknown")
            takes = taker and taker.unit == petition.unit and not is_closed_to(taker, petition)
            handler = taker.id if taker and takes else None
            actor, now = Actor.of(admin), self.clock.now()
            action = RecordedAction.HANDLER_CHANGED
            after, nudge = change_petition(tx, petition, {"handler": handler}, Change(action, actor, now))
            audit_change(tx, self.ids.token(), admin, action, now, code=code, seq=after.version)
            return True, [nudge]

        return commit_result(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), body=move)
