"""`make officer`: enters an officer, or changes the one with that address. The first ones nobody can enter at the desk.

make officer PROJECT=... EMAIL=lan.nt@example.vn NAME="Nguyễn Thị Lan" UNIT=VPUB ROLE=coordinator
"""

from __future__ import annotations

import argparse
import re
import sys

from pydantic import ValidationError

from infra.target import agreed, arguments, target
from petitions.adapters.reference import InForce
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.errors import PetitionError
from petitions.ports.store import Store, Transaction
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.petition_changes import changed

ROLES = (Role.OFFICER, Role.HEAD, Role.COORDINATOR, Role.INSPECTOR)


def officer_id(email: str) -> str:
    """A readable id, the same for the same address."""
    return re.sub(r"[^a-z0-9]+", "-", email.lower()).strip("-")


def enter(store: Store, officer: Officer) -> None:
    """Create the officer or change what differs; filters and duty stay as they are."""
    path = officer_path(officer.id)

    def work(tx: Transaction) -> None:
        found = tx.get(path)
        if found is None:
            tx.create(path, officer.stored())
            return
        before = Officer.model_validate(found)
        kept = {"name": officer.name, "email": officer.email, "unit": officer.unit, "role": officer.role}
        tx.update(path, changed(before, before.model_copy(update=kept)))

    store.transact(work)


def main(argv: list[str] | None = None) -> int:
    """Show, ask, enter."""
    parser = argparse.ArgumentParser(prog="python -m infra.officer", description=(__doc__ or "").splitlines()[0])
    arguments(parser)
    parser.add_argument("--email", required=True, help="as Identity-Aware Proxy knows them")
    parser.add_argument("--name", required=True)
    parser.add_argument("--unit", required=True, help="the unit's code in the directory")
    parser.add_argument("--role", required=True, choices=[role.value for role in ROLES])
    parser.add_argument("--dry-run", action="store_true", help="only show what would be written")
    options = parser.parse_args(argv)
    email = options.email.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        parser.error(f"{options.email!r} is no e-mail address")
    where = target(options)
    try:
        directory = InForce(where.store, where.clock)().directory
        if not directory.knows(options.unit):
            parser.error(f"the directory in force has no unit {options.unit} (make load puts one into force)")
        known = Staff(where.store, where.clock).with_email(email)
        identity = known.id if known else officer_id(email)
        fields = {"id": identity, "email": email, "name": options.name, "unit": options.unit, "role": options.role}
        made = Officer.model_validate(fields)
        what = f"{made.name}, {made.role} of {directory.name_of(made.unit)}"
        print(f"{where.name}: {'changes' if known else 'enters'} {identity}: {what}")
        if options.dry_run:
            return 0
        if not agreed(options, "Do this?"):
            return 1
        enter(where.store, made)
    except (PetitionError, ValidationError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("done; the desk knows within a minute")
    return 0


if __name__ == "__main__":
    sys.exit(main())
