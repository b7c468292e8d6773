"""The desk and the public site as they are deployed, on emulators of Firestore, Pub/Sub and Cloud Storage."""

from __future__ import annotations

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
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition, petition_path
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.publishing.seal_view import SealView
from tests import doors
from tests.fakes import FakeClock
from tests.integration.adapters.desk_server import Desk, desk_on, enter, filed, people, store_of
from tests.integration.adapters.storage_server import BUCKET, storage_server
from tests.integration.webhook.door import Door
from tests.load.desk_city import NOW
from tests.settings import required

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
SECOND = Officer(id="second", name="Vũ Thị Hà", email="second@example.vn", unit="SYT", role=Role.OFFICER)


@dataclass
class RealOffice:
    """The database, the desk over it, and the public site as a client of its own."""

    store: FirestoreStore
    desk: Desk
    site: httpx.Client
    numbers: Iterator[int]

    def filed(self, state: State = State.IN_PROGRESS, **more: Any) -> Petition:
        """A petition of SYT that nobody has touched."""
        return self.petition(filed(self.store, next(self.numbers), state, **more))

    def petition(self, code: str) -> Petition:
        """As it is stored now."""
        return Petition.model_validate(self.store.get(petition_path(code)))

    def project(self, code: str) -> None:
        """Bring the public database up to the petition, as `relay` does."""
        public = FirestoreStore(CHECKED_PROJECT, "public")
        seals = AesSeals(GivenKeys((required("public_site")["SEAL_KEYS"],)))
        seal = SealView(self.store, public, BucketFiles(CHECKED_PROJECT, BUCKET), seals)
        ProjectPublic(self.store, public, reference.directory(), reference.fields(), seal, b"0123456789abcdef")(code)


@contextmanager
def office_in(folder: Path, numbers: Iterator[int]) -> Iterator[RealOffice]:
    """Everything started, with reference data and people; stopped at the end."""
    clock = folder / "clock"  # one time for all: what expires by the desk's clock is not past by the emulators'
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
        store = store_of(server)
        load_reference(store, FakeClock(NOW))
        enter(store, [*people(), SECOND])
        desk = ends.enter_context(desk_on(server, folder, pubsub.host, storage))
        yield RealOffice(store, desk, ends.enter_context(_site(desk, hosts, storage, folder)), numbers)


@contextmanager
def _site(desk: Desk, hosts: dict[str, str], storage: str, folder: Path) -> Iterator[httpx.Client]:
    settings = {
        "GOOGLE_CLOUD_PROJECT": CHECKED_PROJECT,
        "STORAGE_EMULATOR_HOST": storage,
        "ATTACHMENTS_BUCKET": BUCKET,
        "LOCAL_CLOCK_FILE": str(desk.clock),
        "THREADS": "8",
    }
    door = Door(required("public_site") | hosts | settings, folder / "site.log", "public_site")
    hooks = doors.noting(lambda _: "public_site")
    try:
        with httpx.Client(base_url=door.url, timeout=60, event_hooks=hooks) as client:
            yield client
    finally:
        door.close()
