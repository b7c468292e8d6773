"""`python -m infra.conversation.learning 5 10 20`: measure the model trained on texts of 5, 10 and 20 authors.

The table shows whether more authors would improve the model.
"""

from __future__ import annotations

import random
import sys

from infra.conversation.corpus import HELD_OUT, TRAINING, read
from infra.conversation.evaluate import judge, shares
from infra.conversation.train import train_model
from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.adapters.understanding.network import ReadingNetwork
from petitions.domain.understanding.local_reader import LocalReader

SEED = 7


def main(argv: list[str] | None = None) -> int:
    """Train a model for every number of authors in `argv`, and print one line of results per model.

    The authors are drawn from those of the newer form. All texts of the older form are used every time.
    """
    counts = [int(argument) for argument in (sys.argv[1:] if argv is None else argv)]
    items = [item for path in TRAINING for item in read(path)]
    judges = [item for path in HELD_OUT for item in read(path)]
    authors = sorted({item.author for item in items if not item.act})
    random.Random(SEED).shuffle(authors)  # noqa: S311 - no secret
    places = routers.places_of(reference.shipped())
    for count in counts:
        drawn = set(authors[:count])
        trained = train_model([item for item in items if item.act or item.author in drawn], places, f"{count} authors")
        found = shares(judge(judges, LocalReader(ReadingNetwork(trained), places)))
        sys.stdout.write(
            f"{len(drawn):>3} authors  right {found.right:.4f}  harmful {found.harmful:.4f}  asks {found.asks:.4f}"
            f"  found {found.found:.4f}  invented {found.invented:.4f}\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
