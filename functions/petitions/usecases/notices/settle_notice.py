"""Echoes: copies of the account's own messages from Zalo, which prove that a message was sent (PLATFORM 1.15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from petitions import telemetry
from petitions.domain.notices import sending
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.shared.identity import pseudonym
from petitions.domain.zalo.event_families import parse_event
from petitions.domain.zalo.events import ZaloEvent
from petitions.domain.zalo.zalo_webhook import is_from_chat_tool
from petitions.errors import Permanent
from petitions.ports.store import Query, Reader, Store, Transaction
from petitions.usecases.notices.echo_flow import EchoFlow
from petitions.usecases.notices.note_receipt import NoteReceipt
from petitions.usecases.notices.prepare_notice import write_notice
from petitions.usecases.notices.sent_messages import SentMessages

ECHOES = frozenset({"oa_send_text", "oa_send_file", "oa_send_image", "oa_send_template"})
_OPEN = [NoticeState.SENDING.value, NoticeState.UNKNOWN.value]


@dataclass(frozen=True)
class SettleNotice:
    """Marks notices as sent on the evidence of echoes and receipts. Repeating an event changes nothing."""

    store: Store
    id_key: bytes
    flow: EchoFlow
    sent: SentMessages = field(default_factory=SentMessages)
    """The messages that this process has just sent itself. Their echoes change nothing."""

    def __call__(self, raw: Mapping[str, Any]) -> None:
        """Mark the notice of an echo, or of a template's receipt, as sent. Other events are only counted.

        Raise Permanent or Retryable.
        """
        name = str(raw.get("event_name"))[:100]
        telemetry.count("receipt", event_name=name)
        try:
            event = parse_event(raw)
        except (ValueError, OverflowError, OSError) as error:
            raise Permanent("the event has no known form", reason="malformed") from error
        if name not in ECHOES or is_from_chat_tool(raw) or not isinstance(event, ZaloEvent):
            NoteReceipt(self.store)(event)
            return
        known = event.message is not None and (event.message.msg_id or "") in self.sent
        recorded = known or _is_recorded(self.store, event)
        settled = None if recorded else self.store.transact(lambda tx: self._settle(tx, event))
        self.flow.note(event.timestamp)
        if settled is not None:
            telemetry.count("notice_settled", notice=settled.id, kind=settled.kind, state=settled.state)

    def _settle(self, tx: Transaction, event: ZaloEvent) -> Notice | None:
        message, user = event.message, event.user()
        if message is None or not message.msg_id or user is None:
            return None
        citizen = pseudonym(self.id_key, user)
        found = tx.find(Query("notices", where=(("citizen", "==", citizen), ("state", "in", _OPEN))))
        notices = [Notice.model_validate(document.data) for document in found]
        candidates = [notice for notice in notices if _shown_by(event, notice)]
        if not candidates or _is_recorded(tx, event):
            return None
        # Of notices with the same text, take the latest attempt before the echo: earlier ones had their own echoes.
        before = max(candidates, key=lambda notice: notice.attempt.started_at if notice.attempt else event.timestamp)
        after = sending.part_out(before, message.msg_id, event.timestamp)
        write_notice(tx, before, after)
        return after


def _is_recorded(reader: Reader, event: ZaloEvent) -> bool:
    message_id = event.message.msg_id if event.message else None
    known = Query("notices", where=(("message_ids", "array_contains", message_id),), limit=1)
    return message_id is not None and bool(reader.find(known))


def _shown_by(echo: ZaloEvent, notice: Notice) -> bool:
    text = echo.message.text if echo.message else None
    return sending.echoes(notice, echo.event_name, text, echo.timestamp)
