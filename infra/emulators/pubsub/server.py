"""The emulator's parts put together, until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from aiohttp import web

import infra.emulators.pubsub.rpcs.publisher
import infra.emulators.pubsub.rpcs.snapshots
import infra.emulators.pubsub.rpcs.subscriber  # noqa: F401 - these three fill the table of RPCs
from infra.emulators.pubsub.admin import Admin
from infra.emulators.pubsub.broker import housekeeping
from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.faults.injector import Faults
from infra.emulators.pubsub.push.pusher import Pusher
from infra.emulators.pubsub.storage.store import Store
from infra.emulators.pubsub.transports import grpc_server as grpc_service
from infra.emulators.pubsub.transports.protocol_switch import Front
from infra.emulators.pubsub.transports.rest import RestDoor
from infra.local import oidc
from infra.local.clock import LocalClock

HOST = "127.0.0.1"
GRACE_SECONDS = 0.5


async def serve(arguments: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if arguments.stop_with_stdin:
        loop.add_reader(sys.stdin.fileno(), stopped.set)
    store = Store(arguments.data)
    broker = Broker(store, LocalClock.from_environment(), Faults(), arguments.backoff_scale)
    grpc_server = grpc_service.build(broker)
    grpc_port = grpc_server.add_insecure_port(f"{HOST}:0")
    await grpc_server.start()
    http = web.Server(RestDoor(broker).handle, handler_cancellation=True, access_log=None)
    front = await loop.create_server(lambda: Front(http, grpc_port), HOST, arguments.port)
    admin = web.AppRunner(Admin(broker).application(), access_log=None)
    await admin.setup()
    await web.TCPSite(admin, HOST, arguments.admin_port).start()
    pusher = Pusher(broker, oidc.read_key(arguments.oidc_key), arguments.push_concurrency)
    pusher.start()
    sweeper = asyncio.create_task(housekeeping.run(broker))
    await stopped.wait()
    front.close()
    sweeper.cancel()
    await pusher.stop()
    await http.shutdown(GRACE_SECONDS)
    await grpc_server.stop(GRACE_SECONDS)
    await admin.cleanup()
    store.close()
