"""One command of `infra.operate`, run in the copied tree: what it waits for passes on the fake clock at once.

python -m infra.rehearsal.walk.verb deploy rehearsal --yes
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from typing import Any

from infra.operate import target
from infra.operate.cli import main
from infra.operate.deployment.cloud import Shell

CLOCK, FRONT = "REHEARSAL_CLOCK", "REHEARSAL_FRONT"
EMULATORS = ("REHEARSAL_FIRESTORE_EMULATOR_HOST", "REHEARSAL_PUBSUB_EMULATOR_HOST")


def wait(seconds: float) -> None:
    """Move the fake time forward instead of sleeping; a moment passes all the same."""
    asked = urllib.request.Request(os.environ[CLOCK], str(seconds).encode(), method="POST")  # noqa: S310 - our own
    urllib.request.urlopen(asked, timeout=30).close()  # noqa: S310 - as above
    _sleep(0.2)


_sleep = time.sleep


class ToTheFront(urllib.request.HTTPSHandler):
    """What goes to the domain goes to this machine's front."""

    def https_open(self, req: urllib.request.Request) -> Any:
        """Ask the front for this host."""
        address = f"{os.environ[FRONT]}/{req.host}{req.selector}"
        asked = urllib.request.Request(address, req.data, dict(req.header_items()), method=req.get_method())  # noqa: S310
        return urllib.request.urlopen(asked, timeout=90)  # noqa: S310 - our own


def main_there() -> int:
    """Run the command; the databases of the project are those of an emulator, where the walk has one."""
    urllib.request.install_opener(urllib.request.build_opener(ToTheFront))
    time.sleep = wait  # type: ignore[assignment]  # it takes what it is given here
    opened = target._opened  # noqa: SLF001 - its seam for the rehearsal

    def on_the_emulator(*place: str) -> target.OpenedTarget:
        os.environ |= {
            emulator.removeprefix("REHEARSAL_"): os.environ[emulator]
            for emulator in EMULATORS
            if emulator in os.environ
        }
        return opened(*place)

    target._opened = on_the_emulator  # type: ignore[assignment]  # noqa: SLF001 - as above
    run = Shell.run

    def run_here(self: Shell, *command: str, **more: Any) -> None:
        here = ("infra.rehearsal.walk.verb" if item == "infra.operate" else item for item in command)
        run(self, *here, **more)

    Shell.run = run_here  # type: ignore[method-assign]  # a verb that calls another one calls it here
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main_there())
