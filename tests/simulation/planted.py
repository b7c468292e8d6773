"""Faults that are planted in the real code, in memory: each breaks one rule, and the promise named here must tell."""

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
from petitions.domain.shared.outcome import Outcome
from petitions.errors import Retryable
from petitions.ports.store import DELETE
from petitions.usecases.notices.find_evidence import Evidence, FindEvidence
from petitions.usecases.notices.settle_notice import SettleNotice
from petitions.usecases.notices.sweep_notices import SweepNotices
from petitions.usecases.portal.push_petition import PushPetition
from petitions.usecases.privacy.erase_citizen import EraseCitizen
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.shared import outbox
from petitions.usecases.shared.relay import RelayUnpublished
from petitions.usecases.zalo.receive_event import ReceiveEvent, WebhookAnswer
from petitions.usecases.zalo.zalo_tokens import ZaloTokens
from tests.simulation.functions import NOW

_INBOX, _STORE, _TELL = outbox._inbox, ReceiveEvent._store, PushPetition._tell
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
    changes = {"state": NoticeState.WAITING, "error": error}
    at = notice.attempt.started_at if notice.attempt else None
    return notice.model_copy(update=changes | {"next_attempt_at": at})


def _kept_in_memory(self: ZaloTokens, write: Any, renewed: Any) -> Any:
    """Use the new pair first; it is stored at the next refresh."""
    self._first = renewed
    return renewed


def _told_before_it_is(self: PushPetition, calls: Any, turn: Any, *, in_doubt: bool) -> Any:
    found = _TELL(self, calls, turn, in_doubt=in_doubt)
    return replace(found, reply=replace(found.reply, outcome=Outcome.OK))


def _nothing(*_: Any, **__: Any) -> int:
    return 0


@dataclass(frozen=True)
class Planted:
    """One mutation: the promise that it breaks, and what it puts in the place of what."""

    breaks: str
    where: Any
    name: str
    by: Any
    more: tuple[tuple[Any, str, Any], ...] = ()

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have the real code behave so."""
        with ExitStack() as stack:
            for where, name, by in ((self.where, self.name, self.by), *self.more):
                stack.enter_context(mock.patch.object(where, name, by))
            yield


PLANTED: Mapping[str, Planted] = {
    "the outbox keeps no messages": Planted("every_goal_is_reached_once", outbox, "_inbox", _without_messages),
    "published before the commit": Planted(
        "nothing_waits_for_nobody", outbox, "_inbox", _published_first, ((outbox, "publish_and_mark", _only_marked),)
    ),
    "marked before published": Planted("everybody_is_told", outbox, "publish_and_mark", _mark_first),
    "the inbox forgets": Planted("every_event_is_in_one_place", outbox, "inbox_path", _another_each_time),
    "remembered for a minute": Planted(
        "every_event_is_in_one_place", outbox, "HANDLED_EVENTS_KEPT_FOR", timedelta(seconds=2)
    ),
    "the relay rests": Planted("every_commit_is_published", RelayUnpublished, "__call__", _nothing),
    "acknowledged in any case": Planted("every_event_is_in_one_place", entry.FunctionEntry, "_handle", _acknowledged),
    "200 though nothing was stored": Planted("every_goal_is_reached_once", ReceiveEvent, "_store", _always_stored),
    "the sweep of notices rests": Planted("everybody_is_told", SweepNotices, "__call__", _nothing),
    "unknown for ever": Planted("everybody_is_told", FindEvidence, "__call__", lambda *_: Evidence("")),
    "unknown is refused": Planted("nobody_is_told_twice", sending, "unknown", _at_once),
    "a lease without end": Planted("everybody_is_told", notice_module, "LEASE", timedelta(days=9)),
    "echoes settle nothing": Planted("nobody_is_told_twice", SettleNotice, "_settle", lambda *_: None),
    "an outdated question is asked": Planted(
        "replies_come_in_order", sending, "outdated_by", lambda _, older, __: older
    ),
    "a pair of tokens is used before it is stored": Planted(
        "the_account_stays_connected", ZaloTokens, "_stored", _kept_in_memory
    ),
    "the public page rests": Planted("the_public_sees_what_is", ProjectPublic, "__call__", _nothing),
    "erasures rest": Planted("nothing_is_left_of_the_erased", EraseCitizen, "__call__", _nothing),
    "an erasure forgets the inputs": Planted("nothing_is_left_of_the_erased", EraseCitizen, "_input", lambda *_: True),
    "an erasure forgets the notices": Planted(
        "nothing_is_left_of_the_erased", EraseCitizen, "_notice", lambda *_, **__: True
    ),
    "the portal counts as told": Planted("nothing_is_left_for_the_night", PushPetition, "_tell", _told_before_it_is),
}
"""By what the mutation does."""

Found = Callable[[int], list[tuple[str, str]]]


def caught_by(planted: Planted, found: Found, seeds: range) -> tuple[int, set[str]] | None:
    """Return the first seed in which the promise is broken, and all that are; None if it never is."""
    with planted.planted():
        for seed in seeds:
            names = {name for name, _ in found(seed)}
            if planted.breaks in names:
                return seed, names
    return None
