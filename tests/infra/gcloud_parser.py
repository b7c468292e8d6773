"""Check command lines with gcloud's own parser, without running them. Run this with gcloud's own Python.

gcloud_parser.py SDK_ROOT < {"key": "gcloud ...", ...}     prints {"key": "error message", ...} for the refused lines
"""

# ruff: noqa: T201, E402, BLE001 - it prints, imports after changing sys.path, and cannot list all errors

from __future__ import annotations

import contextlib
import io
import json
import shlex
import sys

sys.path[:0] = [f"{sys.argv[1]}/lib", f"{sys.argv[1]}/lib/third_party"]

from googlecloudsdk.gcloud_main import CreateCLI  # type: ignore[import-not-found]


def main() -> None:
    made = CreateCLI([])
    parse = made._CLI__parser.parse_args
    refused = {}
    for key, line in json.load(sys.stdin).items():
        output = io.StringIO()
        try:
            with contextlib.redirect_stderr(output), contextlib.redirect_stdout(output):
                parse(shlex.split(line)[1:])
        except (SystemExit, Exception) as error:  # gcloud has many kinds of errors, and all are refusals
            refused[key] = f"{type(error).__name__}: {error} {output.getvalue()}"[:500]
    print(json.dumps(refused))


main()
