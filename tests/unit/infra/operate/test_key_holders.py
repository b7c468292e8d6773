"""Where the Official Account's keys lie: a local stack's files, and a secret of Google Cloud."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack.folder import StackError, StackFolder
from infra.local.stack.settings import OA_KEYS
from infra.operate import rotate_key
from infra.operate.cli import main
from infra.operate.key_holders import CloudKeys, LocalKeys
from infra.operate.options import Selection
from tests.unit.infra.operate.test_rotate_key import NEW, OLD, FakeKeyRotation

GCLOUD = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in *print-access-token*) echo token;; *access*) echo " one,two ";; *add*) cat >> "$CALLS";; esac
case "$*" in *refused*) echo "no right" >&2; exit 1;; esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[StackFolder]:
    made = StackFolder.of("default", tmp_path)
    made.make()
    env = {"ZALO_APP_ID": "11", "ZALO_OA_ID": "22", OA_KEYS: OLD}
    address = {"project": "p", "functions": {"zalo_webhook": "http://webhook"}, "pubsub_host": "127.0.0.1:8085"}
    made.write("stack.json", {**address, "env": {"zalo_webhook": env}})
    made.write("secrets.json", {OA_KEYS: OLD, "other": "x"})
    made.write_text(made.oa_keys_file.name, OLD)
    lock = made.lock()
    assert lock
    yield made
    lock.close()


def test_a_stack_keeps_its_keys_where_the_webhook_the_next_start_and_scripts_read_them(folder: StackFolder) -> None:
    keys = LocalKeys(folder)
    assert (keys.keys(), keys.token(), keys.identity(), keys.settles_in) == (OLD, "", ("11", "22"), 0)
    assert (keys.project, keys.webhook_url, keys.pubsub_url) == ("p", "http://webhook", "http://127.0.0.1:8085")
    keys.keep(f"{OLD},{NEW}")
    assert keys.keys() == f"{OLD},{NEW}"
    assert folder.read("secrets.json") == {OA_KEYS: f"{OLD},{NEW}", "other": "x"}
    env = folder.read("stack.json")["env"]["zalo_webhook"]
    assert env == {"ZALO_APP_ID": "11", "ZALO_OA_ID": "22", OA_KEYS: f"{OLD},{NEW}"}


def test_a_stack_that_is_not_up_has_no_keys(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="the stack default is not up"):
        LocalKeys(StackFolder.of("default", tmp_path))


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "gcloud").write_text(GCLOUD)
    (tmp_path / "gcloud").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def test_a_project_keeps_its_keys_in_a_secret_and_never_names_them_in_a_command(calls: Path) -> None:
    keys = CloudKeys("p", "https://webhook", "11", "22", "https://pubsub")
    assert (keys.keys(), keys.token(), keys.identity()) == ("one,two", "token", ("11", "22"))
    keys.keep("one,three")
    assert calls.read_text().splitlines() == [
        "secrets versions access latest --secret=zalo-oa-secret-keys --project=p --quiet",
        "auth print-access-token --project=p --quiet",
        "secrets versions add zalo-oa-secret-keys --data-file=- --project=p --quiet",
        "one,three",
    ]
    assert keys.settles_in > 10, "an instance looks at the secret every ten seconds"


@pytest.mark.usefixtures("calls")
def test_a_refusal_of_gcloud_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = CloudKeys("refused", "https://webhook", "11", "22", "https://pubsub")
    with pytest.raises(StackError, match=r"^gcloud secrets versions add failed: no right$"):
        keys.keep("one")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(StackError, match="gcloud is not installed"):
        keys.keys()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Return the list in which the steps that a command takes are noted."""
    noted: list[tuple[object, ...]] = []

    def cloud(*given: str) -> FakeKeyRotation:
        noted.append(("cloud", *given))
        return FakeKeyRotation()

    def local(folder: StackFolder) -> FakeKeyRotation:
        noted.append(("stack", folder.name))
        return FakeKeyRotation()

    def ends(_: object, key: str, selection: Selection) -> bool:
        noted.append(("end", key, selection))
        return selection.yes

    monkeypatch.setattr(rotate_key, "CloudKeys", cloud)
    monkeypatch.setattr(rotate_key, "LocalKeys", local)
    monkeypatch.setattr(rotate_key, "rotate", lambda _, key: noted.append(("rotate", key)))
    monkeypatch.setattr(rotate_key, "end_old_keys", ends)
    monkeypatch.setattr(rotate_key, "foresee", lambda _, key, *, finishing: noted.append(("foresee", key, finishing)))
    monkeypatch.setenv("KEY", NEW)
    return noted


CLOUD = ["--project", "p", "--webhook", "https://w", "--app-id", "11", "--oa-id", "22"]
OPENED = ("cloud", "p", "https://w", "11", "22", "https://pubsub.googleapis.com")


@pytest.mark.parametrize(
    ("words", "status", "taken"),
    [
        ([], 0, [("stack", "default"), ("rotate", NEW)]),
        (["--stack", "mine"], 0, [("stack", "mine"), ("rotate", NEW)]),
        (CLOUD, 0, [OPENED, ("rotate", NEW)]),
        (CLOUD[:-2], 2, []),
        (CLOUD[:2] + CLOUD[4:], 2, []),
        (CLOUD[:4] + CLOUD[6:], 2, []),
        (["--dry-run"], 0, [("stack", "default"), ("foresee", NEW, False)]),
        (["--dry-run", "--finish"], 0, [("stack", "default"), ("foresee", NEW, True)]),
        (["--finish"], 1, [("stack", "default"), ("end", NEW, Selection("default"))]),
        (["--finish", "--yes"], 0, [("stack", "default"), ("end", NEW, Selection("default", yes=True))]),
        ([*CLOUD, "--finish", "--yes"], 0, [OPENED, ("end", NEW, Selection("default", "p", yes=True))]),
    ],
)
def test_the_options_choose_the_system_and_the_step(
    steps: list[tuple[object, ...]], words: list[str], status: int, taken: list[tuple[object, ...]]
) -> None:
    assert main(["rotate-key", *words]) == status
    assert steps == taken


def test_a_key_is_asked_for_where_none_is_given(
    steps: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEY")
    questions: list[str] = []

    def answer(question: str) -> str:
        questions.append(question)
        return NEW

    monkeypatch.setattr("getpass.getpass", answer)
    assert (main(["rotate-key"]), main(["rotate-key", "--finish", "--yes"])) == (0, 0)
    assert questions == ["The new OA secret key: ", "The OA secret key that stays: "]
    assert main(["rotate-key", "--dry-run"]) == 0
    assert steps[-1] == ("foresee", None, False), "a preview asks nothing"


def test_the_settings_stay_readable_by_their_owner_alone(folder: StackFolder) -> None:
    LocalKeys(folder).keep(NEW)
    for name in ("secrets.json", "stack.json", folder.oa_keys_file.name):
        assert (folder.path / name).stat().st_mode & 0o077 == 0
    assert json.loads((folder.path / "secrets.json").read_text())[OA_KEYS] == NEW
