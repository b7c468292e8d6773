"""Command-line options that several of the operator's commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import click

stack_option = click.option(
    "--stack", envvar="STACK", default="default", help="A stack of this laptop (default: $STACK, else `default`)."
)


def _given(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter("it is empty: export PROJECT first")
    return value


project_option = click.option(
    "--project",
    callback=_given,
    help="A project in the cloud instead, with the credentials of the person running this.",
)
database_option = click.option(
    "--database", help="Its database (default: the one the functions use, which is read with gcloud)."
)
source_option = click.option(
    "--from", "source", help="The database that the restored one replaces, while it can still be read."
)
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Show what would be done and change nothing.")


@dataclass(frozen=True)
class Selection:
    """The system selected by the options (a local stack or a cloud project), and `yes` to act without asking."""

    stack: str = "default"
    project: str | None = None
    database: str | None = None
    yes: bool = False


def target_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add --stack, --project, --database and --yes to a command, passed as a Selection in its first argument."""

    @wraps(command)
    def call(stack: str, project: str | None, database: str | None, *, yes: bool, **others: object) -> int:
        return command(Selection(stack, project, database, yes), **others)

    return stack_option(project_option(database_option(yes_option(call))))
