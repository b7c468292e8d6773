"""During a rolling deployment, the former release can continue with data and messages of this release."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stack import ROOT, LocalStack, wait_for
from tests.e2e.test_flow import ANSWER

pytestmark = pytest.mark.release

USER = "457294769396970777"
WAITING = ("petition-events-routing", "petition-events-portal-sync", "petition-events-relay")
PREVIOUS = os.environ.get("PREVIOUS_RELEASE", "HEAD~1")


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=False)


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """The source tree of the former release. The test is skipped if git does not have it."""
    archive = tmp_path / "previous.tar"
    if shutil.which("git") is None or _git("archive", "-o", str(archive), PREVIOUS).returncode:
        pytest.skip(f"*** THE ROLLING DEPLOY WAS NOT TESTED: git knows no {PREVIOUS} here")
    folder = tmp_path / "previous"
    with tarfile.open(archive) as tree:
        tree.extractall(folder, filter="data")
    # Once, and not by every function that starts there.
    compileall.compile_dir(folder / "functions", quiet=2, workers=2)
    compileall.compile_dir(folder / "infra", quiet=2, workers=2)
    return folder


@pytest.fixture
def name() -> Iterator[str]:
    name = f"rolling-{os.getpid()}"
    yield name
    shutil.rmtree(ROOT / ".local" / name, ignore_errors=True)


def _handed_over(new: LocalStack, previous: Path) -> LocalStack:
    new.down()
    shutil.copytree(ROOT / ".local" / new.name, previous / ".local" / new.name)
    return LocalStack(new.name, root=previous)


@pytest.mark.skipif(os.environ.get("EMULATOR") == "google", reason="only the built-in Pub/Sub holds and keeps messages")
def test_the_release_before_takes_this_ones_messages_and_documents(previous: Path, name: str) -> None:
    new = LocalStack(name)
    new.up()
    try:
        admin = new.url("pubsub_admin_url")
        for subscription in WAITING:
            held = {"subscription": subscription, "kind": "delay", "seconds": 3600}
            new.http.post(f"{admin}/faults", json=held).raise_for_status()
        code = new.files(USER)
        petition = new.officer("coordinator").petition(code)
        assert petition
        assert not petition["routed"], "the messages must wait for the other release"
    finally:
        old = _handed_over(new, previous)
    old.up()
    try:
        coordinator = old.officer("coordinator")
        petition = wait_for(lambda: _routed(coordinator.petition(code)), "the routing by the release before")
        wait_for(lambda: old.public_status(code), "the public status by the release before")
        _answer(old, code, str(petition["unit"]))
        wait_for(lambda: old.portal_record(code), "the portal's record by the release before")
        wait_for(lambda: [m for m in old.messages(USER) if ANSWER in m["text"]], "the answer on the phone")
        old.says(USER, "1", "Cảm ơn anh/chị đã đánh giá")
        assert not _dead_letters(old)
    finally:
        old.down()


def _routed(petition: dict[str, object] | None) -> dict[str, object] | None:
    return petition if petition and petition["routed"] else None


def _answer(stack: LocalStack, code: str, unit: str) -> None:
    officer, head = stack.officer("officer", unit), stack.officer("head", unit)
    officer.does(code, "accept")
    head.does(code, "assign", unit=unit, handler=officer.id)
    officer.does(code, "start")
    officer.does(code, "submit_answer", text=ANSWER, no_evidence="Việc đã xong tại chỗ")
    head.does(code, "approve", text="Đã xem")


def _dead_letters(stack: LocalStack) -> list[str]:
    from google.cloud import firestore  # noqa: PLC0415 - heavy

    os.environ["FIRESTORE_EMULATOR_HOST"] = stack.info["firestore_host"]
    try:
        client = firestore.Client(project=stack.info["project"], database="petitions")
        return [snapshot.id for snapshot in client.collection("dead_letters").stream()]
    finally:
        del os.environ["FIRESTORE_EMULATOR_HOST"]
