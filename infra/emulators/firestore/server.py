"""Run one emulator process, with the gRPC port and the admin port in one event loop, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass
from pathlib import Path

import grpc.aio
from aiohttp import web

from infra.emulators.firestore.admin import application
from infra.emulators.firestore.calls.faults import Faults
from infra.emulators.firestore.calls.interceptor import Interceptor
from infra.emulators.firestore.metering.counters import Counters
from infra.emulators.firestore.queries.declared_indexes import DeclaredIndexes
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.service.rpc_table import METHODS, handler
from infra.emulators.firestore.storage.sqlite_file import SqliteFile
from infra.emulators.firestore.storage.store import Store
from infra.emulators.firestore.transactions.optimistic import Transactions
from infra.emulators.firestore.writes.time_to_live import TimeToLive
from infra.emulators.shared.clock import FileClock
from infra.emulators.shared.shutdown import stop_requested
from infra.emulators.shared.timestamps import micros_of_datetime

_HOST = "127.0.0.1"
_MAX_MESSAGE_BYTES = 64 * 1024 * 1024
_GRACE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Options:
    port: int
    admin_port: int
    data: Path
    project: str | None
    indexes: Path | None
    clock_file: Path | None
    stop_with_stdin: bool


async def serve(options: Options) -> None:
    disk = SqliteFile(options.data)
    declared = None
    if options.indexes is not None and options.project is not None:
        declared = DeclaredIndexes(options.project, options.indexes)
    store = _load(disk, FileClock(options.clock_file), declared)
    backend = Backend(store, Transactions(), declared)
    interceptor = Interceptor(Counters(), Faults(METHODS), options.port)
    disk.at_commit_point = interceptor.faults.at_commit_point
    server = grpc.aio.server(
        options=[
            ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
            ("grpc.so_reuseport", 0),
        ]
    )
    server.add_generic_rpc_handlers((handler(backend, interceptor),))
    server.add_insecure_port(f"{_HOST}:{options.port}")
    await server.start()
    time_to_live = TimeToLive(store, declared, interceptor.counters) if declared is not None else None
    sweeping = asyncio.create_task(time_to_live.forever()) if time_to_live is not None else None
    runner = web.AppRunner(application(backend, interceptor, time_to_live), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, _HOST, options.admin_port).start()
    await stop_requested(with_stdin=options.stop_with_stdin).wait()
    if sweeping is not None:
        sweeping.cancel()
    await runner.cleanup()
    await server.stop(grace=_GRACE_SECONDS)
    disk.close()


def _load(disk: SqliteFile, clock: FileClock, declared: DeclaredIndexes | None) -> Store:
    """Load a store from the disk.

    Python's garbage collector is off meanwhile, because it would double the time and find nothing.
    """
    gc.disable()
    store = Store(disk, lambda: micros_of_datetime(clock.now()), declared)
    gc.freeze()
    gc.enable()
    return store
