"""`make bench`: the speed of the webhook, relative to the bare functions-framework in the same run.

The figures have the names P1 to P5 and P8. The server runs on the first core, the clients and the fake Pub/Sub on the
last. Both servers are measured in turns. Every figure is printed with its limit, and the exit status is 1 if one is
exceeded.
"""

from __future__ import annotations

import base64
import compileall
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.testing.processes import free_port
from infra.emulators.testing.pubsub_server import PubsubServer
from tests.integration.webhook.door import FUNCTIONS, event, settings, sign
from tests.load.wire import Wire, request
from tests.settings import PRIVACY

PAIRS, ROUNDS, ROUND_SECONDS = 11, 5, 2.0
GROWTH_REQUESTS = 20_000
FRAMEWORK = str(Path(sysconfig.get_path("scripts")) / "functions-framework")
HELLO = "import functions_framework\n\n\n@functions_framework.http\ndef main(request):\n    return 'hello\\n'\n"
# The real entry point with a publisher that stays in the process.
QUIET = """
import runpy, sys
from petitions.adapters import pubsub_rest
pubsub_rest.RestPublisher.publish = lambda self, topic, body, attributes, key: None
main = runpy.run_path({main!r})["main"]
"""
COLD = """
import sys
from functions_framework import create_app
import functions_framework._http.gunicorn
create_app("main", sys.argv[1])
"""


class Bench:
    def __init__(self, folder: Path, wire: Wire) -> None:
        self.wire = wire
        self.folder = folder
        self.missed = 0
        self.hello = self._source("hello", HELLO)
        self.webhook = FUNCTIONS / "zalo_webhook" / "main.py"
        self.quiet = self._source("quiet", QUIET.format(main=str(self.webhook)))
        body = json.dumps(event(), ensure_ascii=False).encode()
        signature = sign(body, json.loads(body)["timestamp"])
        self.post = request("POST", body, {"Content-Type": "application/json", "X-ZEvent-Signature": signature})
        self.get = request("GET")
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = {**kept, **settings(wire.url), "PYTHONPATH": str(FUNCTIONS)}

    def _source(self, name: str, text: str) -> Path:
        path = self.folder / name / "main.py"
        path.parent.mkdir()
        path.write_text(text)
        compileall.compile_file(str(path), quiet=1)
        return path

    def tell(self, bar: str, what: str, figure: float, limit: float, *, more: str = "", lower: bool = True) -> None:
        """Print a figure with its limit. With `lower=False` the figure must be at least the limit."""
        fine = figure <= limit if lower else figure >= limit
        self.missed += not fine
        sign_ = "<=" if lower else ">="
        verdict = "" if fine else "   MISSED"
        sys.stdout.write(f"  {bar:<3} {what:<52}{figure:>7.2f} x  ({sign_} {limit}){verdict}  {more}\n")
        sys.stdout.flush()

    @contextmanager
    def server(self, source: Path, threads: int = 64) -> Iterator[Server]:
        server = Server(source, {**self.environment, "THREADS": str(threads)})
        try:
            yield server
        finally:
            server.close()


