"""`make bench`: accuracy, speed and memory of the routing model. Memory is measured in separate processes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

from infra.routing.corpus import EVALUATION, read
from infra.routing.evaluate import measure

MOST_MS, MOST_LOAD_MS, MOST_MB = 5.0, 60.0, 40.0
RUNS = 5
_CHILD = """
import json, re, sys, time
load = 0.0
if sys.argv[1] == "router":
    from petitions.adapters import reference
    from petitions.adapters.understanding import routers
    began = time.perf_counter()
    router = routers.router_of(reference.shipped())
    load = time.perf_counter() - began
    router.route("Rác chất đống ở phường Bạch Mai")
peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())
print(json.dumps([load * 1000, int(peak[1])]))
"""


def _child(what: str) -> tuple[float, float]:
    found = subprocess.run([sys.executable, "-c", _CHILD, what], capture_output=True, check=True, text=True)
    load, peak = json.loads(found.stdout)
    return load, peak / 1024


def main() -> int:
    """Print accuracy, speed and memory. Return 1 if a limit is exceeded."""
    from petitions.adapters.understanding import routers  # noqa: PLC0415 - after the children, which measure a bare start

    bare = statistics.median(_child("bare")[1] for _ in range(RUNS))
    runs = [_child("router") for _ in range(RUNS)]
    load, memory = statistics.median(load for load, _ in runs), statistics.median(peak for _, peak in runs) - bare
    router = routers.router()
    items = read(EVALUATION)
    times = []
    for item in items:
        began = time.perf_counter()
        router.route(item.text, item.address, item.location)
        times.append((time.perf_counter() - began) * 1000)
    per_text, slowest = statistics.mean(times), sorted(times)[int(len(times) * 0.99)]
    lines = [
        str(measure(items, router)),
        f"{per_text:.2f} ms a text (99 % under {slowest:.2f} ms; limit {MOST_MS:g})",
        f"loaded in {load:.0f} ms (limit {MOST_LOAD_MS:g})",
        f"{memory:.0f} MB over a bare interpreter (limit {MOST_MB:g})",
    ]
    sys.stdout.writelines(f"routing: {line}\n" for line in lines)
    return int(per_text > MOST_MS or load > MOST_LOAD_MS or memory > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
