"""`make bench`: the speed of the citizen's page, relative to the public site and to the bare framework.

The page shows a whole draft with the names of all wards. The public site looks up a petition by its code. Both use the
same emulator and are measured in turns. Every figure is printed with its limit, and the exit status is 1 if one is
exceeded.
"""

from __future__ import annotations

import compileall
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.paths import FUNCTIONS, ROOT
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.pages.browsers import browser_mark, browsers_path
from petitions.domain.pages.links import copy_path, page_id, page_key
from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames
from tests.load.bench_webhook import COLD, HELLO, Server
from tests.load.public_city import DATABASE
from tests.load.wire import Wire, request
from tests.settings import required
from tests.unit.pages.paged import SECRET, Paged
from tests.unit.world import SEAL_KEYS

PAIRS, ROUNDS = 11, 200
FIRST, WARM, IMPORT = 1.5, 2.5, 1.35
PAGES = 20
"""The number of pages used, because each page limits its requests."""


@dataclass
class Both:
    environment: Mapping[str, str]
    looks: list[bytes]
    """Requests for pages that the browser has already opened."""
    look_up: bytes
    """The request for a petition by its code."""

    def server(self, function: str) -> Server:
        own = {**required(function), **self.environment, "K_SERVICE": function}
        return Server(FUNCTIONS / function / "main.py", own)


def filled(server: FirestoreServer) -> Both:
    page = Paged()
    key, view = page.key, page.view()
    page.open.first(page.link, SECRET)
    filed = page.world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    page.world.relay()
    public, tries, seals = page.world.public.documents, page.tries.documents, page.world.seals
    (copy, bound), content = (public[copy_path(page_id(key))], *tries.values()), view.model_dump_json().encode()
    (first,) = bound["known"]
    wards = {ward.code: ward.name for ward in reference.directory().wards}
    documents = {**public, FIGURE_NAMES_PATH: FigureNames(units={}, fields={}, wards=wards).stored()}
    browsers, looks = {}, []
    for number in range(PAGES):
        one = page_key(f"{number:020}")
        path = copy_path(page_id(one))
        documents[path] = {**copy, "box": seals.seal(path, one, content)}
        browsers[browsers_path(page_id(one))] = {
            **bound,
            "known": [{**first, "mark": browser_mark(page_id(one), SECRET)}],
        }
        cookies = {"Cookie": f"browser={SECRET}; page-{page_id(one)[:16]}={one}"}
        looks.append(request("GET", headers=cookies, path=f"/p/{page_id(one)}"))
    host = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}
    with mock.patch.dict(os.environ, host):
        FirestoreStore(CHECKED_PROJECT, DATABASE).create_all(documents)
        FirestoreStore(CHECKED_PROJECT, "tries").create_all(browsers)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = {
        "GOOGLE_CLOUD_PROJECT": CHECKED_PROJECT,
        "SEAL_KEYS": SEAL_KEYS[0],
        "STORAGE_EMULATOR_HOST": "http://127.0.0.1:1",
        "PUBSUB_EMULATOR_HOST": "127.0.0.1:1",
        "PROXIES_IN_FRONT": "0",
        "PYTHONPATH": str(FUNCTIONS),
        "THREADS": "8",
    }
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    return Both({**kept, **host, **settings}, looks, request("POST", f"code={filed.code}".encode(), sent))


class Figures:
    def __init__(self) -> None:
        self.missed = 0

    def tell(self, what: str, ratio: float, bar: float, base: float) -> None:
        """Print a ratio with its limit `bar`. `base` is the time, in seconds, that stands for a ratio of 1."""
        self.missed += ratio > bar
        verdict = "" if ratio <= bar else "   MISSED"
        sys.stdout.write(f"  {what:<58}{ratio:>6.2f} x  (<= {bar}){verdict}  beside {base * 1000:.1f} ms\n")
        sys.stdout.flush()


def pairs(first: Callable[[], float], second: Callable[[], float], count: int) -> tuple[float, float]:
    """Return the median of first / second, measured `count` times in turn, and the median of the second."""
    found = [(first(), second()) for _ in range(count)]
    return statistics.median(a / b for a, b in found), statistics.median(b for _, b in found)


def first_answers(both: Both, wire: Wire, figures: Figures) -> None:
    """Measure the time from the start of a process to its first response, and single responses of a warm process."""

    def start(function: str, sent: bytes) -> float:
        began = time.perf_counter()
        server = both.server(function)
        try:
            wire.until_answered(server.port, sent)
            return time.perf_counter() - began
        finally:
            server.close()

    ratio, base = pairs(lambda: start("citizen_page", both.looks[0]), lambda: start("public_site", both.look_up), PAIRS)
    figures.tell("start to the first page, beside the first look-up", ratio, FIRST, base)
    page, site = both.server("citizen_page"), both.server("public_site")
    try:
        wire.until_answered(page.port, both.looks[0])
        wire.until_answered(site.port, both.look_up)
        looks, addresses = itertools.cycle(both.looks), itertools.count()

        def one(port: int, sent: bytes) -> float:
            load = wire.load(port, sent, clients=1, most=1)
            assert load.errors == 0
            return load.times[0]

        def look() -> float:
            return one(page.port, next(looks))

        def look_up() -> float:
            who = f"Host: bench\r\nX-Forwarded-For: 10.0.0.{next(addresses) % 250}".encode()
            return one(site.port, both.look_up.replace(b"Host: bench", who))

        ratio, base = pairs(look, look_up, ROUNDS)
    finally:
        page.close()
        site.close()
    figures.tell("a warm page, beside a warm look-up", ratio, WARM, base)


def cold_import(both: Both, folder: Path, figures: Figures) -> None:
    """Measure the import of the entry point, relative to the import of the bare framework."""
    hello = folder / "hello" / "main.py"
    hello.parent.mkdir()
    hello.write_text(HELLO)
    compileall.compile_file(str(hello), quiet=1)
    environment = {**required("citizen_page"), **both.environment}

    def taken(source: Path) -> float:
        command = ["taskset", "-c", "0", sys.executable, "-c", COLD, str(source)]
        began = time.perf_counter()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    ratio, base = pairs(lambda: taken(FUNCTIONS / "citizen_page" / "main.py"), lambda: taken(hello), PAIRS)
    figures.tell("cold import, beside the bare framework", ratio, IMPORT, base)


def main() -> int:
    compileall.compile_dir(str(FUNCTIONS), quiet=2)
    figures = Figures()
    sys.stdout.write("The citizen's page (x: times what it is beside)\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with FirestoreServer(folder / "data.sqlite", indexes=ROOT / "infra/gcp/firestore.indexes.json") as server:
            both = filled(server)
            cold_import(both, folder, figures)
            first_answers(both, Wire(), figures)
    return int(figures.missed > 0)


if __name__ == "__main__":
    sys.exit(main())
