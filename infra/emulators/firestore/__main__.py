"""Command line: `python -m infra.emulators.firestore --port P --admin-port A --data FILE.sqlite`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from infra.emulators.shared.skip_client import skip_client_library

CLIENT_LIBRARY = "google.cloud.firestore_v1"


def main(argv: list[str] | None = None) -> int:
    """Run the Firestore emulator with these options until SIGTERM or SIGINT. Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.emulators.firestore", description="A Firestore emulator.")
    parser.add_argument("--port", type=int, required=True, help="port for gRPC, on 127.0.0.1")
    parser.add_argument("--admin-port", type=int, required=True, help="port for HTTP: health, counters, faults, reset")
    parser.add_argument("--data", type=Path, required=True, help="SQLite file, created if it is missing")
    parser.add_argument("--project", help="project whose queries need the indexes of --indexes, as in production")
    parser.add_argument("--indexes", type=Path, help="firestore.indexes.json, in the format of the Firebase CLI")
    parser.add_argument("--clock-file", type=Path, help="file with the seconds that the clock is ahead of real time")
    parser.add_argument("--stop-with-stdin", action="store_true", help="stop when standard input ends")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    skip_client_library(CLIENT_LIBRARY)
    from infra.emulators.firestore.server import Options, serve  # noqa: PLC0415 - imports the protocol's messages

    asyncio.run(serve(Options(**vars(arguments))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
