"""The e-mails to the heads of a unit when an administrator adds an officer or a service account to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.language.texts import Texts
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.ports.store import Transaction
from petitions.usecases.officers.on_hand import heads_of
from petitions.usecases.shared.petition_changes import plan_notice


@dataclass(frozen=True)
class TellHeads:
    """Plans e-mails to the heads of a unit about an officer or account that was added to it.

    The e-mails are stored in the transaction of the change, and sent by the next sweep.
    """

    texts: Texts
    directory: Directory

    def __call__(
        self, tx: Transaction, admin: Officer, key: str, added: Sequence[tuple[str, str]], now: datetime
    ) -> None:
        """Plan one e-mail per head. `added` has pairs of unit and description, `key` identifies the change.

        Call this before the change is written, because a transaction reads before it writes.
        """
        by_unit: dict[str, list[str]] = {}
        for unit, words in added:
            by_unit.setdefault(unit, []).append(words)
        heads = [head for unit in by_unit for head in heads_of(tx, unit, hanoi(now).date())]
        of = self.directory.name_of(admin.unit)
        for head in heads:
            words = "; ".join(by_unit[head.unit])
            notice = Notice(
                id=f"joined-{key}-{head.id}",
                kind=NoticeKind.DIGEST,
                channel="email",
                officer=head.id,
                subject=self.texts.render("mail_joined_subject"),
                text=self.texts.render("mail_joined_text", added=words, by=admin.name, unit=of),
                state=NoticeState.WAITING,
                next_attempt_at=now,
                created_at=now,
            )
            plan_notice(tx, notice)
