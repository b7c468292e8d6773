"""The progress of sending a notice, as pure steps from one state of `notices/{id}` to the next.

A long text is sent in parts, one call per part, followed by the enclosures. `message_ids` has one id per part sent, so
it shows the current part. If the outcome of a part is unknown, the later parts wait. An echo is Zalo's event about a
message that the account sent, and serves as evidence.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions.domain.language.texts import split
from petitions.domain.notices.channels import CHATS, TEMPLATES, Route, wrote_since
from petitions.domain.notices.delivery_errors import Reaction, reaction_to, retry_at
from petitions.domain.notices.enclosures import Enclosure, InfoForm
from petitions.domain.notices.kinds import NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import LEASE, UNKNOWN_FOR, Attempt, Notice, NoticeState
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace

_PASSING = frozenset({Reaction.NEXT_MINUTE, Reaction.GROWING, Reaction.NEW_TOKEN, Reaction.WINDOW})
"""Reactions to errors that are not caused by the content of the message."""

ECHO_SKEW = timedelta(minutes=1)
"""The most by which Zalo's clock may be behind this system's when an echo is matched to a try."""


LOOKS_EVERY = timedelta(seconds=15)
"""The shortest pause between two searches for evidence. It is shorter than the pause between two runs of the job."""

SEARCHED_FOR = timedelta(days=1)
"""The time during which evidence about a chat message is searched for."""

_SHARE = 20
"""The time since the attempt is this many times the pause until the next search."""

RESTORED = "restored"
"""The error word of a notice from a backup. Nobody knows whether it was sent after the backup."""

NoticePart = str | Enclosure | InfoForm

_ECHOES = {"file": "oa_send_file", "image": "oa_send_image"}


def parts(notice: Notice) -> list[NoticePart]:
    """Return the messages to send, in order: parts of the text, the form, and the files.

    E-mail has no limit of length. A template is one message whatever its length.
    """
    text = unicodedata.normalize("NFC", notice.text)
    pieces = split(text) if notice.channel == "zalo" else [text]
    form = [notice.form] if notice.form and not notice.form.refused else []
    files = [file.otherwise if file.refused else file for file in notice.files]
    return [*([piece for piece in pieces if piece] or [text]), *form, *files]


def part_in_hand(notice: Notice) -> NoticePart:
    """Return the part being sent or to be sent next. At least one part must still be unsent."""
    return parts(notice)[len(notice.message_ids)]


def is_text_sent(notice: Notice) -> bool:
    """Return whether the whole text was sent to the citizen. Files may still have to be sent."""
    words = sum(isinstance(part, str) for part in parts(replace(notice, files=[])))
    return notice.state is NoticeState.SENT or (notice.route in CHATS and len(notice.message_ids) >= words)


def handed_over(notice: Notice) -> bool:
    """Return whether the text may have reached the citizen, whose next messages may then refer to it."""
    return is_text_sent(notice) or (notice.state is NoticeState.SENDING and notice.route in CHATS)


def may_begin(notice: Notice, now: datetime, last_interaction_at: datetime | None = None) -> bool:
    """Return whether an attempt may begin now: the notice is new, its pause is over, or the citizen has written."""
    waited = notice.next_attempt_at is None or notice.next_attempt_at <= now
    waited = waited or wrote_since(notice, last_interaction_at)
    return notice.state is NoticeState.PLANNED or (notice.state is NoticeState.WAITING and waited)


def awaits_evidence(notice: Notice, now: datetime) -> bool:
    """Return whether it is time to search for evidence that an unconfirmed chat message was sent."""
    due = notice.next_attempt_at is not None and notice.next_attempt_at <= now
    return notice.state is NoticeState.UNKNOWN and _leaves_traces(notice) and due


def _leaves_traces(notice: Notice) -> bool:
    """Return whether a message sent in this attempt must be visible in the chat.

    A notice from a backup may have been sent long before, so nothing can be concluded for it.
    """
    return notice.route in CHATS and notice.attempt is not None and notice.error != RESTORED


def may_repeat(notice: Notice, now: datetime) -> bool:
    """Return whether a notice of unknown outcome may be sent again.

    The outcome of a petition may be sent in the chat a second time. So may a mail to an officer, which then mentions
    the repetition. A request to Zalo to delete data may be repeated until it succeeds.
    """
    over = notice.next_attempt_at is not None and notice.next_attempt_at <= now and _is_long_unknown(notice, now)
    result = NOTICE_KINDS[notice.kind].is_result and notice.route not in TEMPLATES
    mail = notice.channel == "email" and notice.officer is not None and notice.error != RESTORED
    once_more = (result or mail) and not notice.repeated
    return notice.state is NoticeState.UNKNOWN and over and (once_more or notice.channel == "profile")


def is_given_up(notice: Notice) -> bool:
    """Return whether a notice of unknown outcome will probably stay unknown.

    That holds for a chat message after the first search that was made UNKNOWN_FOR after its attempt.
    """
    if notice.state is not NoticeState.UNKNOWN or notice.waits_for is not None:
        return False
    if notice.next_attempt_at is None:
        return True
    if notice.attempt is None or not _leaves_traces(notice):
        return False
    return notice.next_attempt_at not in Until(notice.attempt.started_at + UNKNOWN_FOR + UNKNOWN_FOR / _SHARE)


def _is_long_unknown(notice: Notice, now: datetime) -> bool:
    return notice.attempt is None or notice.attempt.started_at + UNKNOWN_FOR <= now


def may_repeat_in_chat(notice: Notice, last_interaction_at: datetime | None) -> bool:
    """Return whether the citizen has written since a template of unknown outcome, so that the chat may repeat it."""
    if notice.state is not NoticeState.UNKNOWN or notice.waits_for is None or notice.attempt is None:
        return False
    return last_interaction_at is not None and last_interaction_at > notice.attempt.started_at


def overtaken(notice: Notice, now: datetime) -> Notice:
    """Return the notice with the changes due by time alone.

    If the sender did not finish in time, the notice becomes unknown. A chat message without evidence is searched for
    again for SEARCHED_FOR, because Zalo may be down and an account may send nothing else. After that, and without a
    search, the notice is left alone.
    """
    if notice.state is NoticeState.SENDING and notice.attempt and notice.attempt.lease_until <= now:
        return unknown(notice, "lapsed")
    over = notice.next_attempt_at is not None and notice.next_attempt_at <= now
    if notice.state is NoticeState.UNKNOWN and over:
        search_for = SEARCHED_FOR if _leaves_traces(notice) else UNKNOWN_FOR
        if notice.attempt and now in Until(notice.attempt.started_at + search_for):
            age = now - notice.attempt.started_at
            return replace(notice, next_attempt_at=now + max(LOOKS_EVERY, age / _SHARE))
        untold = notice.citizen is not None and notice.route in TEMPLATES
        return replace(notice, next_attempt_at=None, waits_for="citizen" if untold else None)
    return notice


def planned(notice: Notice, route: str, reasons: Mapping[str, str], at: datetime, *, by_day: bool = False) -> Notice:
    """Return the notice, planned for a route and not before `at`.

    With `by_day`, it is also sent as soon as the citizen writes.
    """
    changes: dict[str, Any] = {
        "route": route,
        "reasons": dict(reasons),
        "state": NoticeState.WAITING,
        "next_attempt_at": at,
    }
    waits = "citizen" if by_day and notice.citizen is not None and notice.channel == "zalo" else None
    return replace(notice, **changes | {"error": None, "waits_for": waits})


def held(notice: Notice, why: str, until: datetime) -> Notice:
    """Return the notice postponed until `until`.

    `why` is the reason: a pause of all sending, the limit of calls per minute, or an earlier notice that goes first.
    """
    return replace(notice, state=NoticeState.WAITING, error=why, next_attempt_at=until)


def stranded(notice: Notice, error: str, reasons: Mapping[str, str] | None = None) -> Notice:
    """Return the notice after all routes failed.

    A notice to a citizen waits until the citizen writes. A mere reply, or a notice without a recipient, becomes
    undeliverable.
    """
    waits = notice.citizen is not None and not NOTICE_KINDS[notice.kind].is_reply and error != "no_recipient"
    return replace(
        notice,
        state=NoticeState.WAITING if waits else NoticeState.UNDELIVERABLE,
        waits_for="citizen" if waits else None,
        route=None,
        reasons=dict(reasons or notice.reasons),
        next_attempt_at=None,
        error=error,
    )


def unknown(notice: Notice, error: str) -> Notice:
    """Return the notice with an unknown outcome. The search for evidence begins when the call must have ended."""
    unsettled = replace(notice, state=NoticeState.UNKNOWN, error=error)
    wait = LEASE if _leaves_traces(unsettled) else UNKNOWN_FOR
    until = notice.attempt.started_at + wait if notice.attempt else None
    return replace(notice, state=NoticeState.UNKNOWN, next_attempt_at=until, error=error)


def restored(notice: Notice, at: datetime) -> Notice:
    """Return a notice that was being sent when a backup was made at `at`. Its outcome is unknown."""
    attempt = notice.attempt or Attempt(id="restored", number=1, started_at=at, lease_until=at)
    return unknown(replace(notice, attempt=attempt), RESTORED)


def refused(notice: Notice, error: str, now: datetime) -> Notice:
    """Return the notice after an error that proves that it was not sent.

    Depending on the error it waits, moves to the next channel, continues without the refused form or file, or ends.
    """
    reaction = reaction_to(error)
    part = part_in_hand(notice) if notice.route in CHATS else ""
    if isinstance(part, InfoForm) and reaction not in _PASSING:
        return _done_or_next(replace(notice, form=replace(part, refused=True)), now)
    if isinstance(part, Enclosure) and reaction in {Reaction.BUG, Reaction.QUOTA}:
        files = [replace(file, refused=True) if file is part else file for file in notice.files]
        return _done_or_next(replace(notice, files=files), now)
    if reaction is Reaction.OTHER_CHANNEL and notice.route == Route.FREE:
        reaction = Reaction.HUMAN  # replies cost nothing, so the account is out of order
    if reaction in {Reaction.WINDOW, Reaction.OTHER_CHANNEL} and notice.route:
        shut = CHATS if reaction is Reaction.WINDOW and notice.route in CHATS else {notice.route}
        closed = sorted({*notice.closed, *map(str, shut)})
        waiting: dict[str, Any] = {
            "state": NoticeState.WAITING,
            "next_attempt_at": now,
            "error": error,
            "closed": closed,
        }
        return replace(notice, **waiting)
    if reaction is Reaction.UNREACHABLE:
        return stranded(notice, error)
    again = retry_at(reaction, notice.attempt.number if notice.attempt else 1, now, in_chat=notice.route in CHATS)
    state = NoticeState.UNDELIVERABLE if again is None else NoticeState.WAITING
    return replace(notice, state=state, next_attempt_at=again, error=error)


def cancelled(notice: Notice, why: str | None = None) -> Notice:
    """Return the notice as cancelled, with the reason, if given, in `error`."""
    changes: dict[str, Any] = {"state": NoticeState.CANCELLED, "next_attempt_at": None, "waits_for": None}
    return replace(notice, **changes | ({"error": why} if why else {}))


def part_out(notice: Notice, message_id: str, at: datetime) -> Notice:
    """Return the notice with its current part sent: complete after the last part, otherwise ready for the next one."""
    attempt = replace(notice.attempt, number=0) if notice.attempt else None  # pauses begin anew
    return _done_or_next(replace(notice, message_ids=[*notice.message_ids, message_id], attempt=attempt), at)


def _done_or_next(notice: Notice, at: datetime) -> Notice:
    done = notice.route in TEMPLATES or len(notice.message_ids) >= len(parts(notice))
    return replace(
        notice,
        state=NoticeState.SENT if done else NoticeState.WAITING,
        next_attempt_at=None if done else at,
        sent_at=at if done else None,
        waits_for=None if done else notice.waits_for,
        error=None,
    )


def echoes(notice: Notice, event_name: str, text: str | None, at: datetime) -> bool:
    """Return whether this echo, at Zalo's time `at`, proves that the current part was sent.

    An echo of a text must have the same text.
    """
    if (
        notice.state not in {NoticeState.SENDING, NoticeState.UNKNOWN}
        or notice.attempt is None
        or notice.route in TEMPLATES
    ):
        return False
    part = part_in_hand(notice)
    if isinstance(part, str):
        return event_name == "oa_send_text" and text is not None and is_current_part(notice, text, at)
    same = event_name == (_ECHOES[part.upload] if isinstance(part, Enclosure) else "oa_send_template")
    return same and _in_time(notice.attempt, at)


def is_current_part(notice: Notice, text: str, at: datetime) -> bool:
    """Return whether a message in the chat, with this text and at Zalo's time `at`, is the notice's current part."""
    same = part_in_hand(notice) == unicodedata.normalize("NFC", text)
    return same and notice.attempt is not None and _in_time(notice.attempt, at)


def _in_time(attempt: Attempt, at: datetime) -> bool:
    return attempt.started_at - ECHO_SKEW <= at <= attempt.started_at + UNKNOWN_FOR


ECHO_WITHIN = timedelta(seconds=90)
"""The time within which the echo of a message comes, if echoes come in time at all (PLATFORM 1.23)."""

EVIDENCE_WITHIN = ECHO_WITHIN + timedelta(minutes=1)
"""The time after which the job, which runs every minute, must have searched for the echo."""

ECHOES_FLOW_FOR = timedelta(days=1)
"""The time after an echo during which the account counts as having echoes switched on (PLATFORM 1.2)."""


@dataclass(frozen=True)
class EchoesSeen:
    """The times of the echoes that were handled."""

    last_at: datetime | None = None
    """Zalo's time of the latest echo, or None."""
    late_at: datetime | None = None
    """The last time an echo was handled late. For some minutes after it, others may still be on their way."""


