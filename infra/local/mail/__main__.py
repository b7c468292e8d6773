"""`python -m infra.local.mail`: an SMTP server whose mails are read in the browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.local.mail.app import build
from infra.local.simulators.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="infra.local.mail", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="the SMTP port")
    parser.add_argument("--http-port", type=int, required=True, help="the port of the page and the JSON")
    parser.add_argument("--data", type=Path, required=True, help="the SQLite file that holds the mails")
    arguments = parser.parse_args()
    serve(build(arguments.port, arguments.data), arguments.http_port)


if __name__ == "__main__":
    main()
