"""Values for required settings, so that tests can start any deployed function."""

from __future__ import annotations

from dataclasses import MISSING, fields

from petitions import config

PRIVACY = {
    "PRIVACY_PROVIDER": "Viettel IDC",
    "PRIVACY_STORED_IN": "Hà Nội",
    "PRIVACY_ABROAD": "no",
    "PETITIONS_KEPT_YEARS": "10",
}
"""Settings used in the notice about data processing that citizens read."""


def required(function: str) -> dict[str, str]:
    """Return a valid value for every setting that the function requires and that has no default."""
    names = [field.metadata["env"] for field in fields(config.FUNCTIONS[function]) if field.default is MISSING]
    return {name: _value(name) for name in names}


def _value(name: str) -> str:
    if name == "PAPER_SIGNING_KEY":
        return "AAAA"
    if name in PRIVACY:
        return PRIVACY[name]
    if name == "SMTP_URL":
        return "smtp://127.0.0.1:1"
    return "http://127.0.0.1:1" if name.endswith("_URL") else "a-value-long-enough-to-be-any-secret"
