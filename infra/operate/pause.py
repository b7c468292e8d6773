"""`make pause` and `make resume`: the switch that stops and starts all sending, by Zalo and by e-mail.

What is due meanwhile waits and goes out in its order afterwards; intake, routing and the desk go on.
"""

from __future__ import annotations

import argparse
import sys

from infra.target import agreed, arguments, target
from petitions.errors import PetitionError
from petitions.usecases.notices.sending_limits import FRESH, set_switch


def main(argv: list[str] | None = None) -> int:
    """Ask, and set the switch."""
    parser = argparse.ArgumentParser(prog="python -m infra.pause", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("verb", choices=["pause", "resume"])
    arguments(parser)
    options = parser.parse_args(argv)
    where, paused = target(options), options.verb == "pause"
    if not agreed(options, f"{where.name}: {options.verb} all sending?"):
        return 1
    try:
        done = set_switch(where.store, where.clock, paused=paused)
    except PetitionError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    state = "paused" if paused else "on"
    heard = f"functions notice within {FRESH.seconds} seconds"
    print(f"{where.name}: sending is {state}; {heard}" if done else f"{where.name}: sending was {state} already")
    return 0


if __name__ == "__main__":
    sys.exit(main())
