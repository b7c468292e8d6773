"""A run drawn as an HTML page: one column per function and system, arrows for messages, faults in colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import escape

from tests.simulation.promises.read_world import who
from tests.simulation.scheduler import RecordLine
from tests.simulation.system import Broken, Simulation

LANES = (
    "phone",
    "zalo",
    "zalo_webhook",
    "intake",
    "attachments",
    "routing",
    "notifications",
    "reminders",
    "relay",
    "officers",
    "desk",
    "portal_sync",
    "portal",
    "mail",
    "storage",
    "database",
)
STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --pale: #66727f; --line: #d7dde3; --paper: #fff; --head: #f3f6f8;
  --arrow: #1f6feb; --fault: #c62828; --wash: #fdecea }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --pale: #98a5b3; --line: #34404c; --paper: #12181f;
  --head: #1a222b; --arrow: #6cb0ff; --fault: #ff8a80; --wash: #3a1f1f } }
body { margin: 0; font: 13px/1.35 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header { padding: 16px 20px 10px }
h1 { font-size: 20px; margin: 0 0 4px }
header p, header ul { margin: 4px 0; color: var(--pale) }
header ul { padding-left: 18px }
header .broken { color: var(--fault); font-weight: 600 }
.scroll { min-width: calc(76px + 108px * var(--n)) }
.lanes, .row { display: grid; grid-template-columns: 76px repeat(var(--n), minmax(0, 1fr)) }
.lanes { position: sticky; top: 0; z-index: 2; background: var(--head); border-block: 1px solid var(--line) }
.lanes b { padding: 8px 2px; text-align: center; font-size: 12px; font-weight: 600 }
.row { min-height: 21px; align-items: center; position: relative }
.row i { align-self: stretch; border-left: 1px solid var(--line); margin-left: 50%; grid-row: 1 }
.row time, .lanes b:first-child { position: sticky; left: 0; z-index: 3; background: inherit }
.row time { color: var(--pale); font-variant-numeric: tabular-nums; padding-left: 10px; grid-row: 1; grid-column: 1;
  white-space: nowrap; font-size: 12px; background: var(--paper) }
.arrow { grid-row: 1; z-index: 1; position: relative; height: 15px; align-self: end; text-align: center;
  overflow: hidden; padding: 0 9px; border-bottom: 1.5px solid var(--arrow); font-size: 11px; line-height: 14px;
  white-space: nowrap;
  text-overflow: ellipsis }
.tip { grid-row: 1; z-index: 1; width: 0; height: 0; border: 4px solid transparent; align-self: end;
  margin-bottom: 2px }
.tip.right { border-left: 7px solid var(--arrow); border-right: 0; margin-left: calc(50% - 7px) }
.tip.left { border-right: 7px solid var(--arrow); border-left: 0; margin-left: 50% }
.note, .fault { grid-row: 1; z-index: 1; justify-self: center; font-size: 11px; padding: 1px 6px; border-radius: 3px;
  white-space: nowrap; background: var(--paper); border: 1px solid var(--line); max-width: 320px; overflow: hidden;
  text-overflow: ellipsis }
.fault { color: var(--fault); border-color: var(--fault); background: var(--wash); font-weight: 600 }
.gap { height: 20px; color: var(--pale); padding-left: 10px; border-top: 1px dashed var(--line); font-size: 12px }
label { margin-right: 14px }
body:has(#writes:not(:checked)) .writes { display: none }
"""
LONG = 60.0


def page(world: Simulation, found: Broken) -> str:
    record = world.scheduler.record or []
    present = {item.lane for item in record} | {item.source for item in record}
    lanes = [lane for lane in LANES if lane in present]
    rows, last = [], 0.0
    for item in record:
        if item.at - last > LONG:
            rows.append(f'<div class="gap">{_length(item.at - last)} later</div>')
        last = item.at
        rows.append(_row(item, lanes))
    broken = "".join(f'<li class="broken">{escape(name)}: {escape(words)}</li>' for name, words in found)
    heads = "".join(f"<b>{escape(lane.replace('_', ' '))}</b>" for lane in lanes)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Seed {world.seed}</title>'
        f"<style>{STYLE}</style></head>"
        f'<body style="--n:{len(lanes)}"><header><h1>Seed {world.seed}</h1>'
        f"<p>From {_began(world)} UTC on, {_length(world.scheduler.now)}; {len(record)} lines, "
        f"{len(world.scheduler.strikes)} faults{_left(world)}</p>"
        f"<p>{'; '.join(_known(world))}</p>"
        f"<ul>{broken or '<li>every promise was kept</li>'}</ul>"
        '<p><label><input type="checkbox" id="writes"> what was written to the database</label></p></header>'
        f'<div class="scroll"><div class="lanes"><b></b>{heads}</div>{"".join(rows)}</div></body></html>'
    )


def _began(world: Simulation) -> str:
    return f"{world.scheduler.clock.now() - timedelta(seconds=world.scheduler.now):%d/%m/%Y %H:%M:%S}"


def _known(world: Simulation) -> Iterator[str]:
    for citizen in world.citizens:
        yield f"citizen {citizen.number}: {citizen.user}, {who(citizen.user)}, {citizen.code or 'no petition'}"


def _left(world: Simulation) -> str:
    without = ", ".join(sorted(world.plan.without))
    shrunk = "; only the faults that matter" if world.plan.allowed is not None else ""
    return escape(shrunk + (f"; without {without}" if without else ""))


def _row(item: RecordLine, lanes: list[str]) -> str:
    lines = "".join(f'<i style="grid-column:{number + 2}"></i>' for number in range(len(lanes)))
    kind = "row writes" if item.lane == "database" else "row"
    at = f"{int(item.at) // 3600}:{int(item.at) // 60 % 60:02}:{item.at % 60:04.1f}"
    return f'<div class="{kind}"><time>{at}</time>{lines}{_mark(item, lanes)}</div>'


def _mark(item: RecordLine, lanes: list[str]) -> str:
    words = escape(item.what.removesuffix(": happens"))
    if item.lane not in lanes:
        return f'<span class="fault" style="grid-column:2 / span 3" title="{words}">{words}</span>'
    to = lanes.index(item.lane) + 2
    if item.fault or item.source not in lanes or item.source == item.lane:
        first, last = max(2, to - 1), min(len(lanes) + 1, to + 1)
        place = f"grid-column:{first} / {last + 1}" if first == to - 1 and last == to + 1 else f"grid-column:{to}"
        return f'<span class="{"fault" if item.fault else "note"}" style="{place}" title="{words}">{words}</span>'
    source = lanes.index(item.source) + 2
    left, right = min(source, to), max(source, to)
    span = right - left + 1
    tip = f'<span class="tip {"right" if to > source else "left"}" style="grid-column:{to}"></span>'
    style = f"grid-column:{left} / span {span};margin:0 calc(50% / {span}) 5px"
    return f'<span class="arrow" style="{style}" title="{words}">{words}</span>{tip}'


def _length(seconds: float) -> str:
    if seconds >= 2 * 86400:
        return f"{seconds / 86400:.0f} days"
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"
