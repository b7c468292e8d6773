"""Zalo as use cases need it: messages, conversations and tokens. Nothing raises for what Zalo or the network does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from petitions.domain.shared.outcome import Outcome


@dataclass(frozen=True)
class Delivery:
    """The end of one try to send: the channel's message id, or the error's stable word (`notices.delivery_errors`).

    `said` is the other side's own words about an error, for the log.
    """

    outcome: Outcome
    message_id: str = ""
    error: str = ""
    said: str = ""


class ZaloMessages(Protocol):
    """Zalo's messages. Nothing raises for what Zalo or the network does."""

    def send_text(self, access_token: str, user_id: str, text: str) -> Delivery:
        """Send one text of at most 2000 characters to one user."""
        ...

    def upload(self, access_token: str, kind: str, name: str, media_type: str, content: bytes) -> Delivery:
        """Give Zalo a `file` or `image` for one message; OK has its token as the id. Never unknown: it tells nobody."""
        ...

    def send_upload(self, access_token: str, user_id: str, kind: str, token: str) -> Delivery:
        """Send what was uploaded to one user."""
        ...

    def send_form(self, access_token: str, user_id: str, title: str, subtitle: str, image_url: str) -> Delivery:
        """Ask one user for name, telephone and address in Zalo's own form."""
        ...

    def send_template(self, access_token: str, user_id: str, template_id: str, data: Mapping[str, str]) -> Delivery:
        """Send an approved template to one user, at any time after their last interaction."""
        ...

    def send_template_by_phone(
        self, access_token: str, phone: str, template_id: str, data: Mapping[str, str], tracking_id: str
    ) -> Delivery:
        """Send an approved template to a phone (84...); its receipts name `tracking_id`. Errors: `phone-118`."""
        ...

    def delete_profile(self, access_token: str, user_id: str) -> Delivery:
        """Have Zalo delete what it keeps of one user for the account. Never unknown: twice is as once."""
        ...


@dataclass(frozen=True)
class HistoryPage:
    """Messages of Zalo's conversations as they came, newest first; none unless the outcome is OK."""

    outcome: Outcome
    messages: tuple[Mapping[str, Any], ...] = ()
    error: str = ""


class ZaloHistory(Protocol):
    """Reading conversations."""

    def page(self, access_token: str, offset: int, count: int, user_id: str | None) -> HistoryPage:
        """Messages with one citizen, or with all of them. Never raises for what Zalo or the network does."""
        ...


@dataclass(frozen=True)
class TokenPair:
    """What a refresh gives; the refresh token that was used is spent."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int = 0


@dataclass(frozen=True)
class TokenAnswer:
    """The end of one refresh: the new pair with OK, else the error's stable word."""

    outcome: Outcome
    pair: TokenPair | None = None
    error: str = ""
    said: str = ""


class TokenVault(Protocol):
    """Where a pair of tokens is kept that the database would not take: the one before it is spent."""

    def keep(self, pair: str) -> None:
        """Keep it as the newest. Raises Retryable."""
        ...

    def kept(self) -> str | None:
        """The newest, or None. Raises Retryable."""
        ...


class ZaloOAuth(Protocol):
    """Zalo's token endpoint."""

    def exchange(self, code: str, verifier: str) -> TokenAnswer:
        """Spend the code of a consent. Never raises for what Zalo or the network does."""
        ...

    def refresh(self, refresh_token: str) -> TokenAnswer:
        """Spend a refresh token. Never raises for what Zalo or the network does."""
        ...