def without_echo(notice: Notice, seen: EchoesSeen, now: datetime) -> bool:
    """Return whether the missing echo proves that an unconfirmed message was not sent.

    It does if echoes of later messages have come, none of them late. After UNKNOWN_FOR, any echo since a day before the
    attempt is enough.
    """
    if notice.attempt is None or seen.last_at is None:
        return False
    began = notice.attempt.started_at
    if _is_long_unknown(notice, now):
        return seen.last_at >= began - ECHOES_FLOW_FOR
    in_time = seen.late_at is None or seen.late_at < began - ECHO_SKEW
    return in_time and seen.last_at >= began + ECHO_WITHIN


HOLDS_UP_FOR = timedelta(minutes=10)
"""The age at which a planned notice no longer delays other notices, because the message that starts its sender is lost.
"""


def held_up_until(notice: Notice, others: Sequence[Notice], now: datetime) -> datetime | None:
    """Return the time until which the notice waits for an earlier one to the same citizen, or None if it need not.

    Messages keep their order. The result is a millisecond after the earlier notice's time, so that one run of the
    sending job sends all of them in order.
    """
    ahead = [other for other in others if _key(other) < _key(notice) and _on_its_way(other, now)]
    if not ahead:
        return None
    waiting = [other.next_attempt_at for other in ahead if other.state in {NoticeState.WAITING, NoticeState.UNKNOWN}]
    return max(at or now for at in [*waiting, now]) + timedelta(milliseconds=1)


