"""`make officer`: enter an officer, or change the one with that e-mail address.

make officer PROJECT=... EMAIL=lan.nt@example.vn NAME="Nguyễn Thị Lan" UNIT=VPUB ROLE=coordinator
"""

from __future__ import annotations

import re
from typing import Any

import click
from pydantic import ValidationError

from infra.operate.errors import OperatorError
from infra.operate.options import Selection, dry_run_option, target_options
from infra.operate.target import agreed, target
from petitions.adapters.reference import ReferenceInForce
from petitions.domain.officers.entries import ASSIGNABLE_ROLES, is_address
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.shared.records import replace
from petitions.ports.store import Store, Transaction
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.petition_changes import changed_fields


def officer_id(email: str) -> str:
    """Return a readable id made from an e-mail address: `"lan.nt@example.vn"` -> `"lan-nt-example-vn"`."""
    return re.sub(r"[^a-z0-9]+", "-", email.lower()).strip("-")


def enter(store: Store, officer: Officer) -> None:
    """Create the officer, or change name, address, unit and role of an existing officer with the same id.

    The existing officer's saved filters and duty do not change.
    """
    path = officer_path(officer.id)

    def action(tx: Transaction) -> None:
        found = tx.get(path)
        if found is None:
            tx.create(path, officer.stored())
            return
        before = Officer.model_validate(found)
        kept: dict[str, Any] = {
            "name": officer.name,
            "email": officer.email,
            "unit": officer.unit,
            "role": officer.role,
        }
        tx.update(path, changed_fields(before, replace(before, **kept)))

    store.transact(action)


def _address(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    email = text.strip().lower()
    if not is_address(email):
        raise click.BadParameter(f"{text!r} is no e-mail address")
    return email


@click.command("officer")
@target_options
@click.option("--email", required=True, callback=_address, help="The address that Identity-Aware Proxy signs in.")
@click.option("--name", required=True, help="The officer's name.")
@click.option("--unit", required=True, help="The unit's code in the directory.")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in ASSIGNABLE_ROLES]), help="The officer's role."
)
@dry_run_option
def officer_command(selection: Selection, email: str, name: str, unit: str, role: str, *, dry_run: bool) -> int:
    """Enter an officer, or change the one with this address.

    Use it for the first officers, because no one can enter them at the desk. The filters and the duty of an existing
    officer do not change.
    """
    where = target(selection)
    directory = ReferenceInForce(where.store, where.clock)().directory
    if not directory.knows(unit):
        raise click.UsageError(f"the directory in force has no unit {unit} (make load puts one into force)")
    known = Staff(where.store, where.clock).with_email(email)
    identity = known.id if known else officer_id(email)
    try:
        made = Officer.model_validate({"id": identity, "email": email, "name": name, "unit": unit, "role": role})
    except ValidationError as error:
        raise OperatorError(f"error: {error}") from error
    what = f"{made.name}, {made.role} of {directory.name_of(made.unit)}"
    print(f"{where.name}: {'changes' if known else 'enters'} {identity}: {what}")
    if dry_run:
        return 0
    if not agreed(selection, "Do this?"):
        return 1
    enter(where.store, made)
    print("done; the desk knows within a minute")
    return 0
