"""Desk, public site and citizens' pages as deployed, on emulators of Firestore, Pub/Sub and Cloud Storage."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
from google.cloud import pubsub_v1

from infra import manifest
from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.emulators.testing.pubsub_server import PubsubServer
from infra.reference_data import load as load_reference
from petitions.adapters import reference
from petitions.adapters.clock import SystemClock
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.adapters.storage import BucketFiles
from petitions.adapters.understanding import vocabulary
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition, petition_path
from petitions.usecases.pages.keep_copy import KeepCopy
from petitions.usecases.pages.send_post import TOPIC
from petitions.usecases.pages.take_post import TakePost
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.publishing.seal_view import SealView
from petitions.usecases.shared.published_index import PublishedIndex
from tests import doors
from tests.fakes import FakeClock, FakePublisher
from tests.integration.adapters.desk_server import Desk, desk_on, enter, filed, people, store_of
from tests.integration.adapters.storage_server import BUCKET, storage_server
from tests.integration.webhook.door import Door
from tests.load.desk_city import NOW
from tests.settings import required
from tests.unit.world import World

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
POSTS = f"projects/{CHECKED_PROJECT}/subscriptions/posts"
SQUARE = [[[[105.3, 20.6], [106.0, 20.6], [106.0, 21.4], [105.3, 21.4], [105.3, 20.6]]]]
"""The outline of a ward that covers the whole city."""
SECOND = Officer(id="second", name="Vũ Thị Hà", email="second@example.vn", unit="SYT", role=Role.OFFICER)


@dataclass
class RealOffice:
    store: FirestoreStore
    desk: Desk
    site: httpx.Client
    pages: str
    numbers: Iterator[int]

    def filed(self, state: State = State.IN_PROGRESS, **more: Any) -> Petition:
        return self.petition(filed(self.store, next(self.numbers), state, **more))

    def petition(self, code: str) -> Petition:
        return Petition.model_validate(self.store.get(petition_path(code)))

    def project(self, code: str) -> None:
        """Bring the public database up to date with a petition, as the function `relay` does."""
        copies = self.copies()
        seal = SealView(self.store, copies.public, copies.seals, copies)
        ProjectPublic(self.store, copies.public, copies.directory, reference.fields(), seal, b"0123456789abcdef")(code)

    def copies(self) -> KeepCopy:
        seals = AesSeals(GivenKeys((required("citizen_page")["SEAL_KEYS"],)))
        public, files = FirestoreStore(CHECKED_PROJECT, "public"), BucketFiles(CHECKED_PROJECT, BUCKET)
        index = PublishedIndex(public, vocabulary.search_words())
        return KeepCopy(self.store, public, files, seals, reference.directory(), index)

    def browser(self) -> httpx.Client:
        """Return a browser for citizens' pages. The caller must close it."""
        hooks = doors.noting(lambda _: "citizen_page")
        return httpx.Client(base_url=self.pages, timeout=60, event_hooks=hooks)

    def posted(self) -> list[dict[str, Any]]:
        """Apply the posts that citizens have sent from their pages, as the function `intake` does. Return the posts."""
        take = TakePost(self.store, FakePublisher(), FakeClock(NOW), World().take_post.effects)
        with pubsub_v1.SubscriberClient() as posts:
            found = posts.pull(subscription=POSTS, max_messages=100, timeout=20).received_messages
            posts.acknowledge(subscription=POSTS, ack_ids=[item.ack_id for item in found])
        sent: list[dict[str, Any]] = [json.loads(item.message.data) for item in found]
        for item, post in zip(found, sent, strict=True):
            applied = take(item.message.data)
            assert applied or post["action"]["kind"] == "opened"  # a browser repeats it, and it counts once
        return sent


@contextmanager
def office_in(folder: Path, numbers: Iterator[int]) -> Iterator[RealOffice]:
    """Run desk, public site and citizens' pages, with reference data and officers, until the end of the block."""
    clock = folder / "clock"  # shared, so that documents do not expire too early by the emulators' time
    clock.write_text(str((NOW - SystemClock().now()).total_seconds()))
    with ExitStack() as ends:
        pubsub = PubsubServer(folder)
        ends.callback(pubsub.kill)
        pubsub.start()
        server = ends.enter_context(FirestoreServer(folder / "data.sqlite", indexes=INDEXES, clock=clock))
        storage = ends.enter_context(storage_server(folder))
        hosts = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}", "PUBSUB_EMULATOR_HOST": pubsub.host}
        ends.enter_context(mock.patch.dict(os.environ, hosts))
        with pubsub_v1.PublisherClient() as topics:
            for topic in manifest.load().topics:
                topics.create_topic(name=f"projects/{CHECKED_PROJECT}/topics/{topic}")
        with pubsub_v1.SubscriberClient() as posts:
            posts.create_subscription(name=POSTS, topic=f"projects/{CHECKED_PROJECT}/topics/{TOPIC}")
        store = store_of(server)
        load_reference(store, FakeClock(NOW))
        enter(store, [*people(), SECOND])
        desk = ends.enter_context(desk_on(server, folder, pubsub.host, storage))
        shared = hosts | _settings(desk, storage, folder)
        site = ends.enter_context(_door("public_site", shared, folder))
        pages = ends.enter_context(_door("citizen_page", shared, folder))
        client = httpx.Client(base_url=site.url, timeout=60, event_hooks=doors.noting(lambda _: "public_site"))
        yield RealOffice(store, desk, ends.enter_context(client), pages.url, numbers)


def _settings(desk: Desk, storage: str, folder: Path) -> dict[str, str]:
    boundaries = folder / "boundaries.json"
    boundaries.write_text(json.dumps({"wards": {"00175": SQUARE}}))
    return {
        "GOOGLE_CLOUD_PROJECT": CHECKED_PROJECT,
        "STORAGE_EMULATOR_HOST": storage,
        "ATTACHMENTS_BUCKET": BUCKET,
        "LOCAL_CLOCK_FILE": str(desk.clock),
        "WARD_BOUNDARIES": str(boundaries),
        "THREADS": "8",
    }


@contextmanager
def _door(function: str, settings: dict[str, str], folder: Path) -> Iterator[Door]:
    door = Door(required(function) | settings, folder / f"{function}.log", function)
    try:
        yield door
    finally:
        door.close()
