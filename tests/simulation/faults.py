"""What can go wrong at each call through a port; a run says which of it was reached."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

ANYWHERE = ("killed", "stalled", "frozen")
"""At every call the instance may die, the call may take some seconds, or the instance may stand still for minutes."""

OUTSIDE = ("zalo.", "portal.", "mail.")
"""Calls to systems without a key for repetitions. Who stands still between the last look at the clock and the call, for
longer than the lease and the search for evidence, calls after somebody else has: nothing could prevent that, so it does
not happen here. Before that look it does."""

_GOOGLE = ("unavailable", "answer lost")
_WITHOUT_EFFECT = ("500", "html", "no answer", "no connection")
_AFTER_EFFECT = ("answer lost", "500 after it", "hangs")
_PORTAL = ("no connection", "no answer", "503", "error 500", "session lost", "answer lost", "half an answer", "hangs")

FAULTS: Mapping[str, tuple[str, ...]] = {
    "store.get": _GOOGLE,
    "store.get_all": _GOOGLE,
    "store.find": _GOOGLE,
    "store.count": _GOOGLE,
    "store.create": _GOOGLE,
    "store.create_all": (*_GOOGLE, "in part"),
    "store.update": _GOOGLE,
    "store.update_unchanged": (*_GOOGLE, "in part"),
    "store.commit": (*_GOOGLE, "aborted"),
    "pubsub.publish": _GOOGLE,
    "files.put": _GOOGLE,
    "files.read": ("unavailable",),
    "files.erase": (*_GOOGLE, "in part"),
    "links.fetch": ("connection", "gone", "slow"),
    "mail.send": ("refused", "no answer", "answer lost"),
    "vault.keep": _GOOGLE,
    "vault.kept": ("unavailable",),
    "zalo.cs": ("-32", "-200", *_WITHOUT_EFFECT, *_AFTER_EFFECT),
    "zalo.file": ("-200", *_WITHOUT_EFFECT, *_AFTER_EFFECT),
    "zalo.image": ("-200", *_WITHOUT_EFFECT, *_AFTER_EFFECT),
    "zalo.conversation": ("-32", *_WITHOUT_EFFECT),
    "zalo.deletefollowerinfo": ("-32", "-200", *_WITHOUT_EFFECT),
    "zalo.getoa": ("500", "no connection"),
    "zalo.access_token": ("500", "no connection", "answer lost"),
    "portal.login": _PORTAL,
    "portal.DongBoPAKN": _PORTAL,
    "portal.CapNhatTrangThaiPAKN": _PORTAL,
    "portal.TraLoiPAKN": _PORTAL,
    "portal.DinhKemPAKN": _PORTAL,
    "portal.DanhGiaPAKN": _PORTAL,
    "portal.TraCuuPAKN": _PORTAL,
    "portal.LayPAKN": _PORTAL,
    "portal.LayThayDoiPAKN": (*_PORTAL, "doubled", "shuffled"),
    "portal.LayDanhSachPAKN": (*_PORTAL, "doubled", "shuffled"),
    "portal.LayDanhMucCoQuan": _PORTAL,
}
"""By port and method."""

WITHIN = ("store.read", "store.query", "store.committed", "pubsub.published", "zalo.answered", "portal.answered")
"""Places between two calls, where an instance may die or stand still."""

WORLD = (
    "zalo is down",
    "zalo: echo late",
    "zalo: event late",
    "portal is down",
    "power cut",
    "sending paused",
    "consent renewed",
    "key changed",
    "release deployed",
    "push twice",
    "acknowledgement lost",
    "schedule missed",
    "schedule twice",
)
"""Misfortunes that are no call's."""


OWN = 12
"""How many faults a seed has of its own: they strike at places which are seldom called, whatever the weather."""
OWN_RATE = 0.4
MOST_STRIKES = 3


@dataclass
class Own:
    """A fault that is likely in one seed: it strikes a few times from an instant on, also in calm weather."""

    kind: str
    since: float
    left: int


def own_faults(chance: random.Random) -> dict[str, list[Own]]:
    """Draw a seed's own faults, by place."""
    found: dict[str, list[Own]] = {}
    at_calls = sorted((place, kind) for place, kind in everything() if place not in WORLD)
    for place, kind in chance.sample(at_calls, OWN):
        since = chance.choice((0.0, chance.uniform(0, 900)))
        found.setdefault(place, []).append(Own(kind, since, chance.randint(1, MOST_STRIKES)))
    return found


def everything() -> set[tuple[str, str]]:
    """Return each place with each kind of fault that there is."""
    named = {(place, kind) for place, kinds in FAULTS.items() for kind in (*kinds, *ANYWHERE)}
    named |= {(place, kind) for place in WITHIN for kind in ANYWHERE} | {(each, "happens") for each in WORLD}
    return {(place, kind) for place, kind in named if kind != "frozen" or not place.startswith(OUTSIDE)}
