"""A deployment that meets trouble at one of its requests goes on with the same command: `make rehearse POINTS=5`.

A clean walk over the few things of `few` is recorded: what each verb asked, and what there was after it. A trial
starts from what there was before a verb, has one thing go wrong at one of its requests (`trouble`), runs the verb until
it ends well, and compares: the next plan must be empty, and Google must have what it has after a clean walk, nothing
missing and nothing twice.
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
"""An hour's refusal, with a run each 20 minutes, and two more."""

BETWEEN_SECONDS = 20 * 60.0
_KEPT_FIELDS = ("resources", "policies", "grants", "switches", "met", "numbered")
_OF_THE_MOMENT = re.compile(
    r"etag|resourceVersion|fingerprint|(meta)?generation|uid|id|version|[\w]*[tT]ime(stamp)?|mutationRecord|creationRecord|crc32c|md5Hash"
)
"""Properties that a service sets anew with each change."""

_MADE_UP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b(?=[0-9a-f]*\d)[0-9a-f]{3,}\b|(?<=/)[0-9a-f]*\d[0-9a-f]*(?=[\"/])")
_BESIDE = ("storage.objects",)


@dataclass(frozen=True)
class Recorded:
    """A verb of the clean walk: what there was before it, what it asked how often, and what was there after it."""

    before: dict[str, Any]
    asked: Counter[str]
    after: Counter[str]


def kept(state: State) -> dict[str, Any]:
    """Return a copy of what a control plane holds between verbs; long operations have ended."""
    return {name: copy.deepcopy(getattr(state, name)) for name in _KEPT_FIELDS}


def put_back(stage: Stage, before: dict[str, Any]) -> None:
    """Have the control plane hold this again, and the tree nothing of a former run."""
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
    """Return what there is, without what differs from run to run, how often."""
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
    """Take the clean walk; return its verbs. Raises StepError."""
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
    """Yield what is tried: everything at the first request of each name, or so many of them by a seed, anywhere."""
    names = [(verb, name) for verb, item in clean.items() for name in sorted(item.asked)]
    if points is None:
        yield from ((verb, Trouble(kind, name)) for (verb, name), kind in product(names, Kind))
        return
    drawn = random.Random(seed)  # noqa: S311 - no secret
    for number in range(points):
        verb, name = drawn.choice(names)
        yield verb, Trouble(list(Kind)[number % len(Kind)], name, drawn.randint(1, clean[verb].asked[name]))


def tried(stage: Stage, clean: dict[str, Recorded], verb: str, trouble: Trouble) -> int:
    """Have this go wrong; return how many runs it took. Raises StepError."""
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
        status, said = stage.tried(verb, ENVIRONMENT, *VERBS[verb])
        if not status:
            return number
        _plane(stage).verb_ended()
        stage.state.clock.move(BETWEEN_SECONDS)
    raise StepError(f"{verb} has not ended well {MOST_RUNS} times:\n{said[-3000:]}")


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
    """Try what is chosen, a line each; return those that failed. Raises StepError where the clean walk fails."""
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
