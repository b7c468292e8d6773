"""Compare what the tests saw the functions use with what the manifest gives them; `make test-e2e` ends with it.

`make test` empties the notes, `make test-e2e` adds its own, and this fails for what differs. A run of one file notes,
too, and compares nothing.
"""

from __future__ import annotations

import sys

from infra import manifest
from tests.privileges.rights import declared, differences, used

SELDOM = {"reports pubsub.publish jobs: given, and nothing uses it"}
"""Rights that a run may not come to: a job is published again where its worker died in the middle (tests/unit/jobs)."""


def main() -> int:
    """Print what differs, and how much it is; 1 if there is anything."""
    whole = manifest.load()
    found = [line for line in differences(declared(whole), used(whole)) if line not in SELDOM]
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201 - a command
    print(f"rights that are unused, or uses that are not granted: {len(found)}")  # noqa: T201 - a command
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
