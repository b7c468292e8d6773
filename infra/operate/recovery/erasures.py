"""`make erasures`: list the erased citizens' data, and repeat the erasures in a restored database."""

from __future__ import annotations

from collections.abc import Iterator

import click

from infra.operate.options import Selection, source_option, target_options
from infra.operate.target import agreed, target
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.privacy.erasure import Erasure, contacts_of, erasure_path, has_returned
from petitions.domain.shared.records import replace
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.privacy.erase_citizen import empty_again
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import every


def erasures(store: Store) -> Iterator[tuple[str, Erasure]]:
    """Yield every erasure in a database with its key, an HMAC of the citizen or of the petition."""
    return ((document.id, Erasure.model_validate(document.data)) for document in every(store, "erasures"))


def apply_again(source: Store, to: Store, clock: Clock) -> int:
    """Copy the erasures of `source` to `to`, due at once, in one transaction per erasure. Return their number."""
    done = 0
    for who, deed in erasures(source):
        again = replace(deed, stage="erasing", next_attempt_at=clock.now(), done_at=None)

        def action(tx: Transaction, who: str = who, again: Erasure = again) -> None:
            path = erasure_path(who)
            found, there = tx.get_all([path, citizen_path(who)])
            citizen = Citizen.model_validate(there) if there else None
            contacts = contacts_of(citizen) if citizen and not has_returned(citizen) else []
            again = replace(again, known=contacts)
            if found is None:
                tx.create(path, again.stored())
            else:
                tx.update(path, changed_fields(Erasure.model_validate(found), again))
            empty_again(tx, who, again)

        to.transact(action)
        done += 1
    return done


@click.command("erasures")
@target_options
@source_option
def erasures_command(selection: Selection, source: str | None) -> int:
    """List the erasures by pseudonym. With --from, repeat them in a restored database.

    A restored database has the state of its backup, so it contains citizens who were erased later. Before it is used,
    this command reads all erasures of the replaced database, enters them in the restored one and marks the citizens as
    erased there, so that everything in progress for them is dropped at once. The schedule `erasures-sweep` of the
    functions on that database does the rest. Running the command again only changes the time.
    """
    where = target(selection)
    if not source:
        lines = [
            f"{who} {deed.by} {deed.stage} until {deed.until:%Y-%m-%d %H:%M:%S} UTC {' '.join(deed.kept)}".rstrip()
            for who, deed in erasures(where.store)
        ]
        print("\n".join(lines) or f"{where.name}: nobody was erased")
        return 0
    former = FirestoreStore(where.project, source)
    known = sum(1 for _ in erasures(former))
    print(f"{where.name}: {known} erasures of {source} are applied again")
    if not agreed(selection, "Apply them?"):
        return 1
    print(f"{apply_again(former, where.store, where.clock)} entered; erasures-sweep carries them out, page by page")
    return 0
