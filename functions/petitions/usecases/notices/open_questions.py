"""Questions in notices, such as for a rating. A question is open once its notice is sent, not when it is planned.

Citizens cannot answer a question before it reaches them.
"""

from __future__ import annotations

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import OpenQuestion, Requested
from petitions.domain.lifecycle.states import State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.ports.store import Query, Transaction

_TO_COME = [NoticeState.PLANNED.value, NoticeState.WAITING.value, NoticeState.SENDING.value]


def asks_something(notice: Notice) -> bool:
    """Return whether the notice asks the citizen a question."""
    return notice.about is not None and (notice.asks_rating or notice.kind is NoticeKind.SUPPLEMENT_ASKED)


def with_question(tx: Transaction, citizen: Citizen, notice: Notice) -> Citizen:
    """Return the citizen with the notice's question open, so that a number in the next message answers it.

    A question that a reply of the conversation is asking or about to ask takes precedence, and so does one about
    keeping messages or a dropped draft.
    """
    talk, code = citizen.conversation, notice.about.code if notice.about else ""
    at = notice.attempt.started_at if notice.attempt else notice.created_at
    unrated = talk.unrated()
    question = None
    if notice.asks_rating and unrated and unrated.code == code:
        question = OpenQuestion(purpose="rating", codes=[code], at=at)
    elif notice.kind is NoticeKind.SUPPLEMENT_ASKED and _awaits(tx, code):
        talk = replace(talk.with_office_message(Requested(code=code, at=at)), acknowledged_at=None)
    else:
        return citizen
    asked = talk.question
    if asked is None or not (asked.parts or asked.draft or _reply_to_come(tx, notice)):
        talk = replace(talk, question=question)
    return replace(citizen, conversation=talk)


def _awaits(tx: Transaction, code: str) -> bool:
    found = tx.get(petition_path(code))
    return found is not None and Petition.model_validate(found).state is State.AWAITING_CITIZEN


def _reply_to_come(tx: Transaction, notice: Notice) -> bool:
    found = tx.find(Query("notices", where=(("citizen", "==", notice.citizen), ("state", "in", _TO_COME))))
    return any(document.data.get("kind") == NoticeKind.REPLY for document in found)
