"""The settings of every function, read from environment variables. All faults are reported together.

The class of a function has exactly the settings that functions/manifest.json lists for it (tests/unit/test_drift.py).
This module uses only the standard library, because the webhook imports it and must start fast.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar
from urllib.parse import urlsplit

from petitions.errors import ConfigError

S = TypeVar("S", bound="Settings")

NOTIFICATIONS_SENDERS = 8
"""The number of requests that an instance of `notifications` handles at once, as in the manifest."""

NOTIFICATIONS_INSTANCES = 10
"""The most instances of `notifications`, as in the manifest.

All requests of all instances together must keep within Zalo's limit of calls.
"""

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}


def _word(raw: str) -> str:
    if not re.fullmatch(r"\S{1,200}", raw):
        raise ValueError("must be one word without spaces")
    return raw


def _key(raw: str) -> bytes:
    if len(raw) < 16:  # noqa: PLR2004 - shorter keys can be guessed
        raise ValueError("must have at least 16 characters")
    return raw.encode()


MOST_KEYS = 3
"""The most keys at once: the one that verifies events now, and two newer ones, as one may have been mistyped."""


def secret_keys(raw: str) -> tuple[str, ...]:
    """Return one to MOST_KEYS keys, separated by commas. Raise ValueError if they are more or empty."""
    keys = tuple(part.strip() for part in raw.split(","))
    if not all(keys) or len(keys) > MOST_KEYS:
        raise ValueError("must be one key, or up to three separated by commas")
    return keys


def seal_keys(raw: str) -> tuple[str, ...]:
    """Return the encryption keys, the current one first. Raise ValueError if too many, or below 32 characters."""
    keys = secret_keys(raw)
    if min(map(len, keys)) < 32:  # noqa: PLR2004 - 128 bits as hexadecimal digits
        raise ValueError("must have at least 32 characters in each key")
    return keys


def _keys_or_file(parse: Callable[[str], tuple[str, ...]]) -> Callable[[str], str]:
    def checked(raw: str) -> str:
        if not raw.startswith("/"):
            parse(raw)
        return raw

    return checked


def _code(raw: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,200}", raw):
        raise ValueError("must be the code alone: letters, digits, - and _")
    return raw


def _audience(raw: str) -> str:
    if not re.fullmatch(r"/projects/[0-9]+/(global|[a-z0-9-]+)/[a-zA-Z]+/[A-Za-z0-9._/-]+", raw):
        raise ValueError("must be the signed header's audience: /projects/NUMBER/global/backendServices/ID")
    return raw


def _minutes(raw: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", raw):
        raise ValueError("must be a number of minutes from 0 to 9999")
    return int(raw)


def _line(raw: str) -> str:
    if not (raw.isprintable() and len(raw) <= 200):  # noqa: PLR2004 - it stands in a message
        raise ValueError("must be one line of at most 200 characters")
    return raw


def _small(raw: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]?", raw):
        raise ValueError("must be a whole number from 1 to 99")
    return int(raw)


def _calls(raw: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", raw):
        raise ValueError("must be a number of calls from 1 to 999999")
    return int(raw)


def _base64(raw: str) -> str:
    try:
        base64.b64decode(raw, validate=True)
    except ValueError as error:
        raise ValueError("must be a file in base 64") from error
    return raw


def _digit(raw: str) -> int:
    if not re.fullmatch(r"[0-9]", raw):
        raise ValueError("must be a number from 0 to 9")
    return int(raw)


def _yes_or_no(raw: str) -> bool:
    if raw not in {"yes", "no"}:
        raise ValueError("must be yes or no")
    return raw == "yes"


def _first_token(raw: str) -> str:
    """Return the token, or "" for `none`, because a mounted secret cannot be empty before the first consent."""
    return "" if raw == "none" else _word(raw)


def _json_object(raw: str) -> str:
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ValueError("must be a JSON object")  # noqa: TRY004 - as all faults of settings
    return raw


def _https(raw: str) -> str:
    parts = urlsplit(raw)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise ValueError("must be an https:// address (http:// for loopback only)")
    return raw.rstrip("/")


def _traces(raw: str) -> str:
    """Return the destination of traces: `cloud` (Cloud Trace), `off`, or the address of a collector."""
    return raw if raw in {"cloud", "off"} else _https(raw)


def _hosts(raw: str) -> tuple[str, ...]:
    hosts = tuple(part.strip() for part in raw.split(","))
    if not all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", host) for host in hosts):
        raise ValueError("must be host names in lower case, separated by commas")
    return hosts


def _smtp(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("must be smtp://host:port or smtps://user:password@host:port")
    return raw


def _imap(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"imap", "imaps"} or not (parts.hostname and parts.username) or parts.password:
        raise ValueError("must be imaps://user@host:port, with %40 for the @ in the user's name, without the password")
    return raw


def _imap_words(raw: str) -> str:
    """Return a text that can be sent to a mail server in quotes: printable ASCII without quotes and backslashes."""
    if not (raw.isascii() and raw.isprintable() and len(raw) <= 200) or set(raw) & {'"', "\\"}:  # noqa: PLR2004 - a line
        raise ValueError("must be printable ASCII characters without quotes and backslashes")
    return raw


def setting(env: str, parse: Callable[[str], Any] = _word, *, default: Any = MISSING) -> Any:
    """Return a dataclass field that `load` reads from the environment variable `env`, by `parse`.

    Without a default, the setting is required.
    """
    if default is MISSING:
        return field(metadata={"env": env, "parse": parse})
    return field(default=default, metadata={"env": env, "parse": parse})


@dataclass(frozen=True, kw_only=True)
class Settings:
    project: str = setting("GOOGLE_CLOUD_PROJECT")


@dataclass(frozen=True, kw_only=True)
class Traced(Settings):
    """Settings of a function that records traces. Only the webhook does not, it just passes them on."""

    traces: str = setting("TRACES", _traces, default="")


@dataclass(frozen=True, kw_only=True)
class WithStorage(Traced):
    """Settings of a function that shows the notice about data processing (LAW 5.1).

    They are the facts in the notice: the provider, the country, storage abroad, and years of retention.
    """

    provider: str = setting("PRIVACY_PROVIDER", _line)
    stored_in: str = setting("PRIVACY_STORED_IN", _line)
    abroad: bool = setting("PRIVACY_ABROAD", _yes_or_no)
    kept_years: int = setting("PETITIONS_KEPT_YEARS", _small)


@dataclass(frozen=True, kw_only=True)
class WithBucket(Traced):
    """Settings of a function that uses the bucket with citizens' files."""

    bucket: str = setting("ATTACHMENTS_BUCKET")


