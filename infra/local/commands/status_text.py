"""What the command line shows of a stack. Standard library alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

HANOI = timezone(timedelta(hours=7))

TITLES = (
    ("console_url", "Console", "everything in one page: links, clock, what happens"),
    ("zalo_url", "Phone", "write to the Official Account as a citizen"),
    ("desk_url", "Desk", "answer as an officer"),
    ("public_url", "Public site", "look a petition up by its code"),
    ("portal_url", "Portal", "what the national portal holds"),
    ("mailbox_url", "Mailbox", "the officers' e-mail"),
)
MIB = 1024


def addresses(description: Mapping[str, Any]) -> str:
    """The pages of a stack, one a line."""
    return "\n".join(
        f"  {title:<12} {description[key]:<24} {what}" for key, title, what in TITLES if description.get(key)
    )


def on_the_way(move: Mapping[str, Any]) -> str:
    """How far a move of the clock has come, in Hanoi's time."""
    now = datetime.fromisoformat(move["now"]).astimezone(HANOI)
    return f"{move['share']:>4.0%}  {now:%Y-%m-%d %H:%M}  {move['fired']} schedules fired"


def stands(move: Mapping[str, Any]) -> str:
    """Where a move of the clock has ended."""
    return f"The clock stands at {move['now']}. Schedules fired: {move['fired']}, failed: {move['failed']}."


def status(figures: Mapping[str, Any]) -> str:
    """The runner's status as tables."""
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
    return "\n".join(lines)
