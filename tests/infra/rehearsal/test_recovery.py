"""The documents of a rehearsed backup in the Firestore emulator."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.rehearsal.walk.recovery import EmulatedDocuments

pytestmark = pytest.mark.release


def test_what_was_taken_of_a_database_is_put_into_another_and_no_third_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FirestoreServer(tmp_path / "data.sqlite") as server:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{server.port}")
        databases = {
            name: firestore.Client("p", credentials=AnonymousCredentials(), database=name)
            for name in ("petitions", "petitions-restored", "channel")
        }
        for name in ("petitions", "channel"):
            databases[name].document("petitions/HN-1").set({"of": name})
        documents = EmulatedDocuments(f"http://127.0.0.1:{server.admin_port}")
        taken = documents.taken("petitions")
        databases["petitions"].document("petitions/HN-1").set({"of": "today"})
        documents.put("petitions-restored", taken)
        found = {name: item.document("petitions/HN-1").get().to_dict() for name, item in databases.items()}
    assert found == {
        "petitions": {"of": "today"},
        "petitions-restored": {"of": "petitions"},
        "channel": {"of": "channel"},
    }
