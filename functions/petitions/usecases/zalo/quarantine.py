"""The limit on stored events with a wrong signature, by IP network of the sender. Standard library alone.

While Zalo's key is being changed, Zalo's own events look like forgeries. Only their network address cannot be forged.
Therefore there is a limit per network, and the networks from which correctly signed events came have a limit of their
own, which strangers cannot use up.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict

from petitions.ports.world import Clock

EACH = 120
"""The most events a minute from one unknown IP network, in this process."""
STRANGERS = 600
"""The most events a minute from all unknown IP networks together."""
SIGNERS = 1200
"""The most events a minute from the IP networks that have sent correctly signed events."""
_MOST_SIGNERS = 256


def network_of(address: str) -> str:
    """Return the part of an IP address that one sender's machines share: 24 bits of IPv4, 48 bits of IPv6.

    "203.0.113.7" -> "203.0.113"
    """
    return ":".join(address.split(":")[:3]) if ":" in address else address.rpartition(".")[0]


class Quarantine:
    """Counts the events with a wrong signature that arrived within a minute, in this process. Thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._signers: OrderedDict[str, None] = OrderedDict()
        self._minute = 0
        self._taken: Counter[str] = Counter()
        self._strangers = 0
        self._known = 0

    def signed(self, address: str) -> None:
        """Remember that a correctly signed event came from this address."""
        network = network_of(address)
        with self._lock:
            self._signers[network] = None
            self._signers.move_to_end(network)
            if len(self._signers) > _MOST_SIGNERS:
                self._signers.popitem(last=False)

    def take(self, address: str) -> bool:
        """Count one event, and return whether the limits of this minute allow storing it."""
        minute, network = int(self._clock.now().timestamp() // 60), network_of(address)
        with self._lock:
            if minute != self._minute:
                self._minute, self._strangers, self._known = minute, 0, 0
                self._taken.clear()
            if network in self._signers:
                self._known += 1
                return self._known <= SIGNERS
            if self._strangers >= STRANGERS or self._taken[network] >= EACH:
                return False
            self._taken[network] += 1
            self._strangers += 1
            return True
