"""`make restored`: make a database that was restored from a backup safe before anything runs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import click

from infra.operate.errors import OperatorError
from infra.operate.options import Selection, dry_run_option, source_option, target_options
from infra.operate.recovery.erasures import apply_again, erasures
from infra.operate.target import agreed, target
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.notices import sending
from petitions.domain.notices.notice import Notice, NoticeState, notice_path
from petitions.errors import NotFound, Permanent
from petitions.ports.store import DELETE, Fields, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.notices.prepare_notice import read_notice
from petitions.usecases.notices.sending_limits import SWITCH_PATH, set_switch
from petitions.usecases.portal.pull_changes import CURSOR_PATH
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import every

PAGE = 200
LOOK_BACK = timedelta(days=1)
"""The portal is read again from this long before the backup. Changes already known are not applied twice."""

ON_THEIR_WAY = (NoticeState.PLANNED, NoticeState.WAITING, NoticeState.SENDING)
MARKS = ("reminders", "digests")
"""Collections with one document per sent reminder or digest, which prevents a second sending.

Documents created after the backup are copied from the former database.
"""

SENDING_FIELDS = frozenset(
    {
        "state",
        "message_ids",
        "sent_at",
        "route",
        "reasons",
        "closed",
        "attempt",
        "error",
        "next_attempt_at",
        "waits_for",
        "repeated",
    }
)
"""The fields of a notice that change when it is sent."""


@dataclass(frozen=True)
class Restored:
    """The steps that make a restored database safe. With `dry`, they change nothing.

    Every step returns the number of changes that it makes or, with `dry`, would make.
    """

    new: Store
    """The database that was restored from the backup."""

    old: Store | None
    """The database that the restored one replaces, or None if it can no longer be read."""

    at: datetime
    """The time of the backup, aware UTC."""

    clock: Clock
    dry: bool

    def sending_off(self) -> int:
        """Switch sending off until `make resume`. Return 1 if it was on, else 0."""
        if self.dry:
            return int(not (self.new.get(SWITCH_PATH) or {}).get("paused"))
        return int(set_switch(self.new, self.clock, paused=True))

    def notices(self) -> tuple[int, int]:
        """Correct the notices that are unsent in the backup. Return the numbers of settled and of held notices.

        A notice is settled if the former database has a record of its sending, which is copied. Otherwise it is held:
        its outcome counts as unknown. After `make resume`, a held notice with a petition's result is sent once more,
        and any other held notice is never sent.
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
        """Return the sending fields of a notice in the former database.

        Return None if that database is missing, lacks the notice, or was interrupted while sending it.
        """
        found = self.old.get(notice_path(notice_id)) if self.old else None
        if found is None or found["state"] == NoticeState.SENDING:
            return None
        return {name: found[name] for name in SENDING_FIELDS if name in found}

    def marks(self) -> int:
        """Copy the records of reminders and digests sent since the backup, so that none is sent twice.

        Return the number of records that were missing.
        """
        if self.old is None:
            return 0
        made = 0
        for collection in MARKS:
            found = {f"{collection}/{document.id}": document.data for document in every(self.old, collection)}
            paths = list(found)
            for start in range(0, len(paths), PAGE):
                made += self._create({path: found[path] for path in paths[start : start + PAGE]})
        return made

    def _create(self, documents: Mapping[str, Fields]) -> int:
        if self.dry:
            return sum(found is None for found in self.new.get_all(list(documents)))
        return self.new.create_all(documents)

    def cursor(self) -> int:
        """Set the portal's cursor, the time from which its changes are read, to before the backup.

        Changes that were made since the backup are then read again. Return 1 if the cursor was later, else 0.
        """
        found, start = self.new.get(CURSOR_PATH), self.at - LOOK_BACK
        if found is None or (found["cursor"] <= start and not {"reading", "lease_until"} & set(found)):
            return 0
        if not self.dry:
            fields = {"cursor": min(found["cursor"], start), "reading": DELETE, "lease_until": DELETE}
            self.new.update(CURSOR_PATH, fields)
        return 1

    def erasures(self) -> int:
        """Copy the erasures of the former database. A schedule then erases the citizens again.

        Return the number copied.
        """
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
        tx.update(notice_path(notice_id), changed_fields(before, sending.restored(before, at)))
    else:
        tx.update(notice_path(notice_id), {name: later.get(name, DELETE) for name in SENDING_FIELDS})


def _instant(_context: click.Context, _parameter: click.Parameter, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no time, as 2026-11-24T02:00Z") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


@click.command("restored")
@target_options
@source_option
@click.option("--at", required=True, callback=_instant, help="The backup's snapshot time, as 2026-11-24T02:00Z.")
@dry_run_option
def restored_command(selection: Selection, source: str | None, at: datetime, *, dry_run: bool) -> int:
    """Make a database that was restored from a backup safe, before anything runs on it.

    The database lacks everything since the backup: sent messages, reminders, and erasures of citizens. So sending is
    switched off, and the portal is read again from before the backup. If the former database is given (--from),
    erasures are entered again and notices take their state from it. Other unsent notices are held, because their
    outcome is unknown. Running it again does no harm.
    """
    if selection.database in {None, source, "petitions"}:
        raise click.UsageError("name the restored database (DATABASE=...); it is never the one that it replaces")
    where = target(selection)
    old = FirestoreStore(where.project, source) if source else None
    if not has_data(where.store):
        raise OperatorError(
            f"{where.name}: {selection.database} does not exist or is empty; nothing was done. Is its name "
            "right, and has the restore ended (gcloud firestore operations list)?"
        )
    if old and not has_data(old):
        raise OperatorError(
            f"{where.name}: the former database {source} does not exist or is empty; nothing was done. "
            "Is its name right? Leave FROM= out if it cannot be read."
        )
    if not dry_run and not agreed(selection, f"{where.name}: make it safe, as of {at:%F %H:%M} UTC?"):
        return 1
    make_safe(Restored(where.store, old, at, where.clock, dry_run))
    return 0


def has_data(store: Store) -> bool:
    """Return whether the database exists and holds a petition or a citizen.

    Raise Retryable if the database does not respond.
    """
    try:
        return any(store.find(Query(kind, limit=1)) for kind in ("petitions", "citizens"))
    except Permanent:  # Firestore's answer for a database that does not exist
        return False


def make_safe(made: Restored) -> None:
    """Run all steps that make a restored database safe, and print their results."""
    would = "would be " if made.dry else ""
    print(f"sending: {f'{would}switched off' if made.sending_off() else 'off already'}")
    settled, held = made.notices()
    print(f"notices on their way: {settled} {would}settled by the former database, {held} {would}held as unknown")
    print(f"reminders and digests fired since: {made.marks()} {would}taken over")
    print(f"portal: {f'{would}read again from before the backup' if made.cursor() else 'cursor is before the backup'}")
    print(f"erasures: {made.erasures()} {would}entered again")
    print("dry run: nothing was written" if made.dry else "make resume starts sending, once functions run on it")
