"""The fields that an action of officers requires besides the petition's code and version."""

from __future__ import annotations

from typing import Any

from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.lifecycle.reopening_reasons import ReopeningReason
from petitions.domain.lifecycle.states import Action, Level
from petitions.domain.petition.petition import Petition
from tests.unit.petition.handling import ANSWER, WHY_NONE

WORDS = "Đã xem lại: việc này cần thêm một bước"
"""The text with which officers take every action that has no text of its own here."""


def particulars(action: Action, petition: Petition) -> dict[str, Any]:
    """Return the fields that the action requires: a text, and for some actions further fields.

    Callers replace any of them, and add the unit of an assignment and the code of a merger.
    """
    required: dict[Action, dict[str, Any]] = {
        Action.SUBMIT_ANSWER: {"text": ANSWER, "no_evidence": WHY_NONE},
        Action.PUBLISH: {"summary": "Đã hướng dẫn lại thủ tục khai sinh"},
        Action.REFUSE: {"why": RefusalReason.OTHER},
        Action.REOPEN: {"reopen_for": ReopeningReason.INCOMPLETE},
        Action.EXTEND: {"amount": 2},
        Action.SET_LEVEL: {"level": Level.NORMAL if petition.level == "urgent" else Level.URGENT},
    }
    return {"text": WORDS, **required.get(action, {})}
