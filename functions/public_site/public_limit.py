"""How often one client may ask: a bucket of tokens each, in this process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

A_MINUTE = 30
MOST_CLIENTS = 10_000
SECONDS = 60.0


class RateLimit:
    """`A_MINUTE` requests at once, then one every two seconds. The clients longest unseen are forgotten first."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, client: str) -> bool:
        """Take one token of this client's, if there is one."""
        with self._lock:
            now = self._now()
            tokens, at = self._buckets.pop(client, (float(A_MINUTE), now))
            tokens = min(float(A_MINUTE), tokens + (now - at) * A_MINUTE / SECONDS)
            allowed = tokens >= 1
            self._buckets[client] = tokens - allowed, now
            if len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
            return allowed
