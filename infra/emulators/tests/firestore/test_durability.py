from __future__ import annotations

import threading
from pathlib import Path

import pytest
from google.api_core import exceptions
from google.cloud import firestore

from infra.emulators.testing.firestore_server import FirestoreServer

WRITERS = 4


class Writer(threading.Thread):
    def __init__(self, server: FirestoreServer, name: str, first: int, enough: threading.Semaphore) -> None:
        super().__init__(name=name)
        self.client = server.client("durable")
        self.pair = [self.client.document(f"left/{name}"), self.client.document(f"right/{name}")]
        self.next = first
        self.acknowledged = first - 1
        self._enough = enough

    def run(self) -> None:
        while True:
            batch = self.client.batch()
            for one in self.pair:
                batch.set(one, {"n": self.next})
            batch.delete(self.client.document(f"gone/{self.name}-{self.next - 1}"))
            batch.set(self.client.document(f"gone/{self.name}-{self.next}"), {})
            try:
                # One attempt only: a late repetition would be a second, unacknowledged write.
                batch.commit(retry=None, timeout=5)
            except (exceptions.GoogleAPICallError, ConnectionError):
                return
            self.acknowledged = self.next
            self.next += 1
            self._enough.release()


@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.faults)])
def test_acknowledged_writes_survive_sigkill(tmp_path: Path, rounds: int) -> None:
    with FirestoreServer(tmp_path / "data.sqlite") as server:
        last = dict.fromkeys((f"w{number}" for number in range(WRITERS)), 0)
        for round_ in range(rounds):
            enough = threading.Semaphore(0)
            writers = {name: Writer(server, name, first + 1, enough) for name, first in last.items()}
            for writer in writers.values():
                writer.start()
            for _ in range(30 + 17 * round_ % 60):
                assert enough.acquire(timeout=30)
            server.kill()
            for writer in writers.values():
                writer.join()
                writer.client.close()
            server.start()
            client = server.client("durable")
            for name, writer in writers.items():
                left = client.document(f"left/{name}").get().get("n")
                right = client.document(f"right/{name}").get().get("n")
                assert left == right
                # The write in flight may have been applied without its answer having arrived.
                assert writer.acknowledged <= left <= writer.acknowledged + 1
                last[name] = left
            assert len(client.collection("gone").get()) == WRITERS
            client.close()


def test_start_again_keeps_versions_and_times_go_on(tmp_path: Path) -> None:
    with FirestoreServer(tmp_path / "data.sqlite") as server:
        client = server.client("durable")
        client.document("a/1").create({"n": 1})
        changed = client.document("a/1").update({"n": 2})
        before = client.document("a/1").get()
        client.close()
        server.kill()
        server.start()
        client = server.client("durable")
        after = client.document("a/1").get()
        assert (after.to_dict(), after.create_time, after.update_time) == (
            before.to_dict(),
            before.create_time,
            before.update_time,
        )
        option = client.write_option(last_update_time=changed.update_time)
        assert client.document("a/1").update({"n": 3}, option).update_time > changed.update_time
        assert isinstance(client, firestore.Client)
        client.close()
        server.stop()
