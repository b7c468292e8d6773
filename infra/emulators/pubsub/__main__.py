"""Command line: `python -m infra.emulators.pubsub --port P --admin-port A --data FILE.sqlite --oidc-key FILE`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import sys
from pathlib import Path

from infra.emulators.shared.skip_client import skip_client_library

CLIENT_LIBRARY = "google.pubsub_v1"


def main() -> int:
    """Run the Pub/Sub emulator with these options until SIGTERM or SIGINT. Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.emulators.pubsub", description="A Pub/Sub emulator.")
    parser.add_argument("--port", type=int, required=True, help="port for gRPC and REST, on 127.0.0.1")
    parser.add_argument("--admin-port", type=int, required=True, help="port for HTTP: health, figures, faults, reset")
    parser.add_argument("--data", type=Path, required=True, help="SQLite file, created if it is missing")
    parser.add_argument("--oidc-key", type=Path, required=True, help="file with the key that signs push tokens")
    parser.add_argument("--backoff-scale", type=float, default=1.0, help="factor on every back-off, for tests")
    parser.add_argument("--clock-file", type=Path, help="file with the seconds that the clock is ahead of real time")
    parser.add_argument("--stop-with-stdin", action="store_true", help="stop when standard input ends")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    skip_client_library(CLIENT_LIBRARY)
    from infra.emulators.pubsub.server import Options, serve  # noqa: PLC0415 - imports the protocol's messages

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(Options(**vars(arguments))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
