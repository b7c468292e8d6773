"""The meaning of a silence: the end of a flood or of a story, a draft left behind, no consent after a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.conversation.asking import repeat_question
from petitions.domain.conversation.drafting import (
    draft_of,
    with_conversation,
    with_draft,
    with_parts,
    with_word_of_room,
    without_draft,
)
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn
from petitions.domain.conversation.flood_control import FLOOD_WINDOW
from petitions.domain.conversation.telling import end_draft, finish_story
from petitions.domain.shared.quiet_hours import after_quiet_hours
from petitions.domain.shared.retention import UNCONSENTED_FOR

STORY_PAUSE = timedelta(seconds=150)
"""Becomes two to three minutes with the minute's sweep."""

REMINDED_AFTER = (timedelta(hours=20), timedelta(days=6))
"""The silences after which the filer of an unfinished draft is told that nothing was sent: while Zalo's free window of
48 hours is open, and once more while any message may reach them (PLATFORM 3.2)."""
FORGOTTEN_AFTER = timedelta(days=14)
"""The silence after which an unfinished draft is given up."""


def with_wake_up(citizen: Citizen) -> Citizen:
    """Return the citizen with the instant at which silence will have a meaning, if any."""
    return citizen.model_copy(update={"next_attempt_at": _until(citizen)})


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
    over = talk.last_at + STORY_PAUSE if _tells(citizen) else _left_until(talk.draft.reminders, talk.last_at)
    # The bot asks nothing while an officer talks with the citizen.
    return max(over, citizen.silent_until) if citizen.silent_until else over


def _tells(citizen: Citizen) -> bool:
    """Return whether a story is being told, whose end a pause may be."""
    return citizen.conversation.step is Step.CONTENT and bool(draft_of(citizen).content())


def _left_until(reminders: int, last_at: datetime) -> datetime:
    if reminders < len(REMINDED_AFTER):
        return after_quiet_hours(last_at + REMINDED_AFTER[reminders])
    return last_at + FORGOTTEN_AFTER


def is_unconsented(citizen: Citizen) -> bool:
    """Return whether the silence ends a draft without consent, which is to be erased with its inputs."""
    talk = citizen.conversation
    return not talk.flooding and (citizen.consent is None or talk.step is Step.CONSENT)


def without_unconsented_draft(citizen: Citizen) -> Citizen:
    """Return the citizen without the draft to which they never consented."""
    return with_wake_up(without_draft(citizen))


def speak_after_pause(citizen: Citizen, key: str, now: datetime, guide: CityGuide) -> ConversationTurn:
    """Ask the next question, as if the citizen had said that this is all. `key` is a fresh id.

    Inputs from before `now` that Zalo delivers later do not answer it.
    """
    talk = citizen.conversation
    at = talk.last_at or citizen.last_interaction_at
    if talk.flooding:
        turn = repeat_question(with_conversation(citizen, pace=None), guide)
        turn = turn if talk.draft is not None else ConversationTurn(turn.citizen).say("flood_over")
    elif _tells(citizen):
        # A question about erasure that was not confirmed is dropped: the next number answers the next question.
        kept = talk.question.parts if talk.question else []
        free = with_parts(with_conversation(citizen, question=None), kept)
        turn = finish_story(free, CitizenInput(key=key, at=at, parts=()), guide)
        turn = with_word_of_room(citizen, turn)
        turn = ConversationTurn(with_conversation(turn.citizen, last_at=max(at, now)), turn.effects)
    else:
        turn = _left_behind(citizen, guide)
    return ConversationTurn(with_wake_up(turn.citizen), turn.effects)


def _left_behind(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Tell the filer of an unfinished draft that nothing was sent, and ask again; at last give the draft up."""
    reminders = draft_of(citizen).reminders
    if reminders >= len(REMINDED_AFTER):
        return end_draft(citizen)
    turn = repeat_question(with_draft(citizen, reminders=reminders + 1), guide)
    return turn.say_first("draft_unsent" if reminders == 0 else "draft_unsent_last")
