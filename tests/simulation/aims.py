"""The aims of seeds: rarely called places that are called in a seed's world and get faults of their own.

Chance alone leaves such places untouched in thousands of worlds. The number of a seed decides its aim and the faults at
the aim's places, so that some hundred seeds in a row reach all of them several times.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.simulation.faults import WORLD, everything

CONSENT, TOKENS, ANSWERS, RATED = "consent", "tokens", "answers", "rated"
NIGHT, FIGURES, FILES, KEYS = "night", "figures", "files", "keys"
PORTAL, BATCHES = "portal", "batches"

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
}
"""The places of every aim. The actors look at the aim and do whatever leads there."""

OF_OFFICES = (ANSWERS, RATED, NIGHT, FILES, PORTAL)
"""Aims that are reached late, where the officers stay at work until all is answered."""

ON_THE_WAY: Mapping[str, tuple[tuple[str, str, int], ...]] = {
    TOKENS: (("zalo.cs", "-216", 5), ("zalo.refresh", "answer lost", 1), ("zalo.tokens", "not to be stored", 3)),
    NIGHT: (("portal.listed", "one left out", 15),),
}
"""Faults without which nobody calls an aim's places, and how often they strike."""

WITHOUT = 4
"""After the aims come so many seeds without one, which aim anywhere."""

OWN = 12
"""How many faults a seed without an aim has of its own: they strike whatever the weather."""
OWN_AT_A_PLACE = 4
"""The number of faults at every place of a seed's aim. After more in a row, the affected calls would wait for hours."""
OWN_RATE, AIMED_RATE = 0.4, 0.8
MOST_STRIKES = 3


@dataclass
class Own:
    """A fault likely in one seed: it strikes a few times from an instant on, also in calm weather."""

    kind: str
    since: float
    left: int
    rate: float


def aim_of(seed: int) -> str | None:
    """Return the name of the seed's aim, or None."""
    names = [*AIMS, *[None] * WITHOUT]
    return names[seed % len(names)]


def own_faults(seed: int, chance: random.Random) -> dict[str, list[Own]]:
    """Draw a seed's own faults by place: first those of its aim, in turn, otherwise any by chance."""
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
    """Return when a fault begins to strike: some minutes later with probability `later`, otherwise at once."""
    return chance.uniform(0, 900) if chance.random() < later else 0.0


def _by_place(faults: Iterable[tuple[str, Own]]) -> dict[str, list[Own]]:
    found: dict[str, list[Own]] = {}
    for place, own in faults:
        found.setdefault(place, []).append(own)
    return found