@dataclass(frozen=True, kw_only=True)
class WithPublic(Traced):
    """Settings of a function that uses the public database, the only one that public pages read."""

    public_database: str = setting("FIRESTORE_PUBLIC_DATABASE", default="public")


@dataclass(frozen=True, kw_only=True)
class WithSeals(WithBucket, WithPublic):
    """Settings of a function that encrypts or decrypts the data of filers in the public database."""

    seal_keys: str = setting("SEAL_KEYS", _keys_or_file(seal_keys))


@dataclass(frozen=True, kw_only=True)
class WithDatabase(Traced):
    """Settings of a function that uses the main database, that of petitions."""

    database: str = setting("FIRESTORE_DATABASE", default="petitions")


@dataclass(frozen=True, kw_only=True)
class WithPetitions(WithDatabase):
    """Settings of a function that changes petitions and publishes messages about the changes."""

    pubsub_url: str = setting("PUBSUB_URL", _https)


@dataclass(frozen=True, kw_only=True)
class WebhookSettings(Settings):
    pubsub_url: str = setting("PUBSUB_URL", _https)
    id_key: bytes = setting("ID_KEY", _key)
    app_id: str = setting("ZALO_APP_ID")
    oa_id: str = setting("ZALO_OA_ID")
    oa_secret_keys: str = setting("ZALO_OA_SECRET_KEYS", _keys_or_file(secret_keys))
    verification: str = setting("ZALO_VERIFICATION", _code, default="")
    event_max_age_days: int = setting("ZALO_EVENT_MAX_AGE_DAYS", _small, default=7)
    proxies: int = setting("PROXIES_IN_FRONT", _digit, default=1)


