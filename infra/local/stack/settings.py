"""The settings of a stack's functions: local defaults, overridden by the environment, with all faults collected."""

from __future__ import annotations

import difflib
import json
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from infra.local.stack.folder import StackFolder

OA_KEYS = "ZALO_OA_SECRET_KEYS"
TOKENS_VAULT = "ZALO_TOKENS_VAULT"
SEAL_KEYS = "SEAL_KEYS"
ZALO_ADDRESSES = ("ZALO_OPENAPI_URL", "ZALO_OAUTH_URL", "ZALO_BUSINESS_URL")
OUTSIDE = {"zalo": ZALO_ADDRESSES, "portal": ("PORTAL_URL",), "mail": ("SMTP_URL",)}
LOCAL_TEMPLATES = {
    kind: {"id": f"local-{kind}", "tag": 1, "fields": {"code": 30, "unit": 90, **more}}
    for kind, more in {
        "answered": {"answer": 400},
        "refused": {"office_words": 400},
        "transferred_out": {"office_words": 400},
        "supplement_asked": {"office_words": 400},
        "accepted": {"answer_due": 40},
        "extended": {"answer_due": 40, "office_words": 200},
    }.items()
}
"""Message templates like those that Zalo has approved for a real account. The simulator accepts any template."""

MAY_BE_EMPTY = frozenset({"WARD_BOUNDARIES", "ZALO_VERIFICATION", "IAP_AUDIENCE", "IMAP_URL", "IMAP_MOVE_TO"})
SCHEMES = {"SMTP_URL": ("smtp", "smtps"), "IMAP_URL": ("imap", "imaps")}
"""Allowed URL schemes of settings that are not web addresses, such as `smtp`."""
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_KEYS = 2
SHORTEST_KEY = 16
SHORTEST_SEAL = 32


class Form(NamedTuple):
    """A pattern of a setting's valid values, and the error message for invalid ones."""

    pattern: re.Pattern[str]
    words: str


WORD = Form(re.compile(r"\S{1,200}"), "is not one word without spaces (at most 200 characters)")
DATABASE = Form(
    re.compile(r"\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9]"),
    "is not a database id (4-63 lower-case letters, digits, -)",
)
MAIL = Form(
    re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]{1,200}"),
    "is not printable ASCII without quotes and backslashes (200 at most)",
)
LINE = Form(re.compile(r"[^\x00-\x1f\x7f]{1,200}"), "is not one line of at most 200 characters")
FORMS = {
    "GOOGLE_CLOUD_PROJECT": Form(
        re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]"), "is not a project id (6-30 lower-case letters, digits, -)"
    ),
    "ZALO_VERIFICATION": Form(re.compile(r"[A-Za-z0-9_-]{1,200}"), "is not the code alone (letters, digits, - and _)"),
    "ZALO_EVENT_MAX_AGE_DAYS": Form(re.compile(r"[1-9][0-9]?"), "is not a number of days from 1 to 99"),
    "ZALO_TEMPLATES": Form(re.compile(r"\s*\{.*\}\s*", re.DOTALL), "is not a JSON object"),
    "TRACES": Form(
        re.compile(r"cloud|off|https://\S+|http://(127\.0\.0\.1|localhost)\b\S*"),
        "is not cloud, off or the address of a collector (http:// on this machine alone)",
    ),
    "PAPER_SIGNING_KEY": Form(re.compile(r"[A-Za-z0-9+/]{100,20000}={0,2}"), "is not a PKCS #12 file in base 64"),
    "IMAP_PASSWORD": MAIL,
    "IMAP_FOLDER": MAIL,
    "IMAP_MOVE_TO": MAIL,
    "PRIVACY_PROVIDER": LINE,
    "PRIVACY_STORED_IN": LINE,
    "PRIVACY_ABROAD": Form(re.compile(r"yes|no"), "is not yes or no"),
    "ZALO_PAID_MESSAGES": Form(re.compile(r"yes|no"), "is not yes or no"),
    "ZALO_CALLS_PER_MINUTE": Form(re.compile(r"[1-9][0-9]{0,5}"), "is not a number of calls from 1 to 999999"),
    "PETITIONS_KEPT_YEARS": Form(re.compile(r"[1-9][0-9]?"), "is not a number of years from 1 to 99"),
    "PROXIES_IN_FRONT": Form(re.compile(r"[0-9]"), "is not a number from 0 to 9"),
    "OFFICER_SILENCE_MINUTES": Form(re.compile(r"[0-9]{1,4}"), "is not a number of minutes from 0 to 9999"),
}


@dataclass(frozen=True)
class StackSettings:
    """The settings of a stack, and all faults. `simulators` names the simulators to start."""

    values: dict[str, str]
    simulators: frozenset[str]
    project: str
    bucket: str
    faults: list[str] = field(default_factory=list)


