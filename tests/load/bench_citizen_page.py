"""`make bench`: the citizen's page beside the public site and the bare framework, in one run, as ratios.

A page shows everything of a draft, with the names of all wards; the public site looks a petition up by its code. Both
have the same emulator. Cold figures are medians over interleaved pairs, warm ones over interleaved rounds of single
requests. Prints each figure beside its bar; 1 if one is missed.
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
"""More than one, since each has a limit of its own."""


@dataclass
class Both:
    """The two functions over one emulator, and what each is asked."""

    environment: Mapping[str, str]
    looks: list[bytes]
    """At pages that are open in the browser."""
    look_up: bytes

    def server(self, function: str) -> Server:
        """A process of the function."""
        own = {**required(function), **self.environment, "K_SERVICE": function}
        return Server(FUNCTIONS / function / "main.py", own)


def filled(server: FirestoreServer) -> Both:
    """Put pages of drafts and a petition into the databases."""
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
    """What is printed, and how many bars were missed."""

    def __init__(self) -> None:
        self.missed = 0

    def tell(self, what: str, ratio: float, bar: float, base: float) -> None:
        """One line beside its bar; `base` is what it is beside, in seconds."""
        self.missed += ratio > bar
        verdict = "" if ratio <= bar else "   MISSED"
        sys.stdout.write(f"  {what:<58}{ratio:>6.2f} x  (<= {bar}){verdict}  beside {base * 1000:.1f} ms\n")
        sys.stdout.flush()


def pairs(first: Callable[[], float], second: Callable[[], float], count: int) -> tuple[float, float]:
    """Return the median of the ratios, measured in turn, and the median of the second."""
    found = [(first(), second()) for _ in range(count)]
    return statistics.median(a / b for a, b in found), statistics.median(b for _, b in found)


def first_answers(both: Both, wire: Wire, figures: Figures) -> None:
    """From the start of a process to its first answer, and single answers once it is warm."""

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
    """The import of the entry point, beside that of the framework alone."""
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
    """All bars; 1 if one is missed."""
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
