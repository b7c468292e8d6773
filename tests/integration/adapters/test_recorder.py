"""The recorder of used rights notices additional uses in a function's code, with Google's real clients."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra import manifest
from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.testing.pubsub_server import PubsubServer
from tests.e2e.stack import RECORDER, ROOT
from tests.integration.adapters.storage_server import BUCKET, storage_server
from tests.privileges.rights import declared, differences, used
from tests.settings import PRIVACY

SPOILED = """
from petitions import config
from petitions.adapters.pubsub_rest import RestPublisher
from petitions.adapters.storage import BucketFiles
from petitions.adapters.token_vault import FileVault
from petitions.errors import NotFound, PetitionError
from petitions.ports.messages import Message
from petitions.wiring import base
import httpx, os, pathlib

store = base.petitions_store()
assert store.get("citizens/nobody") is None
store.create("citizens/somebody", {"schema": 1})
files = BucketFiles("p", os.environ["ATTACHMENTS_BUCKET"])
files.put("copies/a", b"bytes", "text/plain")
assert b"".join(files.read("copies/a")) == b"bytes"
files.erase("originals/")
for publish in (
    lambda: base.publisher().publish([Message("notices", {}, "", {})]),
    lambda: RestPublisher(os.environ["PUBSUB_URL"], "p").publish("attachments", b"{}", {}, ""),
):
    try:
        publish()
    except PetitionError:
        pass  # there is no such topic: a use all the same
answered = httpx.MockTransport(lambda _: httpx.Response(200))
httpx.Client(transport=answered).post("https://cloudkms.googleapis.com/v1/decrypt")
FileVault(pathlib.Path("vault").absolute()).kept()
settings = base.settings_of(config.CitizenPageSettings)
assert settings.seal_keys
"""
"""Code with uses that the citizen's page has no right to, except for its own key."""


def test_a_process_that_does_more_than_its_function_may_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "privileges" / "recorder"
    folder.mkdir(parents=True)
    shutil.copy(RECORDER, folder)  # a copy writes its notes beside itself, apart from the notes of the suite
    pubsub = PubsubServer(tmp_path)
    pubsub.start()
    with FirestoreServer(tmp_path / "firestore.sqlite") as firestore, storage_server(tmp_path) as storage:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{folder}:{ROOT / 'functions'}",
            "K_SERVICE": "citizen_page",
            "GOOGLE_CLOUD_PROJECT": "p",
            "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{firestore.port}",
            "PUBSUB_EMULATOR_HOST": f"127.0.0.1:{pubsub.port}",
            "PUBSUB_URL": f"http://127.0.0.1:{pubsub.port}",
            "STORAGE_EMULATOR_HOST": storage,
            "ATTACHMENTS_BUCKET": BUCKET,
            "SEAL_KEYS": "0" * 32,
            "PUBLIC_URL": "https://pakn.test",
            "CITIZEN_URL": "https://phieu.test",
            "ZALO_CHAT_URL": "https://zalo.test",
            **PRIVACY,
        }
        done = subprocess.run(
            [sys.executable, "-c", SPOILED], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
    pubsub.stop()
    assert done.returncode == 0, done.stderr
    whole = manifest.load()
    found = used(whole, tmp_path / ".build" / "privileges")
    more = [line for line in differences(declared(whole), found) if line.endswith(": used, and not given")]
    assert [line.split(":")[0] for line in more] == [
        "citizen_page POST cloudkms.googleapis.com",
        "citizen_page firestore.read petitions",
        "citizen_page firestore.write petitions",
        "citizen_page pubsub.publish attachments",
        "citizen_page pubsub.publish notices",
        "citizen_page secret.read zalo_tokens_vault",
        "citizen_page storage.create copies",
        "citizen_page storage.list originals",
        "citizen_page storage.read copies",
    ]
