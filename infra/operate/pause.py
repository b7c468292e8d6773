"""`make pause` and `make resume`: stop and start all sending by Zalo and by e-mail."""

from __future__ import annotations

from datetime import datetime

import click

from infra.operate.options import Selection, dry_run_option, target_options
from infra.operate.target import OpenedTarget, agreed, target
from petitions.domain.language.texts import hanoi_time
from petitions.usecases.notices.read_sending import SendingState, read_sending
from petitions.usecases.notices.sending_limits import set_switch


@click.command("pause")
@dry_run_option
@target_options
def pause_command(selection: Selection, *, dry_run: bool) -> int:
    """Stop all sending.

    Messages that are due meanwhile wait and are sent in order afterwards. Intake, routing and the desk go on. With
    --dry-run, only print the state of sending: since when it is paused or refused, and how many messages wait.
    """
    return _switch(selection, paused=True, dry_run=dry_run)


@click.command("resume")
@dry_run_option
@target_options
def resume_command(selection: Selection, *, dry_run: bool) -> int:
    """Start sending again. Waiting messages are sent in order. With --dry-run, only print the state of sending."""
    return _switch(selection, paused=False, dry_run=dry_run)


def state_in_words(state: SendingState, now: datetime) -> list[str]:
    """Return lines on the state of sending and the number of waiting messages. Problems come first."""
    more = "" if state.is_counted else " or more"
    lines = []
    if state.paused_since:
        lines.append(f"PAUSED since {hanoi_time(state.paused_since)}, {state.waiting}{more} messages wait")
    if state.refused and state.refused_since and state.next_try:
        errors = ", ".join(f"{error}: {count}" for error, count in state.refused.items())
        is_due = state.next_try <= now and not state.paused_since
        lines.append(
            f"REFUSED ({errors}): {sum(state.refused.values())}{more} messages wait, the oldest since "
            f"{hanoi_time(state.refused_since)}; "
            + ("the next goes out within a minute" if is_due else f"next try at {hanoi_time(state.next_try)}")
        )
    if not state.paused_since:
        lines.append(f"sending is on, {state.waiting}{more} messages are due now")
    return lines


def _state(where: OpenedTarget) -> list[str]:
    return [
        f"{where.name}: {line}" for line in state_in_words(read_sending(where.store, where.clock), where.clock.now())
    ]


def _switch(selection: Selection, *, paused: bool, dry_run: bool) -> int:
    where = target(selection)
    print(*_state(where), sep="\n")
    if dry_run:
        return 0
    if not agreed(selection, f"{where.name}: {'pause' if paused else 'resume'} all sending?"):
        return 1
    done = set_switch(where.store, where.clock, paused=paused)
    state = "paused" if paused else "on"
    if not done:
        print(f"{where.name}: sending was {state} already")
    elif paused:
        print(f"{where.name}: sending is paused; within 5 seconds nothing more goes out")
    else:
        print(f"{where.name}: sending is on; messages that waited go out within a minute or two, in order")
    return 0
