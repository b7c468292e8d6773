"""`make bench`: an instance of the public site under 200 requests a second, and the reads of its pages in a large city.

Requests come at an even pace, whether former ones are answered or not. Two in three are for popular pages, the others
for a result, a search or a code that hardly anybody else requests. The first WARM seconds are not counted. The exit
status is 1 if the 99th percentile exceeds ten times the time of a single request, if a request fails, or if a page
reads more documents with 100,000 results than with 1,000.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from unittest import mock
from urllib.parse import quote_plus

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.paths import ROOT
from petitions.adapters.wire import database
from tests.integration.webhook.door import FUNCTIONS
from tests.load.bench_webhook import Server
from tests.load.desk_city import code_of
from tests.load.public_city import DATABASE, MATTERS, PLACES, costs, id_of, load, most_documents, site_of
from tests.load.wire import Wire, request
from tests.settings import PRIVACY

STORED = (1_000, 100_000)
A_SECOND, WARM, SECONDS, CONNECTIONS = 200, 15, 15, 64
ALONE, MOST = 300, 10.0
SEED, PATIENCE = 20, 120.0
COMMON = (
    "/", "/", "/", "/results", "/results", "/figures", "/how", "/en/", "/en/results", "/results?unit=SYT",
    "/results?time=late", "/results.atom", "/assets/public.css", "/assets/public.css", "/sitemap.xml",
)  # fmt: skip
SETTINGS = {
    "GOOGLE_CLOUD_PROJECT": CHECKED_PROJECT,
    "FIRESTORE_PUBLIC_DATABASE": DATABASE,
    "PROXIES_IN_FRONT": "0",
    "ATTACHMENTS_BUCKET": "none",
    "STORAGE_EMULATOR_HOST": "http://127.0.0.1:9",
    "SEAL_KEYS": "a-key-of-32-characters-for-tests",
    "PUBLIC_URL": "https://pakn.example.vn",
    "CITIZEN_URL": "https://phieu.example.vn",
    **PRIVACY,
    "ZALO_CHAT_URL": "https://zalo.example.vn/1",
    "THREADS": "8",
}


def asked(chance: random.Random, count: int) -> list[bytes]:
    return [_one(chance, number) for number in range(count)]


def _one(chance: random.Random, number: int) -> bytes:
    who = {"X-Forwarded-For": f"2001:db8:{number % 65_000:x}::1"}
    kind = chance.random()
    if kind < 0.65:
        return request("GET", headers=who, path=chance.choice(COMMON))
    if kind < 0.85:
        rank = int(min(STORED[0] - 1, chance.paretovariate(0.6)))  # a few results are read often, most hardly ever
        return request("GET", headers=who, path=f"/results/{id_of(rank)}")
    if kind < 0.93:
        words = quote_plus(f"{chance.choice(MATTERS)} {chance.choice(PLACES)}")
        return request("GET", headers=who, path=f"/results?q={words}")
    body = f"code={code_of(chance.randrange(STORED[0]))}".encode()
    return request("POST", body, who | {"Content-Type": "application/x-www-form-urlencoded"})


def under_load(server: FirestoreServer) -> int:
    """Print the measurements under load. Return 1 if a limit is exceeded."""
    wire, chance = Wire(), random.Random(SEED)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = kept | SETTINGS | {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}", "PYTHONPATH": str(FUNCTIONS)}
    site = Server(FUNCTIONS / "public_site" / "main.py", settings)
    try:
        wire.until_answered(site.port, request("GET", path="/how"), PATIENCE)
        alone = []
        for sent in asked(chance, ALONE):
            alone += wire.load(site.port, sent, clients=1, most=1).times
        wire.at_rate(site.port, asked(chance, A_SECOND * WARM), A_SECOND, connections=CONNECTIONS)
        before = site.cpu_seconds()
        found = wire.at_rate(site.port, asked(chance, A_SECOND * SECONDS), A_SECOND, connections=CONNECTIONS)
        busy = (site.cpu_seconds() - before) / found.seconds
    finally:
        site.close()
    one, times = statistics.fmean(alone), sorted(found.times)
    half, last = times[len(times) // 2], times[len(times) * 99 // 100]
    sys.stdout.write(
        f"Public site, {A_SECOND} requests a second for {SECONDS} s on one instance: alone {one * 1000:.1f} ms, p50 "
        f"{half * 1000:.1f} ms, p99 {last * 1000:.1f} ms ({last / one:.1f} x, <= {MOST:.0f}), {found.errors} errors, "
        f"{busy:.0%} of a core\n"
    )
    return int(found.errors > 0 or last > MOST * one)


def main() -> int:
    """Print the measurements under load and the reads. Return 1 if a limit is exceeded."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ExitStack() as exits,
        mock.patch.object(database, "CALL_SECONDS", PATIENCE),
    ):
        found, missed = [], 0
        for count in STORED:
            data = Path(folder) / f"{count}.sqlite"
            server = exits.enter_context(FirestoreServer(data, indexes=ROOT / "infra/gcp/firestore.indexes.json"))
            load(server, count)
            missed |= under_load(server) if count == STORED[0] else 0
            found.append(costs(server, site_of(server)))
    small, large = found
    grown = {
        path
        for path in small
        if large[path][1] > max(small[path][1], most_documents(path)) or large[path][0] != small[path][0]
    }
    for path in sorted(small, key=lambda item: (item not in grown, -large[item][1])):
        sys.stdout.write(
            f"{path}: calls {small[path][0]} -> {large[path][0]}, reads {small[path][1]} -> {large[path][1]}\n"
        )
    sys.stdout.write(f"Public site: {len(small)} addresses, {len(grown)} cost more with {STORED[1]} results stored\n")
    return int(missed or bool(grown))


if __name__ == "__main__":
    sys.exit(main())
