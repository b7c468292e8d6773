"""Plans that are shown, agreed to once, and applied as they are, stage by stage.

The whole plan is what a person agrees to. Each stage is planned into a file of its own, compared with that, and that
file is applied: nothing is changed that was not shown. A stage that was broken off goes on with the next `make deploy`.
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
    """Return the arguments of Terraform that name the variables."""
    return ["-input=false", f"-var-file={place.variables}", f"-var-file={package.TARGET / package.VARIABLES}"]


def shown(place: CloudPlace, shell: Shell) -> Changes:
    """Plan everything, say what changes, and return it. Raises DeployError."""
    whole = _planned(place, shell, "whole", ())
    if import_too(shell, existing.titled(place, shell, whole)):
        whole = _planned(place, shell, "whole", ())
    for line in whole.lines():
        print(" ", line)
    if not shell.dry:
        print(f"All of it: terraform -chdir={GCP} show {_file('whole')}")
    return whole


def apply(
    place: CloudPlace, shell: Shell, name: str, targets: Sequence[str], approved: Changes | None
) -> frozenset[str]:
    """Plan a stage, apply it as planned; again where Google does not know yet what was just made.

    Returns the addresses of what was changed. Raises DeployError where the stage would change what was not agreed to;
    without `approved` whatever it changes.
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
        print(f"stage {name}: {len(planned.found)} changes", flush=True)
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
    # A plan holds what the variables say.
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = [f"-target={target}" for target in targets]
    shell.quietly("terraform", "plan", "-no-color", f"-out={file}", *variables(place), *chosen, cwd=GCP)
    if shell.dry:
        return Changes()
    told = shell.ask("terraform", "show", "-json", str(file), cwd=GCP)
    if told is None:
        raise DeployError(f"Terraform cannot show its plan {file}; nothing was changed.")
    return Changes.read(told)
