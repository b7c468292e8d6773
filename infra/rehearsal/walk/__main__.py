"""`make rehearse`: rehearse a deployment on the fake control plane, starting from an empty project.

With `--short` the rehearsal ends after the first deployment and a plan that changes nothing. With `--points=N` or
`--every` it runs `trials` instead. A trial injects a fault into one request. `--seed=N` draws the requests.

Environment variables:

* REHEARSAL_MIRROR: folder of the real provider (default: a stub)
* REHEARSAL_FOLDER: working folder
* REPORT: file for the report as JSON
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from infra.paths import ROOT
from infra.rehearsal.deployed.errors import StepError
from infra.rehearsal.walk import steps, trials
from infra.rehearsal.walk.ground import Ground, NoGroundError
from infra.rehearsal.walk.stage import staged
from infra.rehearsal.walk.trouble import TroubledPlane

SHORT, EVERY = "--short", "--every"
FOLDER = Path(os.environ.get("REHEARSAL_FOLDER") or ROOT / ".build" / "rehearsal")


def main() -> int:
    try:
        ground = Ground.found()
    except NoGroundError as missing:
        print(f"*** THE REHEARSAL DID NOT RUN: {missing}", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    points = _number("points")
    if points is not None or EVERY in sys.argv:
        return _trials(ground, points)
    failed = ""
    with staged(ground, FOLDER) as stage:
        print(*(f"*** ON: {item}" for item in stage.report.ground), sep="\n", flush=True)
        try:
            steps.walk(stage, steps.FIRST if SHORT in sys.argv else steps.FIRST + steps.PETITION + steps.REST)
        except StepError as error:
            failed = str(error)
        finally:
            failed = failed or "\n".join(stage.served.plane.wrong)
            (FOLDER / "calls.log").write_text("\n".join(stage.served.plane.calls) + "\n")
            stage.report.keep(Path(os.environ.get("REPORT") or FOLDER / "report.json"))
            print(stage.report.text())
    if failed:
        print(f"*** THE REHEARSAL FAILED in “{stage.report.lines[-1].step}”: {failed}", file=sys.stderr)
    return 1 if failed else 0


def _trials(ground: Ground, points: int | None) -> int:
    with staged(ground, FOLDER, TroubledPlane) as stage:
        print(*(f"*** ON: {item}" for item in stage.report.ground), sep="\n", flush=True)
        failed = trials.run(stage, points, _number("seed") or 0)
        (FOLDER / "calls.log").write_text("\n".join(stage.served.plane.calls) + "\n")
    print(*(f"*** {item}" for item in failed), f"{len(failed)} failed.", sep="\n")
    return 1 if failed else 0


def _number(option: str) -> int | None:
    found = [item.partition("=")[2] for item in sys.argv if item.startswith(f"--{option}=")]
    return int(found[-1]) if found else None


if __name__ == "__main__":
    sys.exit(main())
