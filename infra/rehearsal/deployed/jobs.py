"""Run Cloud Scheduler jobs as deployed, with their method, address, headers, body, token and retries."""

from __future__ import annotations

import base64
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

from infra.rehearsal.control_plane.state import State, Stored
from infra.rehearsal.deployed.errors import JobError
from infra.rehearsal.deployed.front import Front

JOBS = "cloudscheduler.projects.locations.jobs"
EACH_MINUTE = "* * * * *"


def fire(state: State, front: Front, name: str) -> None:
    """Run a Cloud Scheduler job once, with its retries, and wait for the end.

    Raises JobError if the job does not exist, is paused, or gets no successful response.
    """
    job = next((stored for stored in state.of(JOBS) if stored.name.endswith(f"/{name}")), None)
    if job is None:
        raise JobError(f"there is no job {name}")
    if job.body.get("state") == "PAUSED":
        raise JobError(f"the job {name} is paused")
    for _ in range(1 + int(job.body.get("retryConfig", {}).get("retryCount", 0))):
        status, reply = _posted(front, job)
        if status < 300:  # noqa: PLR2004 - a success
            return
        time.sleep(1)
    raise JobError(f"{name} was answered with {status}: {reply[:500]!r}")


def fire_each_minute(state: State, front: Front) -> list[str]:
    """Run the jobs that are due every minute and not paused, and return their names. Raises JobError."""
    return _fired(state, front, lambda job: job.body["schedule"] == EACH_MINUTE)


def fire_all(state: State, front: Front) -> list[str]:
    """Run every job that is not paused, in the order of names. Return the names. Raises JobError."""
    return _fired(state, front, lambda _: True)


def _fired(state: State, front: Front, due: Callable[[Stored], bool]) -> list[str]:
    running = [stored for stored in state.of(JOBS) if stored.body["state"] == "ENABLED" and due(stored)]
    names = sorted(stored.name.rpartition("/")[2] for stored in running)
    for name in names:
        fire(state, front, name)
    return names


def _posted(front: Front, job: Stored) -> tuple[int, bytes]:
    target = job.body["httpTarget"]
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    headers = target.get("headers", {}) | {
        "X-CloudScheduler": "true",
        "X-CloudScheduler-JobName": job.name.rpartition("/")[2],
        "X-CloudScheduler-ScheduleTime": now,
    }
    if (identity := target.get("oidcToken")) is not None:
        token = front.token(identity.get("audience") or target["uri"], identity["serviceAccountEmail"])
        headers |= {"Authorization": f"Bearer {token}"}
    body = base64.b64decode(target.get("body", ""))
    asked = urllib.request.Request(front.address(target["uri"]), body, headers, method=target["httpMethod"])  # noqa: S310
    seconds = float(job.body.get("attemptDeadline", "180s").rstrip("s"))
    try:
        with urllib.request.urlopen(asked, timeout=seconds) as answer:  # noqa: S310 - our own
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