def _key(notice: Notice) -> tuple[datetime, str]:
    return notice.created_at, notice.id


def _on_its_way(notice: Notice, now: datetime) -> bool:
    if notice.state is NoticeState.SENDING and notice.attempt and notice.attempt.lease_until <= now:
        return _on_its_way(overtaken(notice, now), now)  # nobody may have looked at it since its sender died
    if notice.state is NoticeState.SENDING:
        return notice.attempt is not None
    if notice.state is NoticeState.PLANNED:
        return notice.created_at + HOLDS_UP_FOR > now
    if notice.next_attempt_at is None or notice.attempt is None:
        return _waits_for_a_minute(notice)
    if notice.state is NoticeState.UNKNOWN:
        return _leaves_traces(notice) and not is_text_sent(notice) and now < notice.attempt.started_at + EVIDENCE_WITHIN
    return notice.state is NoticeState.WAITING and (_is_tried_soon(notice, now) or _waits_for_a_minute(notice))


def _is_tried_soon(notice: Notice, now: datetime) -> bool:
    refused = notice.error is not None and notice.route in CHATS and not is_text_sent(notice)
    return refused and _latest_try(notice, now) in Until(notice.created_at + EVIDENCE_WITHIN)


def _latest_try(notice: Notice, now: datetime) -> datetime:
    return max(now, notice.next_attempt_at or now)


def _waits_for_a_minute(notice: Notice) -> bool:
    next_minute = reaction_to(notice.error) is Reaction.NEXT_MINUTE if notice.error else False
    return notice.state is NoticeState.WAITING and notice.next_attempt_at is not None and next_minute


def outdated_by(reply: Notice, older: Notice, now: datetime) -> Notice:
    """Return an older notice with the changes that a later reply to the citizen causes.

    A mere reply that was late, or would be, is cancelled, because the conversation has moved to another question. The
    form of a reply is cancelled if the reply's text is already sent. A reply about a petition has lasting content and
    stays.
    """
    if _latest_try(older, now) < older.created_at + EVIDENCE_WITHIN and not is_text_sent(older):
        return older
    mere = older.kind is NoticeKind.REPLY and older.about is None
    if reply.kind is not NoticeKind.REPLY or not mere or _key(older) >= _key(reply):
        return older
    if older.state in {NoticeState.WAITING, NoticeState.PLANNED}:
        return cancelled(older, "outdated")
    overdue = overtaken(older, now)  # nobody may have looked at it since its sender died
    return replace(overdue, next_attempt_at=None) if overdue.state is NoticeState.UNKNOWN else older
