"""`make backup-drill`: a backup is restored on a local stack of its own, and every step of the runbook is looked at.

    make backup-drill              about a minute; the stack is called `drill` unless STACK=name is given
    make backup-drill DRY=1        only says what it would do

Life goes on after the backup: a message goes out, somebody has themselves erased, somebody writes. Then the backup is
restored as a new database, frozen; what must not happen is looked for, then it is thawed, and what must happen is.
The stack is emptied before and after; no other is touched.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from infra import pause, restore
from infra.local import control, zalo_event
from infra.local.clock import LocalClock
from infra.local.stack import ROOT, StackError, StackFolder
from infra.target import target
from petitions.domain.conversation.citizen import citizen_path
from petitions.domain.notices.notice import Notice, notice_path
from petitions.domain.shared.identity import pseudonym
from petitions.errors import PetitionError
from petitions.ports.store import Document, Query, Store
from petitions.usecases.portal.pull_changes import CURSOR

OLD, NEW = "petitions", "petitions-restored"
STAYS, GOES = "4572947693960000001", "4572947693960000002"
LATER, HELD = "drill-later", "drill-held"
PATIENCE = 60.0
STEPS = (
    "a stack with citizens, notices on their way, a portal that was read, a Zalo token",
    "backup; then a notice goes out, a citizen is erased",
    "the backup becomes the database petitions-restored; pushes are off, schedules paused",
    "make restored: sending off, notices settled or held, cursor set back, erasures entered; again, nothing changes",
    "frozen: what Zalo sends is kept, nothing is handled, nothing sent",
    "thawed, sending still off: messages are handled, nothing is sent",
    "make resume: what waited goes out once, what is held never; erased again; compared with the portal",
    "the Zalo token is the one of before and was restored nowhere",
)
T = TypeVar("T")


class DrillError(Exception):
    """A step did not come to what it must."""


class Drill:
    """One run on one stack."""

    def __init__(self, folder: StackFolder) -> None:
        self.folder = folder
        self.stack: dict[str, Any] = {}
        self.who: dict[str, str] = {}
        self.token: dict[tuple[str, str], Any] = {}
        self._environment = {name: value for name, value in os.environ.items() if not name.endswith("EMULATOR_HOST")}
        self._done = 0

    def step(self) -> None:
        """Say which step begins."""
        self._done += 1
        print(f"{self._done}. {STEPS[self._done - 1]}", flush=True)

    def command(self, *words: str, **settings: str) -> None:
        """`python -m infra.local ...` on this stack. Raises DrillError."""
        call = [sys.executable, "-m", "infra.local", *words, "--stack", self.folder.name]
        environment = self._environment | settings
        done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DrillError(f"{' '.join(words)}: {done.stdout}{done.stderr}")

    def start(self, **settings: str) -> dict[str, Any]:
        """The stack, up; its description."""
        self.command("down")
        self.command("up", **settings)
        return control.description(self.folder)

    def run(self) -> None:
        """All steps. Raises DrillError, StackError."""
        self.step()
        self.lives()
        self.step()
        rows, at = self.backs_up()
        self.step()
        self.restores(rows)
        self.step()
        self.makes_safe(at)
        self.step()
        before = self.told(STAYS)
        self.says(STAYS, "còn ai ở đó không?")
        must(self.backlog(), "what Zalo sent was not kept")
        self.step()
        self.stack = self.start(FIRESTORE_DATABASE=NEW)
        wait(lambda: "paused" in self.errors(), "a reply that waits because sending is off")
        must(self.told(STAYS) == before, "something was sent while sending was off")
        self.step()
        self.thaws(before)
        self.step()
        must(self.tokens() == self.token, "the Zalo token is not the one of before the restore")

    def lives(self) -> None:
        """Two citizens, notices on their way, a portal that was read, a Zalo token."""
        self.command("reset")
        self.stack = self.start()
        self.who = {user: pseudonym(self.stack["env"]["intake"]["ID_KEY"].encode(), user) for user in (STAYS, GOES)}
        for user in (STAYS, GOES):
            self.says(user, "xin chào")
            wait(partial(self.told, user), "the first reply")
        self.fire("portal-pull")
        store, now = self.store(OLD), LocalClock(self.folder.clock_file).now()
        common = {"kind": "reply", "channel": "zalo", "citizen": self.who[STAYS], "created_at": now}
        after = {"created_at": now + timedelta(seconds=1)}  # or the other one would wait for it
        later = Notice.model_validate(
            {**common, "id": LATER, "text": LATER, "state": "waiting", "next_attempt_at": now}
        )
        held = Notice.model_validate({**common, **after, "id": HELD, "text": HELD})
        store.create(notice_path(HELD), held.sending("drill", now + timedelta(days=1)).stored())
        store.create(notice_path(LATER), later.stored())

    def backs_up(self) -> tuple[list[dict[str, Any]], datetime]:
        """The backup and its time; then a notice goes out and a citizen is erased."""
        rows, at = [row for row in self.exported() if row["database"] == OLD], LocalClock(self.folder.clock_file).now()
        store = self.store(OLD)
        went_out = partial(self.sweeps, "notices-sweep", lambda: LATER in self.told(STAYS))
        wait(went_out, "the notice that goes out after the backup")
        self.says(GOES, event_name="user_withdraw", user_id=GOES)
        wait(lambda: store.get(f"erasures/{self.who[GOES]}"), "the erasure")
        gone = partial(self.sweeps, "erasures-sweep", lambda: not self.inputs(store, GOES))
        wait(gone, "the erased citizen's messages to go")
        self.token = self.tokens()
        return rows, at

    def restores(self, rows: list[dict[str, Any]]) -> None:
        """The backup as a new database; nothing reaches the functions."""
        self.stack = self.start(FROZEN="yes", FIRESTORE_DATABASE=NEW)
        others = [row for row in self.exported() if row["database"] != NEW]
        lines = [json.dumps(row) for row in (*others, *({**row, "database": NEW} for row in rows))]
        get(f"{self.stack['firestore_admin_url']}/import", "\n".join(lines).encode())
        must(self.inputs(self.store(NEW), GOES), "the erased citizen is not in the backup, so it proves nothing")
        status = control.call(self.folder, "GET", "/api/status")
        must(all(each["next"] is None for each in status["schedules"]), "a schedule would run")

    def makes_safe(self, at: datetime) -> None:
        """`make restored`, dry, for good, and again."""
        untouched = self.exported()
        self.made_restored(at, "--dry-run")
        must(self.exported() == untouched, "a dry run wrote something")
        first = self.made_restored(at)
        must("1 settled" in first and "1 held" in first, first)
        made = self.exported()
        must("0 settled" in (again := self.made_restored(at)) and "0 held" in again, again)
        same = [
            [row["fields"] for row in rows if not row["path"].startswith("erasures/")]
            for rows in (made, self.exported())
        ]
        must(same[0] == same[1], "the second time changed something")
        cursor = self.store(NEW).get(CURSOR)
        must(cursor and cursor["cursor"] < at and "reading" not in cursor, "the portal would not be read again")

    def made_restored(self, at: datetime, *more: str) -> str:
        """What `make restored` says."""
        said = io.StringIO()
        words = ["--stack", self.folder.name, "--database", NEW, "--from", OLD, "--at", at.isoformat(), "--yes", *more]
        with redirect_stdout(said):
            done = restore.main(words)
        print("".join(f"   {line}\n" for line in said.getvalue().splitlines()), end="", flush=True)
        must(done == 0, "make restored failed")
        return said.getvalue()

    def thaws(self, before: list[str]) -> None:
        """Sending is on again."""
        with redirect_stdout(io.StringIO()):
            pause.main(["resume", "--stack", self.folder.name, "--database", NEW, "--yes"])
        self.command("clock", "+6m")
        after = wait(lambda: self.told(STAYS)[len(before) :], "the reply to what was written while it was frozen")
        must(len(after) == 1, f"{len(after)} messages went out instead of one")
        must(HELD not in self.told(STAYS) and self.told(STAYS).count(LATER) == 1, "a held or sent notice was sent")
        store = self.store(NEW)
        wait(lambda: not self.inputs(store, GOES), "the erased citizen to be erased again")
        self.fire("portal-reconcile")
        nights = store.find(Query("portal_state", order_by=("__name__",)))
        must(
            [each for each in nights if each.id.startswith("night-") and each.data["complete"]],
            "no comparison with the portal",
        )

    def inputs(self, store: Store, user: str) -> list[Document]:
        """What this citizen wrote, as it is kept."""
        return store.find(Query(f"{citizen_path(self.who[user])}/inputs", order_by=("__name__",)))

    def errors(self) -> set[str]:
        """Why notices of the restored database wait."""
        return {str(each.data.get("error")) for each in self.store(NEW).find(Query("notices", order_by=("__name__",)))}

    def backlog(self) -> int:
        """How many events wait for `intake`."""
        stats = json.loads(get(f"{self.stack['pubsub_admin_url']}/stats"))
        return int(stats["subscriptions"]["zalo-events-intake"]["backlog"])

    def tokens(self) -> dict[tuple[str, str], Any]:
        """The stored Zalo tokens, of whichever database."""
        return {
            (row["database"], row["path"]): row["fields"]
            for row in self.exported()
            if row["path"].startswith("tokens/")
        }

    def store(self, database: str) -> Store:
        """A database of the running stack."""
        return target(argparse.Namespace(stack=self.folder.name, project=None, database=database)).store

    def says(self, user: str, text: str = "", **event: Any) -> None:
        """A signed event of this citizen; a text, or what `event` says. Raises DrillError."""
        env = self.stack["env"]["zalo_webhook"]
        app, oa, now = env["ZALO_APP_ID"], env["ZALO_OA_ID"], LocalClock(self.folder.clock_file).now()
        body = zalo_event.build("text", [text], user=user, app_id=app, oa_id=oa, now=now)
        if event:
            body = json.dumps(
                {"app_id": app, "oa_id": oa, "timestamp": str(int(now.timestamp() * 1000)), **event}
            ).encode()
        key = env["ZALO_OA_SECRET_KEYS"].split(",")[0].strip()
        headers = {"X-ZEvent-Signature": zalo_event.sign(body, app, key)}
        wait(
            lambda: zalo_event.post(self.stack["functions"]["zalo_webhook"], body, headers) == zalo_event.ACCEPTED,
            "Zalo's event",
        )

    def told(self, user: str) -> list[str]:
        """What Zalo's simulator has from us for this citizen."""
        found = json.loads(get(f"{self.stack['zalo_url']}/sim/messages?user_id={user}"))
        return [each["text"] for each in found if each["direction"] == "out"]

    def exported(self) -> list[dict[str, Any]]:
        """Every document of every database."""
        return [json.loads(line) for line in get(f"{self.stack['firestore_admin_url']}/export").splitlines()]

    def fire(self, schedule: str) -> None:
        """Run one schedule now. Raises StackError when it fails."""
        control.call(self.folder, "POST", f"/api/fire/{schedule}", {}, timeout=120)

    def sweeps(self, schedule: str, look: Callable[[], bool]) -> bool:
        """Run it, and look."""
        self.fire(schedule)
        return look()


