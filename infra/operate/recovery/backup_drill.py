"""`make backup-drill`: rehearse a restore, as the runbook describes it, on a separate local stack."""

from __future__ import annotations

import io
import json
import time
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import click

from infra.local.clock import LocalClock
from infra.local.commands import runner_client
from infra.local.stack.folder import StackError, StackFolder
from infra.operate.errors import OperatorError
from infra.operate.options import dry_run_option
from infra.operate.pause import resume_command
from infra.operate.recovery.drill_stack import DrillError, DrillStack, get, must, wait
from infra.operate.recovery.restore import restored_command
from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.notices.notice import Notice, notice_path
from petitions.domain.shared.identity import pseudonym
from petitions.errors import PetitionError
from petitions.ports.store import Document, Query, Store
from petitions.usecases.portal.pull_changes import CURSOR_PATH

OLD, NEW = "petitions", "petitions-restored"
STAYS, GOES = "4572947693960000001", "4572947693960000002"
LATER, HELD = "drill-later", "drill-held"
STEPS = {
    "a stack with citizens, notices on their way, a portal that was read, a Zalo token": (
        "make reset STACK={stack}",
        "make up STACK={stack}",
        "python3 -m infra.local fire portal-pull --stack {stack}",
    ),
    "backup; then a notice goes out, a citizen is erased": (
        "python3 -m infra.local fire notices-sweep --stack {stack}",
        "python3 -m infra.local fire erasures-sweep --stack {stack}",
    ),
    "the backup becomes the database petitions-restored; pushes are off, schedules paused": (
        "make down STACK={stack}",
        f"make up STACK={{stack}} FROZEN=yes FIRESTORE_DATABASE={NEW}",
    ),
    "make restored: sending off, notices settled or held, cursor set back, erasures entered; again, nothing changes": (
        f"make restored STACK={{stack}} DATABASE={NEW} FROM={OLD} AT=TIME DRY=1",
        f"make restored STACK={{stack}} DATABASE={NEW} FROM={OLD} AT=TIME YES=1",
    ),
    "frozen: Zalo's events are kept, nothing is handled, nothing sent": (),
    "thawed, sending still off: messages are handled, nothing is sent": (
        "make down STACK={stack}",
        f"make up STACK={{stack}} FIRESTORE_DATABASE={NEW}",
    ),
    "make resume: waiting messages go out once, held ones never; erased again; compared with the portal": (
        f"make resume STACK={{stack}} DATABASE={NEW} YES=1",
        "python3 -m infra.local clock +6m --stack {stack}",
        "python3 -m infra.local fire portal-reconcile --stack {stack}",
    ),
    "the Zalo token is the one of before and was restored nowhere": (),
}
"""The titles of the drill's steps, with the commands of each for the dry run.

Between the commands the drill writes messages as citizens do, and checks the results.
"""


