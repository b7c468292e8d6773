"""Compare the rights that the functions used during the tests with those that the manifest gives them.

`make test` empties the notes, and `make test-e2e` adds to them and runs this at its end. It fails if the rights differ.
A run of a single test file also adds notes, but compares nothing.
"""

from __future__ import annotations

import sys

from infra import manifest
from tests.privileges.rights import declared, differences, used

SELDOM = {"reports pubsub.publish jobs: given, and nothing uses it"}
"""Rights that a run may not use: a job is published again only if its worker died in the middle (tests/unit/jobs)."""


def main() -> int:
    """Print the differences and their number, and return 1 if there are any."""
    whole = manifest.load()
    found = [line for line in differences(declared(whole), used(whole)) if line not in SELDOM]
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201 - a command
    print(f"rights that are unused, or uses that are not granted: {len(found)}")  # noqa: T201 - a command
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
