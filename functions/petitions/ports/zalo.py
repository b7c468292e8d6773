"""Interfaces to Zalo's messages, conversations and tokens. No method raises for a fault of Zalo or the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from petitions.domain.shared.outcome import Outcome


@dataclass(frozen=True)
class Allowance:
    """The quota that a message was charged to, according to Zalo's answer (PLATFORM 3.2)."""

    kind: str
    """Zalo's name of the quota, or `template` for the daily quota of templates."""
    left: int
    total: int


@dataclass(frozen=True)
class Delivery:
    """The result of one attempt to send: the channel's message id, or a fixed code for the error.

    `notices.delivery_errors` lists the codes. `description` is the other side's description of the error, for the log.
    """

    outcome: Outcome
    message_id: str = ""
    error: str = ""
    description: str = ""
    remaining: int | None = None
    """The number of calls that Zalo still allows in this minute, if its answer has it."""
    allowance: Allowance | None = None
    """The quota that the message was charged to, if the answer names one."""


class ZaloMessages(Protocol):
    """A sender of messages on Zalo. Methods return the result, and never raise for a fault of Zalo or the network."""

    def send_text(self, access_token: str, user_id: str, text: str) -> Delivery:
        """Send a text of at most 2000 characters to one user."""
        ...

    def upload(self, access_token: str, kind: str, name: str, media_type: str, content: bytes) -> Delivery:
        """Upload a `file` or `image` for one message. On success, `message_id` is the token for `send_upload`.

        The outcome is never unknown, because an upload notifies nobody.
        """
        ...

    def send_upload(self, access_token: str, user_id: str, kind: str, token: str) -> Delivery:
        """Send an uploaded file to one user."""
        ...

    def send_form(self, access_token: str, user_id: str, title: str, subtitle: str, image_url: str) -> Delivery:
        """Ask one user for name, telephone and address with Zalo's own form."""
        ...

    def send_template(self, access_token: str, user_id: str, template_id: str, data: Mapping[str, str]) -> Delivery:
        """Send an approved template to one user, at any time after their last interaction."""
        ...

    def send_template_by_phone(
        self, access_token: str, phone: str, template_id: str, data: Mapping[str, str], tracking_id: str
    ) -> Delivery:
        """Send an approved template to a phone (84...). Receipts contain `tracking_id`.

        Errors have codes such as `phone-118`.
        """
        ...

    def delete_profile(self, access_token: str, user_id: str) -> Delivery:
        """Ask Zalo to delete the data about one user that it holds for the account.

        The outcome is never unknown, because deleting twice does no harm.
        """
        ...


@dataclass(frozen=True)
class HistoryPage:
    """Raw messages of Zalo's conversations, newest first. Empty unless the outcome is OK."""

    outcome: Outcome
    messages: tuple[Mapping[str, Any], ...] = ()
    error: str = ""


class ZaloHistory(Protocol):
    """A reader of past conversations on Zalo."""

    def page(self, access_token: str, offset: int, count: int, user_id: str | None) -> HistoryPage:
        """Return `count` messages, after the newest `offset` ones, with one citizen or, for None, with all.

        Never raise for a fault of Zalo or the network.
        """
        ...


@dataclass(frozen=True)
class TokenPair:
    """The tokens from one refresh. The refresh token used for it is no longer valid."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int = 0


@dataclass(frozen=True)
class TokenAnswer:
    """The result of a token request: the new tokens, or a fixed code for the error."""

    outcome: Outcome
    pair: TokenPair | None = None
    error: str = ""
    description: str = ""


class TokenVault(Protocol):
    """A store for new tokens that could not be saved in the database, when the old ones are no longer valid."""

    def keep(self, pair: str) -> None:
        """Store the tokens as the newest ones. Raise Retryable on failure."""
        ...

    def kept(self) -> str | None:
        """Return the newest stored tokens, or None. Raise Retryable on failure."""
        ...


class ZaloOAuth(Protocol):
    """Zalo's endpoint for access tokens."""

    def exchange(self, code: str, verifier: str) -> TokenAnswer:
        """Exchange the code of a consent for tokens, and return them or the error. Never raise for a fault of Zalo."""
        ...

    def owner(self, access_token: str) -> Delivery:
        """Return, as `message_id`, the id of the account to which a token belongs. Never raise for a fault of Zalo."""
        ...

    def refresh(self, refresh_token: str) -> TokenAnswer:
        """Exchange a refresh token for new tokens, and return them or the error. Never raise for a fault of Zalo."""
        ...
