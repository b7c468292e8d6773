"""The steps of consent and content, with guidance and the question about a duplicate."""

from __future__ import annotations

from petitions.domain.citizen.citizen import CONSENT_VERSION, Citizen, Consent, ConversationStep, PetitionDraft
from petitions.domain.citizen.guidance import EMERGENCY
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.asking import ask_next
from petitions.domain.conversation.drafting import (
    acknowledge,
    draft_of,
    with_conversation,
    with_draft,
    with_parts,
    without_draft,
)
from petitions.domain.conversation.effects import (
    AddToPetition,
    AskWhichPetition,
    CitizenInput,
    CityGuide,
    ConversationTurn,
    GuidanceEnded,
    GuidanceGiven,
)
from petitions.domain.conversation.own_petitions import similar_to
from petitions.domain.language.similarity import fingerprint
from petitions.domain.understanding.acts import ASKED, DialogAct
from petitions.domain.understanding.values import VALUE_NAMES, SaidValues


def consent(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Apply a yes, a no, or more content, of which a lone 👍 is none."""
    if said.without_courtesy(entry.text) in vocabulary.NO:
        return end_draft(citizen).say("consent_refused")
    beside = said.beyond_consent(entry.text)
    if beside is None:
        joined = with_parts(citizen, [each for each in entry.parts if not (each.text and said.is_wordless(each.text))])
        if len(entry.text) <= said.SHORT:
            return ConversationTurn(joined).say("consent_again")
        return acknowledge(joined, entry, "consent_again")
    return agree(citizen, entry, beside=beside)


def agree(citizen: Citizen, entry: CitizenInput, *, beside: str) -> ConversationTurn:
    """Record the consent; what was written beside it is content."""
    agreed = citizen.model_copy(update={"consent": Consent(version=CONSENT_VERSION, at=entry.at)})
    if beside:
        words = next(part for part in entry.parts if part.text)
        agreed = with_parts(agreed, [words.model_copy(update={"text": beside})])
    if draft_of(agreed).content():
        return ConversationTurn(with_conversation(agreed, step=ConversationStep.CONTENT, acknowledged_at=entry.at)).say(
            "content_more"
        )
    return ConversationTurn(with_conversation(agreed, step=ConversationStep.CONTENT, acknowledged_at=None)).say(
        "content_ask"
    )


def end_draft(citizen: Citizen) -> ConversationTurn:
    """Drop the draft; the guidance given on it stays on record."""
    ids = tuple(draft_of(citizen).guidance)
    turn = ConversationTurn(without_draft(citizen))
    return turn.then(GuidanceEnded(ids, "cancelled")) if ids else turn


def content(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add content or end it. A word without content is not added."""
    word, draft = said.without_courtesy(entry.text), draft_of(citizen)
    if said.is_done(entry.text) or (word in vocabulary.NO_MORE and draft.content()):
        return finish_content(citizen, entry, guide)
    told_nothing = word in vocabulary.YES | vocabulary.NO | vocabulary.GREETING | vocabulary.ACKNOWLEDGED
    if told_nothing or said.choice(entry.text) is not None or said.is_wordless(entry.text):
        return ConversationTurn(citizen).say("content_again" if draft.content() else "content_ask")
    joined = with_parts(citizen, entry.parts)
    if draft_of(joined).full and not draft.full:  # said at once, also within a burst
        return ConversationTurn(with_conversation(joined, acknowledged_at=entry.at)).say("draft_full")
    return acknowledge(joined, entry, "content_more")


def finish_content(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """End the content: adopt known data, give guidance once per draft, ask about a duplicate, go on with questions."""
    draft = draft_of(citizen)
    if not draft.content():
        return ConversationTurn(citizen).say("content_needed")
    citizen = _known(citizen, guide)
    citizen, guided = give_guidance(citizen, draft.content(), entry, guide)
    twin = None if draft.duplicate_asked else similar_to(citizen, fingerprint(draft.content()), entry.at)
    if twin:
        return guided.then(AskWhichPetition("duplicate", (twin,)))
    turn = ask_next(with_conversation(citizen, acknowledged_at=None), guide)
    return turn.first(*guided.effects)


def _known(citizen: Citizen, guide: CityGuide) -> Citizen:
    """Add what the story says of its place and its teller, else what earlier petitions do; the summary shows it all."""
    draft, contact, told = draft_of(citizen), citizen.contact, _told(draft_of(citizen), guide)
    place = told.place or (guide.ward_name(told.ward) if told.ward else None)
    citizen = with_draft(citizen, address=draft.address or (None if draft.location else place))
    if contact and draft.name is None and draft.phone is None:
        return with_draft(
            citizen,
            name=contact.name,
            phone=contact.phone,
            residence=contact.address or draft.residence,
            email=contact.email,
            type=contact.type,
        )
    return with_draft(
        citizen,
        name=draft.name or told.name or told.org,
        phone=draft.phone or told.phone_at_zalo,
        email=draft.email or told.email,
        type="business" if told.org and not draft.name and not told.name else draft.type,
    )


def _told(draft: PetitionDraft, guide: CityGuide) -> SaidValues:
    """Return the values of all messages of the story, of each the first."""
    values = [guide.values(part.text) for part in draft.parts if part.text]
    first = {name: next((value for each in values if (value := getattr(each, name))), None) for name in VALUE_NAMES}
    return SaidValues(**first)


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


def warn_of_emergency(turn: ConversationTurn, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer an emergency at once with the emergency numbers, whatever else the text does.

    In an answer to a question of ours only the act counts: a street or a name is no danger.
    """
    read = entry.said
    if read is None:
        return turn
    if read.act is DialogAct.EMERGENCY or read.chance(DialogAct.EMERGENCY) >= MAY_BE_DANGER:
        given = GuidanceGiven(f"{entry.key}-{EMERGENCY}", EMERGENCY, entry.text)
        return turn.first(given, *ConversationTurn(turn.citizen).say(f"guide_{EMERGENCY}").effects)
    told = turn.citizen.conversation.draft is not None and read.situation not in ASKED
    if not told or guide.nature(entry.text) != EMERGENCY:
        return turn
    citizen, guided = _guided(turn.citizen, entry.text, entry, EMERGENCY)
    return ConversationTurn(citizen, (*guided.effects, *turn.effects))


MAY_BE_DANGER = 0.35
"""The probability from which the emergency numbers are given: a false alarm is a nuisance, a missed one is not."""


def duplicate(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply the answer about a duplicate: an addition to that petition, or a petition of its own."""
    number, word, draft = said.choice(entry.text), said.without_courtesy(entry.text), draft_of(citizen)
    if draft.similar and (number == 1 or word in vocabulary.MENU[4]):
        return join_similar(citizen, entry, guide)
    if number == 2 or word in vocabulary.MENU[1] | {"moi", "phan anh moi", "new"}:  # noqa: PLR2004 - the question's numbers
        return file_apart(citizen, entry, guide)
    if len(entry.text) > said.SHORT:
        citizen = with_parts(citizen, entry.parts)
    return ConversationTurn(citizen).say("duplicate_ask", code=draft.similar or "")


def join_similar(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Add the draft to the petition that it is like."""
    draft = draft_of(citizen)
    if draft.similar is None:
        raise ValueError("no petition is like the draft")
    added = tuple(part for part in draft.parts if part.type != "sticker")
    turn = end_draft(with_conversation(citizen, in_hand=draft.similar, in_hand_since=entry.at))
    return turn.first(AddToPetition(draft.similar, added))


def file_apart(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on with the draft as a petition of its own."""
    return finish_content(with_draft(citizen, similar=None), entry, guide)
