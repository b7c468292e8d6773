"""Run one emulator process, with the public port and the admin port in one event loop, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

import infra.emulators.pubsub.rpcs.publisher
import infra.emulators.pubsub.rpcs.snapshots
import infra.emulators.pubsub.rpcs.subscriber  # noqa: F401 - these three modules fill the table of RPCs
from infra.emulators.pubsub.admin import Admin
from infra.emulators.pubsub.broker import housekeeping
from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.faults.injector import Faults
from infra.emulators.pubsub.push.identity_tokens import read_key
from infra.emulators.pubsub.push.pusher import Pusher
from infra.emulators.pubsub.storage.store import Store
from infra.emulators.pubsub.transports import grpc_server
from infra.emulators.pubsub.transports.protocol_switch import ProtocolSwitch
from infra.emulators.pubsub.transports.rest import RestHandler
from infra.emulators.shared.clock import FileClock
from infra.emulators.shared.shutdown import stop_requested

_HOST = "127.0.0.1"
_GRACE_SECONDS = 0.5
_PUSH_CONCURRENCY = 16
"""The number of simultaneous requests per push subscription."""


@dataclass(frozen=True, slots=True)
class Options:
    port: int
    admin_port: int
    data: Path
    oidc_key: Path
    backoff_scale: float
    clock_file: Path | None
    stop_with_stdin: bool


async def serve(options: Options) -> None:
    stopped = stop_requested(with_stdin=options.stop_with_stdin)
    store = Store(options.data)
    broker = Broker(store, FileClock(options.clock_file), Faults(), options.backoff_scale)
    grpc = grpc_server.build(broker)
    grpc_port = grpc.add_insecure_port(f"{_HOST}:0")
    await grpc.start()
    http = web.Server(RestHandler(broker).handle, handler_cancellation=True, access_log=None)
    public = await asyncio.get_running_loop().create_server(
        lambda: ProtocolSwitch(http, grpc_port), _HOST, options.port
    )
    admin = web.AppRunner(Admin(broker).application(), access_log=None)
    await admin.setup()
    await web.TCPSite(admin, _HOST, options.admin_port).start()
    pusher = Pusher(broker, read_key(options.oidc_key), _PUSH_CONCURRENCY)
    pusher.start()
    sweeper = asyncio.create_task(housekeeping.run(broker))
    await stopped.wait()
    public.close()
    sweeper.cancel()
    await pusher.stop()
    await http.shutdown(_GRACE_SECONDS)
    await grpc.stop(_GRACE_SECONDS)
    await admin.cleanup()
    store.close()