def get(url: str, body: bytes | None = None) -> str:
    """The answer of a server of the stack."""
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=60) as answer:  # noqa: S310 - the stack's own
        return str(answer.read().decode())


def wait(look: Callable[[], T], what: str) -> T:
    """Look until there is something. Raises DrillError."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise DrillError(f"waited {PATIENCE:.0f} s in vain for {what}")


def must(holds: object, what: str) -> None:
    """Raises DrillError when it does not hold."""
    if not holds:
        raise DrillError(what)


def main(argv: list[str] | None = None) -> int:
    """Drill, and clear up; what failed is left to be looked at."""
    parser = argparse.ArgumentParser(prog="python -m infra.backup_drill", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stack", default=os.environ.get("STACK") or "drill", help="a stack that may be emptied")
    parser.add_argument("--dry-run", action="store_true", help="only say the steps")
    options = parser.parse_args(argv)
    if options.dry_run:
        print("\n".join(f"{number}. {step}" for number, step in enumerate(STEPS, 1)))
        return 0
    if options.stack == "default":
        parser.error("the stack `default` may hold somebody's work: give another one (STACK=name)")
    try:
        drill = Drill(StackFolder.of(options.stack))
        drill.run()
        drill.command("down")
        drill.command("reset")
    except (DrillError, StackError, PetitionError) as error:
        print(f"error: {error}\nThe stack is left as it is; make down STACK={options.stack} ends it.", file=sys.stderr)
        return 1
    print("every step of a restore holds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
