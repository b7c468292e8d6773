"""Reply to reports of a danger to life or limb.

Instructions for the danger come first in the reply until it is over. This needs no consent and no complete petition.
"""

from __future__ import annotations

from petitions.domain.citizen.conversation import OpenDanger
from petitions.domain.citizen.guidance import EMERGENCY
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.after_filing import reply_to_officer
from petitions.domain.conversation.dialogue import danger_goes_on, situation_of
from petitions.domain.conversation.filing import begin
from petitions.domain.conversation.repairs import sure_again
from petitions.domain.conversation.story import story_of
from petitions.domain.conversation.turn import ContactWanted, GuidanceGiven, Slot, Turn
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation

_LEADS = {"suicide": "danger_suicide", "child": "danger_child", "fire": "danger_fire", "medical": "danger_medical"}
"""The key of the text that begins the reply, by kind of danger. All other kinds use `danger_now`."""
_STILL = {"suicide": "danger_still_suicide", "child": "danger_still_child"}
"""The same once the emergency numbers were given. All other kinds use `danger_still`."""

_SURELY_ANOTHER = 0.8
"""The probability from which later words change the kind of a danger."""


def meet_danger(turn: Turn) -> None:
    """Put the emergency numbers first in the reply if the message reports a danger or one goes on.

    Later messages about the danger, and a position, are forwarded to the duty officer. A message may also end the
    danger: the reply then confirms that.
    """
    open_danger = turn.talk.danger if danger_goes_on(turn.talk, turn.entry.at) else None
    dangers = turn.take(c.Danger)
    if dangers and open_danger and situation_of(turn.citizen, turn.entry.at) is not Situation.DANGER:
        dangers = turn.guide.read(turn.entry.text, Situation.DANGER).of(c.Danger)
    over = max((danger.chance for danger in dangers if danger.over), default=0.0)
    new = next((danger for danger in dangers if not danger.over and danger.chance > over), None)
    if new is None and over:
        _end(turn, open_danger)
        return
    if new is None and open_danger is None:
        return
    kind = _kind(new, open_danger)
    placed = (open_danger is not None and open_danger.placed) or _is_placed(turn)
    turn.change(danger=OpenDanger(kind=kind, at=turn.entry.at, placed=placed))
    known = open_danger is not None and open_danger.kind == kind
    turn.say(Slot.LEAD, _STILL.get(kind, "danger_still") if known else _LEADS.get(kind, "danger_now"))
    if new and open_danger is None:
        turn.do(Slot.LEAD, GuidanceGiven(f"{turn.entry.key}-{EMERGENCY}", EMERGENCY, turn.entry.text))
    words = _words(turn)
    if not reply_to_officer(turn) and words and (open_danger or turn.entry.location):
        turn.do(Slot.LEAD, ContactWanted(ContactReason.EMERGENCY, words))
    if any(part.type == "audio" for part in turn.entry.parts):
        turn.say(Slot.NOTE, "voice_unheard")
    if open_danger:
        turn.say(Slot.NOTE, "danger_until")
    tells = new is not None or turn.entry.media or story_of(turn)
    filed = turn.citizen.petitions and turn.guide.nature(turn.entry.text) != "denunciation"
    if tells and not (turn.drafting or filed or turn.reading.taught):
        begin(turn, [])  # the cause of a suicidal danger may be an accusation, whatever else they have filed
    question = turn.talk.question
    if not placed and not (question and question.purpose in {"erase", "withdraw_sure"}):
        again = "danger_where_again" if known else "danger_where_suicide"
        turn.ask_firmly(again if kind == "suicide" else "danger_where")
    turn.silent = True


def _kind(new: c.Danger | None, open_danger: OpenDanger | None) -> str:
    if new is None or open_danger is None:
        return new.kind if new else open_danger.kind if open_danger else ""
    known = open_danger.kind not in {"", "other"}
    changes = new.kind != "other" and (new.chance >= _SURELY_ANOTHER or not known)
    return new.kind if changes else open_danger.kind


def _words(turn: Turn) -> str:
    where = turn.entry.location
    position = f"[vị trí {where.latitude:.5f}, {where.longitude:.5f}]" if where else ""
    text = "" if turn.reading.of(c.Choose) else turn.entry.text
    return " ".join(filter(None, [text, position]))


def _is_placed(turn: Turn) -> bool:
    named = turn.reading.value("place") or turn.reading.value("home") or turn.entry.location
    return bool(named) or turn.guide.wards(turn.entry.text, None)[1]


def _end(turn: Turn, open_danger: OpenDanger | None) -> None:
    turn.change(danger=None)
    if open_danger is None:
        turn.say(Slot.LEAD, "danger_none")
        return
    turn.say(Slot.LEAD, "danger_over")
    if not reply_to_officer(turn):
        turn.do(Slot.LEAD, ContactWanted(ContactReason.EMERGENCY, turn.entry.text))
    sure_again(turn)  # a number would answer this question before any other
    if turn.drafting and not turn.asked:
        turn.say(Slot.NOTE, "danger_draft_kept")
