"""The recovery of citizens' messages after an outage, from Zalo's record of conversations, as events.

Zalo may not retry failed deliveries (PLATFORM 1.6), so this job reads the conversations itself. It needs a package that
allows it, else Zalo answers -224 (PLATFORM 1.8). Messages that are certainly stored are left out here. `intake` ignores
others that it already has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from petitions import telemetry
from petitions.domain.citizen import recovered
from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.citizen.recovered import STATE_PATH, RecoveryState
from petitions.domain.notices.delivery_errors import Reaction, reaction_to
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import replace
from petitions.errors import Permanent, PetitionError, Retryable
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store
from petitions.ports.world import Clock
from petitions.ports.zalo import HistoryPage, ZaloHistory
from petitions.usecases.conversation.read_input import read_event
from petitions.usecases.conversation.recovered_twins import is_stored
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.zalo.zalo_tokens import ZaloTokens

FIRST_LOOK_BACK = timedelta(hours=48)
"""The period that the first run covers."""
OVERLAP = timedelta(minutes=10)
GRACE = timedelta(minutes=2)
"""Messages younger than this are left to the webhook."""
BUDGET = timedelta(seconds=20)
WARN_EVERY = timedelta(days=1)
PAGE = 10
MOST_PAGES = 100
PACKAGE_ERROR = "-224"
SCHEMA = "1"


class NotAllowed(Retryable):
    """Raised if the account's package does not include reading conversations."""

    reason = "package"


@dataclass(frozen=True)
class RecoverMessages:
    """Reads conversations from Zalo and publishes messages that the webhook missed."""

    store: Store
    publisher: Publisher
    clock: Clock
    tokens: ZaloTokens
    history: ZaloHistory
    app_id: str
    oa_id: str
    id_key: bytes
    """The secret key of the citizens' pseudonyms, by which `intake` orders events."""

    def __call__(self) -> int:
        """Publish missed messages within the time of `BUDGET`, and return their number.

        The next run continues where this one ends. Raise Retryable or NeedsHuman.
        """
        began = self.clock.now()
        found = self.store.get(STATE_PATH)
        before = RecoveryState.model_validate(found) if found else RecoveryState()
        if not found:
            self.store.create(STATE_PATH, before.stored())
        state = replace(before, until=before.until or began - GRACE)
        since = (state.read_to or began - FIRST_LOOK_BACK) - OVERLAP
        published, over = 0, False
        try:
            while not over and self.clock.now() in UpTo(began + BUDGET):
                more, state, over = self._step(state, since)
                published += more
        except NotAllowed:
            self._warn(before, began)
            return published
        except PetitionError:
            self._keep(before, state)
            raise
        if over:
            state = replace(state, read_to=state.until, until=None, offset=0, done=[])
        self._keep(before, state)
        if published or not over:
            telemetry.log(
                "WARNING", "messages recovered", metric="messages_recovered", messages=published, unfinished=not over
            )
        return published

    def _step(self, state: RecoveryState, since: datetime) -> tuple[int, RecoveryState, bool]:
        """Read one page of the list of all messages, and publish from conversations that are listed on it.

        Return the number of messages published, the state after the step, and whether the list has ended.
        """
        page = self._page(state.offset, None)
        published, done = 0, list(state.done)
        for message in page.messages:
            user = recovered.citizen_of(message, self.oa_id)
            who = pseudonym(self.id_key, user) if user else ""
            if user and who not in done and recovered.time_of(message) >= since.timestamp() * 1000:
                published += self._conversation(user, who, since, state.until or since)
                done.append(who)
        over = _is_last(page, since)
        return published, replace(state, done=done, offset=state.offset + PAGE), over

    def _keep(self, before: RecoveryState, after: RecoveryState) -> None:
        self.store.update(STATE_PATH, changed_fields(before, after))

    def _warn(self, state: RecoveryState, now: datetime) -> None:
        if state.warned_at is None or Until(state.warned_at + WARN_EVERY).is_over(now):
            words = "lost messages cannot be recovered: the OA's package does not allow reading conversations (-224)"
            telemetry.log("WARNING", words, metric="recovery_not_allowed")
            self._keep(state, replace(state, warned_at=now))

    def _conversation(self, user: str, who: str, since: datetime, until: datetime) -> int:
        events = []
        for message in self._messages(user, since):
            at = datetime.fromtimestamp(recovered.time_of(message) / 1000, UTC)
            event = recovered.event_of(message, self.app_id, self.oa_id)
            if event is not None and at not in Until(since) and at in UpTo(until) and self._is_new(who, event):
                events.append(event)
        events.sort(key=lambda event: int(event["timestamp"]))
        self.publisher.publish(
            [
                Message(
                    "zalo-events",
                    event,
                    who,
                    {"schema": SCHEMA, "event_name": event["event_name"], "recovered": "true"},
                )
                for event in events
            ]
        )
        return len(events)

    def _is_new(self, who: str, event: Mapping[str, Any]) -> bool:
        try:
            arrived = read_event(json.dumps(event).encode(), recovered=True)
        except Permanent as error:
            telemetry.log("ERROR", "a recovered message cannot be read", metric="recovery_odd", reason=error.reason)
            return False
        return not is_stored(self.store, citizen_path(who), arrived)

    def _messages(self, user: str, since: datetime) -> Iterator[Mapping[str, Any]]:
        for number in range(MOST_PAGES):
            page = self._page(number * PAGE, user)
            yield from page.messages
            if _is_last(page, since):
                return
        telemetry.log("WARNING", "a conversation longer than is read", metric="recovery_cut", pages=MOST_PAGES)

    def _page(self, offset: int, user: str | None) -> HistoryPage:
        token = self.tokens.current()
        page = self.history.page(token.value, offset, PAGE, user)
        if page.outcome is Outcome.REFUSED and reaction_to(page.error) is Reaction.NEW_TOKEN:
            page = self.history.page(self.tokens.renew(token).value, offset, PAGE, user)
        if page.error == PACKAGE_ERROR:
            raise NotAllowed("the package does not allow reading conversations")
        if page.outcome is not Outcome.OK:
            raise Retryable(f"Zalo does not show conversations ({page.error})", reason="history")
        return page


def _is_last(page: HistoryPage, since: datetime) -> bool:
    times = [recovered.time_of(message) for message in page.messages]
    return len(times) < PAGE or min(times) < since.timestamp() * 1000
