"""Builds for an entry point just what it needs, on first use.

Nothing heavy is imported at module level: the webhook imports this file, and the parent process of every function
server must stay small.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from petitions import config

if TYPE_CHECKING:
    from petitions.ports import Publisher
    from petitions.usecases.receive_event import ReceiveEvent

T = TypeVar("T")
S = TypeVar("S", bound=config.Settings)

_LOCK = threading.RLock()


def once(build: Callable[[], T]) -> Callable[[], T]:
    """`build` on first use, once a process, also when threads race for it."""
    made: list[T] = []

    @wraps(build)
    def get() -> T:
        if not made:
            with _LOCK:
                if not made:
                    made.append(build())
        return made[0]

    return get


def _settings(kind: type[S]) -> S:
    return config.load(kind, os.environ)


@once
def receive_event() -> ReceiveEvent:
    """The webhook's use case: standard library alone."""
    from petitions.adapters.clock import make_clock  # noqa: PLC0415
    from petitions.adapters.pubsub_rest import RestPublisher  # noqa: PLC0415
    from petitions.usecases.receive_event import ReceiveEvent  # noqa: PLC0415

    settings = _settings(config.WebhookSettings)
    return ReceiveEvent(
        app_id=settings.app_id,
        oa_id=settings.oa_id,
        oa_secret_keys=settings.oa_secret_keys,
        id_key=settings.id_key,
        publisher=RestPublisher(settings.pubsub_url, settings.project),
        clock=make_clock(),
    )


def verification() -> str:
    """The code of Zalo's domain verification, or nothing."""
    return _settings(config.WebhookSettings).verification


@once
def publisher() -> Publisher:
    """Pub/Sub through the official client."""
    from petitions.adapters.pubsub import PubsubPublisher  # noqa: PLC0415

    return PubsubPublisher(_settings(config.Settings).project)
