"""Reactions to errors of Zalo or the mail server, in one table by error code.

The codes are Zalo's error numbers, such as `-32`, or `phone-118` for templates by phone, which have other numbers.
Errors without a number have codes of this project: `http_404`, `smtp_450`, `connect`. Zalo's numbers and their meaning:
PLATFORM 5.2 and PLATFORM 5.3. An unknown error alerts a person, and the notice waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from petitions.domain.shared.quiet_hours import next_morning


class Reaction(StrEnum):
    """The reactions to the refusal of a notice by Zalo or the mail server."""

    NEXT_MINUTE = "next_minute"
    """Try in the next minute: the allowance of this minute is used up."""
    GROWING = "growing"
    """Try after pauses that grow: the error may go away by itself."""
    MORNING = "morning"
    """Try in the morning: sending is not allowed at this hour."""
    QUOTA = "quota"
    """Try tomorrow and alert a person: the day's allowance or the money is used up."""
    NEW_TOKEN = "new_token"  # noqa: S105 - not a password
    """Alert a person and try later: Zalo rejects the access token."""
    WINDOW = "window"
    """Try the next channel: the citizen's last message is too old for this one."""
    OTHER_CHANNEL = "other_channel"
    """Try the next channel and alert a person: this channel is not set up for the notice."""
    UNREACHABLE = "unreachable"
    """Keep the notice until the citizen writes: this person cannot be reached this way."""
    HUMAN = "human"
    """Alert a person and try later: the configuration or the paid package is wrong."""
    BUG = "bug"
    """Give up: the request is faulty, an error in this software."""


_ZALO = {
    Reaction.NEXT_MINUTE: (-32,),
    Reaction.GROWING: (-200, -214),
    Reaction.MORNING: (-234,),
    Reaction.QUOTA: (-211,),
    Reaction.NEW_TOKEN: (-216, -220),
    Reaction.WINDOW: (-230, -232, -305, -311),
    Reaction.OTHER_CHANNEL: (-249, -320, -321),
    Reaction.UNREACHABLE: (-213, -217, -218, -222, -227, -244),
    Reaction.HUMAN: (
        *(-204, -205, -207, -208, -209, -212, -215, -219, -221, -223, -224, -235, -238, -241, -242, -248),
        *(-237, -403, -1340, -1341),
    ),
    Reaction.BUG: (-100, -201, -202, -210, -233, -240),
}

_PHONE = {
    Reaction.GROWING: (-100,),
    Reaction.MORNING: (-133,),
    Reaction.QUOTA: (-115, -136, -137, -144, -1441, -147, -1471, -160),
    Reaction.NEW_TOKEN: (-124,),
    Reaction.UNREACHABLE: (-108, -110, -114, -118, -119, -134, -139, -141),
    Reaction.HUMAN: (
        *(-101, -102, -103, -104, -105, -109, -1091, -117, -120, -1201, -1202, -1241, -125, -131, -135, -1351),
        *(-138, -140, -145, -146),
    ),
    Reaction.BUG: (
        *(-106, -107, -111, -112, -1121, -1122, -1123, -1124, -113, -116, -121, -122, -123, -126, -127, -128, -129),
        *(-130, -132, -142, -143, -148, -149, -150, -151, -152, -153, -158, -159),
    ),
}

_OURS = {
    "connect": Reaction.GROWING,
    "queued": Reaction.NEXT_MINUTE,
    "paused": Reaction.NEXT_MINUTE,
    "minute_full": Reaction.NEXT_MINUTE,
    "late": Reaction.NEXT_MINUTE,
    "token_pending": Reaction.NEXT_MINUTE,
    "token_needs_human": Reaction.HUMAN,
    "http_429": Reaction.NEXT_MINUTE,
    "upload": Reaction.GROWING,
    "profile": Reaction.GROWING,
    "storage": Reaction.GROWING,
    "texts": Reaction.GROWING,
    "file_gone": Reaction.BUG,
    "no_recipient": Reaction.UNREACHABLE,
    "no_channel": Reaction.UNREACHABLE,
    "smtp_recipient": Reaction.UNREACHABLE,
    "smtp_message": Reaction.BUG,
}

ERROR_REACTIONS = (
    {str(code): reaction for reaction, codes in _ZALO.items() for code in codes}
    | {f"phone{code}": reaction for reaction, codes in _PHONE.items() for code in codes}
    | _OURS
)

LONGEST_PAUSE = timedelta(hours=1)
HUMAN_PAUSE = timedelta(minutes=15)
QUIET_ATTEMPTS = 6
"""The number of failed tries, with growing pauses between them, after which a person is alerted."""
QUIET_MINUTES = 30
"""The same for a message tried every minute. The time until the alert is about as long."""
PROMPT_ATTEMPTS = 15
"""The number of tries, one a minute, before a chat message waits for HUMAN_PAUSE. Most faults pass by then."""
_PROMPT = {Reaction.GROWING, Reaction.NEW_TOKEN}

_DOUBLINGS = 6


def reaction_to(error: str) -> Reaction:
    """Return the reaction to an error code, or HUMAN for an unknown one.

    SMTP errors 4xx are temporary by definition (RFC 5321 4.2.1).
    """
    if error.startswith("smtp_4"):
        return Reaction.GROWING
    return ERROR_REACTIONS.get(error, Reaction.HUMAN)


def retry_at(reaction: Reaction, attempt: int, now: datetime, *, in_chat: bool = False) -> datetime | None:
    """Return the time of the next try on the same channel after try number `attempt` (from 1), or None for none.

    A reply in the chat is tried every minute, because the citizen may be waiting for it.
    """
    soon = reaction in _PROMPT or (reaction is Reaction.HUMAN and attempt <= PROMPT_ATTEMPTS)
    if reaction is Reaction.NEXT_MINUTE or (in_chat and soon):
        return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if reaction is Reaction.GROWING:
        return now + min(timedelta(minutes=2 ** min(attempt - 1, _DOUBLINGS)), LONGEST_PAUSE)
    if reaction in {Reaction.MORNING, Reaction.QUOTA}:
        return next_morning(now)
    if reaction in {Reaction.HUMAN, Reaction.NEW_TOKEN}:
        return now + HUMAN_PAUSE
    return None


def severity(error: str, attempt: int, *, in_chat: bool = False) -> str:
    """Return the severity of the log line about a refusal. CRITICAL alerts a person."""
    quiet = QUIET_MINUTES if in_chat else QUIET_ATTEMPTS
    reaction = reaction_to(error)
    if reaction in {Reaction.HUMAN, Reaction.NEW_TOKEN, Reaction.OTHER_CHANNEL, Reaction.QUOTA}:
        return "CRITICAL"
    if reaction is Reaction.BUG:
        return "ERROR"
    return "CRITICAL" if reaction is Reaction.GROWING and attempt >= quiet else "INFO"
