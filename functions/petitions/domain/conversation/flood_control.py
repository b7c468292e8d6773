"""Flood control: a citizen who writes faster than replies can be read is told so once, then not answered until a pause.

Meanwhile their inputs answer no question, as they may not have seen it. Content is kept where it belongs, and every
input is stored as it came.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen, Conversation
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation.drafting import telling_parts, with_contact_info, with_conversation, with_parts
from petitions.domain.conversation.effects import AddToPetition, CitizenInput, ConversationTurn

MOST_REPLIES = 30
FLOOD_WINDOW = timedelta(minutes=1)
"""The time within which more replies than MOST_REPLIES are too many, and the silence after which the bot resumes."""


def is_flooding(talk: Conversation, at: datetime) -> bool:
    """Return whether an input at this time is one too many."""
    return talk.pace >= MOST_REPLIES and talk.pace_at is not None and timedelta() <= at - talk.pace_at < FLOOD_WINDOW


def keep_unanswered(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Keep the input without a reply, except for a notice the first time."""
    talk = citizen.conversation
    listening = with_conversation(citizen, last_at=entry.at, pace_at=entry.at, flooding=True)
    tells = len(entry.text) > said.SHORT or any(part.type != "text" for part in telling_parts(entry.parts))
    effects: tuple[AddToPetition, ...] = ()
    if talk.draft is not None:
        listening = with_contact_info(with_parts(listening, entry.parts) if tells else listening, entry)
    elif talk.supplement_for and tells:
        effects = (AddToPetition(talk.supplement_for, telling_parts(entry.parts), quiet=True),)
    turn = ConversationTurn(listening, effects)
    return turn if talk.flooding else turn.say("flood")


def count_reply(turn: ConversationTurn, at: datetime) -> ConversationTurn:
    """Return the turn with its reply counted."""
    if not turn.effects:
        return turn
    talk = turn.citizen.conversation
    within = talk.pace_at is not None and timedelta() <= at - talk.pace_at < FLOOD_WINDOW
    counted = {"pace": talk.pace + 1} if within else {"pace_at": at, "pace": 1, "flooding": False}
    return ConversationTurn(with_conversation(turn.citizen, **counted), turn.effects)


def end_flood(citizen: Citizen) -> Citizen:
    """Return the citizen after the silence."""
    return with_conversation(citizen, pace_at=None, pace=0, flooding=False)
