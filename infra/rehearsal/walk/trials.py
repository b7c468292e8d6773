"""Trials: a deployment that fails at any of its requests must succeed when the same command is repeated.

Run by `make rehearse POINTS=5`. First a clean walk over the reduced tree of `few` is recorded: the requests of every
verb and the resources after it. A trial then

1. restores the state before a verb,
2. injects one fault at one of its requests (`trouble`),
3. runs the verb until it succeeds,
4. checks that the next plan is empty and that the resources are those of the clean walk, none missing and none twice.
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
"""Enough for a refusal of an hour with a run every 20 minutes, and two runs more."""

BETWEEN_SECONDS = 20 * 60.0
_KEPT_FIELDS = ("resources", "policies", "grants", "switches", "met", "numbered")
_OF_THE_MOMENT = re.compile(
    r"etag|resourceVersion|fingerprint|(meta)?generation|uid|id|version|[\w]*[tT]ime(stamp)?|mutationRecord|creationRecord|crc32c|md5Hash"
)
"""Properties that a service sets anew with every change."""

_MADE_UP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b(?=[0-9a-f]*\d)[0-9a-f]{3,}\b|(?<=/)[0-9a-f]*\d[0-9a-f]*(?=[\"/])")
_BESIDE = ("storage.objects",)


@dataclass(frozen=True)
class Recorded:
    """A verb of the clean walk: the state before it, the count of its requests, and the resources after it."""

    before: dict[str, Any]
    asked: Counter[str]
    after: Counter[str]


def kept(state: State) -> dict[str, Any]:
    """Return a copy of the state of a control plane between verbs, when all long operations have ended."""
    return {name: copy.deepcopy(getattr(state, name)) for name in _KEPT_FIELDS}


def put_back(stage: Stage, before: dict[str, Any]) -> None:
    """Restore this state of the control plane, and delete files that a former run left in the tree."""
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


def there(state: State) -> Counter[str]:
    """Return the count of every resource and grant, without the properties that differ between runs."""
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
    """Run the clean walk, and return the records of its verbs. Raises StepError."""
    few.cut(stage.tree)
    plane, found = _plane(stage), {}
    for verb, flags in VERBS.items():
        before = kept(stage.state)
        plane.set(None)
        with stage.step(verb):
            stage.verb(verb, ENVIRONMENT, *flags)
        found[verb] = Recorded(before, Counter(plane.asked), there(stage.state))
        if verb == "bootstrap":
            values(stage)
    return found


def chosen(clean: dict[str, Recorded], points: int | None, seed: int) -> Iterator[tuple[str, Trouble]]:
    """Yield the trials: `points` of them drawn with `seed`, or without `points`, all.

    All means every kind of trouble at the first request of every name. Drawn trials may hit any of the requests.
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
    """Run a verb with this trouble until it succeeds, and return the number of runs.

    Raises StepError if it does not succeed, or if the result differs from the clean walk's.
    """
    plane = _plane(stage)
    put_back(stage, clean[verb].before)
    plane.set(trouble)
    runs = _until_done(stage, verb)
    plane.set(None)
    if verb in {"deploy", "plan"}:
        steps.no_changes(stage)
    _compared(clean[verb].after, there(stage.state))
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
    """Run the chosen trials and print a line for each of them, and return the failures.

    Raises StepError if the clean walk fails.
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
