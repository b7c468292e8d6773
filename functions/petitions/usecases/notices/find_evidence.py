"""Evidence about a message of unknown outcome: the conversation as Zalo stores it, or the missing echo.

If the account's package allows it, the conversation shows the messages that were sent (PLATFORM 1.8). Otherwise the
echoes are the evidence: Zalo sends one to the webhook for every message (PLATFORM 1.15).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from petitions.domain.citizen import recovered
from petitions.domain.notices import sending
from petitions.domain.notices.delivery_errors import Reaction, reaction_to
from petitions.domain.notices.notice import Notice
from petitions.domain.shared.outcome import Outcome
from petitions.errors import PetitionError
from petitions.ports.world import Clock
from petitions.ports.zalo import HistoryPage, ZaloHistory
from petitions.usecases.notices.echo_flow import EchoFlow
from petitions.usecases.notices.sending_limits import MinuteBudget
from petitions.usecases.zalo.zalo_tokens import ZaloTokens

PAGE = 10
MOST_PAGES = 3


@dataclass(frozen=True)
class Evidence:
    """The evidence found about one attempt to send a notice."""

    attempt: str
    at: datetime
    """The time of the search. A search shortly before the end of the time for evidence is not the last one."""
    shown: tuple[tuple[str, datetime], ...] = ()
    """The ids and times of messages in the conversation that could be the one searched for.

    A message that belongs to another notice does not count.
    """
    silent: bool = False
    """Whether the search proves that the notice was not sent. If False, a later search may decide."""


@dataclass(frozen=True)
class FindEvidence:
    """Searches for evidence about a message of unknown outcome. It changes nothing."""

    clock: Clock
    tokens: ZaloTokens
    history: ZaloHistory
    budget: MinuteBudget
    flow: EchoFlow
    oa_id: str

    def __call__(self, notice: Notice, user_id: str) -> Evidence:
        """Return the evidence about the notice's current attempt. Raise Retryable."""
        attempt, now = notice.attempt.id if notice.attempt else "", self.clock.now()
        readable = bool(user_id) and isinstance(sending.part_in_hand(notice), str)
        read = self._conversation(notice, user_id) if readable else []
        shown = tuple(
            (str(message["message_id"]), _time(message))
            for message in read
            if message["from_id"] == self.oa_id
            and sending.is_current_part(notice, str(message["message"]), _time(message))
        )
        silent = bool(read) or sending.without_echo(notice, self.flow.seen(), now)
        return Evidence(attempt, now, shown, silent)

    def _conversation(self, notice: Notice, user_id: str) -> list[Mapping[str, Any]]:
        """Return the texts of citizen and account since the attempt began, and some older ones.

        An empty list proves nothing, because the conversation was perhaps not read that far. The names of the fields
        are assumed (PLATFORM 1.8), and only a text in the answer shows that they are right. A text of the citizen is
        enough for that.
        """
        since = notice.attempt.started_at - sending.ECHO_SKEW if notice.attempt else self.clock.now()
        texts: list[Mapping[str, Any]] = []
        for number in range(MOST_PAGES):
            page = self._page(number * PAGE, user_id)
            if page is None or page.outcome is not Outcome.OK:
                return []
            texts += [message for message in page.messages if self._is_text(message, user_id)]
            times = [recovered.time_of(message) for message in page.messages]
            if len(times) < PAGE or min(times) < since.timestamp() * 1000:
                return texts
        return []

    def _is_text(self, message: Mapping[str, Any], user_id: str) -> bool:
        ours = message.get("from_id") == self.oa_id
        theirs = message.get("from_id") == user_id and message.get("to_id") == self.oa_id
        named = message.get("message_id") and message.get("message")
        return bool(named) and (ours or theirs) and recovered.time_of(message) > 0

    def _page(self, offset: int, user_id: str) -> HistoryPage | None:
        try:
            token = self.tokens.current()
            page = self._within_budget(token.value, offset, user_id)
            if page and page.outcome is Outcome.REFUSED and reaction_to(page.error) is Reaction.NEW_TOKEN:
                page = self._within_budget(self.tokens.renew(token).value, offset, user_id)
        except PetitionError:
            return None
        return page

    def _within_budget(self, token: str, offset: int, user_id: str) -> HistoryPage | None:
        return self.history.page(token, offset, PAGE, user_id) if self.budget.take() else None


def _time(message: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(recovered.time_of(message) / 1000, UTC)
