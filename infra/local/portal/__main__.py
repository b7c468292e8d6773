"""`python -m infra.local.portal`: a simulated gateway of the National Public Service Portal, for petitions."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.local.portal.app import build
from infra.local.portal.gateway import Access
from infra.local.simulators.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="infra.local.portal", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the SQLite file that holds the state")
    parser.add_argument("--username", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--unit-code", required=True, help="the `madonvi` that calls must name")
    parser.add_argument("--dstcode", required=True, help="the `dstcode` header that calls must carry")
    arguments = vars(parser.parse_args())
    port, data = arguments.pop("port"), arguments.pop("data")
    serve(build(Access(**arguments), data), port)


if __name__ == "__main__":
    main()
