"""Trials of interrupted deployments: whichever request fails, repeating the same command must succeed.

Run by `make rehearse POINTS=5`. First a rehearsal without faults runs over the reduced project of `few`. The requests
of every command and the resources after it are recorded. A trial then

1. restores the state before a command, 2. injects one fault at one of the command's requests (`trouble`), 3. runs the
command until it succeeds, 4. checks that the next plan is empty and that the resources are those recorded, none missing
and none twice.
"""

from __future__ import annotations

import copy
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from infra.rehearsal.control_plane.state import State
from infra.rehearsal.deployed.errors import StepError
from infra.rehearsal.walk import few, steps
from infra.rehearsal.walk.stage import Stage, values
from infra.rehearsal.walk.tree import ENVIRONMENT
from infra.rehearsal.walk.trouble import Kind, Trouble, TroubledPlane

VERBS = {"bootstrap": (), "deploy": ("--yes",), "plan": (), "destroy": ("--yes",)}
MOST_RUNS = 6
"""The number of runs after which a trial fails.

A refusal may last an hour, and a run is made every 20 minutes. Two more runs are allowed.
"""

BETWEEN_SECONDS = 20 * 60.0
_KEPT_FIELDS = ("resources", "policies", "grants", "switches", "met", "numbered")
_OF_THE_MOMENT = re.compile(
    r"etag|client\.knative\.dev/nonce|resourceVersion|fingerprint|(meta)?generation|uid|id|version|[\w]*[tT]ime(stamp)?|mutationRecord|creationRecord|crc32c|md5Hash"
)
"""Names of properties that a service sets anew with every change, so that they differ between two runs."""

_MADE_UP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b(?=[0-9a-f]*\d)[0-9a-f]{3,}\b|(?<=/)[0-9a-f]*\d[0-9a-f]*(?=[\"/])")
_BESIDE = ("storage.objects",)


@dataclass(frozen=True)
class Recorded:
    """The record of a command without faults: the state before, the requests by name, the resources after."""

    before: dict[str, Any]
    asked: Counter[str]
    after: Counter[str]


def kept(state: State) -> dict[str, Any]:
    """Return a copy of the control plane's state.

    Long operations are left out, because all have ended between commands.
    """
    return {name: copy.deepcopy(getattr(state, name)) for name in _KEPT_FIELDS}


def put_back(stage: Stage, before: dict[str, Any]) -> None:
    """Restore a state of the control plane that `kept` returned, and delete files that a failed command left."""
    for name, item in before.items():
        setattr(stage.state, name, copy.deepcopy(item))
    stage.state.operations.clear()
    gcp = stage.tree.folder / "infra" / "gcp"
    for left in [
        gcp / "adopted.tf",
        *gcp.glob("errored.tfstate*"),
        *(stage.tree.folder / ".build" / "plans").glob("*"),
    ]:
        left.unlink(missing_ok=True)


def count_resources(state: State) -> Counter[str]:
    """Count the resources and grants of a state. Properties that differ between runs are left out of the keys."""
    found = (
        f"{resource.collection} {json.dumps(_lasting(resource.body), sort_keys=True)}"
        for resource in list(state.resources.values())
        if resource.collection not in _BESIDE and not resource.body.get("deleted")
    )
    rights = (
        f"right {name} {grant.role} {grant.member} {grant.condition}"
        for name, grants in state.grants.items()
        for grant in grants
    )
    return Counter(_MADE_UP.sub("#", right) for right in [*found, *rights])


def _lasting(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _lasting(item) for name, item in body.items() if not _OF_THE_MOMENT.fullmatch(name)}
    return [_lasting(item) for item in body] if isinstance(body, list) else body


def recorded(stage: Stage) -> dict[str, Recorded]:
    """Run the commands without faults, and return a record for each. Raises StepError if one fails."""
    few.cut(stage.tree)
    plane, found = _plane(stage), {}
    for verb, flags in VERBS.items():
        before = kept(stage.state)
        plane.set(None)
        with stage.step(verb):
            stage.verb(verb, ENVIRONMENT, *flags)
        found[verb] = Recorded(before, Counter(plane.asked), count_resources(stage.state))
        if verb == "bootstrap":
            values(stage)
    return found


def chosen(clean: dict[str, Recorded], points: int | None, seed: int) -> Iterator[tuple[str, Trouble]]:
    """Yield the trials as pairs of a command and a fault.

    With `points`, draw this number of trials with `seed`, at any request. Without `points`, yield every kind of fault
    at the first request of every name.
    """
    names = [(verb, name) for verb, item in clean.items() for name in sorted(item.asked)]
    if points is None:
        yield from ((verb, Trouble(kind, name)) for (verb, name), kind in product(names, Kind))
        return
    drawn = random.Random(seed)  # noqa: S311 - no secret
    for number in range(points):
        verb, name = drawn.choice(names)
        yield verb, Trouble(list(Kind)[number % len(Kind)], name, drawn.randint(1, clean[verb].asked[name]))


def tried(stage: Stage, clean: dict[str, Recorded], verb: str, trouble: Trouble) -> int:
    """Repeat a command in spite of this fault until it succeeds, and return the number of runs.

    Raises StepError if it does not succeed, or if the resources afterwards differ from the recorded ones.
    """
    plane = _plane(stage)
    put_back(stage, clean[verb].before)
    plane.set(trouble)
    runs = _until_done(stage, verb)
    plane.set(None)
    if verb in {"deploy", "plan"}:
        steps.no_changes(stage)
    _compared(clean[verb].after, count_resources(stage.state))
    return runs


def _until_done(stage: Stage, verb: str) -> int:
    for number in range(1, MOST_RUNS + 1):
        status, output = stage.tried(verb, ENVIRONMENT, *VERBS[verb])
        if not status:
            return number
        _plane(stage).verb_ended()
        stage.state.clock.move(BETWEEN_SECONDS)
    raise StepError(f"{verb} has not ended well {MOST_RUNS} times:\n{output[-3000:]}")


def _compared(wanted: Counter[str], found: Counter[str]) -> None:
    wrong = [f"missing: {item}" for item in wanted - found] + [f"too much: {item}" for item in found - wanted]
    if wrong:
        raise StepError("\n".join(item[:400] for item in wrong[:12]))


def _plane(stage: Stage) -> TroubledPlane:
    plane = stage.served.plane
    if not isinstance(plane, TroubledPlane):
        raise TypeError("trials need a plane that makes trouble")
    plane.kill = stage.kill
    return plane


def run(stage: Stage, points: int | None, seed: int) -> list[str]:
    """Run the chosen trials, print a line for each of them, and return a line for each failure.

    Raises StepError if a command fails even without a fault.
    """
    clean, failed = recorded(stage), []
    for verb, trouble in chosen(clean, points, seed):
        began = time.monotonic()
        about = f"{verb}: {trouble.kind}: {trouble.request} ({trouble.nth})"
        try:
            runs = tried(stage, clean, verb, trouble)
            how = f"{runs} runs" if trouble.met else "not met"
        except StepError as error:
            how = f"*** FAILED: {error}"
            failed.append(f"{about}: {error}")
        print(f"{about}: {how}, {time.monotonic() - began:.0f} s", flush=True)
    return failed