@dataclass(frozen=True, kw_only=True)
class IntakeSettings(WithPetitions, WithPublic, WithStorage):
    id_key: bytes = setting("ID_KEY", _key)
    public_url: str = setting("PUBLIC_URL", _https)
    citizen_url: str = setting("CITIZEN_URL", _https)
    officer_silence_minutes: int = setting("OFFICER_SILENCE_MINUTES", _minutes, default=120)
    ward_boundaries: str = setting("WARD_BOUNDARIES", default="")


@dataclass(frozen=True, kw_only=True)
class WithAttachments(WithPetitions, WithBucket): ...


@dataclass(frozen=True, kw_only=True)
class AttachmentsSettings(WithAttachments):
    hosts: tuple[str, ...] = setting("ATTACHMENT_HOSTS", _hosts, default=("zdn.vn",))
    kept_years: int = setting("PETITIONS_KEPT_YEARS", _small)


@dataclass(frozen=True, kw_only=True)
class RoutingSettings(WithPetitions):
    ward_boundaries: str = setting("WARD_BOUNDARIES", default="")


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(WithAttachments):
    """Settings of `notifications`, which sends messages.

    The defaults are Zalo's own hosts (PLATFORM 2.3, PLATFORM 3.1, PLATFORM 3.4).
    """

    channel_database: str = setting("FIRESTORE_CHANNEL_DATABASE", default="channel")
    id_key: bytes = setting("ID_KEY", _key)
    app_id: str = setting("ZALO_APP_ID")
    oa_id: str = setting("ZALO_OA_ID")
    app_secret_key: str = setting("ZALO_APP_SECRET_KEY")
    refresh_token: str = setting("ZALO_REFRESH_TOKEN", _first_token, default="")
    openapi_url: str = setting("ZALO_OPENAPI_URL", _https, default="https://openapi.zalo.me")
    business_url: str = setting("ZALO_BUSINESS_URL", _https, default="https://business.openapi.zalo.me")
    oauth_url: str = setting("ZALO_OAUTH_URL", _https, default="https://oauth.zaloapp.com")
    templates: str = setting("ZALO_TEMPLATES", _json_object, default="{}")
    paid_messages: bool = setting("ZALO_PAID_MESSAGES", _yes_or_no, default=False)
    calls_per_minute: int = setting("ZALO_CALLS_PER_MINUTE", _calls, default=4000)
    tokens_vault: str = setting("ZALO_TOKENS_VAULT")
    smtp_url: str = setting("SMTP_URL", _smtp)
    public_url: str = setting("PUBLIC_URL", _https)
    desk_url: str = setting("DESK_URL", _https)


@dataclass(frozen=True, kw_only=True)
class RemindersSettings(WithPetitions):
    desk_url: str = setting("DESK_URL", _https)


@dataclass(frozen=True, kw_only=True)
class PortalSettings(WithAttachments):
    portal_url: str = setting("PORTAL_URL", _https)
    username: str = setting("PORTAL_USERNAME")
    password: str = setting("PORTAL_PASSWORD")
    unit_code: str = setting("PORTAL_UNIT_CODE")
    dstcode: str = setting("PORTAL_DSTCODE")


@dataclass(frozen=True, kw_only=True)
class MailReaderSettings(WithDatabase, WithBucket):
    """Settings of `mail_reader`. Without an IMAP address it reads no mailbox."""

    imap_url: str = setting("IMAP_URL", _imap, default="")
    imap_password: str = setting("IMAP_PASSWORD", _imap_words)
    folder: str = setting("IMAP_FOLDER", _imap_words, default="INBOX")
    move_to: str = setting("IMAP_MOVE_TO", _imap_words, default="")
    unit: str = setting("IMAP_UNIT", _code, default="VPUB")


