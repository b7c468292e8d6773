"""One text to one citizen on Zalo, with a live access token."""

from __future__ import annotations

from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.refusals import Reaction, reaction_to
from petitions.errors import NeedsHuman, PetitionError, Retryable
from petitions.ports import Delivery, Outcome, ZaloMessages
from petitions.usecases.zalo_tokens import ZaloTokens


@dataclass(frozen=True)
class SendZalo:
    """Calls Zalo; once more when the token was not the live one. Without a token nothing is sent: a refusal."""

    tokens: ZaloTokens
    messages: ZaloMessages

    def __call__(self, user_id: str, text: str) -> Delivery:
        """Send one message of at most 2000 characters."""
        try:
            token = self.tokens.current()
            delivery = self.messages.send_text(token.value, user_id, text)
            if delivery.outcome is Outcome.REFUSED and reaction_to(delivery.error) is Reaction.NEW_TOKEN:
                token = self.tokens.renew(token)
                delivery = self.messages.send_text(token.value, user_id, text)
        except Retryable:
            return Delivery(Outcome.REFUSED, error="token_pending")
        except NeedsHuman:
            return Delivery(Outcome.REFUSED, error="token_needs_human")
        except PetitionError as error:
            telemetry.log("ERROR", "no access token", metric="zalo_tokens", reason=error.reason)
            return Delivery(Outcome.REFUSED, error="token_needs_human")
        return delivery
