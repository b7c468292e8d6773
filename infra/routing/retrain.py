"""`make train`: retrain the linear model, and keep it only if it routes no worse than the shipped one.

It learns from the directory of units, the examples in `texts/` and the operator's data: a sample of petitions, and
corrections exported from the desk (`DEV_SAMPLE=file CORRECTIONS=file`). The old and the new model are compared on
`texts/evaluation.jsonl`, which is never used for training. The same input gives the same file, byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.routing.calibrate import calibrate
from infra.routing.corpus import APART, EVALUATION, EXAMPLES, TRAINING, Example, from_directory, read
from infra.routing.evaluate import measure
from infra.routing.misconduct import ACCUSATIONS, everyday_messages, learned, read_accusations
from infra.routing.train import heads, see
from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.domain.routing.linear_model import LinearModel
from petitions.domain.routing.reading import PetitionReader
from petitions.domain.routing.routing import Router
from petitions.domain.routing.routing_rules import RoutingRules
from petitions.domain.units.directory import Directory

MODEL = Path(reference.__file__).resolve().parents[1] / "data" / "routing_model.json"


def build(directory: Directory, rules: RoutingRules, extra: Sequence[Example] = ()) -> dict[str, Any]:
    """Return the JSON value of a model trained on all examples. `extra` are the operator's own examples."""
    reader = PetitionReader(directory, rules)
    always = see([*from_directory(directory), *(replace(item, known=True) for item in read(EXAMPLES))], reader)
    known = see(read(TRAINING), reader)
    apart = see([*read(APART), *extra], reader)
    found = calibrate(apart, [*known, *always], directory, rules)
    seen = [*known, *apart]
    accusations = read_accusations(ACCUSATIONS)
    head, (closed, doubted) = learned(accusations, seen, reader)
    return {
        "version": _version(
            directory, rules, [*(item for item, _ in [*seen, *always]), *accusations, *everyday_messages()]
        ),
        "slope": found.slope,
        "shift": found.shift,
        "threshold": found.threshold,
        "closed": closed,
        "doubted": doubted,
        "heads": {**heads([*seen, *always], directory), "misconduct": head},
    }


def render(model: dict[str, Any]) -> str:
    """Return the model as compact JSON, with one classifier per line."""
    parts = [f"{json.dumps(key)}:{_compact(value)}" for key, value in model.items() if key != "heads"]
    rows = ",\n".join(f"{json.dumps(name)}:{_compact(head)}" for name, head in model["heads"].items())
    return "{\n" + ",\n".join(parts) + ',\n"heads":{\n' + rows + "\n}}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _version(directory: Directory, rules: RoutingRules, examples: Sequence[object]) -> str:
    content = "\n".join([directory.version, rules.version, *(repr(item) for item in examples)])
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def main(argv: list[str] | None = None) -> int:
    """Train a model, compare it with the shipped one, and write it. Return 1 if it is worse and was not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("examples", nargs="*", type=Path, help="more labelled petitions (JSON lines)")
    parser.add_argument("--output", type=Path, default=MODEL)
    arguments = parser.parse_args(argv)
    directory, rules = reference.directory(), routers.routing_rules()
    extra = [item for path in arguments.examples for item in read(path)]
    model = build(directory, rules, extra)
    judge = read(EVALUATION)
    new = measure(judge, Router(directory, rules, LinearModel.load(model)))
    print(f"new: {new}")
    if arguments.output.exists():
        old = measure(judge, Router(directory, rules, LinearModel.load(arguments.output.read_bytes())))
        print(f"old: {old}")
        if new.worse_than(old):
            print("The new model routes worse: the old one stays.", file=sys.stderr)
            return 1
    arguments.output.write_text(render(model), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
