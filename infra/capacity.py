"""`make capacity`: estimate the costs at 1, 10 and 100 times the city's volume, and the limits that are hit first.

Every step of a petition's life has a counted cost in `capacity_steps.json`, which `make capacity COUNT=1` counts again
on the Firestore emulator. The frequency of the steps, prices and limits are in `capacity.json` with their sources. A
test compares the model with the emulator's counts for other petitions, at two volumes.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import manifest
from infra.paths import ROOT

DATA, STEPS = ROOT / "infra" / "capacity.json", ROOT / "infra" / "capacity_steps.json"
TIMES = (1, 10, 100)
DAYS = 30
COUNTED = ("reads", "writes", "deletes", "runs", "calls", "index_writes", "cpu_ms")
"""The figures of a step that are counted for each function.

Other figures are counted for the whole step: `messages`, `zalo_calls`, `expiring` documents, stored `bytes`.
"""
BESIDE = ("log_gib", "file_gib", "egress_gib")
EVENT = "message"
"""The only step that a storm repeats. A storm is a burst of events far above the busiest hour."""
GIB = 1 << 30


@dataclass(frozen=True)
class Model:
    """A cost model: the counted cost of every step, and data such as frequencies, prices and limits."""

    steps: Mapping[str, Any]
    data: Mapping[str, Any]

    def value(self, *names: str) -> float:
        """Return a number from the data by its path of keys: `value("prices", "reads")` is the price of a read."""
        found: Any = self.data
        for name in names:
            found = found[name]
        return float(found["value"])

    def of(self, happened: Mapping[str, float]) -> dict[str, float]:
        """Return the total cost of steps by resource, such as calls, messages, bytes and seconds.

        `happened` maps the name of a step to its number of occurrences. `cpu_seconds` and `gib_seconds` are the billed
        time multiplied by the function's processors and by its memory.
        """
        total: dict[str, float] = defaultdict(float)
        for step, times in happened.items():
            counted = self.steps[step]
            for function, spent in counted["functions"].items():
                for name in COUNTED:
                    total[name] += spent[name] * times
                declared, seconds = manifest.load().functions[function], self._billed(step, function) * times
                total["cpu_seconds"] += seconds * declared.cpu
                total["gib_seconds"] += seconds * declared.memory_mib / 1024
            for name in ("messages", "zalo_calls", "expiring", "bytes"):
                total[name] += counted[name] * times
        return total

    def _billed(self, step: str, function: str) -> float:
        counted = self.steps[step]
        spent, runs = counted["functions"][function], counted["functions"][function]["runs"]
        if not runs:
            return 0.0
        outside = counted["zalo_calls"] if function == "notifications" else runs
        wall = spent["cpu_ms"] + spent["calls"] * self.value("round_trip_ms")
        wall += outside * self.value("outside_ms", function) if function in self.data["outside_ms"] else 0.0
        unit = self.value("billed_step_ms")
        return float(runs * math.ceil(wall / runs / unit) * unit / 1000)

    def month(self, times: float) -> dict[str, float]:
        """Return a month's usage by resource at `times` the city's volume. Expired documents count as deleted."""
        petitions = self.value("volumes", "petitions_a_day") * DAYS * times
        happened = {step: self.value("petition", step) * petitions for step in self.data["petition"]}
        spent = self.of(happened | {"minute": self.value("minutes_a_month")})
        spent["deletes"] += spent["expiring"]
        spent["petitions"] = petitions
        return spent | self.beside(spent)

    def beside(self, spent: Mapping[str, float]) -> dict[str, float]:
        """Return the usage that emulators cannot count: logs, files, egress, and requests through Cloud Armor."""
        logged = spent["runs"] * self.value("beside", "log_bytes_a_run")
        logged += spent["calls"] * self.value("beside", "log_bytes_a_call")
        return {
            "log_gib": logged / GIB,
            "file_gib": spent["petitions"] * self.value("beside", "file_bytes_a_petition") / GIB,
            "egress_gib": spent["petitions"] * self.value("beside", "egress_bytes_a_petition") / GIB,
            "front_requests": spent["petitions"] * self.value("beside", "front_requests_a_petition"),
        }

    def money(self, spent: Mapping[str, float]) -> dict[str, float]:
        """Return the price in USD of a month's usage, by item."""
        stored = (spent["bytes"] + spent["index_writes"] * self.value("bytes_an_index_entry")) / GIB
        stored *= self.value("stored_months")
        bought = {
            "reads": spent["reads"], "writes": spent["writes"], "deletes": spent["deletes"], "run": spent["runs"],
            "cpu_second": spent["cpu_seconds"], "gib_second": spent["gib_seconds"], "message": spent["messages"],
            "stored_gib": stored, "backup_gib": stored * self.value("backup_copies"), "pitr_gib": stored,
            "egress_gib": spent["egress_gib"], "balanced_gib": spent["egress_gib"],
            "log_gib": max(0.0, spent["log_gib"] - self.value("beside", "free_log_gib")),
            "kept_log_gib": spent["log_gib"] * self.value("beside", "kept_log_months"),
            "file_gib": spent["file_gib"] * self.value("stored_months"), "front_request": spent["front_requests"],
            "fixed": 1.0,
        }  # fmt: skip
        return {name: number * self.value("prices", name) for name, number in bought.items()}

    def saved(self, times: float) -> dict[str, float]:
        """Return the USD per month saved by each cheaper choice, at `times` the city's volume."""
        money, files = self.money(self.month(times)), self.value("stored_months")
        copies, cold = self.value("backup_copies"), files - self.value("choices", "months_before_cold")
        cheaper = 1 - self.value("prices", "cold_file_gib") / self.value("prices", "file_gib")
        return {
            "no warm instance": self.value("choices", "warm_share"),
            "seven daily backups": money["backup_gib"] * (copies / 2 - self.value("choices", "daily_backups")) / copies,
            "files cold after 3 months": money["file_gib"] * cheaper * cold / files,
        }  # fmt: skip

    def trial_price(self) -> float:
        """Return the price in USD of a trial deployment that is then destroyed."""
        builds = len(manifest.load().functions) * self.value("walk", "minutes_a_build")
        fixed = self.value("prices", "fixed") * self.value("walk", "hours") / self.value("walk", "hours_a_month")
        return fixed + builds * self.value("prices", "build_minute")

    def zalo(self, petitions: float) -> dict[str, float]:
        """Return the price in VND of Zalo's messages about this number of petitions, by kind of message.

        VAT and the yearly package are not included.
        """
        price = {"charged": "charged_message", "template": "template_public_service"}
        spent = dict.fromkeys(price, 0.0)
        for step, shares in self.data["zalo"]["when"].items():
            messages = petitions * self.value("petition", step) * self.steps[step]["zalo_calls"]
            for kind in shares:
                spent[kind] += messages * self.value("zalo", "when", step, kind) * self.value("zalo", price[kind])
        return spent

    @property
    def templates_a_day(self) -> float:
        """Return the number of template messages per day at the city's volume."""
        a_day = self.zalo(self.value("volumes", "petitions_a_day"))["template"]
        return a_day / self.value("zalo", "template_public_service")

    def rate(self, times: float, *, storm: bool) -> float:
        """Return the events per second in the busiest hour, or with `storm`, in a sudden flood of events."""
        if storm:
            return self.value("volumes", "storm_events_a_second") * times
        events = self.value("petition", EVENT) + self.value("petition", "filing")
        return self.value("volumes", "petitions_a_day") * times * events * self.value("volumes", "busiest_hour") / 3600

    def used(self, times: float, *, storm: bool) -> dict[str, float]:
        """Return the used share of every limit by name, where 1 means that the limit is reached.

        `times` multiplies the city's volume. With `storm` the shares are those in a sudden flood of events, otherwise
        those in the busiest hour.
        """
        rate, event = self.rate(times, storm=storm), self.steps[EVENT]
        shares = {"Zalo's calls": rate * event["zalo_calls"] / self.value("limits", "zalo_calls")}
        for name, spent in event["functions"].items():
            function = manifest.load().functions[name]
            busy = spent["cpu_ms"] / 1000
            waits = busy + spent["calls"] * self.value("round_trip_ms") / 1000
            shares[f"processors of {name}"] = rate * busy / (function.max_instances * function.cpu)
            shares[f"threads of {name}"] = rate * waits / (function.max_instances * function.concurrency)
        shares["index of the newest notices"] = (
            rate * event["messages_by_topic"].get("notices", 0) / self.value("limits", "newest_notices")
        )
        return shares

    @property
    def one_sender(self) -> float:
        """Return the load of one citizen's document in a flood of events, as a share of its writes per second.

        The flood has a fixed number of events per second from one sender, so the city's volume does not change this
        value.
        """
        return self.value("one_sender_a_second") / self.value("limits", "one_sender")

    def limits_by_multiple(self, *, storm: bool) -> list[tuple[str, float]]:
        """Return every limit with the multiple of the city's volume at which it is reached, lowest first."""
        shares = self.used(1, storm=storm)
        return sorted(((name, 1 / share) for name, share in shares.items() if share), key=lambda item: item[1])


