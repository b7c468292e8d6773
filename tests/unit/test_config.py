"""The settings of a function: all errors are reported at once, and incomplete settings are refused."""

from __future__ import annotations

import pytest

from petitions import config
from petitions.errors import ConfigError
from tests.settings import PRIVACY, required

GOOD = {
    "GOOGLE_CLOUD_PROJECT": "p",
    "PUBSUB_URL": "http://127.0.0.1:8085/",
    "ID_KEY": "0123456789abcdef",
    "ZALO_APP_ID": "1",
    "ZALO_OA_ID": "2",
    "ZALO_OA_SECRET_KEYS": "new, old",
}


def test_good_settings_are_parsed() -> None:
    settings = config.load(config.WebhookSettings, GOOD)
    assert config.secret_keys(settings.oa_secret_keys) == ("new", "old")
    assert (
        config.load(config.WebhookSettings, GOOD | {"ZALO_OA_SECRET_KEYS": "/mnt/keys"}).oa_secret_keys == "/mnt/keys"
    )
    assert settings.pubsub_url == "http://127.0.0.1:8085"


def test_all_faults_are_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(config.WebhookSettings, {"ID_KEY": "short", "PUBSUB_URL": "ftp://x", "ZALO_OA_ID": "2"})
    faults = "\n".join(caught.value.faults)
    for name in ("GOOGLE_CLOUD_PROJECT", "PUBSUB_URL", "ID_KEY", "ZALO_APP_ID", "ZALO_OA_SECRET_KEYS"):
        assert name in faults
    assert "ZALO_OA_ID" not in faults


@pytest.mark.parametrize("url", ["http://example.vn", "example.vn", "https://", "javascript:alert(1)"])
def test_plain_http_is_for_loopback_only(url: str) -> None:
    with pytest.raises(ConfigError):
        config.load(config.WebhookSettings, GOOD | {"PUBSUB_URL": url})


@pytest.mark.parametrize("keys", ["", ",", "a,", "a,b,c,d"])
def test_one_to_three_webhook_keys(keys: str) -> None:
    with pytest.raises(ConfigError):
        config.load(config.WebhookSettings, GOOD | {"ZALO_OA_SECRET_KEYS": keys})


@pytest.mark.parametrize("keys", ["", "short", "x" * 31, "x" * 32 + ",short"])
def test_keys_that_seal_are_long(keys: str) -> None:
    good = {"GOOGLE_CLOUD_PROJECT": "p", "ATTACHMENTS_BUCKET": "b", "SEAL_KEYS": "x" * 32}
    good |= {"PUBLIC_URL": "https://pakn.test", "ZALO_CHAT_URL": "https://zalo.test"}
    good |= {"CITIZEN_URL": "https://phieu.test", "PUBSUB_URL": "http://127.0.0.1:8085"} | PRIVACY
    assert config.load(config.CitizenPageSettings, good).tries_database == "tries"
    with pytest.raises(ConfigError, match="SEAL_KEYS"):
        config.load(config.CitizenPageSettings, good | {"SEAL_KEYS": keys})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("PRIVACY_PROVIDER", ""),
        ("PRIVACY_PROVIDER", "Google\nCloud"),
        ("PRIVACY_STORED_IN", "x" * 201),
        ("PRIVACY_ABROAD", "maybe"),
        ("PETITIONS_KEPT_YEARS", ""),
        ("PETITIONS_KEPT_YEARS", "100"),
    ],
)
def test_settings_of_the_notice_of_data_processing_are_required(name: str, wrong: str) -> None:
    good = required("public_site") | PRIVACY
    assert config.load(config.PublicSettings, good).stored_in == "Hà Nội"
    with pytest.raises(ConfigError, match=name):
        config.load(config.PublicSettings, good | {name: wrong})


def test_secrets_stand_in_no_error() -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(config.WebhookSettings, GOOD | {"ID_KEY": "geheim", "ZALO_OA_SECRET_KEYS": "a,b,topsecret"})
    assert "geheim" not in str(caught.value)
    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize(("name", "wrong"), [("ZALO_EVENT_MAX_AGE_DAYS", "0"), ("ZALO_VERIFICATION", '"><script>')])
def test_settings_of_the_webhook_have_a_form(name: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=name):
        config.load(config.WebhookSettings, GOOD | {name: wrong})
