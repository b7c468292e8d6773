"""`python -m infra.local.zalo`: one address for Zalo's openapi, oauth and business hosts."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.local.simulators.server import serve
from infra.local.zalo.app import build
from infra.local.zalo.settings import ZaloSettings


def main() -> None:
    parser = argparse.ArgumentParser(prog="infra.local.zalo", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the SQLite file that holds the state")
    parser.add_argument("--webhook-url", required=True)
    parser.add_argument("--app-id", required=True)
    parser.add_argument("--oa-id", required=True)
    parser.add_argument("--oa-secret-key", required=True, help="signs the events")
    parser.add_argument("--app-secret-key", required=True, help="expected by the OAuth server")
    parser.add_argument("--first-refresh-token", required=True)
    parser.add_argument("--retry-scale", type=float, default=1.0, help="factor on the pauses before retries")
    arguments = vars(parser.parse_args())
    port, data = arguments.pop("port"), arguments.pop("data")
    serve(build(ZaloSettings(**arguments), data), port)


if __name__ == "__main__":
    main()
