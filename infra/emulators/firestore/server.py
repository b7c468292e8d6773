"""One emulator process: gRPC and the admin port in one event loop, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc.aio
from aiohttp import web

from infra.emulators.firestore.admin import application
from infra.emulators.firestore.calls.faults import Faults
from infra.emulators.firestore.calls.interceptor import Desk
from infra.emulators.firestore.metering.counters import Tally
from infra.emulators.firestore.queries.declared_indexes import DeclaredIndexes
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.service.rpc_table import METHODS, handler
from infra.emulators.firestore.storage.database import Store
from infra.emulators.firestore.storage.sqlite_file import Disk
from infra.emulators.firestore.transactions.optimistic import Transactions
from infra.emulators.firestore.writes.time_to_live import Expiry
from infra.local.clock import LocalClock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST_MESSAGE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """How the emulator is started."""

    port: int
    admin_port: int
    data: Path
    project: str | None
    indexes: Path | None
    stop_with_stdin: bool


async def serve(options: Options) -> None:
    """Serve until told to stop."""
    clock = LocalClock.from_environment()
    disk = Disk(options.data)
    declared = None
    if options.indexes is not None and options.project is not None:
        declared = DeclaredIndexes(options.project, options.indexes)
    gc.disable()  # nothing of what is loaded is garbage; looking for some would double the time
    store = Store(disk, lambda: (clock.now() - _EPOCH) // _MICROSECOND, declared)
    gc.freeze()
    gc.enable()
    backend, desk = Backend(store, Transactions(), declared), Desk(Tally(), Faults(METHODS), options.port)
    disk.reach = desk.faults.reach
    server = grpc.aio.server(
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
            ("grpc.so_reuseport", 0),
        ]
    )
    server.add_generic_rpc_handlers((handler(backend, desk),))
    server.add_insecure_port(f"127.0.0.1:{options.port}")
    await server.start()
    expiry = Expiry(store, declared, desk.tally) if declared is not None else None
    sweeping = asyncio.create_task(expiry.forever()) if expiry is not None else None
    runner = web.AppRunner(application(backend, desk, expiry), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.admin_port).start()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    if options.stop_with_stdin:
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stopped.set)
    await stopped.wait()
    if sweeping is not None:
        sweeping.cancel()
    await runner.cleanup()
    await server.stop(grace=0.5)
    disk.close()
