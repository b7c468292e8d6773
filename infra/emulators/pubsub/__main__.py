"""The emulator: `python -m infra.emulators.pubsub --port P --admin-port A --data FILE.sqlite --oidc-key FILE`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
from pathlib import Path

from infra.emulators.pubsub.messages_only import skip_client_library


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.emulators.pubsub", description="A local Pub/Sub.")
    parser.add_argument("--port", type=int, required=True, help="gRPC and REST")
    parser.add_argument("--admin-port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="SQLite file, made if missing")
    parser.add_argument("--oidc-key", type=Path, required=True, help="file with the key that signs push tokens")
    parser.add_argument("--push-concurrency", type=int, default=16, help="requests at a time per push subscription")
    parser.add_argument("--backoff-scale", type=float, default=1.0, help="factor on every back-off, for tests")
    parser.add_argument("--stop-with-stdin", action="store_true", help="stop when standard input ends")
    return parser.parse_args()


def main() -> None:
    """Command line."""
    arguments = _arguments()
    skip_client_library()
    from infra.emulators.pubsub.server import serve  # noqa: PLC0415 - after the client library was taken out of the way

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments))


if __name__ == "__main__":
    main()
