"""What to do when Zalo or the mail server says no: one table from the error's stable word to a reaction.

The words are Zalo's error numbers (`-32`), and ours where there is no number: `http_404`, `smtp_450`, `connect`.
Zalo's numbers and their classes: zalo-platform facts 5.1. In doubt a person must look, and the notice waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Reaction(StrEnum):
    """The classes of refusal."""

    NEXT_MINUTE = "next_minute"  # the minute's allowance is used up
    GROWING = "growing"  # may go away by itself
    NEW_TOKEN = "new_token"  # noqa: S105 - the access token is not the live one
    UNREACHABLE = "unreachable"  # the window is closed, or this person cannot be reached
    HUMAN = "human"  # configuration, package or money: wait, and call someone
    BUG = "bug"  # what we sent is wrong


_ZALO = {
    Reaction.NEXT_MINUTE: (-32,),
    Reaction.GROWING: (-200, -214, -234),
    Reaction.NEW_TOKEN: (-216, -220),
    Reaction.UNREACHABLE: (-213, -217, -218, -222, -227, -230, -232, -244, -305, -311),
    Reaction.BUG: (-100, -201, -202, -210, -233, -240, -249),
}
"""Whatever else Zalo says (-204, -209, -211, -212, -221, -224, -320, -321, news) is for a person."""

_OURS = {
    "connect": Reaction.GROWING,
    "token_pending": Reaction.NEXT_MINUTE,
    "token_needs_human": Reaction.HUMAN,
    "http_429": Reaction.NEXT_MINUTE,
    "no_recipient": Reaction.UNREACHABLE,
    "smtp_recipient": Reaction.UNREACHABLE,
    "smtp_message": Reaction.BUG,
}

_TABLE = {str(code): reaction for reaction, codes in _ZALO.items() for code in codes} | _OURS

LONGEST_PAUSE = timedelta(hours=1)
HUMAN_PAUSE = timedelta(minutes=15)
_DOUBLINGS = 6


def reaction_to(error: str) -> Reaction:
    """The class of an error. SMTP's 4xx are temporary by definition (RFC 5321 4.2.1)."""
    if error.startswith("smtp_4"):
        return Reaction.GROWING
    return _TABLE.get(error, Reaction.HUMAN)


def retry_at(reaction: Reaction, attempt: int, now: datetime) -> datetime | None:
    """When to try again after the attempt number `attempt`, from 1; None: never."""
    if reaction is Reaction.NEXT_MINUTE:
        return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if reaction is Reaction.GROWING:
        return now + min(timedelta(minutes=2 ** min(attempt - 1, _DOUBLINGS)), LONGEST_PAUSE)
    if reaction in {Reaction.HUMAN, Reaction.NEW_TOKEN}:
        return now + HUMAN_PAUSE
    return None
