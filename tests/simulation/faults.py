"""The kinds of faults that can strike a call to an external system.

A place is the name of such a call, for example `store.get`. Runs count faults by place and kind.
"""

from __future__ import annotations

from collections.abc import Mapping

ANYWHERE = ("killed", "stalled", "frozen")
"""Faults possible at every call: the instance dies, the call takes some seconds, or the instance stops for minutes."""

OUTSIDE = ("zalo.", "portal.", "mail.")
"""Calls to systems that do not recognise a repeated call.

An instance checks the clock before such a call. If it stops for minutes between this check and the call, another
instance has already made the call. No code can prevent that, so it is not simulated. It may stop before the check.
"""

_GOOGLE = ("unavailable", "answer lost")
_IN_A_TRANSACTION = ("unavailable", "aborted")
_WITHOUT_EFFECT = ("500", "html", "no answer", "no connection")
_AFTER_EFFECT = ("answer lost", "500 after it", "hangs")
_OF_ZALO = ("-32", "-200", "-216", *_WITHOUT_EFFECT)
_OF_TOKENS = (*_WITHOUT_EFFECT, "answer lost")
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
    "store.snapshot": ("unavailable",),
    "store.commit": (*_GOOGLE, "aborted"),
    "transaction.read": _IN_A_TRANSACTION,
    "transaction.query": _IN_A_TRANSACTION,
    "snapshot.read": ("unavailable",),
    "snapshot.query": ("unavailable",),
    "pubsub.publish": _GOOGLE,
    "door.publish": _GOOGLE,
    "files.put": _GOOGLE,
    "files.read": ("unavailable", "breaks off"),
    "files.erase": (*_GOOGLE, "in part"),
    "links.fetch": ("connection", "gone", "slow"),
    "mailbox.open": ("unavailable",),
    "mailbox.after": ("unavailable",),
    "mailbox.content": ("unavailable", "gone"),
    "mailbox.done": ("unavailable", "answer lost"),
    "mail.send": ("refused", "no answer", "answer lost"),
    "vault.keep": _GOOGLE,
    "vault.kept": ("unavailable",),
    "keys.again": ("unreadable",),
    "zalo.cs": (*_OF_ZALO, *_AFTER_EFFECT),
    "zalo.file": (*_OF_ZALO, *_AFTER_EFFECT),
    "zalo.image": (*_OF_ZALO, *_AFTER_EFFECT),
    "zalo.conversation": ("-32", "-216", *_WITHOUT_EFFECT),
    "zalo.deletefollowerinfo": (*_OF_ZALO, *_AFTER_EFFECT),
    "zalo.getoa": ("-32", *_WITHOUT_EFFECT),
    "zalo.refresh": _OF_TOKENS,
    "zalo.exchange": _OF_TOKENS,
    "zalo.tokens": ("not to be stored",),
    "portal.login": _PORTAL,
    "portal.DongBoPAKN": _PORTAL,
    "portal.CapNhatTrangThaiPAKN": _PORTAL,
    "portal.TraLoiPAKN": _PORTAL,
    "portal.DinhKemPAKN": _PORTAL,
    "portal.DanhGiaPAKN": _PORTAL,
    "portal.TraCuuPAKN": _PORTAL,
    "portal.LayPAKN": _PORTAL,
    "portal.LayThayDoiPAKN": _PORTAL,
    "portal.LayDanhSachPAKN": _PORTAL,
    "portal.LayDanhMucCoQuan": _PORTAL,
    "portal.page of several": ("doubled", "shuffled"),
    "portal.listed": ("one left out",),
}
"""The possible faults of every call, by port and method."""

OF_ANSWERS = ("zalo.tokens", "portal.page of several", "portal.listed")
"""Places where an answer is on its way, and may be wrong or come at a bad time. No call is made there."""

WITHIN = (
    "transaction.begun",
    "store.committed",
    "pubsub.published",
    "door.published",
    "zalo.answered",
    "portal.answered",
)
"""Places between two calls, where an instance may die or stop for minutes."""

WORLD = (
    "zalo is down",
    "database is down",
    "zalo: echo late",
    "zalo: event late",
    "portal is down",
    "power cut",
    "sending paused",
    "consent renewed",
    "key changed",
    "release deployed",
    "faulty release",
    "push twice",
    "acknowledgement lost",
    "schedule missed",
    "schedule twice",
)
"""Misfortunes that do not belong to a call."""


def everything() -> set[tuple[str, str]]:
    """Return every possible (place, kind of fault)."""
    named = {(place, kind) for place, kinds in FAULTS.items() for kind in kinds}
    named |= {(place, kind) for place in FAULTS.keys() - {*OF_ANSWERS} for kind in ANYWHERE}
    named |= {(place, kind) for place in WITHIN for kind in ANYWHERE} | {(item, "happens") for item in WORLD}
    return {(place, kind) for place, kind in named if kind != "frozen" or not place.startswith(OUTSIDE)}
