"""The effects of a silence: the end of a flood, a reminder of an unfinished draft, and erasure without consent."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.conversation.filing import end_draft, repeat
from petitions.domain.conversation.repairs import sure_again
from petitions.domain.conversation.turn import (
    CitizenInput,
    CityGuide,
    ConversationTurn,
    Slot,
    Turn,
    draft_of,
    with_conversation,
    with_draft,
    without_draft,
)
from petitions.domain.shared.quiet_hours import after_quiet_hours
from petitions.domain.shared.records import replace
from petitions.domain.shared.retention import UNCONSENTED_FOR

FLOOD_WINDOW = timedelta(minutes=1)
"""The time in which replies are counted, and the silence that ends a flood."""

REMINDED_AFTER = (timedelta(hours=20), timedelta(days=6))
"""The silences after which the filer of an unfinished draft gets a reminder that nothing was sent.

The first falls within Zalo's free window of 48 hours, the second within the time in which any message may reach them
(PLATFORM 3.2).
"""
FORGOTTEN_AFTER = timedelta(days=14)
"""The silence after which an unfinished draft is dropped."""


def with_wake_up(citizen: Citizen) -> Citizen:
    """Return the citizen with `next_attempt_at` set to the time when a silence has its next effect, or to None."""
    return replace(citizen, next_attempt_at=_until(citizen))


def _until(citizen: Citizen) -> datetime | None:
    talk = citizen.conversation
    if talk.last_at is None:
        return None
    if talk.flooding:
        return talk.last_at + FLOOD_WINDOW
    if citizen.consent is None or talk.step is Step.CONSENT:
        return talk.last_at + UNCONSENTED_FOR
    if talk.draft is None:
        return None
    over = _left_until(talk.draft.reminders, talk.last_at)
    # The bot asks nothing while an officer talks with the citizen.
    return max(over, citizen.silent_until) if citizen.silent_until else over


def _left_until(reminders: int, last_at: datetime) -> datetime:
    if reminders < len(REMINDED_AFTER):
        return after_quiet_hours(last_at + REMINDED_AFTER[reminders])
    return last_at + FORGOTTEN_AFTER


def is_unconsented(citizen: Citizen) -> bool:
    """Return whether the end of the silence erases a draft without consent, together with its messages."""
    talk = citizen.conversation
    return not talk.flooding and (citizen.consent is None or talk.step is Step.CONSENT)


def without_unconsented_draft(citizen: Citizen) -> Citizen:
    """Return the citizen without the draft for which they never consented."""
    return with_wake_up(without_draft(citizen))


def speak_after_pause(citizen: Citizen, key: str, now: datetime, guide: CityGuide) -> ConversationTurn:
    """Return the turn that ends a flood of messages, or reminds of an unfinished draft.

    A reminder repeats the open question and never replaces it. After the last reminder the draft is dropped. `key` is a
    new unique id.
    """
    talk = citizen.conversation
    entry = CitizenInput(key=key, at=talk.last_at or citizen.last_interaction_at, parts=())
    turn = Turn(with_conversation(citizen, pace=None) if talk.flooding else citizen, entry, guide)
    if talk.flooding:
        if turn.drafting:
            repeat(turn)
        else:
            turn.ask("flood_over")
    elif draft_of(citizen).reminders >= len(REMINDED_AFTER):
        end_draft(turn)
    else:
        reminders = draft_of(citizen).reminders
        turn.citizen = with_draft(turn.citizen, reminders=reminders + 1)
        turn.say(Slot.NOTE, "draft_unsent" if reminders == 0 else "draft_unsent_last")
        repeat(turn)
        sure_again(turn)
        if talk.question:  # it may be answered as long as if it had been asked now
            turn.change(question=replace(talk.question, at=now))
    result = turn.result()
    return replace(result, citizen=with_wake_up(result.citizen))
