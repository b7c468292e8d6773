"""The record of Zalo's latest echoes (copies of the account's own messages that Zalo sends to the webhook).

While echoes arrive in time, a message without an echo was not sent (PLATFORM 1.15).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.notices.sending import EchoesSeen
from petitions.ports.store import Store
from petitions.ports.world import Clock

ECHOES_PATH = "rules/echoes"
"""The path of the document with the two instants of `EchoesSeen`."""

NOTED_EVERY = timedelta(seconds=15)

LATE = timedelta(seconds=20)
"""The age above which an echo is late. It was delivered again by Zalo or Pub/Sub, so further echoes may be late too."""


class EchoFlow:
    """The record of the latest echoes, stored by every instance at most every NOTED_EVERY. Thread-safe."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted = EchoesSeen()

    def note(self, at: datetime) -> None:
        """Record that an echo with this time, by Zalo's clock, has been handled. Raise Retryable."""
        now = self._clock.now()
        late = now if now - at > LATE else None
        if not (_is_news(at, self._noted.last_at) or _is_news(late, self._noted.late_at)):
            return
        before = self.seen()
        seen = EchoesSeen(_later(at, before.last_at), _later(late, before.late_at))
        fields = {name: value for name, value in vars(seen).items() if value is not None}
        new = before == EchoesSeen() and self._store.create(ECHOES_PATH, fields)
        if seen != before and not new:
            self._store.update(ECHOES_PATH, fields)
        self._noted = seen

    def seen(self) -> EchoesSeen:
        """Return the times of the latest echo and the latest late echo, as stored. Raise Retryable."""
        return EchoesSeen(**(self._store.get(ECHOES_PATH) or {}))


def _is_news(at: datetime | None, noted: datetime | None) -> bool:
    return at is not None and (noted is None or at >= noted + NOTED_EVERY)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
