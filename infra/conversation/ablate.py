"""`python -m infra.conversation.ablate [FILE ...]`: measure what every hand-written rule adds to the model.

The table shows the shares of right, harmful and unclear readings of messages whose authors' texts were not used for
training. It has one line with all rules, and one line without each rule.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.conversation.corpus import HELD_OUT, read
from infra.conversation.evaluate import judge, shares
from petitions.domain.understanding import features, local_reader, network
from petitions.wiring import understanding


def _nothing(*_: Any) -> None:
    return None


def _never(*_: Any) -> bool:
    return False


def _nowhere(text: Any, _: Any) -> list[str]:
    return [""] * len(text.words)


RULES: Mapping[str, tuple[Any, str, Any]] = {
    "a bare number is a choice": (local_reader, "number_in", _nothing),
    "a label is a choice": (local_reader, "labelled", _nothing),
    "words that the bot teaches": (local_reader, "taught_command", _nothing),
    "a code alone asks for a status": (local_reader, "is_code", _never),
    "harm weighs": (local_reader, "HURT", 0.0),
    "asking back": (local_reader, "QUESTION", 99.0),
    "a danger is read from 0.5": (local_reader, "DANGER_FROM", 0.0),
    "a headed edit": (local_reader, "headed_edit", _nothing),
    "an option leads": (local_reader, "leading_number", _nothing),
    "words quoted in an edit": (local_reader, "quoted_edit", _nothing),
    "the whole has a say in commands": (network, "PRESENCE", 0.0),
    "cuts are likelier than learned": (network, "CUT", 0.0),
    "short forms are written out": (features, "SHORT_FORMS", {}),
    "the gazetteer is seen": (local_reader, "word_places", _nowhere),
    "syllables of names are seen": (features, "_in_names", lambda _: ""),
}
"""The rules by name: the module and name that implement a rule, and the replacement that switches it off."""


@contextmanager
def _without(module: Any, name: str, other: Any) -> Iterator[None]:
    kept = getattr(module, name)
    setattr(module, name, other)
    try:
        yield
    finally:
        setattr(module, name, kept)


def table(measure: Callable[[], str]) -> Iterator[str]:
    """Yield the lines of the table. `measure` returns the results with the rules that are currently switched on."""
    yield f"{'with all rules':<34}{measure()}"
    for rule, (module, name, other) in RULES.items():
        with _without(module, name, other):
            yield f"without: {rule:<25}{measure()}"


def main(argv: list[str] | None = None) -> int:
    paths = [Path(argument) for argument in (sys.argv[1:] if argv is None else argv)] or list(HELD_OUT)
    items = [item for path in paths for item in read(path)]

    def measure() -> str:
        found = shares(judge(items, understanding.reader()))
        return (
            f"  right {found.right:.4f}  harmful {found.harmful:.4f}  asks {found.asks:.4f}"
            f"  found {found.found:.4f}  invented {found.invented:.4f}"
        )

    for line in table(measure):
        sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