class Drill:
    """A rehearsal of a restore on one stack. Every step checks its result and raises DrillError if it is wrong."""

    def __init__(self, system: DrillStack) -> None:
        self.system = system
        self.who: dict[str, str] = {}
        self.token: dict[tuple[str, str], Any] = {}
        self._done = 0
        self._lost_at = self.sends_after = 0.0
        """Monotonic time at which the database was lost, and the seconds from then until messages were sent again."""

    def step(self) -> None:
        self._done += 1
        print(f"{self._done}. {list(STEPS)[self._done - 1]}", flush=True)

    def run(self) -> None:
        """Run all steps in order. Raise DrillError or StackError."""
        self.step()
        self.lives()
        self.step()
        rows, at = self.backs_up()
        self.step()
        self._lost_at = time.monotonic()
        self.restores(rows)
        self.step()
        self.makes_safe(at)
        self.step()
        before = self.system.sent_to(STAYS)
        self.system.says(STAYS, "còn ai ở đó không?")
        must(self.system.backlog(), "what Zalo sent was not kept")
        self.step()
        self.system.start(FIRESTORE_DATABASE=NEW)
        wait(lambda: "paused" in self.errors(), "a reply that waits because sending is off")
        must(self.system.sent_to(STAYS) == before, "something was sent while sending was off")
        self.step()
        self.thaws(before)
        self.sends_after = time.monotonic() - self._lost_at
        self.step()
        must(self.system.tokens() == self.token, "the Zalo token is not the one of before the restore")

    def lives(self) -> None:
        """Start an empty stack and fill it: two citizens, two unsent notices, a reading of the portal, a Zalo token."""
        self.system.command("reset")
        self.system.start()
        self.who = {
            user: pseudonym(self.system.description["env"]["intake"]["ID_KEY"].encode(), user) for user in (STAYS, GOES)
        }
        for user in (STAYS, GOES):
            self.system.says(user, "xin chào")
            wait(partial(self.system.sent_to, user), "the first reply")
        self.system.fire("portal-pull")
        store, now = self.system.store(OLD), LocalClock(self.system.folder.clock_file).now()
        common = {"kind": "reply", "channel": "zalo", "citizen": self.who[STAYS], "created_at": now}
        after = {"created_at": now + timedelta(seconds=1)}  # or the other one would wait for it
        later = Notice.model_validate(
            {**common, "id": LATER, "text": LATER, "state": "waiting", "next_attempt_at": now}
        )
        held = Notice.model_validate({**common, **after, "id": HELD, "text": HELD})
        store.create(notice_path(HELD), held.sending("drill", now + timedelta(days=1)).stored())
        store.create(notice_path(LATER), later.stored())

    def backs_up(self) -> tuple[list[dict[str, Any]], datetime]:
        """Return the documents of a backup and its time.

        Afterwards, send a notice and erase a citizen. The backup contains neither.
        """
        rows, at = (
            [row for row in self.system.exported() if row["database"] == OLD],
            LocalClock(self.system.folder.clock_file).now(),
        )
        store = self.system.store(OLD)
        went_out = partial(self.system.sweeps, "notices-sweep", lambda: LATER in self.system.sent_to(STAYS))
        wait(went_out, "the notice that goes out after the backup")
        self.system.says(GOES, event_name="user_withdraw", user_id=GOES)
        wait(lambda: store.get(f"erasures/{self.who[GOES]}"), "the erasure")
        gone = partial(self.system.sweeps, "erasures-sweep", lambda: not self.inputs(store, GOES))
        wait(gone, "the erased citizen's messages to go")
        self.token = self.system.tokens()
        return rows, at

    def restores(self, rows: list[dict[str, Any]]) -> None:
        """Write the backup's documents to a new database, while no push and no schedule reaches the functions."""
        self.system.start(FROZEN="yes", FIRESTORE_DATABASE=NEW)
        others = [row for row in self.system.exported() if row["database"] != NEW]
        lines = [json.dumps(row) for row in (*others, *({**row, "database": NEW} for row in rows))]
        get(f"{self.system.description['firestore_admin_url']}/import", "\n".join(lines).encode())
        must(self.inputs(self.system.store(NEW), GOES), "the erased citizen is not in the backup, so it proves nothing")
        status = runner_client.call(self.system.folder, "GET", "/api/status")
        must(all(item["next"] is None for item in status["schedules"]), "a schedule would run")

    def makes_safe(self, at: datetime) -> None:
        """Run `make restored` as a dry run, then for real, then again, which must change nothing."""
        untouched = self.system.exported()
        self.made_restored(at, "--dry-run")
        must(self.system.exported() == untouched, "a dry run wrote something")
        first = self.made_restored(at)
        must("1 settled" in first and "1 held" in first, first)
        made = self.system.exported()
        must("0 settled" in (again := self.made_restored(at)) and "0 held" in again, again)
        same = [
            [row["fields"] for row in rows if not row["path"].startswith("erasures/")]
            for rows in (made, self.system.exported())
        ]
        must(same[0] == same[1], "the second time changed something")
        cursor = self.system.store(NEW).get(CURSOR_PATH)
        must(cursor and cursor["cursor"] < at and "reading" not in cursor, "the portal would not be read again")

    def made_restored(self, at: datetime, *more: str) -> str:
        output = io.StringIO()
        words = [
            "--stack",
            self.system.folder.name,
            "--database",
            NEW,
            "--from",
            OLD,
            "--at",
            at.isoformat(),
            "--yes",
            *more,
        ]
        with redirect_stdout(output):
            done = restored_command.main(words, standalone_mode=False)
        print("".join(f"   {line}\n" for line in output.getvalue().splitlines()), end="", flush=True)
        must(done == 0, "make restored failed")
        return output.getvalue()

    def thaws(self, before: list[str]) -> None:
        """Resume sending after the restore, and check the messages and erasures.

        A message that waited must be sent once, and a notice held back by `make restored` never. The erasure of a
        citizen must be repeated in the restored database.
        """
        with redirect_stdout(io.StringIO()):
            resume_command.main(["--stack", self.system.folder.name, "--database", NEW, "--yes"], standalone_mode=False)
        self.system.command("clock", "+6m")
        after = wait(
            lambda: self.system.sent_to(STAYS)[len(before) :], "the reply to what was written while it was frozen"
        )
        must(len(after) == 1, f"{len(after)} messages went out instead of one")
        must(
            HELD not in self.system.sent_to(STAYS) and self.system.sent_to(STAYS).count(LATER) == 1,
            "a held or sent notice was sent",
        )
        store = self.system.store(NEW)
        wait(lambda: not self.inputs(store, GOES), "the erased citizen to be erased again")
        self.system.fire("portal-reconcile")
        nights = store.find(Query("portal_state", order_by=("__name__",)))
        must(
            [night for night in nights if night.id.startswith("night-") and night.data["complete"]],
            "no comparison with the portal",
        )

    def inputs(self, store: Store, user: str) -> list[Document]:
        return store.find(Query(f"{citizen_path(self.who[user])}/inputs", order_by=("__name__",)))

    def errors(self) -> set[str]:
        return {
            str(document.data.get("error"))
            for document in self.system.store(NEW).find(Query("notices", order_by=("__name__",)))
        }


@click.command("backup-drill")
@click.option(
    "--stack", envvar="STACK", default="drill", help="A stack that may be emptied (default: $STACK, else `drill`)."
)
@dry_run_option
def backup_drill_command(stack: str, *, dry_run: bool) -> int:
    """Rehearse a restore on a separate local stack and check every step of the runbook.

    It takes about a minute. After the backup, a message is sent, a citizen is erased, and another writes. Then the
    backup is restored as a new database. While it is frozen, nothing may be handled or sent. After thawing it, waiting
    messages must be sent. The stack is emptied before and after, and no other stack is touched. After a failure the
    stack is left as it is.
    """
    if dry_run:
        for number, (step, commands) in enumerate(STEPS.items(), 1):
            print(f"{number}. {step}", *(f"   + {line.format(stack=stack)}" for line in commands), sep="\n")
        return 0
    if stack == "default":
        raise click.UsageError("the stack `default` may hold somebody's work: give another one (STACK=name)")
    try:
        drill = Drill(DrillStack(StackFolder.of(stack)))
        drill.run()
        drill.system.command("down")
        drill.system.command("reset")
    except (DrillError, StackError, PetitionError) as error:
        left = f"The stack is left as it is; make down STACK={stack} ends it."
        raise OperatorError(f"error: {error}\n{left}") from error
    print(f"every step of a restore holds; from the loss to sending again {drill.sends_after:.0f} s")
    return 0
