"""Files that citizens send, downloaded and stored with the real adapters of Firestore, Cloud Storage and HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.emulators.testing.processes import free_port
from infra.paths import ROOT
from petitions.adapters.download import FETCH_SECONDS, LinkDownloader
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.storage import BucketFiles
from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.files.attachment import copy_name, original_name
from petitions.domain.shared.identity import pseudonym
from petitions.ports.store import Query
from tests.integration.adapters.storage_server import BUCKET, storage_server
from tests.integration.simulators.sandbox import Simulator, Webhook
from tests.unit.world import ID_KEY, World

INDEXES = ROOT / "infra/gcp/firestore.indexes.json"
PHOTO = (ROOT / "infra/local/zalo/static/photo.jpg").read_bytes()
PATIENCE = 1.0


class Channel(World):
    zalo: Simulator

    def send(self, user: str, *paths: str) -> None:
        for path in paths:
            self.intake(self.picture(user, path))

    def picture(self, user: str, path: str, msg_id: str = "") -> bytes:
        url = f"http://127.0.0.1:{self.zalo.port}{path}"
        message: dict[str, Any] = {"attachments": [{"type": "image", "payload": {"url": url, "thumbnail": url}}]}
        return self.event("user_send_image", message | ({"msg_id": msg_id} if msg_id else {}), user=user)

    def sends_texts(self, user: str, *texts: str) -> None:
        for text in texts:
            self.intake(self.event("user_send_text", {"text": text}, user=user))

    def kept_files(self, user: str) -> list[dict[str, Any]]:
        found = self.store.find(Query(f"{citizen_path(pseudonym(ID_KEY, user))}/inputs", order_by=("at",)))
        return [file for document in found for file in document.data.get("files", [])]

    def notices(self, user: str) -> list[str]:
        query = Query("notices", where=(("citizen", "==", pseudonym(ID_KEY, user)),))
        return [document.data["text"] for document in self.store.find(query) if document.data["kind"] == "attachment"]


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channel]:
    folders: dict[str, Path] = {name: tmp_path_factory.mktemp(name) for name in ("firestore", "zalo", "storage")}
    webhook, port = Webhook(), free_port()
    arguments = [
        f"--port={port}",
        f"--data={folders['zalo']}/zalo.sqlite",
        f"--webhook-url={webhook.url}",
        "--app-id=1",
    ]
    arguments += ["--oa-id=2", "--oa-secret-key=k", "--app-secret-key=a", "--first-refresh-token=r"]
    zalo = Simulator("infra.local.zalo", arguments, port, folders["zalo"])
    with FirestoreServer(folders["firestore"] / "data.sqlite", INDEXES) as server, storage_server(folders["storage"]):
        zalo.start()
        with mock.patch.dict("os.environ", {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            kept = BucketFiles("p", BUCKET)
            made = Channel(
                store=FirestoreStore(CHECKED_PROJECT, "petitions"),  # type: ignore[arg-type]
                links=LinkDownloader(["zdn.vn"], local=True, seconds=PATIENCE),  # type: ignore[arg-type]
                kept=kept,  # type: ignore[arg-type]
            )
            made.zalo = zalo
            yield made
            kept._bucket.client.close()
        zalo.close()
    webhook.close()


def test_a_photo_is_kept_and_the_copy_has_lost_its_place(channel: Channel) -> None:
    channel.sends_texts("11", "Vỉa hè bị đào xới suốt ba tháng", "1")
    channel.send("11", "/static/photo.jpg", "/links/moved")
    channel.fetch()
    files = channel.kept_files("11")
    assert [file["state"] for file in files] == ["stored", "stored"]
    for file in files:
        assert b"".join(channel.kept.read(original_name(file["object"], file["sha256"]))) == PHOTO
        copy = b"".join(channel.kept.read(copy_name(file["object"], file["sha256"])))
        assert b"Exif" in PHOTO
        assert len(copy) < len(PHOTO)
        assert copy[-1000:] == PHOTO[-1000:]


def test_bad_links_of_an_album_are_reported_and_delay_nothing(channel: Channel) -> None:
    channel.sends_texts("12", "Đèn đường hỏng cả tuần nay", "1")
    began = time.monotonic()
    channel.send(
        "12", "/links/dead", "/links/slow", "/links/private", "/links/page", "/links/large", "/static/photo.jpg"
    )
    channel.sends_texts("12", "xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    assert time.monotonic() - began < FETCH_SECONDS, "the conversation waits for no link"
    channel.fetch()
    found = [(file["state"], file.get("reason")) for file in channel.kept_files("12")]
    assert found == [
        ("waiting", "status_404"), ("waiting", "timeout"), ("failed", "host"), ("failed", "type"), ("failed", "size"),
        ("stored", None),
    ]  # fmt: skip
    petition = channel.store.find(Query("petitions"))[0]
    documents = channel.store.find(Query(f"petitions/{petition.id}/attachments"))
    assert sorted(document.data["state"] for document in documents) == ["failed"] * 3 + ["stored"] + ["waiting"] * 2
    assert len(channel.notices("12")) == 4


def test_the_retries_follow_the_moved_clock_and_end(channel: Channel) -> None:
    channel.sends_texts("13", "Rác không ai thu gom", "1")
    channel.send("13", "/links/dead")
    channel.fetch()
    began, tries = channel.clock.now(), {1}
    for _ in range(27):
        channel.clock.advance(minutes=1)
        channel.sweep()
        channel.fetch()
        tries.add(channel.kept_files("13")[0]["attempts"])
    assert (channel.clock.now() - began).total_seconds() < 30 * 60
    (file,) = channel.kept_files("13")
    assert (file["state"], file["reason"], file["attempts"]) == ("failed", "status_404", 6)
    assert tries == set(range(1, 7))
    assert len(channel.notices("13")) == 2
    assert channel.sweep() == 0


def test_an_album_of_ten_parallel_events_is_one_draft_with_ten_photos(channel: Channel) -> None:
    channel.sends_texts("14", "Vỉa hè bị lấn chiếm", "1")
    events = [channel.picture("14", f"/static/photo.jpg?{number}", msg_id="album") for number in range(10)]
    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(channel.intake, events)) == [True] * 10
    fresh = channel.publisher.of("attachments")[channel.delivered :]
    assert len(fresh) == 10
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda item: channel.keep(item.data["citizen"], item.data["input"]), [*fresh, *fresh]))
    citizen = channel.store.get(citizen_path(pseudonym(ID_KEY, "14"))) or {}
    assert len([part for part in citizen["conversation"]["stage"]["draft"]["parts"] if part["type"] == "image"]) == 10
    files = channel.kept_files("14")
    assert [(file["state"], file["attempts"]) for file in files] == [("stored", 1)] * 10
    assert len({file["object"] for file in files}) == 10
    channel.sends_texts("14", "xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    channel.fetch()
    who = pseudonym(ID_KEY, "14")
    (petition,) = channel.store.find(Query("petitions", where=(("citizen", "==", who),)))
    documents = channel.store.find(Query(f"petitions/{petition.id}/attachments"))
    assert [document.data["state"] for document in documents] == ["stored"] * 10
    assert "zdn" not in json.dumps([document.data for document in documents])


def test_a_long_queue_is_swept_in_pages(channel: Channel) -> None:
    """With many inputs of several collections due at one instant, the cursor loses none and repeats none."""
    at = channel.clock.now()
    for number in range(130):
        path = f"citizens/page-{number % 7}/inputs/{number:04d}"
        assert channel.store.create(path, {"citizen": f"page-{number % 7}", "next_attempt_at": at})
    before = len(channel.publisher.published)
    assert channel.sweep() == 130
    swept = [(message.data["citizen"], message.data["input"]) for message in channel.publisher.published[before:]]
    assert len(set(swept)) == 130
