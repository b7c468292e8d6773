"""What takes back at once what was just done, offered on the page that comes next."""

from __future__ import annotations

from flask import session

from desk.shell.session import me
from desk.words.labels import UNDONE_BY, action_label
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.policy import actions
from petitions.domain.petition.petition import Petition


def undo_of(done: Action, after: Petition) -> dict[str, str | int] | None:
    """Return what takes `done` back as the templates need it; None where nothing does or this officer may not."""
    undo = UNDONE_BY.get(done)
    if undo is None or undo not in {row.action for row in actions(me(), after)}:
        return None
    return {"code": after.code, "version": after.version, "action": undo.value, "what": action_label(undo)}


def offer_undo(done: Action, after: Petition) -> None:
    """Offer what takes `done` back, where something does and this officer may."""
    if undo := undo_of(done, after):
        session["undo"] = undo
