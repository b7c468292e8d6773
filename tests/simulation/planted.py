"""Faults that are planted in the real code, in memory: each breaks one rule, and the invariant named here must tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from itertools import count
from typing import Any
from unittest import mock

from petitions import entry
from petitions.domain.notices import notice as notice_module
from petitions.domain.notices import sending
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.errors import Retryable
from petitions.ports.store import DELETE
from petitions.usecases.figures import fold_figures
from petitions.usecases.notices.find_evidence import Evidence, FindEvidence
from petitions.usecases.notices.settle_notice import SettleNotice
from petitions.usecases.notices.sweep_notices import SweepNotices
from petitions.usecases.privacy.erase_citizen import EraseCitizen
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.shared import outbox
from petitions.usecases.shared.relay import RelayUnpublished
from petitions.usecases.zalo.receive_event import ReceiveEvent, WebhookAnswer
from tests.fakes import FakeClock

_INBOX, _STORE = outbox._inbox, ReceiveEvent._store
_NUMBERS = count()


def _without_messages(consumer: str, _messages: Any, now: Any) -> Any:
    return _INBOX(consumer, [], now)


def _mark_first(store: Any, publisher: Any, path: str, messages: Any) -> None:
    if messages:
        store.update(path, {"unpublished_since": DELETE})
        publisher.publish(messages)


def _another_each_time(_consumer: str, _key: str) -> str:
    return f"inbox/{next(_NUMBERS)}"


def _always_stored(self: ReceiveEvent, *given: Any, **more: Any) -> WebhookAnswer:
    return replace(_STORE(self, *given, **more), status=HTTPStatus.OK)


def _acknowledged(self: Any, name: str, push: Any, _span: Any) -> tuple[str, int]:
    with suppress(Retryable):
        self.pushes[name](push)
    return "done\n", 200


def _at_once(notice: Notice, error: str) -> Notice:
    changes = {"state": NoticeState.WAITING, "error": error}
    at = notice.attempt.started_at if notice.attempt else None
    return notice.model_copy(update=changes | {"next_attempt_at": at})


def _nothing(*_: Any, **__: Any) -> int:
    return 0


@dataclass(frozen=True)
class Planted:
    """One mutation: what it puts in the place of what, and the promise that it breaks."""

    breaks: str
    where: Any
    name: str
    by: Any

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have the real code behave so."""
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(self.where, self.name, self.by))
            yield


PLANTED: Mapping[str, Planted] = {
    "the outbox keeps no messages": Planted("every_message_arrives", outbox, "_inbox", _without_messages),
    "marked before published": Planted("every_message_arrives", outbox, "publish_and_mark", _mark_first),
    "the inbox forgets": Planted("every_event_is_in_one_place", outbox, "inbox_path", _another_each_time),
    "the relay rests": Planted("every_commit_is_published", RelayUnpublished, "__call__", _nothing),
    "the sweep of notices rests": Planted("every_message_arrives", SweepNotices, "__call__", _nothing),
    "acknowledged in any case": Planted("every_event_is_in_one_place", entry.FunctionEntry, "_handle", _acknowledged),
    "200 though nothing was stored": Planted("every_event_is_in_one_place", ReceiveEvent, "_store", _always_stored),
    "unknown for ever": Planted("every_message_arrives", FindEvidence, "__call__", lambda *_: Evidence("")),
    "unknown is refused": Planted("no_message_comes_twice", sending, "unknown", _at_once),
    "a lease without end": Planted("every_message_arrives", notice_module, "LEASE", timedelta(days=9)),
    "echoes settle nothing": Planted("no_message_comes_twice", SettleNotice, "_settle", lambda *_: None),
    "an outdated question is asked": Planted(
        "replies_come_in_order", sending, "outdated_by", lambda _, older, __: older
    ),
    "the public page rests": Planted("the_public_sees_what_is", ProjectPublic, "__call__", _nothing),
    "a line is folded again": Planted("figures_equal_a_recount", fold_figures, "DELETE", FakeClock().now()),
    "erasures rest": Planted("nothing_is_left_of_the_erased", EraseCitizen, "__call__", _nothing),
}
"""By what the mutation does."""

Found = Callable[[int], list[tuple[str, str]]]


def caught_by(planted: Planted, found: Found, seeds: range) -> tuple[int, set[str]] | None:
    """Return the first seed in which a promise is broken, and which; None if none is."""
    with planted.planted():
        for seed in seeds:
            names = {name for name, _ in found(seed)}
            if planted.breaks in names:
                return seed, names
    return None
