"""Waiting in line: transactions that lost over the same document run their retries one after the other.

Optimistic transactions need no locks, and this is none: whoever waits too long goes ahead without its turn. It only
spares the conflicts that many retries at once would cause each other ("retry_transaction" keeps the place in line),
and newcomers who read where retries stand in line, before they have read anything else, wait behind them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

PATIENCE_SECONDS = 1.0


@dataclass(slots=True)
class _Line:
    """Who may go now, and who waits; each known by the id of its first attempt."""

    holder: bytes
    waiting: deque[tuple[bytes, asyncio.Future[None]]] = field(default_factory=deque)


class Lines:
    """One line for each place of conflict."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._lines: dict[str, _Line] = {}
        self._lost: dict[bytes, str] = {}

    def lose(self, origin: bytes, place: str) -> None:
        """A transaction was aborted over this place: its retry will wait there."""
        line = self._lines.get(self._lost.get(origin, ""))
        if line is not None and line.holder == origin and self._lost[origin] != place:
            self.leave(origin)
        self._lost[origin] = place

    async def enter(self, origin: bytes) -> None:
        """Return when it is the retry's turn, or after a while anyway."""
        place = self._lost.get(origin)
        if place is None:
            return
        line = self._lines.setdefault(place, _Line(origin))
        if line.holder == origin:
            return
        turn = asyncio.get_running_loop().create_future()
        line.waiting.append((origin, turn))
        try:
            await asyncio.wait_for(turn, self._patience)
        except TimeoutError:
            line.waiting = deque(one for one in line.waiting if one[1] is not turn)
            line.holder = origin

    async def join(self, origin: bytes, places: Iterable[str]) -> None:
        """Wait behind the retries at the first of these places that has a line; return at once without one."""
        for place in places:
            if place in self._lines:
                self._lost.setdefault(origin, place)
                await self.enter(origin)
                return

    def leave(self, origin: bytes) -> None:
        """The transaction has ended: the next in line may go."""
        place = self._lost.pop(origin, None)
        line = self._lines.get(place) if place is not None else None
        if place is None or line is None or line.holder != origin:
            return
        while line.waiting:
            line.holder, turn = line.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._lines[place]
