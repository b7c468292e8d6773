"""The receipts of Zalo templates, which prove the delivery of a notice (PLATFORM 1.16). Nothing is sent.

Receipts of chat messages and reactions are not stored, because nothing depends on them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.notices.channels import TEMPLATES
from petitions.domain.notices.notice import Notice, NoticeState, notice_path
from petitions.domain.notices.sending import part_out
from petitions.domain.zalo.event_families import Received
from petitions.domain.zalo.events import Envelope
from petitions.ports.store import Store, Transaction
from petitions.usecases.notices.prepare_notice import write_notice

_ID = re.compile(r"[0-9A-Za-z_-]{1,48}")


@dataclass(frozen=True)
class NoteReceipt:
    """Stores the delivery of a template sent to a phone number if Zalo's answer to the call was lost."""

    store: Store

    def __call__(self, event: Envelope) -> None:
        """Store a receipt that names a notice. Other events change nothing. Raise Retryable."""
        notice_id = event.message.tracking_id if isinstance(event, Received) else None
        if not isinstance(event, Received) or not notice_id or not _ID.fullmatch(notice_id):
            return

        def note(tx: Transaction) -> bool:
            found = tx.get(notice_path(notice_id))
            if found is None:
                return False
            before = Notice.model_validate(found)
            if before.route in TEMPLATES and before.state in {NoticeState.SENDING, NoticeState.UNKNOWN}:
                write_notice(tx, before, part_out(before, event.message.msg_id or "", event.timestamp))
            return True

        if not self.store.transact(note):
            telemetry.count("receipt_unmatched", event_name=event.event_name)
