"""The cases of faults for the running system, one for every row of an external review's table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.e2e.faults.troubles import (
    Kills,
    KillsAtCall,
    Trouble,
    deliveries,
    firestore,
    old_tokens,
    portal,
    publishing,
    too_many_calls,
    zalo,
)

FUNCTIONS = ("zalo_webhook", "intake", "routing", "notifications", "portal_sync", "relay", "reminders", "desk")
SECOND = tuple(f"{name}-2" for name in FUNCTIONS)
EMULATORS = ("firestore", "pubsub")
HANG = 6.0
"""Seconds that Zalo takes for a response when it hangs: more than a sender waits."""


@dataclass(frozen=True)
class Case:
    troubles: tuple[Trouble, ...] = ()
    during: Literal["conversations", "handling", "ratings", "one sender"] = "conversations"
    """The activity during the faults. Earlier steps of the petitions are done without faults."""
    citizens: int = 8
    copies: int = 1
    """The largest number of times that the same event is delivered."""
    rounds: int = 2
    seconds: float = 8.0
    prompt: float | None = None
    """Seconds of simulated time after which citizens rate an answer (ten of them take one second), or None for no
    rating.
    """
    instances: int = 1


def _call(**fault: object) -> KillsAtCall:
    return KillsAtCall(zalo(count=1, **fault))


def _officers(*troubles: Trouble, seconds: float = 8) -> Case:
    return Case(troubles, during="handling", citizens=6, seconds=seconds)


CASES: dict[str, Case] = {
    "calm": Case(rounds=1),
    "each event 1-5 times, any order": Case(copies=5, rounds=1, seconds=22),
    "kill -9 of each function": Case((Kills(FUNCTIONS, 1.5),)),
    "kill -9 of all functions at once": Case((Kills(FUNCTIONS, 8, together=True),), seconds=20),
    "kill -9 of both emulators": Case((Kills(EMULATORS, 2.5, together=True),)),
    "Firestore ABORTED": Case((firestore(code="ABORTED", probability=0.4),)),
    "Firestore UNAVAILABLE": Case((firestore(rpc="*", code="UNAVAILABLE", probability=0.3),)),
    "Firestore slow": Case((firestore(rpc="*", delay_ms=250, probability=0.5),)),
    "Firestore crashes before a commit": Case((firestore(crash="before_commit", skip=12, count=1),)),
    "Firestore crashes after a commit": Case((firestore(crash="after_commit", skip=12, count=1),)),
    "Firestore reply dropped after commit": Case((firestore(drop_reply=True, probability=0.3),)),
    "Pub/Sub duplicated": Case((deliveries(kind="duplicate", probability=0.7),)),
    "Pub/Sub reordered": Case((deliveries(kind="reorder", probability=0.5, seconds=2),)),
    "Pub/Sub delayed": Case((deliveries(kind="delay", probability=0.5, seconds=3),)),
    "Pub/Sub acks dropped": Case((deliveries(kind="drop_ack", probability=0.3),)),
    "Pub/Sub publish slow": Case((publishing(delay=0.5),)),
    "Pub/Sub publish unavailable": Case((publishing(error="UNAVAILABLE"),), seconds=4),
    "notifications killed before the call to Zalo": Case((_call(hold_seconds=3),), seconds=15),
    "notifications killed after the call to Zalo": Case((_call(hang_seconds=3),), seconds=15),
    "Zalo answers 500": Case((zalo(http_status=500),)),
    "Zalo answers HTML": Case((zalo(html=True),)),
    "Zalo -32 for a minute": Case((too_many_calls(),), rounds=1, seconds=60),
    "Zalo accepts and hangs": Case((zalo(hang_seconds=HANG),), seconds=12),
    "Zalo's token expires under load": Case((old_tokens(),)),
    "portal 500": _officers(portal(http_status=500)),
    "portal drops": _officers(portal(drop_reply=True)),
    "portal hangs": _officers(portal(hang_seconds=4)),
    "portal killed": _officers(Kills(("portal",), 2)),
    "two instances of each function, duplicated": Case(
        (deliveries(kind="duplicate", probability=0.7),), copies=3, seconds=8, instances=2
    ),
    "two instances of each function, killed": Case((Kills((*FUNCTIONS, *SECOND), 1),), instances=2),
    "officers, plain": _officers(),
    "officers, desk killed": _officers(Kills(("desk",), 2.5)),
    "officers, all killed": _officers(Kills(FUNCTIONS, 8, together=True), seconds=20),
    "officers, Zalo hanging": _officers(zalo(hang_seconds=HANG)),
    "officers, Firestore replies dropped": _officers(firestore(drop_reply=True, probability=0.3)),
    "rating at once": Case(during="ratings", citizens=6, prompt=0),
    "rating 1 s later": Case(during="ratings", citizens=6, prompt=10),
    "rating at once, Zalo hanging": Case(
        (zalo(hang_seconds=HANG),), during="ratings", citizens=6, prompt=0, seconds=10
    ),
    "one sender, 200 messages in 10 s": Case(during="one sender", citizens=1, rounds=1, seconds=12),
}
