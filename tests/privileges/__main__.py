"""Compares the rights that functions used during the tests with the rights that the manifest grants.

`make test` empties the notes. `make test-e2e` adds to them and runs this module at its end, which fails for a
difference. A run of a single test file adds notes as well, and compares nothing.
"""

from __future__ import annotations

import sys

from infra import manifest
from tests.privileges.rights import declared, differences, used

SELDOM = {"reports pubsub.publish jobs: given, and nothing uses it"}
"""Differences that are allowed: `reports` publishes a job only if its first worker died (tests/unit/jobs)."""


def main() -> int:
    whole = manifest.load()
    found = [line for line in differences(declared(whole), used(whole)) if line not in SELDOM]
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201 - a command
    print(f"rights that are unused, or uses that are not granted: {len(found)}")  # noqa: T201 - a command
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
