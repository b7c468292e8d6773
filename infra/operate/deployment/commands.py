"""The command line of a deployment: `make preflight`, `plan`, `deploy`, `canary` and so on, for ENV=dev or prod."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import click

from infra.operate.deployment import canary, ci_identity, deploy, release
from infra.operate.deployment.cloud import CloudPlace, Shell
from infra.operate.options import dry_run_option, project_option, yes_option

environment_argument = click.argument("environment", metavar="ENV")
skip_option = click.option(
    "--skip",
    envvar="SKIP",
    default="",
    callback=lambda _context, _option, value: [name for name in value.split(",") if name],
    help="Checks of the preflight to leave out, separated by commas.",
)


def place_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add ENV, --project and --dry-run to a command, passed as a CloudPlace and a Shell in its first arguments."""

    @wraps(command)
    def call(environment: str, project: str | None, *, dry_run: bool, **others: object) -> None:
        command(CloudPlace.of(environment, project, dry=dry_run), Shell(dry_run), **others)

    return environment_argument(project_option(dry_run_option(call)))


@click.command("bootstrap")
@place_options
@skip_option
def bootstrap_command(place: CloudPlace, shell: Shell, skip: list[str]) -> None:
    """Prepare a project once: Terraform's state bucket, the first APIs, the containers of secrets.

    ENV is dev or prod. The file of variables is infra/gcp/ENV.tfvars (made from ENV.tfvars.example).
    """
    deploy.bootstrap(place, shell, skip)


@click.command("preflight")
@place_options
@skip_option
def preflight_command(place: CloudPlace, shell: Shell, skip: list[str]) -> None:
    """List everything that the account, organisation and project lack for a deployment, with the remedies."""
    deploy.look(place, shell, skip)


@click.command("plan")
@place_options
def plan_command(place: CloudPlace, shell: Shell) -> None:
    """Show the changes that a deployment would make."""
    deploy.plan(place, shell)


@click.command("deploy")
@place_options
@yes_option
@skip_option
@click.option("--plan", envvar="PLAN", default="", help="The approved plan, by the digest that `make plan` prints.")
def deploy_command(place: CloudPlace, shell: Shell, *, yes: bool, skip: list[str], plan: str) -> None:
    """Deploy: check, package, plan, ask, apply in order, load the data, and probe the webhook."""
    deploy.deploy(place, shell, skip, yes=yes, agreed=plan)


@click.command("canary")
@place_options
@click.option("--share", envvar="SHARE", type=click.IntRange(0, canary.ALL), required=True)
@click.option("--function", envvar="FUNCTION", default=canary.SERVICE, help="Another function, as `routing`.")
def canary_command(place: CloudPlace, shell: Shell, share: int, function: str) -> None:
    """Give the newest revision of the webhook, or of another function, this percentage of its calls. 0 gives it none.

    The commits that were deployed are printed first.
    """
    print(release.words(place, shell))
    canary.divide(place, shell, share, function.replace("_", "-"))


@click.command("ci-identity")
@place_options
@click.option("--repository", envvar="REPOSITORY", required=True, metavar="OWNER/NAME")
def ci_identity_command(place: CloudPlace, shell: Shell, repository: str) -> None:
    """Make the pipeline's accounts, one that plans and one that deploys. They need no key."""
    ci_identity.make(place, shell, repository)


@click.command("smoke")
@place_options
def smoke_command(place: CloudPlace, shell: Shell) -> None:
    """Check that the deployed webhook accepts a signed probe."""
    deploy.smoke(place, shell)


@click.command("destroy")
@place_options
@yes_option
def destroy_command(place: CloudPlace, shell: Shell, *, yes: bool) -> None:
    """Destroy everything in the cloud except data."""
    deploy.destroy(place, shell, yes=yes)


@click.command("logs")
@environment_argument
@project_option
@dry_run_option
@click.option("--function", envvar="FUNCTION", default="", help="Of this one alone, as `routing`.")
@click.option("--since", envvar="SINCE", default="1d", help="How far back, as 10m, 1h or 1d.")
def logs_command(environment: str, project: str | None, *, dry_run: bool, function: str, since: str) -> None:
    """Print the functions' newest warnings and errors. With --project no variables file is needed."""
    deploy.logs(project or CloudPlace.of(environment).project, Shell(dry_run), function, since)


@click.command("test-alert")
@place_options
def test_alert_command(place: CloudPlace, shell: Shell) -> None:
    """Trigger a test alert, which reaches the operators by e-mail and the people on call by the urgent channels."""
    deploy.test_alert(place, shell)
