"""Show a plan, get it approved once, and apply it stage by stage without deviating from it.

The operator approves a plan of everything. Then every stage is planned into a separate file, compared with the approved
plan, and applied from that file. So no change is made that the operator has not seen. The next `make deploy` continues
an interrupted stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from infra.build import package
from infra.operate.deployment import existing, patience
from infra.operate.deployment.adopt import import_too, take_in_failed
from infra.operate.deployment.changes import Changes
from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell
from infra.paths import GCP


def variables(place: CloudPlace) -> list[str]:
    return ["-input=false", f"-var-file={place.variables}", f"-var-file={package.TARGET / package.VARIABLES}"]


def shown(place: CloudPlace, shell: Shell) -> Changes:
    """Plan all changes of a deployment, print a summary, and return the changes.

    Raise DeployError if Terraform cannot make the plan.
    """
    whole = _planned(place, shell, "whole", ())
    if import_too(shell, existing.titled(place, shell, whole)):
        whole = _planned(place, shell, "whole", ())
    if not shell.dry:
        for line in whole.lines():
            print(" ", line)
        print(f"All of it: terraform -chdir={GCP} show {_file('whole')}")
    return whole


def apply(
    place: CloudPlace, shell: Shell, name: str, targets: Sequence[str], approved: Changes | None
) -> frozenset[str]:
    """Plan a stage and apply it as planned. Repeat it while Google does not yet know new resources.

    Return the addresses of the changed resources. Raise DeployError if the stage would make a change that was not
    approved. Without `approved`, all changes are allowed.
    """
    done: set[str] = set()

    def step() -> str | None:
        planned = _planned(place, shell, name, targets)
        done.update(planned.addresses)
        beyond = [] if approved is None else planned.beyond(approved)
        if beyond:
            raise DeployError("\n".join([f"The stage {name} would now change what was not shown:", *beyond]))
        if not (planned.found or shell.dry):
            print(f"stage {name}: nothing to do")
            return None
        print(f"stage {name}: {'not planned' if shell.dry else f'{len(planned.found)} changes'}", flush=True)
        refused = shell.attempt("terraform", "apply", "-no-color", "-input=false", str(_file(name)), cwd=GCP)
        if refused is not None:
            take_in_failed(place, shell, refused)
            import_too(shell, existing.refused(refused, planned))
        return refused

    patience.until_known(step)
    return frozenset(done)


def _file(name: str) -> Path:
    return package.TARGET.parent / "plans" / f"{name}.tfplan"


def _planned(place: CloudPlace, shell: Shell, name: str, targets: Sequence[str]) -> Changes:
    file = _file(name)
    # A plan contains the values of the variables, so the folder is private.
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = [f"-target={target}" for target in targets]
    shell.quietly("terraform", "plan", "-no-color", f"-out={file}", *variables(place), *chosen, cwd=GCP)
    if shell.dry:
        return Changes()
    output = shell.ask("terraform", "show", "-json", str(file), cwd=GCP)
    if output is None:
        raise DeployError(f"Terraform cannot show its plan {file}; nothing was changed.")
    return Changes.read(output)
