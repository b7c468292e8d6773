"""The limit on kept events with an unknown signature, per network of senders. Uses the standard library alone.

While Zalo's key changes, its own events look like forgeries. Only their network address cannot be forged. So one forger
cannot take the room of another sender, and Zalo's networks, known by earlier good signatures, share no room with
strangers.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict

from petitions.ports.world import Clock

EACH = 120
"""Events a minute of one strange network, in this process."""
STRANGERS = 600
"""Events a minute of all strange networks."""
SIGNERS = 1200
"""Events a minute of the networks that have signed before."""
_MOST_SIGNERS = 256


def network_of(address: str) -> str:
    """Return the part of an address that one sender's machines share: 24 bits of IPv4, 48 of IPv6."""
    return ":".join(address.split(":")[:3]) if ":" in address else address.rpartition(".")[0]


class Quarantine:
    """The room of this process, counted anew every minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._signers: OrderedDict[str, None] = OrderedDict()
        self._minute = 0
        self._taken: Counter[str] = Counter()
        self._strangers = 0
        self._known = 0

    def signed(self, address: str) -> None:
        """Remember that an event with a good signature came from there."""
        network = network_of(address)
        with self._lock:
            self._signers[network] = None
            self._signers.move_to_end(network)
            if len(self._signers) > _MOST_SIGNERS:
                self._signers.popitem(last=False)

    def take(self, address: str) -> bool:
        """Take one place, and return whether this minute had room for it."""
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
