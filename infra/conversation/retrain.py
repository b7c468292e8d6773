"""`make train`, second part: retrains the model of dialog acts and keeps it only if it reads messages no worse.

It learns from `texts/training/` and the operator's files; it is judged by `texts/held_out/`, of which it never
learns.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.conversation.corpus import HELD_OUT, TRAINING, Utterance, read
from infra.conversation.evaluate import judge, report, shares
from infra.conversation.train import harm, heads
from infra.routing.retrain import render
from petitions.adapters import reference
from petitions.domain.understanding.act_model import DialogActModel
from petitions.domain.understanding.message_reader import MessageReader
from petitions.domain.understanding.values import ValueReader

MODEL = Path(reference.__file__).resolve().parents[1] / "data" / "dialog_act_model.json"
HARMFUL_WEIGHT = 5.0
"""How many right readings one harmful choice outweighs."""


def version(items: Sequence[Utterance]) -> str:
    """Return the version of a model that learns from these utterances."""
    return hashlib.sha256("\n".join(repr(item) for item in items).encode()).hexdigest()[:12]


def build(items: Sequence[Utterance]) -> dict[str, Any]:
    """Return the model's JSON value."""
    return {"version": version(items), "harm": harm(items), "heads": heads(items)}


def worth(model: DialogActModel, items: Sequence[Utterance], values: ValueReader) -> float:
    """Return how well a model reads: the share of right readings less what its harmful choices outweigh."""
    judged = judge(items, MessageReader(model, values))
    sys.stdout.write(report(judged).partition("\n")[0] + "\n")
    _, right, harmful, _ = shares(judged)
    return right - HARMFUL_WEIGHT * harmful


def main(argv: list[str] | None = None) -> int:
    """Train, compare and write; return 1 if the new model is worse and was not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("utterances", nargs="*", type=Path, help="more labelled utterances (JSON lines)")
    parser.add_argument("--output", type=Path, default=MODEL)
    arguments = parser.parse_args(argv)
    items = [item for path in (TRAINING, *arguments.utterances) for item in read(path)]
    model = build(items)
    judges, values = read(HELD_OUT), ValueReader(reference.shipped().places())
    new = worth(DialogActModel.load(model), judges, values)
    if arguments.output.exists():
        old = worth(DialogActModel.load(arguments.output.read_bytes()), judges, values)
        if new < old:
            sys.stderr.write("The new model reads worse: the old one stays.\n")
            return 1
    arguments.output.write_text(render(model), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
