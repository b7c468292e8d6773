"""Zalo's tokens. A refresh token can be used once, and a new access token invalidates the previous one.

Therefore only one process may refresh at a time. It takes a lease in the document `tokens/zalo`, and stores the new
tokens before using them, if the generation (their number) has not changed since (PLATFORM 2.4, PLATFORM 2.5,
PLATFORM 2.6).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from petitions import telemetry
from petitions.domain.notices.delivery_errors import HUMAN_PAUSE, Reaction, reaction_to
from petitions.domain.shared.edges import Until, lasts_for
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import replace
from petitions.domain.zalo.grant import GRANT_PATH, LEASE, MARGIN, STORE_FOR, ZaloGrant
from petitions.errors import NeedsHuman, PetitionError, Retryable
from petitions.ports.store import Reader, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.ports.zalo import TokenAnswer, TokenPair, TokenVault, ZaloOAuth
from petitions.usecases.shared.petition_changes import changed_fields

PAUSE = timedelta(seconds=30)
"""The pause after a refresh that got no answer, before the same token is tried once more."""

_TEMPORARY = {Reaction.NEXT_MINUTE, Reaction.GROWING}


class TokenPending(Retryable):
    """Raised if another refresh is running, or if the last one got no answer and will be repeated soon."""

    reason = "token_pending"


@dataclass(frozen=True)
class AccessToken:
    """An access token for calls to Zalo."""

    value: str = field(repr=False)
    generation: int
    expires_at: datetime


class ZaloTokens:
    """The tokens of one app and Official Account. `first` are the tokens to use while none are stored.

    If there is no first refresh token, an administrator must give consent at `consent_url`.
    """

    def __init__(
        self,
        store: Store,
        oauth: ZaloOAuth,
        clock: Clock,
        ids: Ids,
        first: ZaloGrant,
        *,
        vault: TokenVault,
        sleep: Callable[[float], None],
        consent_url: str,
    ) -> None:
        self._store = store
        self._oauth = oauth
        self._clock = clock
        self._ids = ids
        self._first = first
        self._vault = vault
        self._sleep = sleep
        self._consent_url = consent_url
        self._called_at: datetime | None = None
        self._lock = threading.Lock()
        self._cached: AccessToken | None = None
        self._unsaved: tuple[ZaloGrant, ZaloGrant] | None = None

    def current(self) -> AccessToken:
        """Return a valid token, refreshing if necessary. Raise TokenPending or NeedsHuman."""
        cached = self._cached
        if cached is not None and lasts_for(cached.expires_at, MARGIN, self._clock.now()):
            return cached
        grant = self._read(self._store) or self._first
        return self._usable(grant) or self._refresh(grant.generation)

    def renew(self, refused: AccessToken) -> AccessToken:
        """Return another token after Zalo refused this one: a newer stored token, or else a refreshed one.

        Raise TokenPending or NeedsHuman.
        """
        return self._refresh(refused.generation)

    def refresh_early(self) -> None:
        """Refresh if the access token is older than 12 h or missing. Raise TokenPending or NeedsHuman."""
        grant = self._read(self._store) or self._first
        if grant.is_old(self._clock.now()):
            self._refresh(grant.generation)

    def accept(self, code: str, verifier: str) -> None:
        """Exchange the code of a consent for new tokens, which replace the stored ones.

        Raise TokenPending during a refresh, or NeedsHuman if Zalo refuses the code or does not answer.
        """
        with self._lock:
            owner = self._ids.token()
            grant = self._store.transact(lambda tx: self._lease_for_consent(tx, owner))
            began = self._clock.now()
            answer = self._oauth.exchange(code, verifier)
            if answer.outcome is not Outcome.OK or answer.pair is None:
                self._note(grant, {"lease_until": None})
                self._call_for_consent("a consent came to nothing", error=answer.error, description=answer.description)
                raise NeedsHuman(f"the consent failed ({answer.error})", reason="consent_needed")
            if fault := self._foreign(answer.pair):
                self._note(grant, {"lease_until": None})
                self._call_for_consent("a consent of another account", error=fault)
                raise NeedsHuman(f"the consent is not known to be of our account ({fault})", reason="foreign_tokens")
            self._unsaved = grant, _renewed(grant, answer.pair, began)
            self._save()

    def _foreign(self, pair: TokenPair) -> str:
        """Return the reason to suspect that the tokens belong to another account, or "" if there is none.

        Only a call to Zalo shows the account.
        """
        for pause in (1.0, 1.0, 0.0):
            asked = self._oauth.owner(pair.access_token)
            if asked.outcome is Outcome.OK:
                return "" if asked.message_id == self._first.oa_id else "foreign_account"
            self._sleep(pause)
        return asked.error

    def _lease_for_consent(self, tx: Transaction, owner: str) -> ZaloGrant:
        stored, now = self._read(tx), self._clock.now()
        if stored is not None and stored.being_changed(now):
            raise TokenPending("a refresh is under way")
        return self._lease(tx, stored, owner, now)

    def _lease(self, tx: Transaction, stored: ZaloGrant | None, owner: str, now: datetime) -> ZaloGrant:
        grant = stored or self._first
        leased = replace(grant, lease_owner=owner, lease_until=now + LEASE)
        if stored is None:
            tx.create(GRANT_PATH, leased.stored())
        else:
            tx.update(GRANT_PATH, changed_fields(stored, leased))
        return leased

    def _call_for_consent(self, event: str, **labels: Any) -> None:
        self._called_at = self._clock.now()
        telemetry.log("CRITICAL", event, metric="zalo_tokens", consent=self._consent_url, **labels)

    def _read(self, reader: Reader) -> ZaloGrant | None:
        found = reader.get(GRANT_PATH)
        if found is None:
            return None
        grant = ZaloGrant.model_validate(found)
        if not grant.same_owner(self._first):
            telemetry.log("CRITICAL", "the stored Zalo tokens are of another project, app or OA", metric="zalo_tokens")
            raise NeedsHuman("the stored tokens are of another project, app or OA", reason="foreign_tokens")
        return grant

    def _usable(self, grant: ZaloGrant) -> AccessToken | None:
        if (
            grant.access_token is None
            or grant.expires_at is None
            or not lasts_for(grant.expires_at, MARGIN, self._clock.now())
        ):
            return None
        self._cached = AccessToken(grant.access_token, grant.generation, grant.expires_at)
        return self._cached

    def _refresh(self, stale: int) -> AccessToken:
        with self._lock:
            if self._cached is not None and self._cached.generation != stale:
                return self._cached
            if self._unsaved is not None:
                token = self._save()
                if token.generation != stale:
                    return token
            owner = self._ids.token()
            try:
                grant = self._store.transact(lambda tx: self._take_lease(tx, stale, owner))
            except NeedsHuman:
                if self._called_at is None or Until(self._called_at + HUMAN_PAUSE).is_over(self._clock.now()):
                    self._call_for_consent("no tokens without a consent")
                raise
            if grant.generation != stale:
                return self._usable(grant) or self._gone(grant)
            began = self._clock.now()
            answer = self._oauth.refresh(grant.refresh_token)
            if answer.outcome is Outcome.OK and answer.pair is not None:
                self._unsaved = grant, _renewed(grant, answer.pair, began)
                return self._save()
            kept = self._from_vault(grant) if answer.outcome is Outcome.REFUSED else None
            if kept is None:
                raise self._failed(grant, answer)
            self._unsaved = grant, kept
            return self._save()

    def _gone(self, grant: ZaloGrant) -> AccessToken:
        raise TokenPending(f"generation {grant.generation} has ended already")

    def _take_lease(self, tx: Transaction, stale: int, owner: str) -> ZaloGrant:
        """Return the stored tokens with a lease for this process or, if their generation is not `stale`, unchanged."""
        stored, now = self._read(tx), self._clock.now()
        grant = stored or self._first
        if grant.generation != stale:
            return grant
        if grant.leased(now):
            if grant.refused:
                raise NeedsHuman(f"Zalo refuses to refresh the tokens ({grant.refused})", reason="consent_needed")
            raise TokenPending("a refresh is under way")
        if not grant.refresh_token:
            raise NeedsHuman("nobody has consented yet", reason="consent_needed")
        return self._lease(tx, stored, owner, now)

    def _save(self) -> AccessToken:
        if self._unsaved is None:
            raise NeedsHuman("there is no pair to store")
        leased, renewed = self._unsaved

        def compare_and_set(tx: Transaction) -> ZaloGrant:
            stored = self._read(tx)
            if stored is None:
                tx.create(GRANT_PATH, renewed.stored())
            elif stored.generation == leased.generation:
                tx.update(GRANT_PATH, changed_fields(stored, renewed))
            else:
                return stored
            return renewed

        grant = self._stored(compare_and_set, renewed)
        self._unsaved = None
        telemetry.count("zalo_tokens_refreshed", generation=grant.generation)
        return self._usable(grant) or self._gone(grant)

    def _stored(self, write: Callable[[Transaction], ZaloGrant], renewed: ZaloGrant) -> ZaloGrant:
        """Store the new tokens, trying for 30 s. If that fails, put them into the vault, for the next instance."""
        until = self._clock.now() + STORE_FOR
        while True:
            try:
                return self._store.transact(write)
            except Retryable as error:
                if self._clock.now() in Until(until):
                    self._sleep(1.0)
                    continue
                telemetry.log("CRITICAL", "a new token pair is not stored", metric="zalo_tokens", reason=error.reason)
                self._vault.keep(renewed.model_dump_json(exclude_none=True))
                telemetry.log("CRITICAL", "a new token pair is in the vault", metric="zalo_tokens")
                raise

    def _from_vault(self, leased: ZaloGrant) -> ZaloGrant | None:
        try:
            kept = ZaloGrant.model_validate_json(self._vault.kept() or "{}")
        except (Retryable, ValueError):
            return None
        follows = kept.generation == leased.generation + 1 and kept.same_owner(leased)
        return kept if follows else None

    def _failed(self, leased: ZaloGrant, answer: TokenAnswer) -> PetitionError:
        temporary = answer.outcome is Outcome.UNKNOWN or reaction_to(answer.error) in _TEMPORARY
        unanswered = leased.unanswered + 1 if temporary else leased.unanswered
        pause = PAUSE if temporary else HUMAN_PAUSE
        refused = None if temporary else answer.error
        lease_until = self._clock.now() + pause
        self._note(leased, {"lease_until": lease_until, "unanswered": unanswered, "refused": refused})
        labels: dict[str, Any] = {"error": answer.error, "description": answer.description}
        # A first silence may have used up the token. If the second try fails or is silent too, a person is needed.
        if temporary and unanswered == 1:
            telemetry.log("WARNING", "tokens not refreshed", metric="zalo_tokens", **labels)
        else:
            self._call_for_consent("tokens not refreshed", **labels)
        if temporary:
            return TokenPending(f"the tokens were not refreshed ({answer.error})")
        return NeedsHuman(f"Zalo refuses to refresh the tokens ({answer.error})", reason="consent_needed")

    def _note(self, leased: ZaloGrant, news: dict[str, Any]) -> None:
        noted = replace(leased, **{"lease_owner": None} | news)

        def note(tx: Transaction) -> None:
            stored = self._read(tx)
            if stored and stored.generation == leased.generation and stored.lease_owner == leased.lease_owner:
                tx.update(GRANT_PATH, changed_fields(stored, noted))

        self._store.transact(note)


def _renewed(grant: ZaloGrant, pair: TokenPair, began: datetime) -> ZaloGrant:
    return replace(
        grant,
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expires_at=began + timedelta(seconds=pair.seconds),
        refreshed_at=began,
        generation=grant.generation + 1,
        lease_owner=None,
        lease_until=None,
        unanswered=0,
        refused=None,
    )
