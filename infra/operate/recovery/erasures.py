"""`make erasures`: what stays erased after a restore.

A restored database is as it was on the day of its backup: citizens who were erased since stand there again. Before it
is used, `make erasures FROM=petitions DATABASE=petitions-restored PROJECT=...` reads every erasure of the database that
it replaces, enters it in the restored one and marks each citizen as erased there, so that what is in flight is dropped
at once; `erasures-sweep` of the functions on that database does the rest. The same again changes nothing but the time.
Without FROM the erasures are listed, by pseudonym.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from infra.target import agreed, arguments, target
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.conversation.citizen import citizen_path
from petitions.domain.privacy.erasure import Erasure, erasure_path
from petitions.errors import PetitionError
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.privacy.erase_citizen import empty_again
from petitions.usecases.shared.petition_changes import changed
from petitions.usecases.shared.sweeping import every


def erasures(store: Store) -> Iterator[tuple[str, Erasure]]:
    """Every erasure of a database, by the HMAC of the citizen or of the petition."""
    return ((each.id, Erasure.model_validate(each.data)) for each in every(store, "erasures"))


def apply_again(source: Store, to: Store, clock: Clock) -> int:
    """Enter every erasure of `source` in `to`, due now; returns how many. One transaction each."""
    done = 0
    for who, deed in erasures(source):
        again = deed.model_copy(update={"stage": "erasing", "next_attempt_at": clock.now(), "done_at": None})

        def work(tx: Transaction, who: str = who, again: Erasure = again) -> None:
            path = erasure_path(who)
            found, _ = tx.get_all([path, citizen_path(who)])
            if found is None:
                tx.create(path, again.stored())
            else:
                tx.update(path, changed(Erasure.model_validate(found), again))
            empty_again(tx, who, again)

        to.transact(work)
        done += 1
    return done


def main(argv: list[str] | None = None) -> int:
    """List, or ask and apply again."""
    parser = argparse.ArgumentParser(prog="python -m infra.erasures", description=(__doc__ or "").splitlines()[0])
    arguments(parser)
    parser.add_argument("--from", dest="source", help="the database that the restored one replaces")
    options = parser.parse_args(argv)
    where = target(options)
    try:
        if not options.source:
            lines = [
                f"{who} {deed.by} {deed.stage} until {deed.until:%Y-%m-%d %H:%M:%S} UTC {' '.join(deed.kept)}".rstrip()
                for who, deed in erasures(where.store)
            ]
            print("\n".join(lines) or f"{where.name}: nobody was erased")
            return 0
        source = FirestoreStore(where.project, options.source)
        known = sum(1 for _ in erasures(source))
        print(f"{where.name}: {known} erasures of {options.source} are applied again")
        if not agreed(options, "Apply them?"):
            return 1
        print(f"{apply_again(source, where.store, where.clock)} entered; erasures-sweep carries them out, page by page")
    except PetitionError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
