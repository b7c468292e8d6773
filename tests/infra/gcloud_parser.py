"""Gives command lines to gcloud's own parser, which runs nothing; for gcloud's own Python.

gcloud_parser.py SDK_ROOT < {"key": "gcloud ...", ...}     prints {"key": "what it says", ...} of those that it refuses
"""

# ruff: noqa: T201, E402, BLE001 - it prints, imports behind sys.path, and knows not all errors

from __future__ import annotations

import contextlib
import io
import json
import shlex
import sys

sys.path[:0] = [f"{sys.argv[1]}/lib", f"{sys.argv[1]}/lib/third_party"]

from googlecloudsdk.gcloud_main import CreateCLI  # type: ignore[import-not-found]


def main() -> None:
    """Parse each line of standard input."""
    made = CreateCLI([])
    parse = made._CLI__parser.parse_args
    refused = {}
    for key, line in json.load(sys.stdin).items():
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                parse(shlex.split(line)[1:])
        except (SystemExit, Exception) as error:  # gcloud has many kinds; each is a refusal
            refused[key] = f"{type(error).__name__}: {error} {said.getvalue()}"[:500]
    print(json.dumps(refused))


main()
