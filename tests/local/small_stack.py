"""A local system with two small functions, to test the runner without the functions of the product.

Both functions note every request in `seen.jsonl` beside their folder. `zalo_webhook` is public and responds with the
status that the path names. `worker` is not public, and one of its schedules publishes a message.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.stack.folder import StackFolder
from infra.paths import ROOT

MAIN = textwrap.dedent(
    """
    import base64, fcntl, json, os, time, urllib.request
    from pathlib import Path

    SEEN = Path(__file__).resolve().parent.parent / "seen.jsonl"
    OFFSET = Path(os.environ["LOCAL_CLOCK_FILE"])
    TOPIC = "/v1/projects/" + os.environ["GOOGLE_CLOUD_PROJECT"] + "/topics/things:publish"

    def publish(text):
        body = json.dumps({"messages": [{"data": base64.b64encode(text.encode()).decode()}]}).encode()
        url = "http://" + os.environ["PUBSUB_EMULATOR_HOST"] + TOPIC
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers)).close()

    def main(request):
        body = request.get_data()
        offset = float(OFFSET.read_text()) if OFFSET.exists() else 0.0
        seen = {"path": request.full_path.rstrip("?"), "headers": dict(request.headers), "now": time.time() + offset,
                "body": body[:4000].decode("utf-8", "replace"), "environment": dict(os.environ)}
        line = json.dumps(seen) + "\\n"
        with SEEN.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line)
        if request.path == "/schedule/publishing":
            publish(request.headers["X-CloudScheduler-ScheduleTime"])
        if request.path.startswith("/status/"):
            return "as asked\\n", int(request.path.rsplit("/", 1)[1]), {"X-Answer": "yes"}
        if request.path == "/echo":
            return body, 200, {"Content-Type": "application/octet-stream"}
        return "ok\\n", 200
    """
)
SCHEDULES = {"each-minute": "* * * * *", "publishing": "*/10 * * * *", "morning": "0 8 * * *"}
WEBHOOK_SETTINGS = (
    "ZALO_APP_ID",
    "ZALO_OA_ID",
    "ZALO_OA_SECRET_KEYS",
    "PUBSUB_URL",
    "ZALO_OPENAPI_URL",
    "ZALO_OAUTH_URL",
)
WORKER_SETTINGS = ("FIRESTORE_DATABASE", "FIRESTORE_CHANNEL_DATABASE")


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


def manifest() -> dict[str, Any]:
    def function(*, public: bool, settings: tuple[str, ...]) -> dict[str, Any]:
        return {
            "description": "of a test",
            "public": public,
            "settings": ["GOOGLE_CLOUD_PROJECT", *settings],
            "publishes": ["things"],
            "roles": [],
            "memory_mib": 256,
            "cpu": 1,
            "concurrency": 4,
            "min_instances": 0,
            "max_instances": 1,
            "timeout_seconds": 10,
        }

    names = {"GOOGLE_CLOUD_PROJECT", *WEBHOOK_SETTINGS, *WORKER_SETTINGS}
    return {
        "schema": 1,
        "time_zone": "Asia/Ho_Chi_Minh",
        "functions": {
            "zalo_webhook": function(public=True, settings=WEBHOOK_SETTINGS),
            "worker": function(public=False, settings=WORKER_SETTINGS),
        },
        "topics": {"things": {"description": "of a test", "ordered": False}},
        "subscriptions": {
            "things-worker": {
                "topic": "things",
                "function": "worker",
                "ack_deadline_seconds": 60,
                "minimum_backoff_seconds": 1,
                "maximum_backoff_seconds": 10,
                "max_delivery_attempts": None,
                "dead_letter_topic": None,
                "ordered": False,
                "retention_seconds": 604800,
            }
        },
        "schedules": {
            name: {
                "function": "worker",
                "cron": cron,
                "description": "of a test",
                "attempt_deadline_seconds": 60,
                "retry_count": 0,
            }
            for name, cron in SCHEDULES.items()
        },
        "settings": {name: {"description": "of a test", "secret": False} for name in sorted(names)},
    }


@dataclass
class SmallStack:
    """A local system with the small functions in the folder `sources`. It does not run before `up`."""

    sources: Path
    name: str
    environment: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        self.sources.mkdir(parents=True, exist_ok=True)
        (self.sources / "manifest.json").write_text(json.dumps(manifest()))
        for function in manifest()["functions"]:
            (self.sources / function).mkdir(exist_ok=True)
            (self.sources / function / "main.py").write_text(MAIN)

    @property
    def folder(self) -> StackFolder:
        return StackFolder.of(self.name)

    @property
    def stack(self) -> dict[str, Any]:
        return self.folder.read("stack.json")

    def command(self, *arguments: str, bare: bool = False, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        """Run `python -m infra.local ...`, with `bare` without any installed packages."""
        options = ("-S", "-s") if bare else ()
        done = subprocess.run(
            [sys.executable, *options, "-m", "infra.local", *arguments, "--stack", self.name],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=600,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        self.environment = environment
        return self.command("up", "--functions", str(self.sources))

    def seen(self, prefix: str = "") -> list[dict[str, Any]]:
        """Return the requests to a function, in order.

        Requests of schedules and pushes are left out unless `prefix` names them, because a schedule may run during any
        test.
        """
        file = self.sources / "seen.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        hidden = () if prefix else ("/schedule/", "/push/")
        found = map(json.loads, lines)
        return [one for one in found if one["path"].startswith(prefix) and not one["path"].startswith(hidden)]

    def forget_seen(self) -> None:
        (self.sources / "seen.jsonl").unlink(missing_ok=True)


def ask(
    url: str, *, method: str = "GET", data: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method, data=data, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()
