from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.cloud.firestore_v1 import types

from infra.emulators.firestore.calls.caller_identity import inode_of
from infra.emulators.firestore.storage.database import HISTORY_MICROS, Database
from infra.emulators.firestore.storage.sqlite_file import SqliteFile
from infra.emulators.firestore.storage.store import Store
from infra.emulators.firestore.transactions.optimistic import IDLE_SECONDS, LIFETIME_SECONDS, Transactions
from infra.emulators.firestore.transactions.retry_queues import RetryQueues
from infra.emulators.firestore.wire.errors import FirestoreError
from infra.emulators.firestore.wire.field_paths import field_path, field_text
from infra.emulators.firestore.wire.messages import Message, Value, Write
from infra.emulators.firestore.wire.names import DatabaseName
from infra.emulators.firestore.writes.batch import Batch

OPTIONS = types.TransactionOptions.pb(types.TransactionOptions())
NAME = DatabaseName("p", "(default)")


class Clock:
    def __init__(self) -> None:
        self.micros = 1_700_000_000_000_000
        self.seconds = 0.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    disk = SqliteFile(tmp_path / "data.sqlite")
    yield Store(disk, lambda: clock.micros)
    disk.close()


@pytest.fixture
def database(store: Store) -> Database:
    return store.database(NAME)


def put(database: Database, path: str, number: int) -> int:
    batch = Batch(database)
    write: Message = Write()
    write.update.name = database.name.document(path)
    write.update.fields["n"].CopyFrom(Value(integer_value=number))
    batch.apply(write)
    batch.save()
    return batch.time


def test_times_increase_even_while_the_clock_stands_still_or_goes_back(database: Database, clock: Clock) -> None:
    first = put(database, "a/1", 1)
    read = database.read_time()
    clock.micros -= 5_000_000
    assert first <= read < put(database, "a/1", 2)


def test_an_idle_transaction_expires(database: Database, clock: Clock) -> None:
    transactions = Transactions(lambda: clock.seconds)
    opened = transactions.begin(database, OPTIONS).id
    clock.seconds += IDLE_SECONDS
    assert transactions.get(database, opened).id == opened
    clock.seconds += IDLE_SECONDS + 1
    with pytest.raises(FirestoreError) as refusal:
        transactions.get(database, opened)
    assert refusal.value.code is grpc.StatusCode.INVALID_ARGUMENT


def test_a_busy_transaction_expires_too(database: Database, clock: Clock) -> None:
    transactions = Transactions(lambda: clock.seconds)
    opened = transactions.begin(database, OPTIONS).id
    while clock.seconds + IDLE_SECONDS <= LIFETIME_SECONDS:
        clock.seconds += IDLE_SECONDS
        transactions.get(database, opened)
    clock.seconds = LIFETIME_SECONDS + 1
    with pytest.raises(FirestoreError):
        transactions.get(database, opened)


def test_history_is_kept_for_an_hour_and_for_open_transactions(database: Database, clock: Clock) -> None:
    transactions = Transactions(lambda: clock.seconds)
    first = put(database, "a/1", 1)
    transaction = transactions.begin(database, OPTIONS)
    before = transaction.read("a/1")
    put(database, "a/1", 2)
    clock.micros += HISTORY_MICROS + 1_000_000
    for number in range(3, 6):
        put(database, "a/1", number)
    assert transaction.read("a/1") == before
    with pytest.raises(FirestoreError):
        database.check_read_time(first)
    transactions.rollback(database, transaction.id)
    third = put(database, "a/2", 1)
    clock.micros += HISTORY_MICROS + 1_000_000
    put(database, "a/3", 1)
    assert database.at("a/1", first) is None
    assert database.at("a/2", third) == database.current("a/2")


def test_what_was_deleted_is_forgotten_with_its_history(database: Database, clock: Clock) -> None:
    put(database, "a/1", 1)
    gone = Batch(database)
    gone.apply(Write(delete=database.name.document("a/1")))
    gone.save()
    assert database.at("a/1", gone.time - 1) is not None
    assert database.at("a/1", gone.time) is None
    again = put(database, "a/1", 2)
    assert database.at("a/1", again - 1) is None
    version = database.at("a/1", again)
    assert version is not None
    assert version.created == again


def test_retries_go_one_after_the_other() -> None:
    async def scenario() -> list[str]:
        queues, order = RetryQueues(patience=30), []
        for origin in (b"1", b"2", b"3"):
            queues.conflict(origin, "a/1")
        await queues.enter(b"1")

        async def wait(origin: bytes) -> None:
            await queues.enter(origin)
            order.append(origin.decode())
            queues.leave(origin)

        waiting = [asyncio.create_task(wait(origin)) for origin in (b"2", b"3")]
        await asyncio.sleep(0)
        await queues.enter(b"1")  # beaten again: it keeps its place
        order.append("1")
        queues.leave(b"1")
        await asyncio.gather(*waiting)
        return order

    assert asyncio.run(scenario()) == ["1", "2", "3"]


def test_newcomers_wait_behind_retries_and_only_there() -> None:
    async def scenario() -> list[str]:
        queues, order = RetryQueues(patience=30), []
        queues.conflict(b"retry", "a/1")
        await queues.enter(b"retry")

        async def come() -> None:
            await queues.join(b"new", ["a/2", "a/1"])
            order.append("new")

        coming = asyncio.create_task(come())
        await queues.join(b"elsewhere", ["a/2"])
        await asyncio.sleep(0)
        order.append("retry")
        queues.leave(b"retry")
        await coming
        return order

    assert asyncio.run(scenario()) == ["retry", "new"]


def test_nobody_waits_for_ever_in_line() -> None:
    async def scenario() -> None:
        queues = RetryQueues(patience=0.01)
        queues.conflict(b"1", "a/1")
        queues.conflict(b"2", "a/1")
        await queues.enter(b"1")
        await queues.enter(b"2")
        await queues.enter(b"unknown")

    asyncio.run(asyncio.wait_for(scenario(), timeout=20))


@pytest.mark.parametrize("text", ["a", "a.b", "a.`b.c`.d", "`\\``", "`\\\\`.x", "`1`"])
def test_field_paths_are_written_as_they_are_read(text: str) -> None:
    assert field_text(field_path(text)) == text


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a b", "1", "`a", "``", "__x__", "a.__x__"])
def test_field_paths_that_are_refused(text: str) -> None:
    with pytest.raises(FirestoreError):
        field_path(text)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks Linux for the process behind a connection")
def test_a_caller_is_found_by_both_ends_of_its_connection() -> None:
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    clients = [socket.socket() for _ in servers]
    local = 0
    for client, server in zip(clients, servers, strict=True):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind(("127.0.0.1", local))
        client.connect(server.getsockname())
        local = client.getsockname()[1]
    found = [inode_of(local, server.getsockname()[1]) for server in servers]
    assert found == [str(os.fstat(client.fileno()).st_ino) for client in clients]
    for one in (*servers, *clients):
        one.close()
