"""`make train`, second part: retrain the local reader and keep it only if it reads messages no worse.

The local reader is the model that finds commands and values in citizens' messages. It learns from `texts/training/`,
`texts/clauses/` and the operator's files. The new and the old model are compared on texts of other authors, which are
never used for training.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.conversation.corpus import HELD_OUT, TRAINING, Message, read
from infra.conversation.evaluate import judge, shares
from infra.conversation.train import train_model
from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.adapters.understanding.network import ReadingNetwork
from petitions.domain.routing.places import Places
from petitions.domain.understanding.local_reader import LocalReader

MODEL = Path(reference.__file__).resolve().parents[1] / "data" / "reading_model.json"
HARMFUL_WEIGHT = 5.0
"""The number of right messages that outweighs one harmful mistake."""


def version(items: Sequence[Message]) -> str:
    """Return the version of a model trained on these messages, which is a hash of the messages."""
    return hashlib.sha256("\n".join(repr(item) for item in items).encode()).hexdigest()[:12]


def render(model: Mapping[str, Any]) -> str:
    """Return the content of the model file, one line per part of the model."""
    parts = (f"{json.dumps(name)}:{json.dumps(part, ensure_ascii=False)}" for name, part in sorted(model.items()))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def worth(trained: ReadingNetwork, items: Sequence[Message], places: Places) -> float:
    """Return the quality of a model on these messages, and print its results.

    The quality is the share of right messages minus HARMFUL_WEIGHT times the share of harmful ones.
    """
    found = shares(judge(items, LocalReader(trained, places)))
    sys.stdout.write(f"right {found.right:.4f}  harmful {found.harmful:.4f}  asks {found.asks:.4f}\n")
    return found.right - HARMFUL_WEIGHT * found.harmful


def main(argv: list[str] | None = None) -> int:
    """Train a model and write it if it is no worse than the shipped one. Return 1 if it was not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("messages", nargs="*", type=Path, help="more labelled messages")
    parser.add_argument("--output", type=Path, default=MODEL)
    arguments = parser.parse_args(argv)
    items = [item for path in (*TRAINING, *arguments.messages) for item in read(path)]
    places = routers.places_of(reference.shipped())
    new = train_model(items, places, version(items))
    judges = [item for path in HELD_OUT for item in read(path)]
    gained = worth(ReadingNetwork(new), judges, places)
    if arguments.output.exists() and gained < worth(ReadingNetwork(arguments.output.read_bytes()), judges, places):
        sys.stderr.write("The new model reads worse: the old one stays.\n")
        return 1
    arguments.output.write_text(render(new), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
