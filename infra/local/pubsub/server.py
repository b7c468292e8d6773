"""The emulator's parts put together, until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from aiohttp import web

import infra.local.pubsub.publisher
import infra.local.pubsub.snapshots
import infra.local.pubsub.subscriber  # noqa: F401 - these three fill the table of RPCs
from infra.local import oidc
from infra.local.clock import LocalClock
from infra.local.pubsub import grpc_service, housekeeping
from infra.local.pubsub.admin import Admin
from infra.local.pubsub.broker import Broker
from infra.local.pubsub.faults import Faults
from infra.local.pubsub.front import Front
from infra.local.pubsub.push import Pusher
from infra.local.pubsub.rest import RestDoor
from infra.local.pubsub.store import Store

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
