"""Later texts of a filer, sent by the system that handed the petition in, possibly in reply to a unit's question."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role
from petitions.domain.officers.service_account import ServiceAccount
from petitions.domain.petition.petition import Addition, Petition
from petitions.domain.shared.fingerprint import seen_mark
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.channels.read_for_system import Sight, last_question, sight_of
from petitions.usecases.petition.file_petition import PetitionFiling
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, Actor, petition_of

FEWEST_SIGNS = 2
"""The fewest letters and digits of a reply: “có”, “12”."""


@dataclass(frozen=True)
class AddWords:
    """Add a filer's text to a petition, for the system that handed the petition in."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    filing: PetitionFiling
    keep_apart: KeepApart

    def __call__(self, account: ServiceAccount, code: str, text: str) -> None:
        """Add the filer's text to the petition, and resume clocks that waited for the filer.

        The same text is added once for each question. A text that reports misconduct goes into a separate petition,
        which the unit cannot read.

        Raise NotFound if there is no such petition, Forbidden if the account did not hand it in or may no longer read
        it, Conflict if it is over, and Rejected if it takes no more text or the text has fewer than two letters or
        digits.
        """
        if sum(map(str.isalnum, text)) < FEWEST_SIGNS:
            raise Rejected("Lời của người gửi cần ít nhất hai chữ hoặc số.", reason="text_too_short")
        question = last_question(self.store, code)
        mark = seen_mark(account.id, code, str(question.seq if question else 0), text)

        def add(tx: Transaction) -> list[Message]:
            petition, by, now = self._handed_in(tx, account, code), Actor(Role.CITIZEN), self.clock.now()
            additions = [Addition(by="citizen", input=f"system-{mark}", at=now, type="text", text=text)]
            audit_change(tx, self.ids.token(), account.person(), "words_added", now, code=code)
            kept = self.keep_apart(tx, petition, additions, [], by, now)
            if kept is not None:
                return kept.messages
            joined = self.filing.join(tx, petition, additions, [], by, now)
            if joined is None:
                raise Rejected("Hồ sơ này không còn chỗ: xin gửi thành phản ánh mới.", reason="additions_full")
            return [joined[2]]

        commit(self.store, self.publisher, self.clock, producer="system-words", key=mark, body=add)

    @staticmethod
    def _handed_in(tx: Transaction, account: ServiceAccount, code: str) -> Petition:
        petition = petition_of(tx, code)
        sight = sight_of(account, petition) if petition else None
        if petition is None or sight in {None, Sight.GONE}:
            raise NotFound(NO_SUCH_PETITION)
        if sight is Sight.RECEIVED:
            raise Forbidden("Hồ sơ này không nhận thêm lời qua giao diện.", reason="closed")
        if petition.taken is None or petition.taken.by != account.id:
            raise Forbidden("Tài khoản không gửi hồ sơ này vào.", reason="not_handed_in")
        if petition.state not in OPEN_STATES:
            raise Conflict("Hồ sơ này đã kết thúc: xin gửi thành phản ánh mới.", reason="petition_over")
        return petition
