"""Record the history of several clients that read and write registers (small documents) in concurrent transactions."""

from __future__ import annotations

import math
import random
import threading
import time
import uuid

from google.api_core import exceptions
from google.cloud import firestore

from infra.emulators.testing.firestore_server import FirestoreServer, in_transaction
from infra.emulators.tests.firestore.model.linearizability import Operation

REGISTERS = ("x", "y", "z")
CLIENTS = 6
OPERATIONS = 25


class Player(threading.Thread):
    def __init__(self, server: FirestoreServer, project: str, number: int, seed: int) -> None:
        super().__init__()
        self.client = server.client(project, caller=project)
        self.history: list[Operation] = []
        self.dice = random.Random(seed * 100 + number)
        self.next_value = 1_000 * number
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            for _ in range(OPERATIONS):
                self.play()
        except Exception as error:  # noqa: BLE001 - raised in the test's thread
            self.fault = error

    def play(self) -> None:
        names = self.dice.sample(REGISTERS, self.dice.randint(1, 2))
        written = self.dice.choice([[], names[:1], names, [self.dice.choice(REGISTERS)]])
        reads: dict[str, int] = {}
        writes: dict[str, int] = {}

        def read_and_write(transaction: firestore.Transaction) -> None:
            reads.clear()
            for snapshot in self.client.get_all(
                [self.client.document(f"r/{n}") for n in names], transaction=transaction
            ):
                reads[snapshot.id] = snapshot.get("value")
            for name in written:
                self.next_value += 1
                writes[name] = self.next_value
                transaction.set(self.client.document(f"r/{name}"), {"value": self.next_value})

        def get_all() -> None:
            for snapshot in self.client.get_all([self.client.document(f"r/{n}") for n in names]):
                reads[snapshot.id] = snapshot.get("value")

        start = time.monotonic()
        try:
            in_transaction(self.client, read_and_write) if written or self.dice.random() < 0.5 else get_all()
        except (exceptions.DeadlineExceeded, exceptions.InvalidArgument):
            # The reply was lost (and the client's rollback refused: the transaction has ended).
            # The reads of this attempt hold if it took effect.
            self.history.append(Operation(start, math.inf, reads, writes))
        else:
            self.history.append(Operation(start, time.monotonic(), reads, writes))


def played(server: FirestoreServer, seed: int) -> list[Operation]:
    project = f"linear-{uuid.uuid4().hex[:12]}"
    players = [Player(server, project, number, seed) for number in range(CLIENTS)]
    for name in REGISTERS:
        players[0].client.document(f"r/{name}").set({"value": 0})
    lost = {"rpc": "Commit", "caller": project, "drop_reply": True, "code": "DEADLINE_EXCEEDED"}
    server.admin("POST", "/faults", {**lost, "probability": 0.1, "seed": seed})
    for player in players:
        player.start()
    for player in players:
        player.join()
        player.client.close()
    server.admin("DELETE", "/faults")
    faults = [player.fault for player in players if player.fault is not None]
    if faults:
        raise faults[0]
    return [operation for player in players for operation in player.history]
