"""The recorder of used permissions, and their comparison with the declared ones, which lists every difference."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra import manifest
from petitions.domain.shared.records import replace
from tests.privileges.recorder.sitecustomize import Notes, rpc, storage
from tests.privileges.rights import Right, declared, differences, used

MANIFEST = manifest.load()
FIRESTORE = "/google.firestore.v1.Firestore/"
IN_PUBLIC = {"google-cloud-resource-prefix": "projects/p/databases/public"}
BUCKET = "http://127.0.0.1:1/storage/v1/b/attachments"


def request(**fields: Any) -> SimpleNamespace:
    return SimpleNamespace(**fields)


@pytest.mark.parametrize(
    ("method", "sent", "use"),
    [
        (f"{FIRESTORE}BatchGetDocuments", request(), ("firestore.read", "public")),
        (f"{FIRESTORE}Commit", request(writes=[]), ("firestore.read", "public")),
        (f"{FIRESTORE}Commit", request(writes=[1]), ("firestore.write", "public")),
        (f"{FIRESTORE}BatchWrite", request(writes=[1]), ("firestore.write", "public")),
        (
            "/google.pubsub.v1.Publisher/Publish",
            request(topic="projects/p/topics/notices"),
            ("pubsub.publish", "notices"),
        ),
        ("/google.pubsub.v1.Publisher/DeleteTopic", request(), ("/google.pubsub.v1.Publisher/DeleteTopic", "?")),
        ("/google.cloud.kms.v1.Keys/Decrypt", request(), ("/google.cloud.kms.v1.Keys/Decrypt", "?")),
    ],
)
def test_an_rpc_is_a_use_and_one_that_nobody_knows_is_no_right(
    method: str, sent: SimpleNamespace, use: tuple[str, str]
) -> None:
    assert rpc(method, IN_PUBLIC, sent) == use


@pytest.mark.parametrize(
    ("method", "url", "body", "use"),
    [
        ("GET", f"{BUCKET}/o/copies%2Fa%2Fb?alt=media", b"", ("storage.read", "copies")),
        ("DELETE", f"{BUCKET}/o/sealed%2Fa", b"", ("storage.delete", "sealed")),
        ("GET", f"{BUCKET}/o?prefix=originals%2Fa&pageToken=2", b"", ("storage.list", "originals")),
        ("GET", f"{BUCKET}/o", b"", ("storage.list", "?")),
        ("GET", f"{BUCKET}/o/copies?alt=media", b"", ("storage.read", "?")),
        ("GET", BUCKET, b"", ("storage.GET", "/storage/v1/b/attachments")),
        (
            "POST",
            "http://127.0.0.1:1/upload/storage/v1/b/attachments/o?uploadType=multipart",
            b'--x\r\n\r\n{"name": "copies/a", "contentType": "x"}\r\n--x',
            ("storage.create", "copies"),
        ),
        ("PUT", "http://127.0.0.1:1/upload/storage/v1/b/attachments/o?upload_id=1", b"bytes", None),
    ],
)
def test_a_call_of_cloud_storage_is_a_use_of_a_folder(
    method: str, url: str, body: bytes, use: tuple[str, str] | None
) -> None:
    assert storage(method, url, body) == use


def test_notes_of_all_processes_count_once_and_of_settings_the_secrets(tmp_path: Path) -> None:
    notes = Notes("relay", tmp_path, "petitions-restored")
    for _ in range(2):
        notes.note("firestore.read", "petitions-restored")
        notes.note("setting.read", "SEAL_KEYS")
        notes.note("setting.read", "TRACES")
    (tmp_path / "another.jsonl").write_text(json.dumps(["desk", "firestore.read", "petitions"]) + "\n")
    assert used(MANIFEST, tmp_path) == {
        Right("relay", "firestore.read", "petitions"),
        Right("relay", "secret.read", "SEAL_KEYS"),
        Right("desk", "firestore.read", "petitions"),
    }
    assert sum(len(file.read_text().splitlines()) for file in tmp_path.iterdir()) == 4


def test_declared_rights_are_used_or_explained() -> None:
    rights = declared(MANIFEST)
    assert differences(rights, rights) == []
    for right in rights:
        assert differences(rights, rights - {right}) == [f"{' '.join(right)}: given, and nothing uses it"]
    more = Right("public_site", "firestore.read", "petitions")
    assert differences(rights, rights | {more}) == ["public_site firestore.read petitions: used, and not given"]


def test_role_without_known_permissions_is_refused() -> None:
    spoiled = replace(MANIFEST.functions["routing"], roles=["datastore.owner:petitions"])
    with pytest.raises(KeyError, match=r"datastore\.owner"):
        declared(replace(MANIFEST, functions={"routing": spoiled}))
