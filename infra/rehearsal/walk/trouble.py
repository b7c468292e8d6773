"""A fault at one request of a rehearsal, and a control plane that injects the fault.

The name of a request is its method and its path, without numbers that Google makes up. It is therefore the same in
another run, in which the requests come in another order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from infra.operate.deployment.patience import REFUSALS
from infra.rehearsal.control_plane.plane import NO_ANSWER, Answer, ControlPlane
from infra.rehearsal.control_plane.refusals import RefusedError

HOUR = 3600.0
UNKNOWN = "The frobnicator is not aligned with the project."
"""A message of Google's that is in no table of known refusals."""

_MADE_UP = re.compile(r"(?<=/)(operation-)?[0-9a-f]*\d[0-9a-f]*(?=/|$|:)")
_NO_REQUEST = re.compile(r"^/?(token|rehearsal/)")


class Kind(StrEnum):
    """The kinds of fault. The value describes the fate of the request."""

    KILLED = "carried out, and the verb killed"
    LOST = "carried out, and the answer lost"
    FOR_EVER = "refused in unknown words until the verb gives up"
    HOUR = "refused for an hour"
    ONCE = "refused once"


@dataclass
class Trouble:
    """A fault at the `nth` request with the name `request`."""

    kind: Kind
    request: str
    nth: int = 1
    met: bool = False
    """Whether the request was made, so that the fault has occurred."""

    until: float = 0.0
    over: bool = False
    """Whether the cause of the fault is gone, so that the same request succeeds."""


def name_of(http: str, url: str) -> str:
    """Return the name of a request, or "" for a request that does not go to Google, such as for the fake clock."""
    split = urlsplit(url)
    if _NO_REQUEST.match(split.path):
        return ""
    named = parse_qs(split.query).get("name", [""])[0]
    return f"{http} {_MADE_UP.sub('#', split.path)}{f' {named}' if named else ''}"


class TroubledPlane(ControlPlane):
    """A control plane that injects one fault. `kill` is a function that kills the running command."""

    trouble: Trouble | None = None
    kill: Callable[[], None]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.asked: Counter[str] = Counter()
        """Count of the requests since the trouble was set, by name."""

    def set(self, trouble: Trouble | None) -> None:
        """Inject this fault from now on, or none, and count requests from zero."""
        with self.lock:
            self.trouble = trouble
            self.asked.clear()

    def verb_ended(self) -> None:
        """Record that a command has failed.

        The cause of a refusal that would last for ever is then removed, as an operator would do.
        """
        if self.trouble and self.trouble.met and self.trouble.kind is Kind.FOR_EVER:
            self.trouble.over = True

    def handle(self, http: str, url: str, headers: dict[str, str], raw: bytes) -> Answer:
        name = name_of(http, url)
        with self.lock:
            if name:
                self.asked[name] += 1
            mine = self._of(name)
            if mine is None:
                return super().handle(http, url, headers, raw)
            if mine.kind in {Kind.ONCE, Kind.HOUR, Kind.FOR_EVER}:
                refused = _refusal(mine)
                self.calls.append(f"{refused.code} {http} {url} TROUBLE: {refused.words}")
                return Answer(refused.code, refused.body())
            super().handle(http, url, headers, raw)
            self.calls.append(f"{mine.kind}: {http} {url}")
            if mine.kind is Kind.KILLED:
                self.kill()
            return Answer(NO_ANSWER, b"")

    def _of(self, name: str) -> Trouble | None:
        it, now = self.trouble, self.state.clock.now()
        if it is None or it.over or name != it.request or self.asked[name] < it.nth:
            return None
        if not it.met:
            it.met, it.until = True, now + HOUR
        it.over = it.kind in {Kind.ONCE, Kind.KILLED, Kind.LOST}
        if it.kind is Kind.HOUR and now >= it.until:
            it.over = True
            return None
        return it


def _refusal(trouble: Trouble) -> RefusedError:
    if trouble.kind is Kind.FOR_EVER:
        return RefusedError(400, UNKNOWN)
    rows = REFUSALS["passes"]
    words = rows[sum(trouble.request.encode()) % len(rows)]["example"]
    return RefusedError(403, words)
