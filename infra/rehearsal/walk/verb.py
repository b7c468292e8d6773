"""Run one command of `infra.operate` against the fake control plane, with waits skipped on the fake clock.

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
    """Take the place of `time.sleep`: move the fake clock forward and sleep 0.2 real seconds."""
    asked = urllib.request.Request(os.environ[CLOCK], str(seconds).encode(), method="POST")  # noqa: S310 - our own
    urllib.request.urlopen(asked, timeout=30).close()  # noqa: S310 - as above
    _sleep(0.2)


_sleep = time.sleep


class ToTheFront(urllib.request.HTTPSHandler):
    """Sends every https:// request to the server on this machine that stands for Google's hosts."""

    def https_open(self, req: urllib.request.Request) -> Any:
        address = f"{os.environ[FRONT]}/{req.host}{req.selector}"
        asked = urllib.request.Request(address, req.data, dict(req.header_items()), method=req.get_method())  # noqa: S310
        return urllib.request.urlopen(asked, timeout=90)  # noqa: S310 - our own


def main_there() -> int:
    urllib.request.install_opener(urllib.request.build_opener(ToTheFront))
    time.sleep = wait  # type: ignore[assignment]  # all arguments are passed on
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
