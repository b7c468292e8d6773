"""How the telling of a notice goes on: pure steps from one state of `notices/{id}` to the next.

A long text goes out in parts, one call each; `message_ids` counts what is out, so the part in hand is always known
and a part whose sending is unknown holds up those after it.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from petitions.domain.notice import UNKNOWN_FOR, Notice, NoticeState
from petitions.domain.refusals import reaction_to, retry_at
from petitions.domain.texts import split

ECHO_SKEW = timedelta(minutes=1)
"""How much Zalo's clock may be behind ours when an echo is matched to an attempt."""


def parts(notice: Notice) -> list[str]:
    """What is sent, message by message. E-mail has no limit."""
    text = unicodedata.normalize("NFC", notice.text)
    pieces = split(text) if notice.channel == "zalo" else [text]
    return [piece for piece in pieces if piece] or [text]


def part_in_hand(notice: Notice) -> str:
    """The next part to send, or the one that is being sent; the notice is not sent yet."""
    return parts(notice)[len(notice.message_ids)]


def may_begin(notice: Notice, now: datetime) -> bool:
    """Whether a try may begin now: it was never tried, or a refusal's pause is over."""
    waited = notice.next_attempt_at is None or notice.next_attempt_at <= now
    return notice.state is NoticeState.PLANNED or (notice.state is NoticeState.WAITING and waited)


def may_repeat(notice: Notice, now: datetime) -> bool:
    """The one declared exception to "nothing doubled": an answer whose sending stayed unknown goes once more."""
    over = notice.next_attempt_at is not None and notice.next_attempt_at <= now
    return notice.state is NoticeState.UNKNOWN and over and notice.kind == "answered" and not notice.repeated


def overtaken(notice: Notice, now: datetime) -> Notice:
    """The notice as time has made it without news: a lapsed lease is unknown, and what stays unknown rests."""
    if notice.state is NoticeState.SENDING and notice.attempt and notice.attempt.lease_until <= now:
        return unknown(notice, "lapsed")
    over = notice.next_attempt_at is not None and notice.next_attempt_at <= now
    if notice.state is NoticeState.UNKNOWN and over:
        return notice.model_copy(update={"next_attempt_at": None})
    return notice


def unknown(notice: Notice, error: str) -> Notice:
    """It may have been sent: evidence has ten minutes from the attempt's start."""
    until = notice.attempt.started_at + UNKNOWN_FOR if notice.attempt else None
    return notice.model_copy(update={"state": NoticeState.UNKNOWN, "next_attempt_at": until, "error": error})


def refused(notice: Notice, error: str, now: datetime) -> Notice:
    """It was certainly not sent: wait as the error demands, or give up."""
    again = retry_at(reaction_to(error), notice.attempt.number if notice.attempt else 1, now)
    state = NoticeState.UNDELIVERABLE if again is None else NoticeState.WAITING
    return notice.model_copy(update={"state": state, "next_attempt_at": again, "error": error})


def cancelled(notice: Notice) -> Notice:
    """What it would tell is no longer true."""
    return notice.model_copy(update={"state": NoticeState.CANCELLED, "next_attempt_at": None})


def part_out(notice: Notice, message_id: str, at: datetime) -> Notice:
    """The part in hand is out; with the last one the notice is sent, before that the next part may go at once."""
    message_ids = [*notice.message_ids, message_id]
    done = len(message_ids) == len(parts(notice))
    return notice.model_copy(
        update={
            "state": NoticeState.SENT if done else NoticeState.WAITING,
            "message_ids": message_ids,
            "next_attempt_at": None if done else at,
            "sent_at": at if done else None,
            "error": None,
        }
    )


def echoes(notice: Notice, text: str, at: datetime) -> bool:
    """Whether an echo of `text` at Zalo's time `at` is evidence that the part in hand was sent."""
    if notice.state not in {NoticeState.SENDING, NoticeState.UNKNOWN} or notice.attempt is None:
        return False
    began = notice.attempt.started_at
    in_time = began - ECHO_SKEW <= at <= began + UNKNOWN_FOR
    return in_time and part_in_hand(notice) == unicodedata.normalize("NFC", text)
