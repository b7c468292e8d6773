"""The manifest matches the code: functions, settings, paths, timeouts, schema."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import MISSING, fields
from pathlib import Path
from types import ModuleType

import pytest

from infra import manifest as declared
from infra.build import readme_tables
from petitions import config
from petitions.adapters import firestore, pubsub, pubsub_rest
from petitions.adapters.wire import database
from petitions.entry import FunctionEntry
from petitions.errors import ConfigError
from tests.settings import required

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"
MANIFEST = declared.load()

INTERNAL = sorted(name for name, function in MANIFEST.functions.items() if not function.public)


def module_of(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"entry_{name}", FUNCTIONS / name / "main.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_functions_are_the_folders_with_an_entry_point() -> None:
    folders = {path.parent.name for path in FUNCTIONS.glob("*/main.py")}
    assert folders == set(MANIFEST.functions) == set(config.FUNCTIONS)


@pytest.mark.parametrize("name", sorted(MANIFEST.functions))
def test_a_function_reads_exactly_its_settings(name: str) -> None:
    read = [field.metadata["env"] for field in fields(config.FUNCTIONS[name])]
    assert sorted(read) == sorted(MANIFEST.functions[name].settings)


def test_a_setting_is_optional_where_the_code_has_a_default() -> None:
    with_default = {
        field.metadata["env"]
        for kind in config.FUNCTIONS.values()
        for field in fields(kind)
        if field.default is not MISSING
    }
    secrets = {name for name, setting in MANIFEST.settings.items() if setting.secret}
    assert {name for name, setting in MANIFEST.settings.items() if setting.optional} == with_default - secrets


@pytest.mark.parametrize("name", INTERNAL)
def test_a_function_does_not_start_with_settings_missing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in MANIFEST.settings:
        monkeypatch.delenv(setting, raising=False)
    with pytest.raises(ConfigError, match="GOOGLE_CLOUD_PROJECT"):
        module_of(name)


@pytest.mark.parametrize("name", INTERNAL)
def test_a_function_serves_exactly_its_subscriptions_and_schedules(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting, value in required(name).items():
        monkeypatch.setenv(setting, value)
    entry = module_of(name)._entry
    assert isinstance(entry, FunctionEntry)
    assert set(entry.pushes) == {key for key, sub in MANIFEST.subscriptions.items() if sub.function == name}
    assert set(entry.schedules) == {key for key, job in MANIFEST.schedules.items() if job.function == name}


def test_the_senders_that_zalos_limit_leaves_room_for_are_those_of_the_manifest() -> None:
    notifications = MANIFEST.functions["notifications"]
    assert notifications.max_instances == config.NOTIFICATIONS_INSTANCES
    assert notifications.concurrency == config.NOTIFICATIONS_SENDERS


def test_one_instance_of_the_webhook_is_always_warm_and_of_no_other_function() -> None:
    warm = {name: function.min_instances for name, function in MANIFEST.functions.items() if function.min_instances}
    assert warm == {"zalo_webhook": 1}


def test_topics_that_the_code_publishes_to_are_declared() -> None:
    source = "\n".join(path.read_text() for path in (FUNCTIONS / "petitions").rglob("*.py"))
    published = set(re.findall(r'(?:nudge|Message)\(\s*"([a-z-]+)"', source))
    assert published <= set(MANIFEST.topics)
    assert {topic for topic in MANIFEST.topics if f'"{topic}"' in source} == set(MANIFEST.topics)


def test_client_deadlines_are_shorter_than_the_functions_time_outs() -> None:
    webhook = 2 * pubsub_rest.PUBLISH_TIMEOUT + pubsub_rest.TOKEN_TIMEOUT
    assert webhook < 1.6 < MANIFEST.functions["zalo_webhook"].timeout_seconds
    for name in set(MANIFEST.functions) - {"zalo_webhook"}:
        spent = firestore.TRANSACTION_SECONDS + 3 * database.CALL_SECONDS + pubsub.CALL_SECONDS
        assert spent < MANIFEST.functions[name].timeout_seconds


def test_the_stored_json_schema_is_that_of_the_model() -> None:
    assert (ROOT / "infra" / "manifest.schema.json").read_text() == declared.json_schema()


def test_tables_of_the_readme_match_the_manifest() -> None:
    text = readme_tables.README.read_text()
    assert readme_tables.rewritten(text, MANIFEST) == text


def test_tested_versions_are_the_deployed_versions() -> None:
    """Functions, tests and tools share a virtual environment, so their versions must not differ."""
    locked = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
    tested = dict(locked.findall((ROOT / "tests/requirements.txt").read_text()))
    for smaller in ("functions/requirements.txt", "infra/local/requirements.txt"):
        wanted = dict(locked.findall((ROOT / smaller).read_text()))
        assert len(wanted) > 20
        assert wanted.items() <= tested.items(), smaller