class Server:
    def __init__(self, source: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        command = [FRAMEWORK, "--source", str(source), "--target", "main", "--host", "127.0.0.1"]
        self._process = subprocess.Popen(
            ["taskset", "-c", "0", *command, "--port", str(self.port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()

    def _tree(self) -> list[int]:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [self._process.pid, *map(int, children)]

    def cpu_seconds(self) -> float:
        """Return the processor seconds that all processes of the server have used."""
        ticks = 0
        for pid in self._tree():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def peak_mib(self) -> float:
        """Return the peak memory in MiB of the largest process of the server, usually the worker."""
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in self._tree()]
        return max(int(status.split("VmHWM:")[1].split()[0]) for status in statuses) / 1024


def _pairs(first: Callable[[], float], second: Callable[[], float], count: int) -> tuple[float, float]:
    """Return the median ratio first / second, measured in turn, and the median of the second."""
    ratios, seconds = [], []
    for _ in range(count):
        a, b = first(), second()
        ratios.append(a / b)
        seconds.append(b)
    return statistics.median(ratios), statistics.median(seconds)


def cold_import(bench: Bench) -> None:
    walls: dict[Path, list[float]] = {}
    cpus: dict[Path, list[float]] = {}
    for _ in range(PAIRS):
        for source in (bench.webhook, bench.hello):
            command = ["taskset", "-c", "0", sys.executable, "-c", COLD, str(source)]
            began, before = time.perf_counter(), os.times()
            subprocess.run(command, env=bench.environment, check=True, stdout=subprocess.DEVNULL)
            after = os.times()
            walls.setdefault(source, []).append(time.perf_counter() - began)
            used = after.children_user + after.children_system - before.children_user - before.children_system
            cpus.setdefault(source, []).append(used)
    for what, figures in (("wall", walls), ("CPU", cpus)):
        ratios = [a / b for a, b in zip(figures[bench.webhook], figures[bench.hello], strict=True)]
        base = statistics.median(figures[bench.hello]) * 1000
        bench.tell(
            "P1", f"cold import with client, {what}", statistics.median(ratios), 1.25, more=f"bare {base:.0f} ms"
        )


def first_answer(bench: Bench) -> None:
    """P2: time from the start of the process to the first 200. For the webhook it includes a publish."""

    def start(source: Path, sent: bytes) -> float:
        began = time.perf_counter()
        with bench.server(source) as server:
            bench.wire.until_answered(server.port, sent)
            return time.perf_counter() - began

    ratio, base = _pairs(lambda: start(bench.webhook, bench.post), lambda: start(bench.hello, bench.get), PAIRS)
    bench.tell("P2", "start to the first 200, publish included", ratio, 1.35, more=f"bare {base * 1000:.0f} ms")


def warm(bench: Bench) -> None:
    """P3: processor time per request, and requests per second, without Pub/Sub."""
    cpu, rate = [], []
    with bench.server(bench.quiet) as quiet, bench.server(bench.hello) as hello:
        for server, sent in ((quiet, bench.post), (hello, bench.get)):
            bench.wire.until_answered(server.port, sent)
            bench.wire.load(server.port, sent, clients=8, most=200)
        for _ in range(ROUNDS):
            figures = []
            for server, sent in ((quiet, bench.post), (hello, bench.get)):
                before = server.cpu_seconds()
                load = bench.wire.load(server.port, sent, clients=8, seconds=ROUND_SECONDS)
                figures.append(((server.cpu_seconds() - before) / len(load.times), load.per_second))
            cpu.append((figures[0][0] / figures[1][0], figures[1][0]))
            rate.append(figures[0][1] / figures[1][1])
    base = statistics.median(one for _, one in cpu) * 1000
    ratio = statistics.median(one for one, _ in cpu)
    bench.tell("P3", "CPU per request without downstream", ratio, 1.35, more=f"bare {base:.3f} ms")
    bench.tell("P3", "requests per second without downstream", statistics.median(rate), 0.7, lower=False)


def acknowledgement(bench: Bench) -> None:
    """P4: time of a single request with a publish of 5 ms, relative to the bare publish."""
    body = json.dumps({"messages": [{"data": base64.b64encode(b"x" * 300).decode()}]}).encode()
    publish = request("POST", body, {"Content-Type": "application/json"}, "/v1/projects/p/topics/t:publish")
    bench.wire.delay = 0.005
    with bench.server(bench.webhook) as server:
        bench.wire.until_answered(server.port, bench.post)

        def p50(port: int, sent: bytes) -> float:
            return statistics.median(bench.wire.load(port, sent, clients=1, most=100).times)

        ratio, base = _pairs(lambda: p50(server.port, bench.post), lambda: p50(bench.wire.port, publish), ROUNDS)
    bench.tell("P4", "acknowledgement over a publish of 5 ms, p50", ratio, 1.3, more=f"bare {base * 1000:.1f} ms")


def burst(bench: Bench) -> None:
    """P5: 64 requests at once with a publish of 50 ms, with as many threads as in the manifest."""
    manifest = json.loads((FUNCTIONS / "manifest.json").read_text())
    bench.wire.delay = 0.05
    with bench.server(bench.webhook, manifest["functions"]["zalo_webhook"]["concurrency"]) as server:
        bench.wire.until_answered(server.port, bench.post)
        bench.wire.load(server.port, bench.post, clients=64, most=2)
        load = bench.wire.load(server.port, bench.post, clients=64, most=20)
    ratio = statistics.median(load.times) / bench.wire.delay
    bench.tell("P5", "64 at once over a publish of 50 ms, p50 / 50 ms", ratio, 1.3, more=f"{len(load.times)} requests")
    bench.tell("P5", "errors of these", load.errors, 0)
    bench.wire.delay = 0.0


def memory(bench: Bench) -> None:
    """P8: peak memory of the worker relative to the bare framework's, and its growth."""
    bench.wire.delay = 0.0
    with bench.server(bench.webhook) as server, bench.server(bench.hello) as hello:
        bench.wire.until_answered(server.port, bench.post)
        bench.wire.until_answered(hello.port, bench.get)
        bench.wire.load(hello.port, bench.get, clients=8, most=250)
        bench.wire.load(server.port, bench.post, clients=8, most=250)
        early, base = server.peak_mib(), hello.peak_mib()
        bench.wire.load(server.port, bench.post, clients=8, most=GROWTH_REQUESTS // 8)
        late = server.peak_mib()
    bench.tell("P8", "peak memory", early / base, 1.35, more=f"{early:.1f} MiB, bare {base:.1f} MiB")
    bench.tell("P8", f"its growth over {GROWTH_REQUESTS} requests", late / early, 1.05)


def processor(bench: Bench) -> None:
    """P8 for the function `intake` after one event, with the emulators."""
    pubsub = PubsubServer(bench.folder)
    pubsub.start()
    for topic in ("notices", "petition-events", "attachments", "dead-letters"):
        pubsub.rest("PUT", f"/v1/projects/p/topics/{topic}", {})
    data = base64.b64encode(json.dumps(event()).encode()).decode()
    push = {"subscription": "s", "message": {"data": data, "messageId": "1"}}
    sent = request("POST", json.dumps(push).encode(), path="/push/zalo-events-intake")
    with FirestoreServer(bench.folder / "firestore.sqlite") as firestore, bench.server(bench.hello) as hello:
        hosts = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{firestore.port}", "PUBSUB_EMULATOR_HOST": pubsub.host}
        pages = {"PUBLIC_URL": "https://pakn.example.vn", "CITIZEN_URL": "https://phieu.example.vn", **PRIVACY}
        environment = {**bench.environment, **hosts, **pages, "THREADS": "8"}
        intake = Server(FUNCTIONS / "intake" / "main.py", environment)
        try:
            bench.wire.until_answered(hello.port, bench.get)
            bench.wire.until_answered(intake.port, sent)
            peak = intake.peak_mib()
            bench.tell("P8", "peak memory of intake", peak / hello.peak_mib(), 3.0, more=f"{peak:.1f} MiB")
            bench.tell("P8", "peak memory of intake, of 128 MiB", peak / 128, 1.0)
        finally:
            intake.close()
            pubsub.kill()


def main() -> int:
    compileall.compile_dir(str(FUNCTIONS), quiet=2)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    sys.stdout.write("The webhook beside bare functions-framework (x: times the bare one)\n")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), Wire())
        for figure in (cold_import, first_answer, warm, acknowledgement, burst, memory, processor):
            figure(bench)
    return int(bench.missed > 0)


if __name__ == "__main__":
    sys.exit(main())
