"""`make rotate-key PROJECT=...` with a fake gcloud that records its commands, and with the real webhook."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.emulators.testing.pubsub_server import PubsubServer
from infra.emulators.testing.pubsub_workspace import PROJECT
from infra.local.stack.folder import StackError
from infra.operate import rotate_key, webhook_probe
from infra.operate.cli import main
from infra.operate.key_holders import CloudKeys
from infra.operate.rotate_key import SUBSCRIPTION
from tests.integration.webhook.door import APP, KEY, OA, Door, event, settings, sign

NEW = "the-new-key"
GCLOUD = """#!/bin/sh
echo "$@" >> "$GCLOUD_LOG"
case "$1 $2 $3" in
  "secrets versions access") cat "$KEYS_FILE" ;;
  "secrets versions add") cat > "$KEYS_FILE" ;;
  "auth print-access-token "*) echo token-of-an-operator ;;
  *) echo "unknown: $*" >&2; exit 2 ;;
esac
"""


@pytest.fixture
def pubsub(tmp_path: Path) -> Iterator[PubsubServer]:
    server = PubsubServer(tmp_path)
    server.start()
    for topic in ("zalo-quarantine", "zalo-events"):
        server.rest("PUT", f"/v1/projects/{PROJECT}/topics/{topic}", {})
        sub = {"topic": f"projects/{PROJECT}/topics/{topic}"}
        name = SUBSCRIPTION if topic == "zalo-quarantine" else topic
        assert server.rest("PUT", f"/v1/projects/{PROJECT}/subscriptions/{name}", sub)[0] == 200
    yield server
    server.kill()


@pytest.fixture
def keys_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    programs, file = tmp_path / "bin", tmp_path / "keys"
    programs.mkdir()
    gcloud = programs / "gcloud"
    gcloud.write_text(GCLOUD)
    gcloud.chmod(gcloud.stat().st_mode | stat.S_IXUSR)
    file.write_text(KEY)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("KEYS_FILE", str(file))
    monkeypatch.setenv("GCLOUD_LOG", str(tmp_path / "gcloud.log"))
    monkeypatch.setattr(CloudKeys, "settles_in", 0.0)
    monkeypatch.setenv("KEY", NEW)
    return file


@pytest.fixture
def door(pubsub: PubsubServer, keys_file: Path, tmp_path: Path) -> Iterator[Door]:
    environment = settings(f"http://{pubsub.host}", GOOGLE_CLOUD_PROJECT=PROJECT, ZALO_OA_SECRET_KEYS=str(keys_file))
    door = Door(environment, tmp_path / "log")
    yield door
    door.close()


@pytest.fixture
def where(pubsub: PubsubServer, door: Door) -> list[str]:
    at = ["--project", PROJECT, "--webhook", door.url, "--app-id", APP, "--oa-id", OA]
    return [*at, "--pubsub", f"http://{pubsub.host}"]


def post_signed(door: Door, number: int) -> None:
    body = json.dumps(event(message={"msg_id": str(number), "text": "x"})).encode()
    assert door.post(body, sign(body, json.loads(body)["timestamp"], NEW))[0] == 200


def test_the_secret_gets_a_version_and_the_quarantine_is_replayed(
    pubsub: PubsubServer,
    door: Door,
    where: list[str],
    keys_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number in range(2):
        post_signed(door, number)
    forged = json.dumps(event(message={"msg_id": "2", "text": "x"})).encode()
    assert door.post(forged, "mac=" + "0" * 64)[0] == 200
    assert main(["rotate-key", *where]) == 0
    output = capsys.readouterr().out
    assert "3 verified again, 2 replayed, 1 not made by this key" in output
    assert "mistyped" not in output
    assert keys_file.read_text() == f"{NEW},{KEY}"
    pull = f"/v1/projects/{PROJECT}/subscriptions/zalo-events:pull"
    _, answer = pubsub.rest("POST", pull, {"maxMessages": 10, "returnImmediately": True})
    assert len(answer["receivedMessages"]) == 2
    assert main(["rotate-key", *where, "--dry-run"]) == 0
    assert f"The key …{NEW[-3:]} is in force already." in capsys.readouterr().out
    assert main(["rotate-key", *where, "--finish", "--dry-run"]) == 0
    assert f"…{KEY[-3:]} would end." in capsys.readouterr().out
    assert main(["rotate-key", *where, "--finish"]) == 1
    assert keys_file.read_text() == f"{NEW},{KEY}"
    shown = capsys.readouterr()
    assert f"…{NEW[-3:]} stays; what Zalo signed with …{KEY[-3:]} is refused" in shown.out
    assert "two hours after the change" in shown.out
    assert "YES=1" in shown.err
    assert main(["rotate-key", *where, "--finish", "--yes"]) == 0
    assert keys_file.read_text() == NEW
    assert f"Ended: …{KEY[-3:]}" in capsys.readouterr().out
    commands = (tmp_path / "gcloud.log").read_text()
    assert NEW not in commands


def test_an_event_that_the_webhook_does_not_store_stays_in_the_quarantine(
    door: Door,
    where: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    post = webhook_probe.post

    def down(url: str, body: bytes, headers: dict[str, str]) -> str:
        if url == door.url:
            monkeypatch.setattr(rotate_key, "PATIENCE", 0.0)  # the operator would wait for a minute
            return "unavailable"
        asked.append(url.rpartition(":")[2])
        return post(url, body, headers)

    monkeypatch.setattr(rotate_key, "post", down)
    post_signed(door, 1)
    assert main(["rotate-key", *where]) == 1
    assert "run this again" in capsys.readouterr().err
    assert set(asked) == {"pull"}, "nothing is acknowledged that is not stored"


def test_a_mistyped_key_is_doubted_and_ends_no_other(
    door: Door,
    where: list[str],
    keys_file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post_signed(door, 1)
    for mistyped in ("mistyped-one", "mistyped-two"):
        monkeypatch.setenv("KEY", mistyped)
        assert main(["rotate-key", *where]) == 0
        output = capsys.readouterr().out
        assert "Is the key mistyped?" in output
        assert "zalo-recovery" in output
        assert "They go away by themselves, the last at" in output
    assert keys_file.read_text() == f"{KEY},mistyped-two,mistyped-one"
    monkeypatch.setenv("KEY", NEW)
    assert main(["rotate-key", *where, "--dry-run"]) == 0
    assert "…one would fall out" in capsys.readouterr().out
    assert main(["rotate-key", *where]) == 0
    assert keys_file.read_text() == f"{NEW},{KEY},mistyped-two"
    output = capsys.readouterr().out
    assert f"In force now: …{KEY[-3:]}, …{NEW[-3:]}, …two; the new one is …{NEW[-3:]}." in output
    assert "Fell out, as no more than 3 are in force: …one." in output
    assert "1 replayed, 0 not made by this key" in output
    assert main(["rotate-key", *where]) == 0
    assert "No event waits, or a run of the last minute still holds them" in capsys.readouterr().out


def test_a_key_that_no_event_has_verified_yet_stays_when_it_is_named(
    keys_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a quiet night no event arrives, so the new key is still listed after the old one."""
    keys_file.write_text(f"{KEY},{NEW},mistyped-one")
    where = ["--project", PROJECT, "--webhook", "http://nowhere", "--app-id", APP, "--oa-id", OA, "--finish", "--yes"]
    monkeypatch.setenv("KEY", "of-nobody")
    assert main(["rotate-key", *where]) == 1
    assert "of-nobody" not in (shown := capsys.readouterr().err)
    assert "nothing was ended" in shown
    monkeypatch.setenv("KEY", NEW)
    assert main(["rotate-key", *where]) == 0
    assert keys_file.read_text() == NEW
    assert f"Ended: …{KEY[-3:]}, …one." in capsys.readouterr().out


def test_without_gcloud_the_command_names_the_tool_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="gcloud is not installed"):
        CloudKeys("p", "https://x", "1", "2", "https://y").keys()
