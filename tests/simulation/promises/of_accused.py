"""The promise to whoever accuses an office: nobody of it reads of them, on any way."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.people.accusing import Accusing
from tests.simulation.people.actors import ACCUSING
from tests.simulation.promises.read_world import AtRest


def nobody_reads_who_accuses_them(rest: AtRest) -> Iterator[str]:
    """No person of an office reads a text, a name or a figure about a petition that accuses it, on any way."""
    accusing = rest.world.others.get(ACCUSING)
    if isinstance(accusing, Accusing):
        yield from accusing.watch.found


OF_ACCUSED = (nobody_reads_who_accuses_them,)
