"""Flood control: a citizen who writes faster than replies can be read is told so once, then not answered until a pause.

Meanwhile their inputs answer no question, as they may not have seen it. Content is kept where it belongs, and every
input is stored as it came.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Conversation, Pace
from petitions.domain.conversation.drafting import telling_parts, with_contact_info, with_conversation, with_parts
from petitions.domain.conversation.effects import AddToPetition, CitizenInput, ConversationTurn

MOST_REPLIES = 30
FLOOD_WINDOW = timedelta(minutes=1)
"""The time within which more replies than MOST_REPLIES are too many, and the silence after which the bot resumes."""

LONGEST_COMMAND = 40
"""The most characters of a message that, in a flood, may be an answer or a command; a longer one tells something."""


def is_flooding(talk: Conversation, at: datetime) -> bool:
    """Return whether an input at this time is one too many."""
    return talk.pace is not None and talk.pace.replies >= MOST_REPLIES and _within(talk.pace, at)


def keep_unanswered(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Keep the input without a reply, except for a notice the first time."""
    talk = citizen.conversation
    pace = Pace(at=entry.at, replies=talk.pace.replies if talk.pace else 0, flooding=True)
    listening = with_conversation(citizen, last_at=entry.at, pace=pace)
    parts = telling_parts(entry.parts)
    tells = len(entry.text) > LONGEST_COMMAND or any(part.type != "text" for part in parts)
    effects: tuple[AddToPetition, ...] = ()
    if talk.draft is not None:
        listening = with_contact_info(with_parts(listening, entry.parts) if tells else listening, entry)
    elif talk.adding and tells:
        effects = (AddToPetition(talk.adding.code, parts, quiet=True),)
    turn = ConversationTurn(listening, effects)
    return turn if talk.flooding else turn.say("flood")


def count_reply(turn: ConversationTurn, at: datetime) -> ConversationTurn:
    """Return the turn with its reply counted."""
    if not turn.effects:
        return turn
    pace = turn.citizen.conversation.pace
    counted = (
        pace.model_copy(update={"replies": pace.replies + 1}) if pace and _within(pace, at) else Pace(at=at, replies=1)
    )
    return ConversationTurn(with_conversation(turn.citizen, pace=counted), turn.effects)


def _within(pace: Pace, at: datetime) -> bool:
    return timedelta() <= at - pace.at < FLOOD_WINDOW