def _digits(count: int) -> str:
    return str(secrets.randbelow(9 * 10 ** (count - 1)) + 10 ** (count - 1))


def _signing_key() -> str:
    from infra.local.stack.signing_key import made_key  # noqa: PLC0415 - scripts run without the libraries

    return made_key()


MAKERS: dict[str, Callable[[], str]] = {
    "ID_KEY": lambda: secrets.token_hex(32),
    SEAL_KEYS: lambda: secrets.token_hex(32),
    "ZALO_APP_ID": lambda: _digits(19),
    "ZALO_OA_ID": lambda: _digits(19),
    "ZALO_OA_SECRET_KEYS": lambda: secrets.token_urlsafe(15),
    "ZALO_APP_SECRET_KEY": lambda: secrets.token_urlsafe(15),
    "ZALO_REFRESH_TOKEN": lambda: secrets.token_urlsafe(48),
    "PORTAL_PASSWORD": lambda: secrets.token_urlsafe(12),
    "PAPER_SIGNING_KEY": _signing_key,
}


def stored_secrets(folder: StackFolder) -> dict[str, str]:
    """Return this stack's ids and secrets. They are generated once and stored in secrets.json."""
    kept = folder.read("secrets.json")
    missing = {name: make() for name, make in MAKERS.items() if name not in kept}
    if missing:
        kept.update(missing)
        folder.write("secrets.json", kept)
    return {name: str(value) for name, value in kept.items()}


def local_project(stack: str) -> str:
    """Return the name of the cloud project that a stack pretends to be."""
    return "hanoi-local" if stack == "default" else f"hanoi-local-{stack}"


def defaults(stack: str, made: Mapping[str, str], urls: Mapping[str, str]) -> dict[str, str]:
    """Return a local value for every setting. All addresses in the values are those of this stack.

    `urls` may have the keys pubsub, zalo, portal, smtp, desk, public and citizen. A missing one counts as empty.
    """
    project = local_project(stack)
    addresses = {
        "PUBSUB_URL": urls.get("pubsub", ""),
        "PORTAL_URL": urls.get("portal", ""),
        "SMTP_URL": urls.get("smtp", ""),
        "DESK_URL": urls.get("desk", ""),
        "PUBLIC_URL": urls.get("public", ""),
        "CITIZEN_URL": urls.get("citizen", ""),
        "ZALO_CHAT_URL": urls.get("zalo", ""),
        **dict.fromkeys(ZALO_ADDRESSES, urls.get("zalo", "")),
    }
    return {
        **made,
        **addresses,
        "GOOGLE_CLOUD_PROJECT": project,
        "FIRESTORE_DATABASE": "petitions",
        "FIRESTORE_CHANNEL_DATABASE": "channel",
        "FIRESTORE_PUBLIC_DATABASE": "public",
        "FIRESTORE_TRIES_DATABASE": "tries",
        "ATTACHMENTS_BUCKET": f"{project}-attachments",
        "FROZEN_BUCKET": f"{project}-attachments",  # the storage emulator makes one bucket, so folders separate them
        "ATTACHMENT_HOSTS": "zdn.vn",
        "ZALO_VERIFICATION": "",
        "IAP_AUDIENCE": "",
        "ZALO_EVENT_MAX_AGE_DAYS": "7",
        "PRIVACY_PROVIDER": "Google Cloud",
        "PRIVACY_STORED_IN": "Singapore",
        "PRIVACY_ABROAD": "yes",
        "PETITIONS_KEPT_YEARS": "10",
        "OFFICER_SILENCE_MINUTES": "120",
        "PROXIES_IN_FRONT": "0",  # the gate before a function adds the client's address, but not its own
        "ZALO_TEMPLATES": json.dumps(LOCAL_TEMPLATES),
        "ZALO_PAID_MESSAGES": "yes",
        TOKENS_VAULT: "projects/local/secrets/zalo_tokens",
        "ZALO_CALLS_PER_MINUTE": "4000",
        "WARD_BOUNDARIES": "",
        "TRACES": "off",
        "IMAP_URL": "",
        "IMAP_PASSWORD": "none",
        "IMAP_FOLDER": "INBOX",
        "IMAP_MOVE_TO": "",
        "IMAP_UNIT": "VPUB",
        "PORTAL_USERNAME": "hanoi",
        "PORTAL_UNIT_CODE": "H26",
        "PORTAL_DSTCODE": "VN:GOV:000.00.00.G22:vpcpdvcqg",
    }


