"""The consent that lets this app use the Official Account, requested at the desk and used by `notifications`.

Zalo returns a code to the desk. It is passed on over Pub/Sub and never stored. It can be used once, with the verifier,
within ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.zalo.zalo_consent import (
    CONSENT_VALID_FOR,
    VERIFIER_LENGTH,
    ZaloConsent,
    consent_id,
    consent_path,
    permission_url,
)
from petitions.errors import Forbidden, NeedsHuman, NotFound, Rejected, Retryable
from petitions.ports.messages import Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.outbox import nudge
from petitions.usecases.zalo.zalo_tokens import ZaloTokens

CALLBACK = "/zalo/callback"


@dataclass(frozen=True)
class AskConsent:
    """Starts a consent at the desk, and passes Zalo's code on."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    app_id: str
    oauth_url: str
    desk_url: str

    def begin(self, officer: Officer) -> tuple[str, str]:
        """Start a consent. Return the address to open, and the state that Zalo will send back. Raise Forbidden."""
        _check(officer)
        state = self.ids.token() + self.ids.token()
        verifier = (self.ids.token() + self.ids.token() + self.ids.token())[:VERIFIER_LENGTH]
        now = self.clock.now()
        consent = ZaloConsent(
            id=consent_id(state),
            officer=officer.id,
            verifier=verifier,
            asked_at=now,
            expires_at=now + CONSENT_VALID_FOR,
        )
        self.store.create(consent_path(state), consent.stored())
        return permission_url(self.oauth_url, self.app_id, f"{self.desk_url}{CALLBACK}", verifier, state), state

    def hand_over(self, officer: Officer, state: str, code: str, oa_id: str) -> None:
        """Publish the parameters that Zalo sent back, once. Raise Forbidden, Rejected or Retryable."""
        _check(officer)

        def take(tx: Transaction) -> None:
            found = tx.get(consent_path(state))
            consent = ZaloConsent.model_validate(found) if found else None
            if consent is None or consent.officer != officer.id or not consent.is_open(self.clock.now()):
                raise Rejected("Yêu cầu cấp quyền này đã hết hạn. Xin bắt đầu lại.", reason="consent_expired")
            if consent.state != "asked":
                raise Rejected("Yêu cầu cấp quyền này đã được dùng.", reason="consent_used")
            tx.update(consent_path(state), {"state": "handed"})

        if not code:
            raise Rejected("Zalo không gửi mã cấp quyền. Xin bắt đầu lại.", reason="consent_refused")
        self.store.transact(take)
        self.publisher.publish([nudge("zalo-consents", "", {"state": state, "code": code, "oa_id": oa_id})])

    def standing(self, officer: Officer, state: str | None) -> str | None:
        """Return the state of the consent, such as "given" or "refused", or None. Raise Forbidden."""
        _check(officer)
        found = self.store.get(consent_path(state)) if state else None
        return None if found is None else str(found["state"])


def _check(officer: Officer) -> None:
    if not may(officer, Permission.CONNECT):
        raise Forbidden("Chỉ cán bộ điều phối được kết nối Zalo.", reason="not_administrator")


@dataclass(frozen=True)
class TakeConsent:
    """Exchanges the code of a consent for tokens, for the topic `zalo-consents`. No other code does this."""

    store: Store
    clock: Clock
    tokens: ZaloTokens
    oa_id: str
    wake: Callable[[], object]
    """A function that has waiting messages sent at once. They would be sent later anyway."""

    def __call__(self, state: str, code: str, oa_id: str) -> None:
        """Exchange the code for tokens. Raise Retryable.

        Other errors appear at the desk and in the log, not as a dead letter.
        """
        found = self.store.get(consent_path(state))
        consent = ZaloConsent.model_validate(found) if found else None
        if consent is None or consent.state != "handed" or not consent.is_open(self.clock.now()):
            telemetry.log("WARNING", "a consent that nobody waits for", metric="zalo_consent", reason="unknown")
            return
        if oa_id != self.oa_id:
            telemetry.log("CRITICAL", "a consent of another account", metric="zalo_consent", reason="foreign_account")
            self._note(state, "refused")
            return
        try:
            self.tokens.accept(code, consent.verifier)
        except NeedsHuman:
            self._note(state, "refused")
            return
        telemetry.count("zalo_consent_given", officer=consent.officer)
        self._note(state, "given")
        with suppress(Retryable):
            self.wake()

    def _note(self, state: str, outcome: str) -> None:
        # The consent may have expired and been deleted while the code was used. Then nobody waits for its outcome.
        with suppress(NotFound):
            self.store.update(consent_path(state), {"state": outcome, "verifier": ""})
