"""The command line: find a command, run it, and turn its errors into messages and exit statuses."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click
from google.auth.exceptions import GoogleAuthError

from infra.local.stack.folder import StackError
from infra.operate.errors import OperatorError
from petitions.errors import PetitionError

MODULES = {
    "bootstrap": "deployment.commands",
    "preflight": "deployment.commands",
    "plan": "deployment.commands",
    "deploy": "deployment.commands",
    "smoke": "deployment.commands",
    "logs": "deployment.commands",
    "test-alert": "deployment.commands",
    "canary": "deployment.commands",
    "ci-identity": "deployment.commands",
    "destroy": "deployment.commands",
    "load": "load",
    "publish": "publish",
    "merge-units": "merge_units",
    "officer": "officer",
    "pause": "pause",
    "resume": "pause",
    "replay": "replay",
    "figures": "figures",
    "search-keys": "recovery.search_keys",
    "corrections": "corrections",
    "recount": "recount",
    "recount-scores": "recount_scores",
    "erasures": "recovery.erasures",
    "restored": "recovery.restore",
    "backup-drill": "recovery.backup_drill",
    "rotate-key": "rotate_key",
}
"""The module of every command, which defines a function named after the command.

`"merge-units"` -> `infra.operate.merge_units.merge_units_command`
"""


class Commands(click.Group):
    """A group that imports a command's module only when needed, because most modules load Google's clients."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in MODULES:
            return None
        module = importlib.import_module(f"infra.operate.{MODULES[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 120})
def operate() -> None:
    """Operate the petition channel: deploy it, load its data, repair it, restore it, rotate its keys."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return the exit status: 0 success, 1 refused or failed, 2 usage error, 130 interrupted."""
    try:
        return int(operate.main(arguments, prog_name="python -m infra.operate", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        print("interrupted", file=sys.stderr)
        return 130
    except OperatorError as error:
        print(error, file=sys.stderr)
    except (PetitionError, StackError) as error:
        print(f"error: {error}", file=sys.stderr)
    except GoogleAuthError as error:
        print(
            f"error: no credentials for Google Cloud: gcloud auth application-default login ({error})", file=sys.stderr
        )
    return 1
