"""Spikes of messages on running systems: `make bench-spikes [AGAINST=CHECKOUT]`.

Citizens hold conversations at 1, 15, 1, 25, 2 and 35 messages a second, for 20 s at every rate. Then one sender writes
200 messages in 10 s. With another checkout, both take turns at every rate, so that the ratios of processor time hold on
a loaded machine. Afterwards every acknowledged message must be stored once, and every reply must have been sent once
and be on the phone once. The exit status is 1 if a message was refused, lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.local.commands.zalo_event import sign
from infra.local.runner import procfs
from petitions.domain.shared.identity import pseudonym
from tests.e2e.stack import ROOT, TALKING, LocalStack
from tests.load.counted_life import STORY, TALK
from tests.load.taken import cpu_seconds
from tests.load.wire import Load, Wire, request

RATES = (1, 15, 1, 25, 2, 35)
SECONDS = 20
ONE_SENDER, IN_SECONDS = 200, 10
CONNECTIONS = 64
UNDER_WAY = ("zalo-events-intake", "notices-notifications", "zalo-receipts-notifications")
WORDS = (STORY, *TALK)
PATIENCE = 300.0


class LoadedStack(LocalStack):
    """A local system with the functions that exchange messages with citizens, without the recorder of used rights."""

    def _sources(self) -> tuple[str, ...]:
        return ("--functions", str(self.folder_of_functions()))


@dataclass
class Measured:
    rate: float
    load: Load
    quiet_after: float
    """Seconds from the last message until no work is pending."""
    cpu_ms: dict[str, float]
    """Processor time per event in milliseconds, by process."""
    machine: float
    """The load average of the whole machine."""


@dataclass
class Runner:
    stack: LoadedStack
    wire: Wire
    measured: list[Measured] = field(default_factory=list)
    users: Counter[str] = field(default_factory=Counter)
    """The number of acknowledged messages, by user."""
    refused: int = 0
    _next: int = 0

    def bodies(self, rate: float, users: list[str], number: int) -> list[bytes]:
        """Return signed requests. The citizens take turns, and every message has the time at which it is due."""
        key = self.stack.env("zalo_webhook", "ZALO_OA_SECRET_KEYS").split(",")[0]
        app, begins = self.stack.env("zalo_webhook", "ZALO_APP_ID"), self.stack.now_ms() + 200
        made = []
        for item in range(number):
            text = WORDS[(item // len(users)) % len(WORDS)]
            at = str(begins + round(1000 * item / rate))
            body = self.stack.event(users[item % len(users)], text, timestamp=at)
            headers = {"Content-Type": "application/json", "X-ZEvent-Signature": sign(body, app, key)}
            made.append(request("POST", body, headers))
        return made

    def run(self, rate: float, number: int, citizens: int) -> Measured:
        """Send `number` messages at the given rate, wait until all are handled, and return the measurements."""
        users = [f"77{self._next + item:017d}" for item in range(citizens)]
        self._next += citizens
        port = int(self.stack.info["functions"]["zalo_webhook"].rsplit(":", 1)[1])
        bodies = self.bodies(rate, users, number)
        before = self.cpu()
        load = self.wire.at_rate(port, bodies, rate, connections=CONNECTIONS)
        ended = time.perf_counter()
        self.refused += load.errors
        for item in range(number):
            self.users[users[item % citizens]] += 1
        self._until_quiet()
        after = self.cpu()
        spent = {name: 1000 * (after[name] - before[name]) / number for name in after}
        found = Measured(rate, load, time.perf_counter() - ended, spent, os.getloadavg()[0])
        self.measured.append(found)
        return found

    def _until_quiet(self) -> None:
        url, end = f"{self.stack.url('pubsub_admin_url')}/stats", time.perf_counter() + PATIENCE
        idle = 0
        while idle < 2:
            waiting = self.stack.http.get(url).json()["subscriptions"]
            idle = idle + 1 if not any(waiting[item]["backlog"] for item in UNDER_WAY) else 0
            if time.perf_counter() > end:
                raise SystemExit(f"{self.stack.name}: still under way after {PATIENCE:.0f} s: {waiting}")
            time.sleep(0.2)

    def _processes(self) -> dict[str, list[int]]:
        groups = procfs.groups()
        return {name: groups.get(pid, [pid]) for name, pid in self.stack.info["processes"].items()}

    def cpu(self) -> dict[str, float]:
        """Return the processor seconds that the processes have used, by name."""
        return {name: sum(map(cpu_seconds, pids)) for name, pids in self._processes().items()}

    def memory(self) -> dict[str, float]:
        """Return the memory of the processes in MiB, by name."""
        used = {name: procfs.usage(pids) for name, pids in self._processes().items()}
        return {name: item["pss"] / 1024 for name, item in used.items() if item}

    def found(self) -> tuple[list[str], list[float]]:
        """Return the faults in databases and on phones, and for all messages the seconds until the reply."""
        lines = self.stack.http.get(f"{self.stack.url('firestore_admin_url')}/export").text.splitlines()
        inputs: Counter[str] = Counter()
        written: dict[str, float] = {}
        notices = {}
        for path, fields in (_document(line) for line in lines):
            kind, _, name = path.rpartition("/")
            if kind.endswith("/inputs"):
                inputs[kind.split("/")[1]] += 1
                written[name] = _instant(fields["at"])
            elif kind == "notices":
                notices[name] = fields
        wrong, times = [], []
        key = self.stack.env("intake", "ID_KEY").encode()
        sent: Counter[str] = Counter()
        for name, fields in notices.items():
            if fields["state"] != "sent" and fields.get("error") != "outdated":
                wrong.append(f"{name} is {fields['state']} ({fields.get('error')})")
            sent[str(fields["citizen"])] += len(fields.get("message_ids", []))
            cause = name.removeprefix("reply-")
            if fields["state"] == "sent" and cause in written:
                times.append(_instant(fields["sent_at"]) - written[cause])
        for user, number in self.users.items():
            who = pseudonym(key, user)
            if inputs[who] != number:
                wrong.append(f"{user}: {number} messages acknowledged, {inputs[who]} stored")
            received = len(self.stack.messages(user))
            if received != sent[who]:
                wrong.append(f"{user}: {sent[who]} messages sent, {received} on the phone")
        return wrong, times


def _document(line: str) -> tuple[str, dict[str, Any]]:
    document = json.loads(line)
    return str(document["path"]), {name: _plain(value) for name, value in document["fields"].items()}


def _plain(value: dict[str, Any]) -> Any:
    ((kind, inner),) = value.items()
    if kind == "arrayValue":
        return [_plain(item) for item in inner.get("values", [])]
    return inner


def _instant(stamp: Any) -> float:
    return datetime.fromisoformat(str(stamp)).timestamp()


def quantile(times: list[float], share: float) -> float:
    """Return the time that the given share of all times does not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] if times else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="a checkout of another commit, which takes turns")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each rate")
    given = parser.parse_args()
    roots = {"former": given.against.resolve()} if given.against else {}
    wire, runners = Wire(), {}
    try:
        for name, root in (roots | {"present": ROOT}).items():
            stack = LoadedStack(f"{name}-{os.getpid()}", root, functions=TALKING)
            stack.up()
            runners[name] = Runner(stack, wire)
        return _measure(runners, given.seconds)
    finally:
        for runner in runners.values():
            runner.stack.down()
            shutil.rmtree(runner.stack.root / ".local" / runner.stack.name, ignore_errors=True)


