"""The steps of the rehearsal, in which the operator's commands deploy, change and destroy the system.

A step is a function that raises StepError if a command fails or does not have the described result.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from infra.rehearsal.control_plane.state import Stored
from infra.rehearsal.deployed.errors import StepError
from infra.rehearsal.deployed.front import service_of
from infra.rehearsal.deployed.functions import FUNCTIONS
from infra.rehearsal.walk import first_petition, recovery
from infra.rehearsal.walk.people import Citizen
from infra.rehearsal.walk.rolling import written_to
from infra.rehearsal.walk.rotation import rotate_key
from infra.rehearsal.walk.stage import Stage, deployed, values
from infra.rehearsal.walk.tree import ENVIRONMENT

KEPT = ("firestore.projects.databases", "secretmanager.projects.secrets", "storage.buckets")
"""Collections of resources that `make destroy` leaves."""

RELEASED = ("intake", "relay")
"""The functions that the rehearsed release changes. Every message of a citizen passes through them."""

INDEX = {
    "collectionGroup": "petitions",
    "queryScope": "COLLECTION",
    "fields": [{"fieldPath": "unit", "order": "ASCENDING"}, {"fieldPath": "rehearsed", "order": "DESCENDING"}],
}


def preflight(stage: Stage) -> None:
    stage.verb("preflight", ENVIRONMENT)


def bootstrap(stage: Stage) -> None:
    stage.verb("bootstrap", ENVIRONMENT)


def deploy(stage: Stage) -> None:
    stage.verb("deploy", ENVIRONMENT, "--yes")


def no_changes(stage: Stage) -> None:
    """Check that a plan made now is empty. Raises StepError if it is not."""
    output = stage.verb("plan", ENVIRONMENT)
    if "nothing changes" not in output:
        raise StepError(f"the plan changes something:\n{output[-6000:]}")


def _archives(stage: Stage) -> dict[str, str]:
    return {
        stored.name.rpartition("/")[2]: stored.body["buildConfig"]["source"]["storageSource"]["object"]
        for stored in stage.state.of(FUNCTIONS)
    }


def release(stage: Stage) -> None:
    """Deploy a release that changes two functions and adds an index, while citizens write messages.

    Raises StepError if another function is built anew, or if a message is lost or handled twice.
    """
    before = _archives(stage)
    for name in RELEASED:
        stage.tree.change(f"functions/{name}/main.py", lambda text: f"{text}\n# A release.\n")
    stage.tree.change("infra/gcp/firestore.indexes.json", _with_index)
    with written_to(stage, *RELEASED):
        deployed(stage)
    _only_released(stage, before)


def _only_released(stage: Stage, before: dict[str, str]) -> None:
    changed = {name for name, archive in _archives(stage).items() if before[name] != archive}
    if changed != set(RELEASED):
        raise StepError(f"{sorted(changed)} were built anew, not {RELEASED}")


def _with_index(text: str) -> str:
    content = json.loads(text)
    return json.dumps(content | {"indexes": [*content["indexes"], INDEX]}, indent=2) + "\n"


def rollback(stage: Stage) -> None:
    """Deploy the former sources again.

    Raises StepError unless exactly the functions that the release had changed have other archives than before.
    """
    before = _archives(stage)
    stage.tree.restore()
    deployed(stage)
    _only_released(stage, before)


def other_domain(stage: Stage) -> None:
    """Deploy with another domain, and check that the load balancer serves the new address of the webhook."""
    stage.tree.give(domain="phananh.example.vn")
    deployed(stage)
    service_of(stage.state, "webhook.phananh.example.vn")
    _answered(stage)


def _answered(stage: Stage) -> None:
    first_petition.zalo_s_console(stage)
    Citizen(stage.running).says("xin chào", "")


def destroy(stage: Stage) -> None:
    """Run `make destroy`. Raises StepError if a function is left, or if a resource that holds data is lost."""
    before = _kept(stage)
    stage.verb("destroy", ENVIRONMENT, "--yes")
    stage.running.follow()
    if _archives(stage):
        raise StepError(f"functions are left: {sorted(_archives(stage))}")
    if lost := before.keys() - _kept(stage).keys():
        raise StepError(f"data are lost: {sorted(lost)}")


def deploy_again(stage: Stage) -> None:
    """Deploy again after `make destroy`.

    Raises StepError if data were created anew instead of being imported, if a new citizen gets no answer, or if the
    first petition is not at the desk.
    """
    before = _kept(stage)
    deployed(stage)
    after = _kept(stage)
    if anew := [name for name in before if name not in after or after[name].made != before[name].made]:
        raise StepError(f"data were made anew: {anew}")
    _answered(stage)
    first_petition.still_there(stage)


def _kept(stage: Stage) -> dict[str, Stored]:
    return {key: stored for key, stored in stage.state.resources.items() if stored.collection in KEPT}


FIRST: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("preflight of an empty project", preflight),
    ("bootstrap", bootstrap),
    ("values of secrets", values),
    ("deploy, smoke", deploy),
    ("plan says no changes", no_changes),
)
"""The steps from an empty project to a deployed one."""

PETITION: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("functions start", first_petition.functions_start),
    ("Zalo's console", first_petition.zalo_s_console),
    ("first officers", first_petition.officers),
    ("consent", first_petition.consent),
    ("first petition, end to end", first_petition.petition),
    ("a letter to the mailbox", first_petition.deliver_email),
    ("another system by /api/v1", first_petition.other_system),
    ("every schedule runs", first_petition.schedules),
)
"""The steps from a deployed project to the first petition."""

REST: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("release: a function and an index", release),
    ("rollback", rollback),
    ("freeze", recovery.freeze),
    ("restore a backup, make it safe", recovery.restore),
    ("adopt the restored database", recovery.adopt),
    ("thaw, send", recovery.thaw),
    ("rotate key", rotate_key),
    ("domain changed", other_domain),
    ("destroy", destroy),
    ("deploy again, data still there", deploy_again),
    ("plan says no changes again", no_changes),
)
"""The steps from the first petition to a second deployment after `make destroy`."""


def walk(stage: Stage, steps: tuple[tuple[str, Callable[[Stage], None]], ...]) -> None:
    """Run these named steps in order. Raises StepError at the first that fails."""
    for name, step in steps:
        with stage.step(name):
            step(stage)