@dataclass(frozen=True, kw_only=True)
class RelaySettings(WithPetitions, WithSeals):
    """Settings of `relay`, which publishes messages left behind and keeps the public database up to date."""

    id_key: bytes = setting("ID_KEY", _key)


@dataclass(frozen=True, kw_only=True)
class WithFrozen(WithAttachments):
    """Settings of a function that uses the bucket of frozen reports and scores, which cannot be changed."""

    frozen_bucket: str = setting("FROZEN_BUCKET")


@dataclass(frozen=True, kw_only=True)
class ReportsSettings(WithFrozen):
    desk_url: str = setting("DESK_URL", _https)
    public_url: str = setting("PUBLIC_URL", _https)
    citizen_url: str = setting("CITIZEN_URL", _https)
    paper_signing_key: str = setting("PAPER_SIGNING_KEY", _base64)


@dataclass(frozen=True, kw_only=True)
class DeskSettings(WithFrozen, WithStorage):
    """Settings of `desk`. Without `iap_audience` it runs only with the Firestore emulator, on a laptop."""

    id_key: bytes = setting("ID_KEY", _key)
    iap_audience: str = setting("IAP_AUDIENCE", _audience, default="")
    app_id: str = setting("ZALO_APP_ID")
    oauth_url: str = setting("ZALO_OAUTH_URL", _https, default="https://oauth.zaloapp.com")
    desk_url: str = setting("DESK_URL", _https)
    public_url: str = setting("PUBLIC_URL", _https)
    citizen_url: str = setting("CITIZEN_URL", _https)
    mail_unit: str = setting("IMAP_UNIT", _code, default="VPUB")


@dataclass(frozen=True, kw_only=True)
class WithVisitors(WithPublic, WithStorage):
    """Settings of a function with pages that need no account."""

    proxies: int = setting("PROXIES_IN_FRONT", _digit, default=1)
    public_url: str = setting("PUBLIC_URL", _https)
    citizen_url: str = setting("CITIZEN_URL", _https)
    chat_url: str = setting("ZALO_CHAT_URL", _https)
    ward_boundaries: str = setting("WARD_BOUNDARIES", default="")


@dataclass(frozen=True, kw_only=True)
class PublicSettings(WithVisitors): ...


@dataclass(frozen=True, kw_only=True)
class CitizenPageSettings(WithVisitors, WithSeals):
    """Settings of `citizen_page`, the page of one citizen's draft or petition."""

    tries_database: str = setting("FIRESTORE_TRIES_DATABASE", default="tries")
    pubsub_url: str = setting("PUBSUB_URL", _https)


FUNCTIONS: dict[str, type[Settings]] = {
    "zalo_webhook": WebhookSettings,
    "intake": IntakeSettings,
    "attachments": AttachmentsSettings,
    "routing": RoutingSettings,
    "notifications": NotificationsSettings,
    "reminders": RemindersSettings,
    "portal_sync": PortalSettings,
    "mail_reader": MailReaderSettings,
    "relay": RelaySettings,
    "desk": DeskSettings,
    "public_site": PublicSettings,
    "citizen_page": CitizenPageSettings,
    "reports": ReportsSettings,
}


def load(kind: type[S], environ: Mapping[str, str]) -> S:
    """Return the settings of a function from environment variables. Raise ConfigError with all faults."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for item in fields(kind):
        name = item.metadata["env"]
        raw = environ.get(name, "").strip()
        if not raw:
            if item.default is MISSING:
                faults.append(f"{name} is missing")
            continue
        try:
            values[item.name] = item.metadata["parse"](raw)
        except ValueError as error:
            faults.append(f"{name} {error}")
    if faults:
        raise ConfigError(faults)
    return kind(**values)