def _measure(runners: dict[str, Runner], seconds: float) -> int:
    for runner in runners.values():
        runner.run(2, 14, 2)  # starts and connections
        runner.measured.clear()
    memory = {name: runner.memory() for name, runner in runners.items()}
    _say(f"{'':9}{'rate':>5} {'ack p50':>8} {'p99 ms':>7} {'errors':>7} {'quiet s':>8} {'load':>5}  CPU ms an event")
    for rate in RATES:
        for name, runner in runners.items():
            number = max(len(WORDS), round(rate * seconds))
            _tell(name, runner.run(rate, number, max(1, round(number / len(WORDS)))))
    _say(f"one sender of {ONE_SENDER} in {IN_SECONDS} s:")
    for name, runner in runners.items():
        _tell(name, runner.run(ONE_SENDER / IN_SECONDS, ONE_SENDER, 1))
    faults = 0
    for name, runner in runners.items():
        wrong, times = runner.found()
        faults += len(wrong) + runner.refused
        _say(f"{name}: {sum(runner.users.values())} messages, {runner.refused} refused, {len(wrong)} lost or doubled")
        for item in wrong[:20]:
            _say(f"  {item}")
        _say(f"  replies after {quantile(times, 0.5):.2f} s (p50), {quantile(times, 0.95):.2f} s (p95)")
        after = runner.memory()
        grown = ", ".join(f"{item} {memory[name].get(item, 0):.0f} -> {after[item]:.0f}" for item in sorted(after))
        _say(f"  MiB: {grown}")
    if len(runners) > 1:
        _compare(runners)
    return int(faults > 0)


def _tell(name: str, found: Measured) -> None:
    acks = [1000 * item for item in found.load.times]
    cpu = " ".join(f"{item} {ms:.1f}" for item, ms in sorted(found.cpu_ms.items(), key=lambda one: -one[1])[:6])
    _say(
        f"{name:9}{found.rate:>5.0f} {quantile(acks, 0.5):>8.0f} {quantile(acks, 0.99):>7.0f} {found.load.errors:>7}"
        f" {found.quiet_after:>8.1f} {found.machine:>5.1f}  {sum(found.cpu_ms.values()):.0f}: {cpu}"
    )


def _compare(runners: dict[str, Runner]) -> None:
    pairs = list(zip(runners["present"].measured, runners["former"].measured, strict=True))
    pairs = [pair for pair in pairs if pair[0].rate >= RATES[1]]
    for process in (*TALKING, "firestore", "pubsub"):
        ratios = [new.cpu_ms[process] / old.cpu_ms[process] for new, old in pairs if old.cpu_ms.get(process)]
        if ratios:
            _say(f"{process:14} present / former: {statistics.median(ratios):.2f} (median of {len(ratios)} pairs)")
    whole = [sum(new.cpu_ms.values()) / sum(old.cpu_ms.values()) for new, old in pairs]
    _say(f"{'all':14} present / former: {statistics.median(whole):.2f}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
