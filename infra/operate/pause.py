"""`make pause` and `make resume`: stop and start all sending by Zalo and by e-mail."""

from __future__ import annotations

import click

from infra.operate.options import Selection, target_options
from infra.operate.target import agreed, target
from petitions.usecases.notices.sending_limits import FRESH, set_switch


@click.command("pause")
@target_options
def pause_command(selection: Selection) -> int:
    """Stop all sending.

    Messages that are due meanwhile wait and are sent in order afterwards. Intake, routing and the desk go on.
    """
    return _switch(selection, paused=True)


@click.command("resume")
@target_options
def resume_command(selection: Selection) -> int:
    """Start sending again. Messages that waited are sent in order."""
    return _switch(selection, paused=False)


def _switch(selection: Selection, *, paused: bool) -> int:
    where = target(selection)
    if not agreed(selection, f"{where.name}: {'pause' if paused else 'resume'} all sending?"):
        return 1
    done = set_switch(where.store, where.clock, paused=paused)
    state = "paused" if paused else "on"
    delay = f"functions notice within {FRESH.seconds} seconds"
    print(f"{where.name}: sending is {state}; {delay}" if done else f"{where.name}: sending was {state} already")
    return 0
