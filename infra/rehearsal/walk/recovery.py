"""Steps of the rehearsal that restore a database, in the runbook's order.

They freeze the system, restore a backup, make the restored database safe, adopt it with Terraform, end the freeze and
resume sending.
"""

from __future__ import annotations

import json
import urllib.request
from contextlib import suppress

from infra.rehearsal.control_plane.backups import DAY
from infra.rehearsal.control_plane.state import State
from infra.rehearsal.deployed.errors import NotSeenError, StepError
from infra.rehearsal.deployed.functions import FUNCTIONS
from infra.rehearsal.deployed.jobs import fire_each_minute
from infra.rehearsal.walk.first_petition import still_there
from infra.rehearsal.walk.people import Citizen, wait_for
from infra.rehearsal.walk.stage import PROJECT, Stage, deployed

FORMER, RESTORED = "petitions", "petitions-restored"
OF_PROJECT = f"--project={PROJECT}"
JOBS, SUBSCRIPTIONS = "cloudscheduler.projects.locations.jobs", "pubsub.projects.subscriptions"
INDEXES = "firestore.projects.databases.collectionGroups.indexes"
LATER = "after-the-backup@example.vn"
"""The e-mail address of an officer who is entered after the backup was made, so the restored database lacks them."""

GREETING = "xin chào"
SILENCE_SECONDS = 10.0


class EmulatedDocuments:
    """The documents of the project's databases in the Firestore emulator.

    `admin` is the URL of the emulator's admin port.
    """

    def __init__(self, admin: str) -> None:
        self._admin = admin

    def taken(self, database: str) -> bytes:
        return b"\n".join(line for line in self._all() if _database(line) == database)

    def put(self, database: str, taken: bytes) -> None:
        """Replace all documents of a database with documents that `taken` returned, even if for another database."""
        others = [line for line in self._all() if _database(line) != database]
        moved = [json.dumps(json.loads(line) | {"database": database}).encode() for line in taken.splitlines()]
        asked = urllib.request.Request(f"{self._admin}/import", b"\n".join(others + moved), method="POST")  # noqa: S310
        urllib.request.urlopen(asked, timeout=120).close()  # noqa: S310 - our own emulator

    def _all(self) -> list[bytes]:
        with urllib.request.urlopen(f"{self._admin}/export", timeout=120) as answer:  # noqa: S310 - as above
            return [line for line in answer.read().splitlines() if line]


def _database(line: bytes) -> str:
    return str(json.loads(line)["database"])


def documents(stage: Stage) -> EmulatedDocuments:
    return EmulatedDocuments(stage.running.around.url("firestore_admin"))


def _awake(state: State) -> tuple[set[str], set[str]]:
    """Return the names of the schedules that are not paused and of the subscriptions that push messages."""
    jobs = {stored.name.rpartition("/")[2] for stored in state.of(JOBS) if stored.body["state"] == "ENABLED"}
    pushed = (stored for stored in state.of(SUBSCRIPTIONS) if stored.body.get("pushConfig", {}).get("pushEndpoint"))
    return jobs, {stored.name.rpartition("/")[2] for stored in pushed}


def freeze(stage: Stage) -> None:
    """Deploy with the variable `frozen`.

    Check that no schedule runs, nothing is pushed, and a message waits unanswered.
    """
    stage.tree.give(frozen=True)
    deployed(stage)
    jobs, pushed = _awake(stage.state)
    if jobs or pushed:
        raise StepError(f"frozen, yet these run: {sorted(jobs | pushed)}")
    waiting = Citizen(stage.running, "Người chờ")
    waiting.writes(GREETING)
    with suppress(NotSeenError):
        answers = wait_for(lambda: waiting.received() or None, "an answer while frozen", SILENCE_SECONDS)
        raise StepError(f"frozen, yet somebody was answered: {answers}")
    stage.kept["waiting"] = waiting


def restore(stage: Stage) -> None:
    """Restore yesterday's backup to a database beside the former one, and make it safe.

    Raises StepError if the restored database would send messages, or differs from the backup.
    """
    stage.state.switches["documents"] = documents(stage)
    stage.state.clock.move(DAY)
    where = (f"--location={stage.state.region}", OF_PROJECT)
    backups = json.loads(stage.tool("gcloud", "firestore", "backups", "list", *where, "--format=json"))
    backup = next(item for item in backups if item["database"].endswith(f"/{FORMER}"))
    person = ("--email", LATER, "--name", "Người đến sau", "--unit", "VPUB", "--role", "coordinator")
    stage.verb("officer", "--project", PROJECT, *person, "--yes")
    stage.tool(
        "gcloud", "firestore", "databases", "restore", f"--source-backup={backup['name']}",
        f"--destination-database={RESTORED}", OF_PROJECT,
    )  # fmt: skip
    asked = ("gcloud", "firestore", "operations", "list", f"--database={RESTORED}", OF_PROJECT, "--format=json")
    if not all(load.get("done") for load in json.loads(stage.tool(*asked))):
        raise StepError("the restore is not done")
    made = ("--project", PROJECT, "--database", RESTORED, "--from", FORMER, "--at", backup["snapshotTime"], "--yes")
    output = stage.verb("restored", *made)
    if "sending: switched off" not in output:
        raise StepError(f"the restored database would send:\n{output}")
    restored = documents(stage).taken(RESTORED)
    if LATER.encode() in restored or stage.kept["code"].encode() not in restored:
        raise StepError("the restored database is not what the backup was")


def adopt(stage: Stage) -> None:
    """Deploy with the restored database.

    Check that Terraform imports it unchanged and keeps the indexes of both databases.
    """
    before = _indexes(stage.state)
    stage.tree.give(petitions_database=RESTORED)
    output = deployed(stage)
    if f'adopts google_firestore_database.data["{RESTORED}"]' not in output or "DESTROYED: google_firestore" in output:
        raise StepError(f"the restored database was not taken in as it is:\n{output[-6000:]}")
    if (after := _indexes(stage.state)) != before:
        raise StepError(f"indexes were lost or made anew: {sorted(before ^ after)}")
    given = {
        stored.name.rpartition("/")[2]: stored.body["serviceConfig"].get("environmentVariables", {})
        for stored in stage.state.of(FUNCTIONS)
    }
    if wrong := [name for name, item in given.items() if item.get("FIRESTORE_DATABASE", RESTORED) != RESTORED]:
        raise StepError(f"these still run on the former database: {wrong}")


def _indexes(state: State) -> set[str]:
    return {stored.name for stored in state.of(INDEXES)}


def thaw(stage: Stage) -> None:
    """Deploy without `frozen` and resume sending. Check that the waiting message is handled and answered."""
    stage.tree.give(frozen=False)
    deployed(stage)
    jobs, pushed = _awake(stage.state)
    if not (jobs and pushed):
        raise StepError("thawed, yet nothing runs")
    for name in ("portal-reconcile", "zalo-recovery"):
        stage.tool("gcloud", "scheduler", "jobs", "run", name, f"--location={stage.state.region}", OF_PROJECT)
    output = stage.verb("resume", "--project", PROJECT, "--yes")
    if f"database {RESTORED}: sending is on" not in output:
        raise StepError(f"sending was not switched on in the restored database:\n{output}")
    still_there(stage)
    waiting: Citizen = stage.kept["waiting"]

    def answered() -> object:
        if not (
            found := waiting.received()
        ):  # the attempt may have come before `resume`, and the next minute repeats it
            fire_each_minute(stage.state, stage.running.front)
        return found or None

    wait_for(answered, "the answer to the citizen who wrote while everything was frozen")
    stage.notes.append("the citizen who wrote while frozen is answered")
