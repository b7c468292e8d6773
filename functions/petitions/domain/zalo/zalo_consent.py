"""An administrator's consent that this app may act for the Official Account: OAuth with PKCE.

Source: PLATFORM 2.1, PLATFORM 2.2.

The document `zalo_consents/{hash of the state}` is valid as long as Zalo's code, ten minutes. The PKCE verifier is sent
only in the exchange of the code for tokens.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from pydantic import Field

from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import Instant, Root

CONSENT_VALID_FOR = timedelta(minutes=10)
PERMISSION_PATH = "/v4/oa/permission"
VERIFIER_LENGTH = 43


class ZaloConsent(Root):
    """One request for an administrator's consent, and its result."""

    id: str
    officer: str
    verifier: str = Field(repr=False)
    asked_at: Instant
    expires_at: Instant
    state: Literal["asked", "handed", "given", "refused"] = "asked"
    """The progress: `asked`, `handed` once Zalo's code has come back, then `given` or `refused`."""

    def is_open(self, now: datetime) -> bool:
        return now in Until(self.expires_at)


def consent_id(state: str) -> str:
    """Return the id of the request's document: a hash, because the OAuth state itself appears in URLs."""
    return hashlib.sha256(state.encode()).hexdigest()[:40]


def consent_path(state: str) -> str:
    return f"zalo_consents/{consent_id(state)}"


def challenge(verifier: str) -> str:
    """Return the PKCE challenge: base64url of the verifier's SHA-256, without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def permission_url(oauth_url: str, app_id: str, redirect_url: str, verifier: str, state: str) -> str:
    """Return the URL at which an administrator of the Official Account consents."""
    asked = {"app_id": app_id, "redirect_uri": redirect_url, "code_challenge": challenge(verifier), "state": state}
    return f"{oauth_url}{PERMISSION_PATH}?{urlencode(asked)}"
