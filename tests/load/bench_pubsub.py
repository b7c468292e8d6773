"""`make bench`: start, memory and speed of the Pub/Sub emulator, compared with another emulator if there is one.

PUBSUB_EMULATOR_HOST is the address of the other one. The run fails if start or memory exceed their limits.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path

from infra.emulators.testing.pubsub_server import ExternalPubsub, PubsubServer
from infra.emulators.testing.pubsub_workspace import Workspace
from infra.emulators.testing.push_receiver import Receiver, handler

MESSAGES, CALLS, BATCH = 2_000, 300, 100
START_SECONDS, MEMORY_MB = 0.5, 120
PATIENCE = 60.0


def rate(what: str, count: int, action: Callable[[], None]) -> None:
    """Measure `action`, which does `count` things, and print the number per second."""
    begun = time.perf_counter()
    action()
    sys.stdout.write(f"  {what:<44}{count / (time.perf_counter() - begun):>9.0f}/s\n")


def publish_one_by_one(names: Workspace) -> None:
    for number in range(CALLS):
        names.publish(number)


def publish_in_batches(names: Workspace) -> None:
    for first in range(0, MESSAGES, BATCH):
        names.publish(*range(first, first + BATCH))


def pull_all(names: Workspace, sub: str, count: int) -> None:
    while count:
        count -= len(names.pull_numbers(sub))


def stream_all(names: Workspace, sub: str, count: int) -> None:
    done = threading.Event()
    seen: list[str] = []

    def take(message: object) -> None:
        message.ack()  # type: ignore[attr-defined]  # the client's own class is untyped
        seen.append("")
        if len(seen) >= count:
            done.set()

    stream = names.subscriber.subscribe(sub, take)
    done.wait(PATIENCE)
    stream.cancel()
    stream.result(timeout=PATIENCE)


def push_all(names: Workspace, receiver: Receiver) -> None:
    names.make_subscription("push", push_config={"push_endpoint": receiver.url()})
    publish_in_batches(names)
    give_up = time.monotonic() + PATIENCE
    while len(receiver.pushes) < MESSAGES and time.monotonic() < give_up:
        time.sleep(0.01)


def measure(server: PubsubServer) -> None:
    names = Workspace(server)
    sub = names.make_subscription()
    rate("publish by REST, one message a call", CALLS, lambda: publish_one_by_one(names))
    rate(f"publish by REST, {BATCH} messages a call", MESSAGES, lambda: publish_in_batches(names))
    rate("pull and acknowledge, 100 messages a call", CALLS + MESSAGES, lambda: pull_all(names, sub, CALLS + MESSAGES))
    publish_in_batches(names)
    rate("streaming pull, each acknowledged", MESSAGES, lambda: stream_all(names, sub, MESSAGES))
    receiver = Receiver()
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler(receiver))
    http.daemon_threads = True
    receiver.port = http.server_port
    threading.Thread(target=http.serve_forever, daemon=True).start()
    rate("publish and push, 16 at a time", MESSAGES, lambda: push_all(names, receiver))
    names.close()
    http.shutdown()


def start_seconds(server: PubsubServer) -> float:
    """Return the time of the quickest of three starts, which other load affects least."""
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        server.start()
        took.append(time.perf_counter() - begun)
        server.kill()
    return min(took)


def main() -> int:
    """Print all measurements. Return 1 if a limit is exceeded."""
    with tempfile.TemporaryDirectory() as folder:
        server = PubsubServer(Path(folder))
        started = start_seconds(server)
        server.start()
        sys.stdout.write("Pub/Sub, built in\n")
        measure(server)
        memory = server.resident_mib() * 1.048576
        server.kill()
    sys.stdout.write(f"  start {started:.2f} s (limit {START_SECONDS}), memory after the run {memory:.0f} MB\n")
    host = os.environ.get("PUBSUB_EMULATOR_HOST")
    if host:
        sys.stdout.write(f"Pub/Sub at {host}\n")
        measure(ExternalPubsub(host))
    return int(started > START_SECONDS or memory > MEMORY_MB)


if __name__ == "__main__":
    sys.exit(main())
