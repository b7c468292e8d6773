"""`make mutate`: small faults planted in the rooms, and those that no near test detects.

It prints a table by room and every surviving mutant. A mutant that changes nothing is entered into `equivalent.json`
with its reason.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.import_graph import Users
from tests.mutation.mutants import Mutant, compiled, draw, mutants_of
from tests.mutation.nearest import ROOMS, modules_of, nearest_tests
from tests.mutation.running import Outcome, Trial

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = ROOT / "tests/mutation/equivalent.json"
LIBRARIES = ("hypothesis", "jinja2", "numpy", "pydantic", "google.cloud.firestore", "PIL", "fpdf", "docx", "httpx")
"""What is imported once for all mutants."""


@dataclass
class Result:
    room: str
    killed: int = 0
    equivalent: int = 0
    survivors: list[tuple[Mutant, Outcome]] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def share(self) -> float:
        return 100 * self.killed / ((self.killed + len(self.survivors)) or 1)

    @property
    def row(self) -> str:
        survived = len(self.survivors)
        drawn = self.killed + self.equivalent + survived
        return f"{self.room:<16}{drawn:>6}{self.killed:>8}{survived:>10}{self.equivalent:>12}{self.share:>8.1f} %"


def equivalents() -> dict[tuple[str, str, str, str], str]:
    """Return the reasons for which mutants change nothing, by the key of the mutant."""
    found = json.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return {(one["path"], one["within"], one["before"], one["after"]): one["reason"] for one in found}


def tried(room: str, given: argparse.Namespace, users: Users) -> Result:
    """Draw mutants of a room and run its near tests on them. Print a surviving mutant at once."""
    trees = {path: ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in modules_of(ROOT, room)}
    drawn = draw((one for path, tree in trees.items() for one in mutants_of(path, tree)), given.mutants, given.seed)
    known = equivalents()
    result = Result(room)
    mutants = [mutant for mutant in drawn if mutant.key not in known]
    result.equivalent = len(drawn) - len(mutants)
    if given.only:
        mutants = [mutant for mutant in mutants if mutant.number in given.only]
    paths = sorted({mutant.path for mutant in mutants})
    near = {path: nearest_tests(path, users, given.tests) for path in paths}
    codes = {
        ROOT / path: compiled(trees[path], (one for one in mutants if one.path == path), ROOT / path) for path in paths
    }
    trial = Trial(mutants, codes, near, ROOT, given.seconds)
    for mutant, outcome in trial.outcomes():
        result.cpu += outcome.seconds
        result.killed += outcome.is_killed
        if given.verbose:
            print(f"{mutant.number} {mutant.kind}: {outcome}", flush=True)
        if not outcome.is_killed:
            result.survivors.append((mutant, outcome))
            show(mutant, outcome)
    return result


def show(mutant: Mutant, outcome: Outcome) -> None:
    print(f"\n{mutant.path}:{mutant.line} in {mutant.within or 'the module'}: {mutant.kind} ({mutant.number})", end=" ")
    print(f"[{outcome.by or 'all tests that reach it pass'}, {outcome.seconds:.1f} s]")
    print("\n".join(f"  - {line}" for line in mutant.before.splitlines()))
    print("\n".join(f"  + {line}" for line in mutant.after.splitlines()), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"one of {', '.join(ROOMS)}; else all")
    parser.add_argument("--mutants", type=int, default=60, help="mutants drawn of each room")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="which are drawn")
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="processor time that the tests of a mutant may take"
    )
    parser.add_argument("--tests", type=int, default=8, help="test files near to each module")
    parser.add_argument("--least", type=float, default=92.0, help="the percentage that must be killed")
    parser.add_argument("--only", type=int, action="append", help="the number of a drawn mutant, to try it alone")
    parser.add_argument("--verbose", action="store_true", help="print what each mutant came to")
    given = parser.parse_args()
    for library in LIBRARIES:
        importlib.import_module(library)
    users = Users(ROOT)
    print(f"seed {given.seed}", flush=True)
    results = [tried(room, given, users) for room in given.rooms or ROOMS]
    kinds = Counter(mutant.kind for result in results for mutant, _ in result.survivors)
    print(f"\n{'room':<16}{'drawn':>6}{'killed':>8}{'survived':>10}{'equivalent':>12}{'killed':>10}")
    print("\n".join(result.row for result in results))
    print("kinds of survivors:", ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "none")
    killed, survived = sum(one.killed for one in results), sum(len(one.survivors) for one in results)
    return int(100 * killed < given.least * (killed + survived))


if __name__ == "__main__":
    sys.exit(main())
