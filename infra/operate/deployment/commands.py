"""`make preflight`, `plan`, `deploy`, `canary` and the other verbs of a deployment, with ENV=dev or ENV=prod."""

from __future__ import annotations

import click

from infra.operate.deployment import canary, ci_identity, deploy
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


@click.command("bootstrap")
@environment_argument
@dry_run_option
@skip_option
def bootstrap_command(environment: str, *, dry_run: bool, skip: list[str]) -> None:
    """Prepare a project once: Terraform's state bucket, the first APIs, the containers of secrets.

    ENV is dev or prod. The file of variables is infra/gcp/ENV.tfvars (made from ENV.tfvars.example).
    """
    deploy.bootstrap(CloudPlace.of(environment), Shell(dry_run), skip)


@click.command("preflight")
@environment_argument
@dry_run_option
@skip_option
def preflight_command(environment: str, *, dry_run: bool, skip: list[str]) -> None:
    """List everything that the account, organisation and project lack for a deployment, with the remedies."""
    deploy.look(CloudPlace.of(environment), Shell(dry_run), skip)


@click.command("plan")
@environment_argument
@dry_run_option
def plan_command(environment: str, *, dry_run: bool) -> None:
    """Show what a deployment would change."""
    deploy.plan(CloudPlace.of(environment), Shell(dry_run))


@click.command("deploy")
@environment_argument
@dry_run_option
@yes_option
@skip_option
@click.option("--plan", envvar="PLAN", default="", help="The approved plan, by the digest that `make plan` prints.")
def deploy_command(environment: str, *, dry_run: bool, yes: bool, skip: list[str], plan: str) -> None:
    """Check, package, plan, ask, apply in order, load the data, probe the webhook."""
    deploy.deploy(CloudPlace.of(environment), Shell(dry_run), skip, yes=yes, agreed=plan)


@click.command("canary")
@environment_argument
@dry_run_option
@click.option("--share", envvar="SHARE", type=click.IntRange(0, canary.ALL), required=True)
def canary_command(environment: str, *, dry_run: bool, share: int) -> None:
    """Give the newest revision of the webhook this percentage of Zalo's events. 0 gives it none."""
    canary.divide(CloudPlace.of(environment), Shell(dry_run), share)


@click.command("ci-identity")
@environment_argument
@dry_run_option
@click.option("--repository", envvar="REPOSITORY", required=True, metavar="OWNER/NAME")
def ci_identity_command(environment: str, *, dry_run: bool, repository: str) -> None:
    """Make the pipeline's accounts, one that plans and one that deploys. They need no key."""
    ci_identity.make(CloudPlace.of(environment), Shell(dry_run), repository)


@click.command("smoke")
@environment_argument
@dry_run_option
def smoke_command(environment: str, *, dry_run: bool) -> None:
    """Check that the deployed webhook accepts a signed probe."""
    deploy.smoke(CloudPlace.of(environment), Shell(dry_run))


@click.command("destroy")
@environment_argument
@dry_run_option
@yes_option
def destroy_command(environment: str, *, dry_run: bool, yes: bool) -> None:
    """Destroy everything in the cloud except data."""
    deploy.destroy(CloudPlace.of(environment), Shell(dry_run), yes=yes)


@click.command("logs")
@environment_argument
@project_option
@dry_run_option
def logs_command(environment: str, project: str | None, *, dry_run: bool) -> None:
    """Print the functions' newest warnings and errors. With --project no file of variables is needed."""
    deploy.logs(project or CloudPlace.of(environment).project, Shell(dry_run))


@click.command("test-alert")
@environment_argument
@dry_run_option
def test_alert_command(environment: str, *, dry_run: bool) -> None:
    """Cause a test alert that reaches the operators by e-mail and the people on call by the wake channels."""
    deploy.test_alert(CloudPlace.of(environment), Shell(dry_run))
