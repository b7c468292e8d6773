"""Planted faults in incoming and outgoing data: messages, notices, tokens, files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count
from typing import Any

from petitions import entry
from petitions.domain.notices import notice as notice_module
from petitions.domain.notices import sending
from petitions.domain.notices.delivery_errors import retry_at
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.petition import lateness
from petitions.domain.shared.records import replace
from petitions.errors import Retryable
from petitions.ports.store import DELETE
from petitions.usecases.files.carry_attachments import CarryAttachments
from petitions.usecases.files.sweep_attachments import SweepAttachments
from petitions.usecases.files.tell_attachments import TellAttachments
from petitions.usecases.notices import prepare_notice
from petitions.usecases.notices.find_evidence import Evidence, FindEvidence
from petitions.usecases.notices.sending_limits import SendingSwitch
from petitions.usecases.notices.settle_notice import SettleNotice
from petitions.usecases.notices.sweep_notices import SweepNotices
from petitions.usecases.shared import outbox
from petitions.usecases.shared.relay import RelayUnpublished
from petitions.usecases.zalo import receive_event
from petitions.usecases.zalo.receive_event import ReceiveEvent, WebhookAnswer
from petitions.usecases.zalo.zalo_tokens import ZaloTokens
from tests.simulation.functions import NOW
from tests.simulation.planted.planting import Planted

NEVER = datetime.min.replace(tzinfo=UTC)

_INBOX, _STORE = outbox._inbox, ReceiveEvent._store
_PUBLISH, _REFUSED = outbox.publish_and_mark, sending.refused
_REPEAT, _IS_TEXT = sending.may_repeat, FindEvidence._is_text
_NUMBERS = count()


def _without_messages(consumer: str, _messages: Any, now: Any) -> Any:
    return _INBOX(consumer, [], now)


def _published_first(consumer: str, messages: Any, now: Any) -> Any:
    NOW.ports.publisher.publish(messages)
    return _INBOX(consumer, [], now)


def _mark_first(store: Any, publisher: Any, path: str, messages: Any) -> None:
    if messages:
        store.update(path, {"unpublished_since": DELETE})
        publisher.publish(messages)


def _only_marked(store: Any, _publisher: Any, path: str, messages: Any) -> None:
    if messages:
        store.update(path, {"unpublished_since": DELETE})


def _another_each_time(_consumer: str, _key: str) -> str:
    return f"inbox/{next(_NUMBERS)}"


def _always_stored(self: ReceiveEvent, *given: Any, **more: Any) -> WebhookAnswer:
    return replace(_STORE(self, *given, **more), status=HTTPStatus.OK)


def _acknowledged(self: Any, name: str, push: Any, _span: Any) -> tuple[str, int]:
    with suppress(Retryable):
        self.pushes[name](push)
    return "done\n", 200


def _at_once(notice: Notice, error: str) -> Notice:
    changes: dict[str, Any] = {"state": NoticeState.WAITING, "error": error}
    at = notice.attempt.started_at if notice.attempt else None
    return replace(notice, **changes | {"next_attempt_at": at})


def _given_up(notice: Notice, error: str, now: datetime) -> Notice:
    after = _REFUSED(notice, error, now)
    return sending.cancelled(after) if notice.kind is NoticeKind.REPLY else after


def _ever_later(reaction: Any, attempt: int, now: datetime, **_: Any) -> datetime | None:
    return retry_at(reaction, attempt, now)


def _no_mail(notice: Notice, now: datetime) -> bool:
    return notice.channel != "email" and _REPEAT(notice, now)


def _only_ours(self: FindEvidence, message: Any, user_id: str) -> bool:
    return message.get("from_id") == self.oa_id and _IS_TEXT(self, message, user_id)


def _kept_in_memory(self: ZaloTokens, write: Any, renewed: Any) -> Any:
    self._first = renewed
    return renewed


def _only_one(store: Any, publisher: Any, path: str, messages: Any) -> None:
    _PUBLISH(store, publisher, path, messages[:1])


def _nothing(*_: Any, **__: Any) -> int:
    return 0


def _none(*_: Any, **__: Any) -> None:
    return None


IN_MESSAGES: Mapping[str, Planted] = {
    "the outbox keeps no messages": Planted("every_goal_is_reached_once", outbox, "_inbox", _without_messages),
    "published before the commit": Planted(
        "nothing_waits_for_nobody", outbox, "_inbox", _published_first, ((outbox, "publish_and_mark", _only_marked),)
    ),
    "marked before published": Planted("everybody_is_told", outbox, "publish_and_mark", _mark_first),
    "the inbox forgets": Planted("every_event_is_in_one_place", outbox, "inbox_path", _another_each_time),
    "remembered for two seconds": Planted(
        "every_event_is_in_one_place", outbox, "HANDLED_EVENTS_KEPT_FOR", timedelta(seconds=2)
    ),
    "the relay rests": Planted("every_commit_is_published", RelayUnpublished, "__call__", _nothing),
    "acknowledged in any case": Planted("every_event_is_in_one_place", entry.FunctionEntry, "_handle", _acknowledged),
    "200 though nothing was stored": Planted("every_goal_is_reached_once", ReceiveEvent, "_store", _always_stored),
    "a citizen's messages overtake each other": Planted(
        "messages_are_applied_in_their_order", receive_event, "pseudonym", lambda *_: ""
    ),
    "of several messages one is published": Planted("every_petition_is_routed", outbox, "publish_and_mark", _only_one),
    "the sweep of notices rests": Planted("everybody_is_told", SweepNotices, "__call__", _nothing),
    "unknown for ever": Planted("everybody_is_told", FindEvidence, "__call__", lambda *_: Evidence("", NEVER)),
    "unknown is refused": Planted("nobody_is_told_twice", sending, "unknown", _at_once),
    "a reply is given up after its first refusal": Planted("everybody_is_told", sending, "refused", _given_up),
    "unknown is sent again": Planted(
        "nobody_is_told_twice", sending, "may_repeat", lambda notice, _: notice.state is NoticeState.UNKNOWN
    ),
    "a mail of unknown outcome is given up": Planted("every_officer_is_told", sending, "may_repeat", _no_mail),
    "a refused reply is tried ever later": Planted("who_waits_is_answered_in_time", sending, "retry_at", _ever_later),
    "a citizen's message proves nothing": Planted(
        "who_waits_is_answered_in_time", FindEvidence, "_is_text", _only_ours
    ),
    "a lease without end": Planted("everybody_is_told", notice_module, "LEASE", timedelta(days=9)),
    "echoes settle nothing": Planted("nobody_is_told_twice", SettleNotice, "_settle", _none),
    "an outdated question is asked": Planted(
        "replies_come_in_order", sending, "outdated_by", lambda _, older, __: older
    ),
    "what is no longer true is told": Planted(
        "nobody_is_told_what_is_no_longer_true", prepare_notice, "still_holds", lambda *_: True
    ),
    "the erased are told of their petition": Planted(
        "who_was_erased_hears_no_more", prepare_notice, "is_untold", lambda *_: False
    ),
    "the switch is not read": Planted(
        "nothing_goes_out_while_it_is_stopped", SendingSwitch, "paused", lambda *_: False
    ),
    "a pair of tokens is used before it is stored": Planted(
        "the_account_stays_connected", ZaloTokens, "_stored", _kept_in_memory
    ),
    "files stay with the draft": Planted("every_file_is_kept", CarryAttachments, "__call__", _nothing),
    "the sweep of files rests": Planted("every_file_is_kept", SweepAttachments, "__call__", _nothing),
    "a lost file is not told": Planted("every_file_is_kept", TellAttachments, "__call__", _none),
    "a petition is called late each day": Planted("no_notice_is_made_twice", lateness, "TOLD_EVERY", timedelta(days=1)),
}
