"""`make restored`: a database restored from a backup is made safe before anything runs on it. Again does no harm.

What it does not know happened all the same: messages that went out since the backup, reminders that fired, people who
had themselves erased. So sending is off there, what was on its way counts as unknown, what the former database still
can tell is taken over, erasures are entered again, and the portal is read from before the backup.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from infra.erasures import apply_again, erasures
from infra.target import agreed, arguments, target
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.notices import sending
from petitions.domain.notices.notice import Notice, NoticeState, notice_path
from petitions.errors import NotFound, PetitionError
from petitions.ports.store import DELETE, Fields, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.notices.prepare_notice import read_notice
from petitions.usecases.notices.sending_limits import SWITCH_PATH, set_switch
from petitions.usecases.portal.pull_changes import CURSOR
from petitions.usecases.shared.petition_changes import changed
from petitions.usecases.shared.sweeping import every

PAGE = 200
LOOK_BACK = timedelta(days=1)
"""The portal is read again from so long before the backup; what is known is not applied twice."""

ON_THEIR_WAY = (NoticeState.PLANNED, NoticeState.WAITING, NoticeState.SENDING)
MARKS = ("reminders", "digests")
"""Each exists once so that something is said once: those made since the backup are taken over."""

TOLD = frozenset({"state", "message_ids", "sent_at", "route", "attempt", "error", "next_attempt_at", "waits_for"})
"""What a later state of a notice knows of its sending."""


@dataclass(frozen=True)
class Restored:
    """`new` was restored from a backup of `at`; `old` is the database it stands for, if that can still be read."""

    new: Store
    old: Store | None
    at: datetime
    clock: Clock
    dry: bool = False

    def sending_off(self) -> int:
        """Nothing is sent from there until `make resume`; 1 if it was on."""
        if self.dry:
            return int(not (self.new.get(SWITCH_PATH) or {}).get("paused"))
        return int(set_switch(self.new, self.clock, paused=True))

    def notices(self) -> tuple[int, int]:
        """How many notices on their way are settled by what the former database knows, and how many are held.

        A held one counts as unknown: a result goes once more after `make resume`, everything else rests.
        """
        settled = held = 0
        where = (("state", "in", [state.value for state in ON_THEIR_WAY]),)
        for document in list(every(self.new, "notices", where)):
            notice = Notice.model_validate(document.data)
            if notice.waits_for and notice.next_attempt_at is None:
                continue  # nothing sends it before the citizen writes
            later = self._later(document.id)
            settled, held = settled + (later is not None), held + (later is None)
            if not self.dry:
                self.new.transact(partial(_settle, notice_id=document.id, later=later, at=self.at))
        return settled, held

    def _later(self, notice_id: str) -> Fields | None:
        """What the former database knows of its sending, unless it stopped there in the middle of it."""
        found = self.old.get(notice_path(notice_id)) if self.old else None
        if found is None or found["state"] == NoticeState.SENDING:
            return None
        return {name: found[name] for name in TOLD if name in found}

    def marks(self) -> int:
        """How many reminders and digests that fired since the backup are taken over, so that they do not fire again."""
        if self.old is None:
            return 0
        made = 0
        for collection in MARKS:
            found = {f"{collection}/{each.id}": each.data for each in every(self.old, collection)}
            paths = list(found)
            for start in range(0, len(paths), PAGE):
                made += self._create({path: found[path] for path in paths[start : start + PAGE]})
        return made

    def _create(self, documents: Mapping[str, Fields]) -> int:
        if self.dry:
            return sum(found is None for found in self.new.get_all(list(documents)))
        return self.new.create_all(documents)

    def cursor(self) -> int:
        """The portal is read from before the backup; 1 if the cursor had to be set."""
        found, start = self.new.get(CURSOR), self.at - LOOK_BACK
        if found is None or (found["cursor"] <= start and not {"reading", "lease_until"} & set(found)):
            return 0
        if not self.dry:
            fields = {"cursor": min(found["cursor"], start), "reading": DELETE, "lease_until": DELETE}
            self.new.update(CURSOR, fields)
        return 1

    def erasures(self) -> int:
        """How many erasures are entered again; whoever was erased is erased there too, page by page."""
        if self.old is None:
            return 0
        if self.dry:
            return sum(1 for _ in erasures(self.old))
        return apply_again(self.old, self.new, self.clock)


def _settle(tx: Transaction, notice_id: str, later: Fields | None, at: datetime) -> None:
    try:
        before = read_notice(tx, notice_id)
    except NotFound:
        return
    if later is None:
        tx.update(notice_path(notice_id), changed(before, sending.restored(before, at)))
    else:
        tx.update(notice_path(notice_id), {name: later.get(name, DELETE) for name in TOLD})


def main(argv: list[str] | None = None) -> int:
    """Say what will be done, ask, do it."""
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description=(__doc__ or "").splitlines()[0])
    arguments(parser)
    parser.add_argument("--from", dest="source", help="the database that it stands for, while that can be read")
    parser.add_argument("--at", required=True, type=_instant, help="the backup's snapshot time, e.g. 2026-11-24T02:00Z")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    options = parser.parse_args(argv)
    if options.database in {None, options.source, "petitions"}:
        parser.error("name the restored database (DATABASE=...); it is never the one that it stands for")
    where = target(options)
    old = FirestoreStore(where.project, options.source) if options.source else None
    try:
        if not options.dry_run and not agreed(options, f"{where.name}: make it safe, as of {options.at:%F %H:%M} UTC?"):
            return 1
        tell(Restored(where.store, old, options.at, where.clock, options.dry_run))
    except PetitionError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def tell(made: Restored) -> None:
    """Do each step and say what it came to."""
    print(f"sending: {'switched off' if made.sending_off() else 'off already'}")
    settled, held = made.notices()
    print(f"notices on their way: {settled} settled by what the former database knows, {held} held as unknown")
    print(f"reminders and digests fired since: {made.marks()} taken over")
    print(f"portal: {'read again from before the backup' if made.cursor() else 'cursor is before the backup'}")
    print(f"erasures: {made.erasures()} entered again")
    print("dry run: nothing was written" if made.dry else "make resume starts sending, once functions run on it")


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
