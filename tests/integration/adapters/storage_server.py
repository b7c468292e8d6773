"""The Cloud Storage emulator from PyPI in its own process, started as in the local system."""

from __future__ import annotations

import contextlib
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import httpx

from infra.emulators.testing.processes import free_port
from tests.integration.simulators.sandbox import wait_until

BUCKET = "attachments"


@contextlib.contextmanager
def storage_server(folder: Path) -> Iterator[str]:
    """Run an emulator with one bucket.

    Yield its address, which the official client reads from an environment variable.
    """
    port = free_port()
    program = str(Path(sysconfig.get_path("scripts")) / "gcp-storage-emulator")
    place = ["--host", "127.0.0.1", "--port", str(port), "--default-bucket", BUCKET]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [program, "--data-dir", str(folder / "data"), "start", *place], stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"

    def healthy() -> bool:
        assert process.poll() is None, (folder / "log").read_text()
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{url}/storage/v1/b?project=p").status_code == httpx.codes.OK
        return False

    try:
        wait_until(healthy)
        with mock.patch.dict("os.environ", {"STORAGE_EMULATOR_HOST": url}):
            yield url
    finally:
        process.terminate()
        process.wait(20)
