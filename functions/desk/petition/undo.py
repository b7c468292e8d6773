"""What takes back at once what was just done, offered on the page that comes next."""

from __future__ import annotations

from flask import session
from shell.session import me
from words.labels import UNDONE_BY, action_label

from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.policy import actions
from petitions.domain.petition.petition import Petition


def offer_undo(done: Action, after: Petition) -> None:
    """Offer what takes `done` back, where something does and this officer may."""
    undo = UNDONE_BY.get(done)
    if undo and undo in {row.action for row in actions(me(), after)}:
        session["undo"] = {
            "code": after.code,
            "version": after.version,
            "action": undo.value,
            "what": action_label(undo),
        }
