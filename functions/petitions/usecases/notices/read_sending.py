"""The state of all sending: the start of a pause or refusal, and the number of messages that wait because of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import telemetry
from petitions.domain.notices.delivery_errors import HUMAN_PAUSE, Reaction, reaction_to
from petitions.domain.notices.notice import NoticeState
from petitions.errors import PetitionError
from petitions.ports.store import Document, Query, Store
from petitions.ports.world import Clock
from petitions.usecases.notices.sending_limits import SWITCH_PATH
from petitions.usecases.zalo.zalo_tokens import ZaloTokens

MOST = 500
"""The most waiting notices that are read. Further ones are not counted."""

NO_TOKEN = "token_needs_human"  # noqa: S105 - the error word of notices that wait for a consent
PAUSED_FOR_LONG = timedelta(hours=2)
REFUSED_FOR_LONG = timedelta(hours=12)
"""How long Zalo must refuse messages before operators are alerted. An answer can be sent for up to 48 h."""
_SOON = timedelta(minutes=1)
_FOR_A_PERSON = {Reaction.HUMAN, Reaction.NEW_TOKEN}


@dataclass(frozen=True)
class SendingState:
    """The state of sending, with the numbers of notices that wait.

    Notices planned for a later day, or waiting for the citizen to write, are not counted.
    """

    paused_since: datetime | None
    """The time since which operators have paused sending, or None."""
    waiting: int
    """The number of notices that would be sent within a minute."""
    refused: Mapping[str, int]
    """The numbers of notices refused because of a fault that a person must repair, by error code."""
    refused_since: datetime | None
    """The time at which the oldest refused notice was planned, or None."""
    next_try: datetime | None
    """The next time at which a refused notice is tried again, or None."""

    @property
    def is_counted(self) -> bool:
        """Return whether the numbers are exact. If not, they are lower bounds."""
        return self.waiting + sum(self.refused.values()) < MOST


def _soon_due(store: Store, now: datetime) -> list[Document]:
    fields = ("state", "error", "created_at", "next_attempt_at")
    where = (("next_attempt_at", "<=", now + HUMAN_PAUSE),)
    found = store.find(Query("notices", where, order_by=("next_attempt_at", "__name__"), limit=MOST, fields=fields))
    return [item for item in found if item.data["state"] in {NoticeState.PLANNED, NoticeState.WAITING}]


def read_sending(store: Store, clock: Clock) -> SendingState:
    """Return the state of sending. Raise Retryable."""
    switch, now = store.get(SWITCH_PATH) or {}, clock.now()
    found = _soon_due(store, now)
    refused = [item for item in found if _is_refused(item)]
    waiting = [item for item in found if item not in refused and item.data["next_attempt_at"] <= now + _SOON]
    return SendingState(
        paused_since=switch.get("changed_at") if switch.get("paused") else None,
        waiting=len(waiting),
        refused=Counter(str(item.data["error"]) for item in refused),
        refused_since=min((item.data["created_at"] for item in refused), default=None),
        next_try=min((item.data["next_attempt_at"] for item in refused), default=None),
    )


def _is_refused(notice: Document) -> bool:
    error = notice.data.get("error")
    return error is not None and reaction_to(error) in _FOR_A_PERSON


def watch_sending(store: Store, clock: Clock) -> None:
    """Log an error if sending has been paused for PAUSED_FOR_LONG, or messages refused for REFUSED_FOR_LONG."""
    state, now = read_sending(store, clock), clock.now()
    if state.paused_since:
        if now - state.paused_since >= PAUSED_FOR_LONG:
            telemetry.log("ERROR", "sending has been paused for hours", metric="sending_paused", waiting=state.waiting)
    elif state.refused_since and now - state.refused_since >= REFUSED_FOR_LONG:
        errors = sorted(state.refused)
        telemetry.log("ERROR", "messages have been refused for hours", metric="sending_refused", errors=errors)


def wake_refused(store: Store, clock: Clock, tokens: ZaloTokens | None = None) -> int:
    """Have the notices that wait for a new token tried by the next sweep. Return their number. Raise Retryable.

    With `tokens`, only if there is a valid token now.
    """
    now = clock.now()
    waiting = [item for item in _soon_due(store, now) if item.data.get("error") == NO_TOKEN]
    if waiting and tokens:
        try:
            tokens.current()
        except PetitionError:
            return 0
    return len(store.update_unchanged("notices", [(item, {"next_attempt_at": now}) for item in waiting]))
