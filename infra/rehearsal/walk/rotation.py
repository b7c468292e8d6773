"""The step of the rehearsal in which Zalo's secret key changes.

Events that Zalo signs before the operator has entered the new key must not be lost.
"""

from __future__ import annotations

import re
import secrets
import urllib.request
from pathlib import Path

from infra.local.clock import LocalClock
from infra.local.commands.zalo_event import build, sign
from infra.rehearsal.deployed.errors import StepError
from infra.rehearsal.walk.people import Citizen, wait_for
from infra.rehearsal.walk.stage import PROJECT, Stage

SECRET = "zalo-oa-secret-keys"  # noqa: S105 - a name


def rotate_key(stage: Stage) -> None:
    """Send an event signed with a new key, then run `make rotate-key` with it.

    Raises StepError unless the event is quarantined first and handled afterwards.
    """
    webhook, settings, around = stage.output("webhook_url"), stage.tree.variables["settings"], stage.running.around
    key, citizen = secrets.token_urlsafe(15), Citizen(stage.running, "Người viết sớm")
    app, account = settings["ZALO_APP_ID"], settings["ZALO_OA_ID"]
    now = LocalClock(Path(around.clock["LOCAL_CLOCK_FILE"])).now()
    event = build("text", ["xin chào"], user=citizen.id, app_id=app, oa_id=account, now=now)
    headers = {"Content-Type": "application/json", "X-ZEvent-Signature": sign(event, app, key)}
    asked = urllib.request.Request(stage.running.front.address(webhook), event, headers)  # noqa: S310 - our own
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - as above
        if answer.read().strip() != b"forged":
            raise StepError("the webhook took an event signed with a key that it does not know")

    where = ("--project", PROJECT, "--webhook", webhook, "--app-id", app, "--oa-id", account)
    stage.environment["KEY"] = key
    output = stage.verb("rotate-key", *where, "--pubsub", around.url("pubsub"))
    if not re.search(r"[1-9]\d* replayed, 0 not made", output):
        raise StepError(f"the event was not replayed:\n{output}")
    stage.verb("rotate-key", *where, "--finish", "--yes")
    around.secrets[SECRET] = key
    around.fakes(settings, stage.running.front.address(webhook))
    stage.running.follow()
    wait_for(lambda: citizen.received() or None, "the answer to the event that the new key signed too early")
    Citizen(stage.running).says("xin chào", "")
    stage.notes.append("an event that the new key signed too early is answered")
