"""Guidance that a text calls for, given once per draft and kind; the emergency numbers go before everything else."""

from __future__ import annotations

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.guidance import EMERGENCY
from petitions.domain.conversation.drafting import draft_of, with_draft
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn, GuidanceGiven
from petitions.domain.understanding.acts import ASKED, OUTSIDE, DialogAct

MAY_BE_DANGER = 0.4
"""The probability from which the emergency numbers are given: a false alarm is a nuisance, a missed one is not."""


_TELLING = frozenset(
    {DialogAct.FILE, DialogAct.TELL, DialogAct.ADD, DialogAct.CONTEST, DialogAct.VENT, DialogAct.UNCLEAR, DialogAct.ASK}
)
"""Acts whose words may tell of a danger that the act itself does not."""


def give_guidance(
    citizen: Citizen, text: str, entry: CitizenInput, guide: CityGuide
) -> tuple[Citizen, ConversationTurn]:
    """Give the guidance that the text calls for, once per draft and kind."""
    return _guided(citizen, text, entry, guide.nature(text))


def _guided(citizen: Citizen, text: str, entry: CitizenInput, kind: str | None) -> tuple[Citizen, ConversationTurn]:
    draft = draft_of(citizen)
    if kind is None or kind in draft.guided:
        return citizen, ConversationTurn(citizen)
    guidance_id = f"{entry.key}-{kind}"
    citizen = with_draft(citizen, guided=[*draft.guided, kind], guidance=[*draft.guidance, guidance_id])
    turn = ConversationTurn(citizen, (GuidanceGiven(guidance_id, kind, text),)).say(f"guide_{kind}")
    return citizen, turn


def in_danger(entry: CitizenInput) -> bool:
    """Return whether somebody may be in danger by the act of the message, or by the violence that it tells of."""
    said = entry.said
    if said is None or said.danger:
        return said is not None
    if said.situation in ASKED:
        return said.act is DialogAct.EMERGENCY
    chosen = said.act is DialogAct.EMERGENCY and said.situation in OUTSIDE
    return chosen or said.violence or said.chance(DialogAct.EMERGENCY) >= MAY_BE_DANGER


def warn_of_emergency(turn: ConversationTurn, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer an emergency at once with the emergency numbers, whatever else the text does.

    In an answer to a question of ours only the act and a cry for help count: a street or a name is no danger.
    """
    said = entry.said
    if said is None:
        return turn
    told = said.situation not in ASKED and said.act in _TELLING
    if not in_danger(entry):
        if not told or guide.nature(entry.text) != EMERGENCY:
            return turn
        if turn.citizen.conversation.draft is not None:
            citizen, guided = _guided(turn.citizen, entry.text, entry, EMERGENCY)
            return ConversationTurn(citizen, (*guided.effects, *turn.effects))
    given = GuidanceGiven(f"{entry.key}-{EMERGENCY}", EMERGENCY, entry.text)
    return turn.first(given, *ConversationTurn(turn.citizen).say(f"guide_{EMERGENCY}").effects)
