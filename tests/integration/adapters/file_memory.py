"""Measures the memory of the function `attachments` for storing one file with the real adapters.

Run it in its own process with two arguments: the link of a small photo, and the link of the file. The output is JSON:

* `above`: peak memory above the idle process, in MiB
* `seconds`: processor time
* `state`, `reason`: of the file
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from petitions.adapters.download import LinkDownloader
from petitions.adapters.storage import BucketFiles
from tests.integration.adapters.storage_server import BUCKET
from tests.unit.world import World


def _mib(field: str) -> float:
    """Return a field of this process's status in MiB, for example VmRSS or VmHWM (proc(5))."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{field}:")).split()[1]) / 1024


def _send(world: World, url: str) -> None:
    file = {"type": "file", "payload": {"url": url, "name": "tệp"}}
    world.intake(world.event("user_send_file", {"attachments": [file]}))
    world.fetch()


def main(small: str, link: str) -> None:
    """Store both files and print the measurements as JSON.

    The small file loads everything that an idle instance has in memory.
    """
    bucket = BucketFiles("p", BUCKET)
    world = World(
        links=LinkDownloader(["zdn.vn"], local=True),  # type: ignore[arg-type]
        kept=bucket,  # type: ignore[arg-type]
    )
    world.types("Vỉa hè bị đào xới suốt ba tháng", "1")
    _send(world, small)
    idle, began = _mib("VmRSS"), time.process_time()
    _send(world, link)
    seconds, above = time.process_time() - began, _mib("VmHWM") - idle
    inputs = [item for path, item in world.store.documents.items() if "/inputs/" in path and item["files"]]
    (file,) = max(inputs, key=lambda item: item["at"])["files"]
    figures = {"above": round(above, 1), "seconds": round(seconds, 2), "state": file["state"]}
    print(json.dumps(figures | {"reason": file.get("reason")}))  # noqa: T201 - the answer
    bucket._bucket.client.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