def resolve(
    wanted: Mapping[str, object],
    stack: str,
    made: Mapping[str, str],
    urls: Mapping[str, str],
    environment: Mapping[str, str],
) -> StackSettings:
    """Return the values of the settings in `wanted`, from the environment or else from the stack's defaults.

    `made` are the secrets stored for the stack, and `urls` the addresses of its processes. Both are parts of the
    defaults. If the environment gives an address of Zalo, the portal or the mail server, the stack's own simulator is
    not started. If it gives one of the Zalo addresses, the value is used for the other Zalo addresses too. Invalid
    values and missing ones are in `faults` of the result.
    """
    local = defaults(stack, made, urls)
    relevant = dict.fromkeys((*wanted, *ZALO_ADDRESSES, "ATTACHMENTS_BUCKET"))
    given = {name: environment[name] for name in relevant if name in environment}
    zalo = [given[name] for name in ZALO_ADDRESSES if name in given]
    if zalo:
        local.update(dict.fromkeys(ZALO_ADDRESSES, zalo[0]))
    values = {name: given.get(name, local.get(name, "")) for name in wanted}
    faults = [
        f"{name}: the local stack has no default for it; give one to `make up`"
        for name in wanted
        if name not in given and not local.get(name) and name not in MAY_BE_EMPTY
    ]
    faults += [fault for name, value in given.items() for fault in check(name, value)]
    return StackSettings(
        values=values,
        simulators=frozenset(
            simulator for simulator, names in OUTSIDE.items() if not any(name in environment for name in names)
        ),
        project=values.get("GOOGLE_CLOUD_PROJECT", local["GOOGLE_CLOUD_PROJECT"]),
        bucket=given.get("ATTACHMENTS_BUCKET", local["ATTACHMENTS_BUCKET"]),
        faults=faults,
    )


def unknown(given: Iterable[str], known: Collection[str]) -> list[str]:
    """Return one line per unknown variable given to `make up`, with the most similar known name."""
    faults = []
    for name in sorted(set(given) - set(known)):
        nearest = difflib.get_close_matches(name.upper(), sorted(known), 1)
        faults.append(f"{name}: is no setting" + (f"; is {nearest[0]} meant?" if nearest else ""))
    return faults


def mounted(values: Mapping[str, str], names: Iterable[str], folder: StackFolder) -> dict[str, str]:
    """Return the settings in `names` as a process gets them. For mounted secrets, the value is a file's path."""
    files = {
        OA_KEYS: str(folder.oa_keys_file),
        SEAL_KEYS: str(folder.seal_keys_file),
        TOKENS_VAULT: str(folder.tokens_vault_file),
    }
    return {name: files.get(name, values[name]) for name in names}


def check(name: str, value: str) -> list[str]:
    """Return the faults of a setting's value. The messages do not repeat a secret.

    The check is as strict as that of the functions, so that `make up` rejects a wrong value before a process starts.
    """
    if not value.strip():
        return [] if name in MAY_BE_EMPTY else [f"{name}: is empty"]
    if name.endswith("_URL"):
        return _check_url(name, value)
    if name in {OA_KEYS, SEAL_KEYS}:
        return _check_keys(name, value, SHORTEST_SEAL if name == SEAL_KEYS else 1)
    form = FORMS.get(name) or (DATABASE if name.endswith("_DATABASE") else WORD)
    if not form.pattern.fullmatch(value):
        return [f"{name}: {form.words}"]
    if name == "ID_KEY" and len(value) < SHORTEST_KEY:
        return [f"{name}: has {len(value)} characters; at least {SHORTEST_KEY} are needed"]
    return []


def _check_url(name: str, value: str) -> list[str]:
    schemes = SCHEMES.get(name, ("http", "https"))
    try:
        parts = urlsplit(value)
        host, right = parts.hostname, parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        host, right = None, False
    if not (right and host) or re.search(r"\s", value):
        return [f"{name}: is not a URL that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}"]
    if parts.scheme == "http" and host not in LOOPBACK_HOSTS:
        return [f"{name}: http:// is for this machine alone; an address elsewhere must be https://"]
    return []


def _check_keys(name: str, value: str, shortest: int) -> list[str]:
    keys = value.split(",")
    faults = []
    if len(keys) > MOST_KEYS:
        faults.append(f"{name}: {len(keys)} keys are given; one, or two while a key is changed")
    for number, key in enumerate(keys, 1):
        if not key.strip():
            faults.append(f"{name}: key {number} is empty")
        elif re.search(r"\s", key.strip()):
            faults.append(f"{name}: key {number} has a space inside")
        elif len(key.strip()) < shortest:
            faults.append(f"{name}: key {number} has {len(key.strip())} characters; at least {shortest} are needed")
    return faults


def host_fault(name: str, value: str) -> list[str]:
    """Return a message in a list unless the value has the form `host:port`, else an empty list."""
    host, _, port = value.rpartition(":")
    if host and port.isdecimal() and 0 < int(port) < 65_536:  # noqa: PLR2004
        return []
    return [f"{name}: {value!r} is not host:port"]
