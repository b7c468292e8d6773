from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from infra import manifest as manifests
from infra.local.stack import plan, settings
from infra.local.stack.folder import StackError, StackFolder

URLS = {
    "pubsub": "http://127.0.0.1:1",
    "zalo": "http://127.0.0.1:2",
    "portal": "http://127.0.0.1:3",
    "smtp": "smtp://127.0.0.1:4",
    "desk": "http://127.0.0.1:5",
    "public": "http://127.0.0.1:6",
    "citizen": "http://127.0.0.1:7",
}
WANTED = manifests.load().settings
OUTSIDE = "https://zalo.example"


def resolve(folder: StackFolder, environment: dict[str, str]) -> settings.StackSettings:
    return settings.resolve(WANTED, folder.name, settings.stored_secrets(folder), URLS, environment)


@pytest.fixture
def folder(tmp_path: Path) -> StackFolder:
    made = StackFolder.of("default", tmp_path)
    made.make()
    return made


def test_every_setting_of_the_manifest_has_a_right_local_default(folder: StackFolder) -> None:
    resolved = resolve(folder, {})
    assert resolved.faults == []
    assert [fault for name, value in resolved.values.items() for fault in settings.check(name, value)] == []
    assert resolved.simulators == {"zalo", "portal", "mail"}


def test_no_local_default_names_a_public_host(folder: StackFolder) -> None:
    for name, value in resolve(folder, {}).values.items():
        if "://" in value:
            assert urlsplit(value).hostname == "127.0.0.1", name


def test_secrets_are_made_once_per_stack(folder: StackFolder, tmp_path: Path) -> None:
    first = settings.stored_secrets(folder)
    assert settings.stored_secrets(folder) == first
    other = StackFolder.of("other", tmp_path)
    other.make()
    assert not set(first.values()) & set(settings.stored_secrets(other).values())
    assert (folder.path / "secrets.json").stat().st_mode & 0o077 == 0


def test_projects_of_stacks_differ() -> None:
    assert settings.local_project("default") == "hanoi-local"
    assert settings.local_project("e2e-1") == "hanoi-local-e2e-1"


def test_the_environment_wins(folder: StackFolder) -> None:
    resolved = resolve(folder, {"ZALO_APP_ID": "77", "GOOGLE_CLOUD_PROJECT": "some-project"})
    assert (resolved.values["ZALO_APP_ID"], resolved.project) == ("77", "some-project")
    assert "zalo" in resolved.simulators


def test_one_zalo_address_stands_for_the_others(folder: StackFolder) -> None:
    resolved = resolve(folder, {"ZALO_OPENAPI_URL": OUTSIDE})
    assert resolved.values["ZALO_OAUTH_URL"] == OUTSIDE
    assert resolved.simulators == {"portal", "mail"}
    both = resolve(folder, {"ZALO_OPENAPI_URL": OUTSIDE, "ZALO_OAUTH_URL": "http://127.0.0.1:9"})
    assert both.values["ZALO_OAUTH_URL"] == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("name", "value", "gone"),
    [("PORTAL_URL", "http://127.0.0.1:9", "portal"), ("SMTP_URL", "smtps://u:p@mail.example:465", "mail")],
)
def test_a_given_address_replaces_the_simulator(folder: StackFolder, name: str, value: str, gone: str) -> None:
    resolved = resolve(folder, {name: value})
    assert resolved.faults == []
    assert resolved.values[name] == value
    assert gone not in resolved.simulators


def test_all_faults_are_listed_at_once_without_secrets(folder: StackFolder) -> None:
    resolved = resolve(
        folder,
        {
            "ZALO_OPENAPI_URL": "not a url",
            "PORTAL_URL": "http://portal.example",
            "SMTP_URL": "http://127.0.0.1:25",
            "ZALO_APP_ID": "",
            "ZALO_OA_ID": "1 2",
            "ZALO_OA_SECRET_KEYS": "secret one,",
            "ID_KEY": "tooshort",
            "GOOGLE_CLOUD_PROJECT": "X",
            "FIRESTORE_DATABASE": "Petitions!",
        },
    )
    named = [fault.partition(":")[0] for fault in resolved.faults]
    assert set(named) == {
        "ZALO_OPENAPI_URL",
        "PORTAL_URL",
        "SMTP_URL",
        "ZALO_APP_ID",
        "ZALO_OA_ID",
        "ZALO_OA_SECRET_KEYS",
        "ID_KEY",
        "GOOGLE_CLOUD_PROJECT",
        "FIRESTORE_DATABASE",
    }
    assert named.count("ZALO_OA_SECRET_KEYS") == 2
    assert not any(secret in fault for fault in resolved.faults for secret in ("secret one", "tooshort"))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("ZALO_OPENAPI_ULR", "ZALO_OPENAPI_ULR: is no setting; is ZALO_OPENAPI_URL meant?"),
        ("desk_port", "desk_port: is no setting; is DESK_PORT meant?"),
        ("FROZE", "FROZE: is no setting; is FROZEN meant?"),
        ("TYPO", "TYPO: is no setting"),
    ],
)
def test_unknown_variable_of_make_is_refused(folder: StackFolder, given: str, fault: str) -> None:
    known = "STACK DESK_PORT ZALO_APP_ID"
    environment = {"GIVEN_TO_MAKE": f"{known} {given}", "UNRELATED": "1"}
    with pytest.raises(StackError) as refused:
        plan.make(folder, manifests.MANIFEST.parent, environment)
    assert str(refused.value) == fault
    plan.make(folder, manifests.MANIFEST.parent, {"GIVEN_TO_MAKE": known})


def test_three_keys_are_too_many() -> None:
    assert settings.check("SEAL_KEYS", "x" * 32 + ",short") == [
        "SEAL_KEYS: key 2 has 5 characters; at least 32 are needed"
    ]
    assert settings.check("ZALO_OA_SECRET_KEYS", "a,b,c") == [
        "ZALO_OA_SECRET_KEYS: 3 keys are given; one, or two while a key is changed"
    ]


def test_a_setting_without_a_default_is_a_fault(folder: StackFolder) -> None:
    resolved = settings.resolve({"NEW_SETTING": None}, "default", settings.stored_secrets(folder), URLS, {})
    assert resolved.faults == ["NEW_SETTING: the local stack has no default for it; give one to `make up`"]
