"""A call to Zalo with a valid access token, within Zalo's limit of calls per minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from petitions import telemetry
from petitions.domain.notices.delivery_errors import Reaction, reaction_to
from petitions.domain.shared.outcome import Outcome
from petitions.errors import NeedsHuman, PetitionError, Retryable
from petitions.ports.zalo import Delivery, ZaloMessages
from petitions.usecases.notices.sending_limits import MinuteBudget
from petitions.usecases.zalo.zalo_tokens import ZaloTokens

RATE_LIMIT = "-32"


@dataclass(frozen=True)
class SendZalo:
    """Calls Zalo, and once more with a new token if the token was refused. Without a token, nothing is sent."""

    tokens: ZaloTokens
    messages: ZaloMessages
    budget: MinuteBudget

    def __call__(self, call: Callable[[ZaloMessages, str], Delivery], until: datetime) -> Delivery:
        """Make the call with an access token and return its result.

        After the instant `until`, refuse without calling, as another worker may try by then.
        """
        try:
            token = self.tokens.current()
            delivery = self._in_time(call, token.value, until)
            if delivery.outcome is Outcome.REFUSED and reaction_to(delivery.error) is Reaction.NEW_TOKEN:
                token = self.tokens.renew(token)
                delivery = self._in_time(call, token.value, until)
        except Retryable:
            return Delivery(Outcome.REFUSED, error="token_pending")
        except NeedsHuman:
            return Delivery(Outcome.REFUSED, error="token_needs_human")
        except PetitionError as error:
            telemetry.log("ERROR", "no access token", metric="zalo_tokens", reason=error.reason)
            return Delivery(Outcome.REFUSED, error="token_needs_human")
        return delivery

    def _in_time(self, call: Callable[[ZaloMessages, str], Delivery], token: str, until: datetime) -> Delivery:
        began = self.budget.clock.now()
        if began > until:
            return Delivery(Outcome.REFUSED, error="late")
        if not self.budget.take():
            return Delivery(Outcome.REFUSED, error="minute_full")
        delivery = call(self.messages, token)
        left = 0 if delivery.error == RATE_LIMIT else delivery.remaining
        if left is not None:
            self.budget.take_over(left, began)
        return delivery