def load(steps: Path = STEPS, data: Path = DATA) -> Model:
    """Read the cost model from its two JSON files."""
    return Model(json.loads(steps.read_text()), json.loads(data.read_text()))


def table(model: Model) -> str:
    """Return the costs, the limits and a summary as a text table."""
    months = {times: model.month(times) for times in TIMES}
    rows = [["a month", *(f"{times}x" for times in TIMES)]]
    shown = ("petitions", "reads", "writes", "deletes", "runs", "messages", "zalo_calls")
    rows += [[name.replace("_", " "), *(f"{months[times][name]:,.0f}" for times in TIMES)] for name in shown]
    rows += [[name.replace("_", " "), *(f"{months[times][name]:,.1f}" for times in TIMES)] for name in BESIDE]
    rows.append(["CPU hours", *(f"{months[times]['cpu_ms'] / 3.6e6:,.1f}" for times in TIMES)])
    money = {times: model.money(months[times]) for times in TIMES}
    rows += [[f"USD {name}", *(f"{money[times][name]:,.2f}" for times in TIMES)] for name in money[1]]
    rows.append(["USD in all", *(f"{sum(money[times].values()):,.2f}" for times in TIMES)])
    vnd = {times: model.zalo(months[times]["petitions"]) for times in TIMES}
    rows += [[f"VND Zalo, {name}", *(f"{vnd[times][name]:,.0f}" for times in TIMES)] for name in vnd[1]]
    rows.append(["VND Zalo, package", *[f"{model.value('zalo', 'package_a_year') / 12:,.0f}"] * len(TIMES)])
    saved = {times: model.saved(times) for times in TIMES}
    rows += [[f"USD saved: {name}", *(f"{saved[times][name]:,.2f}" for times in TIMES)] for name in saved[1]]
    for title, storm in (("busiest hour", False), ("storm", True)):
        rows.append([f"events a second, {title}", *(f"{model.rate(times, storm=storm):,.2f}" for times in TIMES)])
        used = {times: model.used(times, storm=storm) for times in TIMES}
        dearest = sorted(used[1], key=used[1].__getitem__, reverse=True)[:6]
        rows += [[f"  {name}", *(f"{100 * used[times][name]:,.1f} %" for times in TIMES)] for name in dearest]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    for title, storm in (("in the busiest hour", False), ("in a storm", True)):
        name, times = model.limits_by_multiple(storm=storm)[0]
        lines.append(f"Breaks first {title}: {name}, at {times:,.1f} times the city's volume.")
    lines.append(
        f"Hot key: a single sender's storm writes their document {model.one_sender:,.0f} times as often as one "
        "document takes for long; their messages wait for each other, nobody else's."
    )
    thousand, quota = model.zalo(1000), model.value("zalo", "templates_a_day")
    hours = model.value("walk", "hours")
    lines += [
        f"Zalo takes {sum(thousand.values()):,.0f} VND for the messages of 1,000 petitions, without VAT and package.",
        f"Templates: {model.templates_a_day:.0f} a day of {quota:.0f}, for {quota / model.templates_a_day:.1f}x.",
        f"A deployment of {hours:.0f} hours, tried and destroyed: {model.trial_price():,.2f} USD.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(load()))
