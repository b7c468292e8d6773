"""Flood control: a citizen who writes faster than replies can be read is told so once, then not answered until a pause.

Meanwhile their inputs answer no question, as they may not have seen it. Content is kept where it belongs, and every
input is stored as it came.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation.citizen import Citizen, Conversation
from petitions.domain.conversation.drafting import informed, talking, told, with_parts
from petitions.domain.conversation.effects import AddTo, Input, Turn

MOST_REPLIES = 30
WITHIN = timedelta(minutes=1)
"""The time within which more replies than MOST_REPLIES are too many, and the silence after which the bot resumes."""


def floods(talk: Conversation, at: datetime) -> bool:
    """Return whether an input at this time is one too many."""
    return talk.pace >= MOST_REPLIES and talk.pace_at is not None and timedelta() <= at - talk.pace_at < WITHIN


def heard(citizen: Citizen, entry: Input) -> Turn:
    """Keep the input without a reply, except for a notice the first time."""
    talk = citizen.conversation
    listening = talking(citizen, last_at=entry.at, pace_at=entry.at, flooding=True)
    tells = len(entry.text) > said.SHORT or any(part.type != "text" for part in told(entry.parts))
    effects: tuple[AddTo, ...] = ()
    if talk.draft is not None:
        listening = informed(with_parts(listening, entry.parts) if tells else listening, entry)
    elif talk.supplement_for and tells:
        effects = (AddTo(talk.supplement_for, told(entry.parts), quiet=True),)
    turn = Turn(listening, effects)
    return turn if talk.flooding else turn.say("flood")


def paced(turn: Turn, at: datetime) -> Turn:
    """Return the turn with its reply counted."""
    if not turn.effects:
        return turn
    talk = turn.citizen.conversation
    within = talk.pace_at is not None and timedelta() <= at - talk.pace_at < WITHIN
    counted = {"pace": talk.pace + 1} if within else {"pace_at": at, "pace": 1, "flooding": False}
    return Turn(talking(turn.citizen, **counted), turn.effects)


def calm(citizen: Citizen) -> Citizen:
    """Return the citizen after the silence."""
    return talking(citizen, pace_at=None, pace=0, flooding=False)
