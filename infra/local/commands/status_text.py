"""The state of a stack as text for the terminal. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from infra.local.stack.addresses import addresses

HANOI = timezone(timedelta(hours=7))

MIB = 1024


def on_the_way(move: Mapping[str, Any]) -> str:
    """Return a line about a clock move in progress, with times in Hanoi."""
    now = datetime.fromisoformat(move["now"]).astimezone(HANOI)
    return f"{move['share']:>4.0%}  {now:%Y-%m-%d %H:%M}  {move['fired']} schedules fired"


def stands(move: Mapping[str, Any]) -> str:
    """Return a line about a finished clock move: the time reached, and the schedules run and failed."""
    return f"The clock stands at {move['now']}. Schedules fired: {move['fired']}, failed: {move['failed']}."


def status(figures: Mapping[str, Any]) -> str:
    """Return a stack's status as tables: clock, processes with memory, subscriptions, schedules."""
    lines = [f"Stack {figures['stack']}, project {figures['project']}", "", addresses(figures["urls"]), ""]
    clock = figures["clock"]
    moving = f", moving to {clock['moving']['to']}" if clock["moving"] else ""
    lines += [f"Clock {clock['now']} ({clock['ahead_seconds'] / 86400:+.2f} days){moving}", ""]
    lines.append(f"{'PROCESS':<16}{'PID':>8}  {'STATE':<12}{'RESTARTS':>8}{'PSS MiB':>9}{'RSS MiB':>9}  PORTS")
    for row in figures["processes"]:
        memory = row["memory"] or {}
        pss, rss = (f"{memory[kind] / MIB:.0f}" if memory else "-" for kind in ("pss", "rss"))
        ports = ", ".join(f"{name} {port}" for name, port in row["ports"].items())
        lines.append(
            f"{row['name']:<16}{row['pid'] or '-':>8}  {row['state']:<12}{row['restarts']:>8}{pss:>9}{rss:>9}  {ports}"
        )
    total = figures["memory"]
    lines.append(f"{'together':<44}{total['pss'] / MIB:>9.0f}{total['rss'] / MIB:>9.0f}")
    if figures["subscriptions"] is not None:
        lines += ["", f"{'SUBSCRIPTION':<32}{'BACKLOG':>8}{'OUT':>6}{'RETRY':>7}{'OLDEST s':>10}{'ATTEMPTS':>10}"]
        lines += [
            f"{name:<32}{one['backlog']:>8}{one['outstanding']:>6}{one['waiting_retry']:>7}"
            f"{one['oldest_age_seconds'] or 0:>10.0f}{one['attempts']:>10}"
            for name, one in figures["subscriptions"].items()
        ]
    lines += ["", f"{'SCHEDULE':<24}{'NEXT':<18}LAST"]
    for one in figures["schedules"]:
        last = one["last"]
        shown = f"{last['at'][:16]}Z {last['status']} in {last['ms']:.0f} ms" if last else "-"
        lines.append(f"{one['name']:<24}{(one['next'] or 'paused')[:16]:<18}{shown}")
    lines += ["", f"Paused or refused sending, and messages that wait: make pause DRY=1 STACK={figures['stack']}"]
    return "\n".join(lines)
