"""python -m infra.emulators.firestore --port P --admin-port A --data FILE.sqlite [--project ID --indexes FILE.json].

With --project and --indexes, queries of that project need an index as in production; other projects are unchecked.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from infra.emulators.firestore.messages_only import skip_client_library


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m infra.emulators.firestore", description="Firestore emulator")
    parser.add_argument("--port", type=int, required=True, help="gRPC, on 127.0.0.1")
    parser.add_argument("--admin-port", type=int, required=True, help="HTTP: health, counters, reset")
    parser.add_argument("--data", type=Path, required=True, help="SQLite file, made if missing")
    parser.add_argument("--project", help="the project whose queries are checked against --indexes")
    parser.add_argument("--indexes", type=Path, help="firestore.indexes.json")
    parser.add_argument("--stop-with-stdin", action="store_true", help="stop when standard input ends")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    skip_client_library()
    from infra.emulators.firestore.server import Options, serve  # noqa: PLC0415 - only after the line above

    asyncio.run(serve(Options(**vars(arguments))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
