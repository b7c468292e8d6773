"""Rare calls that some seeds provoke deliberately, together with faults.

Chance alone leaves these calls untouched in thousands of runs. The seed's number decides which call it aims at and
which faults strike there, so that some hundred consecutive seeds reach every rare call several times.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.simulation.faults import WORLD, everything

CONSENT, TOKENS, ANSWERS, RATED = "consent", "tokens", "answers", "rated"
NIGHT, FIGURES, FILES, KEYS = "night", "figures", "files", "keys"
PORTAL, BATCHES, ALONE = "portal", "batches", "alone"

AIMS: Mapping[str, tuple[str, ...]] = {
    CONSENT: ("zalo.getoa", "zalo.exchange"),
    TOKENS: ("vault.keep", "vault.kept", "zalo.refresh"),
    ANSWERS: ("zalo.file", "zalo.image", "portal.DinhKemPAKN"),
    RATED: ("portal.DanhGiaPAKN", "portal.TraLoiPAKN", "portal.TraCuuPAKN"),
    NIGHT: ("portal.LayDanhSachPAKN", "portal.LayDanhMucCoQuan", "portal.LayPAKN", "portal.page of several"),
    FIGURES: ("store.snapshot", "snapshot.read", "snapshot.query", "store.count"),
    FILES: ("links.fetch", "files.put", "files.read", "files.erase", "zalo.deletefollowerinfo"),
    PORTAL: ("portal.DongBoPAKN", "portal.CapNhatTrangThaiPAKN", "portal.login", "portal.LayThayDoiPAKN"),
    BATCHES: ("store.create", "store.create_all", "store.update_unchanged", "store.update", "zalo.conversation"),
    KEYS: ("keys.again", "door.publish", "door.published"),
    ALONE: ("zalo.cs",),
}
"""The calls that each aim provokes. The simulated people look at the seed's aim and act so that these
calls are made.

ALONE is one new citizen in a city where nobody else writes, so that no message to others shows whether Zalo and its
echoes work. Zalo is down at the first reply, and nothing else fails.
"""

OF_OFFICES = (ANSWERS, RATED, NIGHT, FILES, PORTAL)
"""Aims that are reached late in a run. The officers of such a run work until every petition is answered."""

ON_THE_WAY: Mapping[str, tuple[tuple[str, str, int], ...]] = {
    TOKENS: (("zalo.cs", "-216", 5), ("zalo.refresh", "answer lost", 1), ("zalo.tokens", "not to be stored", 3)),
    NIGHT: (("portal.listed", "one left out", 15),),
}
"""Further faults of an aim, as (place, kind, count). The calls of the aim are only made after these faults."""

WITHOUT = 3
"""The number of seeds without an aim after every row of seeds with one. Their faults may strike any call."""

OWN = 12
"""The number of faults drawn for a seed without an aim. They may also strike after the storm."""
OWN_AT_A_PLACE = 4
"""The number of faults at every call of a seed's aim. After more in a row, the affected calls would wait for hours."""
OWN_RATE, AIMED_RATE = 0.4, 0.8
MOST_STRIKES = 3


@dataclass
class Own:
    """A fault drawn for one seed.

    It strikes at most `left` times, from second `since` of the run on, even after the storm has ended.
    """

    kind: str
    since: float
    left: int
    rate: float


def aim_of(seed: int) -> str | None:
    """Return the name of the rare call that the seed provokes, or None."""
    names = [*AIMS, *[None] * WITHOUT]
    return names[seed % len(names)]


def own_faults(seed: int, chance: random.Random) -> dict[str, list[Own]]:
    """Return the faults drawn for the seed, grouped by the name of the call they strike.

    A seed with an aim has faults only at the aimed calls and at those in ON_THE_WAY.
    """
    aim, round_ = aim_of(seed), seed // (len(AIMS) + WITHOUT)
    if aim is None:
        at_calls = sorted((place, kind) for place, kind in everything() if place not in WORLD)
        pairs = chance.sample(at_calls, OWN)
        return _by_place(
            (place, Own(kind, _since(chance, 0.5), chance.randint(1, MOST_STRIKES), OWN_RATE)) for place, kind in pairs
        )
    aimed = []
    for place in AIMS[aim]:
        kinds = sorted(kind for at, kind in everything() if at == place)
        turns = {kinds[(round_ * OWN_AT_A_PLACE + turn) % len(kinds)] for turn in range(OWN_AT_A_PLACE)}
        mine = chance.sample(sorted(turns), len(turns))
        aimed += [(place, Own(kind, _since(chance, 0.3), 1, AIMED_RATE)) for kind in mine]
    leading = [(place, Own(kind, 0.0, often, AIMED_RATE)) for place, kind, often in ON_THE_WAY.get(aim, ())]
    return _by_place([*aimed, *leading])


def _since(chance: random.Random, later: float) -> float:
    return chance.uniform(0, 900) if chance.random() < later else 0.0


def _by_place(faults: Iterable[tuple[str, Own]]) -> dict[str, list[Own]]:
    found: dict[str, list[Own]] = {}
    for place, own in faults:
        found.setdefault(place, []).append(own)
    return found
