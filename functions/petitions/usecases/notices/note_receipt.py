"""Receipts and reactions of citizens, stored in the notice that they are about (PLATFORM 1.16). Nothing is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from petitions import telemetry
from petitions.domain.notices.channels import TEMPLATES
from petitions.domain.notices.notice import Notice, NoticeState, notice_path
from petitions.domain.notices.sending import part_out
from petitions.domain.shared.records import replace
from petitions.domain.zalo.event_families import Reacted, Received, Seen
from petitions.domain.zalo.events import Envelope
from petitions.ports.store import Query, Store, Transaction
from petitions.usecases.notices.prepare_notice import write_notice
from petitions.usecases.shared.petition_changes import changed_fields

_ID = re.compile(r"[0-9A-Za-z_-]{1,48}")
MOST_MESSAGES = 30
"""The most messages of one receipt that are looked up. More are not expected even after a week offline."""


@dataclass(frozen=True)
class NoteReceipt:
    """Stores receipts of notices.

    A receipt that arrives before Zalo's answer to our call finds no notice and is only counted.
    """

    store: Store

    def __call__(self, event: Envelope) -> None:
        """Store a receipt, the first of its kind for a notice. Other events change nothing. Raise Retryable."""
        if not isinstance(event, Received | Seen | Reacted):
            return
        if isinstance(event, Received) and self._delivered(event):
            return
        for message_id in event.message.ids()[:MOST_MESSAGES]:
            if not self.store.transact(partial(self._note, event=event, message_id=message_id)):
                telemetry.count("receipt_unmatched", event_name=event.event_name)

    def _delivered(self, event: Received) -> bool:
        """Store a delivery receipt that names the notice (a template by phone). Return whether that notice exists.

        The receipt proves the delivery if Zalo's answer to our call was lost.
        """
        notice_id = event.message.tracking_id or ""
        if not _ID.fullmatch(notice_id):
            return False

        def note(tx: Transaction) -> bool:
            found = tx.get(notice_path(notice_id))
            if found is None:
                return False
            before = Notice.model_validate(found)
            after = before
            if before.route in TEMPLATES and before.state in {NoticeState.SENDING, NoticeState.UNKNOWN}:
                after = part_out(before, event.message.msg_id or "", event.timestamp)
            write_notice(tx, before, replace(after, **_receipt_fields(before, event)))
            return True

        return self.store.transact(note)

    def _note(self, tx: Transaction, *, event: Received | Seen | Reacted, message_id: str) -> bool:
        found = tx.find(Query("notices", where=(("message_ids", "array_contains", message_id),), limit=1))
        if not found:
            return False
        before = Notice.model_validate(found[0].data)
        after = replace(before, **_receipt_fields(before, event))
        tx.update(notice_path(before.id), changed_fields(before, after))
        return True


def _receipt_fields(notice: Notice, event: Received | Seen | Reacted) -> dict[str, Any]:
    if isinstance(event, Reacted):
        # A reaction of the account to its own message is not the citizen's.
        return {"reaction": event.message.react_icon} if event.event_name == "user_reacted_message" else {}
    if isinstance(event, Seen):
        return {"seen_at": notice.seen_at or event.timestamp}
    return {"received_at": notice.received_at or event.timestamp}
