"""The options that several commands share, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import click

stack_option = click.option(
    "--stack", envvar="STACK", default="default", help="A stack of this laptop (default: $STACK, else `default`)."
)
project_option = click.option(
    "--project", help="A project in the cloud instead, with the credentials of whoever runs this."
)
database_option = click.option(
    "--database", help="Its database (default: the one that the functions run on; gcloud is asked for it)."
)
source_option = click.option(
    "--from", "source", help="The database that the restored one replaces, while it can still be read."
)
yes_option = click.option("--yes", is_flag=True, help="Ask nothing.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Show what would be done and change nothing.")


@dataclass(frozen=True)
class Selection:
    """What the operator selected: where to work, and whether to ask."""

    stack: str = "default"
    project: str | None = None
    database: str | None = None
    yes: bool = False


def target_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command --stack, --project, --database and --yes; they arrive as a Selection, its first argument."""

    @wraps(command)
    def call(stack: str, project: str | None, database: str | None, *, yes: bool, **others: object) -> int:
        return command(Selection(stack, project, database, yes), **others)

    return stack_option(project_option(database_option(yes_option(call))))
