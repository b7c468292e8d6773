"""The local stack on which a restore is rehearsed: start it, send it citizens' messages, inspect it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

from infra.local.clock import LocalClock
from infra.local.commands import runner_client, zalo_event
from infra.local.stack.folder import StackFolder
from infra.operate.options import Selection
from infra.operate.target import target
from infra.paths import ROOT
from petitions.ports.store import Store

PATIENCE = 60.0
T = TypeVar("T")


class DrillError(Exception):
    """Raised if a step of the rehearsed restore does not have the required result."""


class DrillStack:
    """A local stack that the drill may empty. `description` is the content of its stack.json since the last start."""

    def __init__(self, folder: StackFolder) -> None:
        self.folder = folder
        self.description: dict[str, Any] = {}
        self._environment = {name: value for name, value in os.environ.items() if not name.endswith("EMULATOR_HOST")}

    def command(self, *words: str, **settings: str) -> None:
        """Run `python -m infra.local ...` on this stack. Raise DrillError if the command fails."""
        call = [sys.executable, "-m", "infra.local", *words, "--stack", self.folder.name]
        environment = self._environment | settings
        done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DrillError(f"{' '.join(words)}: {done.stdout}{done.stderr}")

    def start(self, **settings: str) -> None:
        """Stop the stack and start it with these settings. Raise DrillError if it does not start."""
        self.command("down")
        self.command("up", **settings)
        self.description = runner_client.description(self.folder)

    def store(self, database: str) -> Store:
        return target(Selection(self.folder.name, database=database)).store

    def backlog(self) -> int:
        """Return the number of citizens' events that wait for the function `intake`."""
        stats = json.loads(get(f"{self.description['pubsub_admin_url']}/stats"))
        return int(stats["subscriptions"]["zalo-events-intake"]["backlog"])

    def tokens(self) -> dict[tuple[str, str], Any]:
        return {
            (row["database"], row["path"]): row["fields"]
            for row in self.exported()
            if row["path"].startswith("tokens/")
        }

    def says(self, user: str, text: str = "", **event: Any) -> None:
        """Send the webhook a signed event of this citizen, with a text or with the fields of `event`.

        Raise DrillError if the webhook does not accept it in time.
        """
        env = self.description["env"]["zalo_webhook"]
        app, oa, now = env["ZALO_APP_ID"], env["ZALO_OA_ID"], LocalClock(self.folder.clock_file).now()
        body = zalo_event.build("text", [text], user=user, app_id=app, oa_id=oa, now=now)
        if event:
            body = json.dumps(
                {"app_id": app, "oa_id": oa, "timestamp": str(int(now.timestamp() * 1000)), **event}
            ).encode()
        key = env["ZALO_OA_SECRET_KEYS"].split(",")[0].strip()
        headers = {"X-ZEvent-Signature": zalo_event.sign(body, app, key)}
        wait(
            lambda: (
                zalo_event.post(self.description["functions"]["zalo_webhook"], body, headers) == zalo_event.ACCEPTED
            ),
            "Zalo's event",
        )

    def sent_to(self, user: str) -> list[str]:
        """Return the texts that the Zalo simulator has received for this citizen."""
        found = json.loads(get(f"{self.description['zalo_url']}/sim/messages?user_id={user}"))
        return [item["text"] for item in found if item["direction"] == "out"]

    def exported(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in get(f"{self.description['firestore_admin_url']}/export").splitlines()]

    def fire(self, schedule: str) -> None:
        """Run a schedule at once. Raise StackError if it fails."""
        runner_client.call(self.folder, "POST", f"/api/fire/{schedule}", {}, timeout=120)

    def sweeps(self, schedule: str, look: Callable[[], bool]) -> bool:
        """Run a schedule, then return the result of `look`."""
        self.fire(schedule)
        return look()


def get(url: str, body: bytes | None = None) -> str:
    """Return the body of a response from a server of the stack: to a POST if `body` is given, else to a GET."""
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=60) as answer:  # noqa: S310 - the stack's own
        return str(answer.read().decode())


def wait(look: Callable[[], T], what: str) -> T:
    """Call `look` until its result is true, and return it. Raise DrillError after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise DrillError(f"waited {PATIENCE:.0f} s in vain for {what}")


def must(holds: object, what: str) -> None:
    """Raise DrillError with the text `what` if the condition is false."""
    if not holds:
        raise DrillError(what)
