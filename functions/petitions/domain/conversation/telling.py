"""Consent and the story: beginning a draft, telling, and the end of the story with what was understood of it."""

from __future__ import annotations

from collections.abc import Sequence

from petitions.domain.citizen.citizen import CONSENT_VERSION, PRIVACY_PAGE, Citizen, Consent
from petitions.domain.citizen.conversation import Nothing, OpenQuestion
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import InputPart, PetitionDraft
from petitions.domain.conversation.asking import ask_again, ask_next
from petitions.domain.conversation.drafting import (
    acknowledge,
    at_step,
    draft_of,
    parts_without_text,
    telling_parts,
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
)
from petitions.domain.conversation.guiding import give_guidance
from petitions.domain.conversation.matters import ask_about_two
from petitions.domain.conversation.own_petitions import begin_adding, similar_to
from petitions.domain.language.similarity import fingerprint
from petitions.domain.understanding.exact import part_corrected
from petitions.domain.understanding.values import VALUE_NAMES, SaidValues

SURELY_NO = 0.6
LONGEST_REMARK = 8
"""The most words of a yes, a no or an end that is nothing else; what is longer also tells something."""


def begin_draft(citizen: Citizen, entry: CitizenInput, parts: Sequence[InputPart]) -> ConversationTurn:
    """Begin a draft with these parts; consent comes first."""
    citizen = with_parts(with_conversation(citizen, question=None, stage=Nothing()), parts)
    if citizen.consent is None or citizen.consent.version != CONSENT_VERSION:
        asked = with_conversation(at_step(citizen, Step.CONSENT), acknowledged_at=entry.at)
        return ConversationTurn(asked).say("consent_ask", link=PRIVACY_PAGE)
    told = bool(telling_parts(parts))
    begun = with_conversation(at_step(citizen, Step.CONTENT), acknowledged_at=entry.at if told else None)
    if not told:
        return ConversationTurn(begun).say("content_ask")
    return ConversationTurn(begun).say(_received(begun, "content_begun" if citizen.petitions else "content_more"))


def agreed(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Take a clear consent; one with a condition is none (LAW 5.1). What was told beside it is part of the story."""
    read = entry.read
    if not read.clear or (read.asks and not read.consents) or read.consents is False:
        return keep_and_ask_consent(citizen, entry, guide)
    consented = citizen.model_copy(update={"consent": Consent(version=CONSENT_VERSION, at=entry.at)})
    beside = read.length > LONGEST_REMARK or any(getattr(read.values, name) for name in VALUE_NAMES)
    if beside:
        consented = with_parts(consented, entry.parts)
    told = bool(draft_of(consented).content())
    begun = with_conversation(at_step(consented, Step.CONTENT), acknowledged_at=entry.at if told else None)
    return ConversationTurn(begun).say(_received(begun, "content_more") if told else "content_ask")


def keep_and_ask_consent(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Keep what was told before consent, and ask for it again, once per burst of stories."""
    read = entry.read
    if read.clear and read.consents:
        return agreed(citizen, entry, guide)
    if read.wordless:
        return ask_again(citizen, guide)
    kept = with_parts(citizen, entry.parts)
    if read.length <= LONGEST_REMARK and not draft_of(kept).refused:
        return ask_again(kept, guide)
    return acknowledge(kept, entry, "consent_again")


def not_agreed(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """End the draft to which the citizen does not consent; a change of mind within the day brings it back."""
    read = entry.read
    if read.consents:
        return ask_again(citizen, guide)  # "không, à nhầm, đồng ý", or a condition
    if read.number is None and not (read.refuses and read.confidence >= SURELY_NO):
        return keep_and_ask_consent(citizen, entry, guide)  # "không ai đến kiểm tra": more of the story
    turn = end_draft(citizen).say("consent_refused")
    kept = OpenQuestion(purpose="reconsider", parts=draft_of(citizen).told(), at=entry.at)
    return ConversationTurn(with_conversation(turn.citizen, question=kept), turn.effects)


def reconsidered(citizen: Citizen, question: OpenQuestion, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Bring back the draft to which the citizen consents after all, or ask for consent once more."""
    begun = begin_draft(citizen, entry, question.parts)
    return agreed(begun.citizen, entry, guide) if entry.read.clear else begun


def end_draft(citizen: Citizen) -> ConversationTurn:
    """Drop the draft; the guidance given on it stays on record."""
    ids = tuple(draft_of(citizen).guidance)
    turn = ConversationTurn(without_draft(citizen))
    return turn.then(GuidanceEnded(ids, "cancelled")) if ids else turn


def told(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add to the story; what has no words is no content."""
    if entry.read.wordless or entry.read.number is not None:
        return told_nothing(citizen, entry, guide)
    return acknowledge(with_parts(rewritten(citizen), entry.parts), entry, "content_more")


def rewritten(citizen: Citizen) -> Citizen:
    """Return the citizen whose story gives way to the one that they begin to write anew; files stay."""
    draft = draft_of(citizen)
    if not draft.rewriting:
        return citizen
    return with_draft(citizen, parts=parts_without_text(draft.parts), beyond=[], refused=0, rewriting=False)


def told_nothing(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Answer a message that adds nothing to the story."""
    return ConversationTurn(citizen).say("content_again" if draft_of(citizen).content() else "content_ask")


def told_briefly(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a yes, thanks or greeting; a longer one may be part of the story."""
    longer = entry.read.length > LONGEST_REMARK
    return told(citizen, entry, guide) if longer else told_nothing(citizen, entry, guide)


def told_all(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """End the story; what a long end tells is part of it."""
    longer = entry.read.length > LONGEST_REMARK
    return finish_story(with_parts(citizen, entry.parts) if longer else citizen, entry, guide)


def no_more(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Take a short no as the answer to "anything more?"; a longer one is part of the story."""
    if entry.read.length > LONGEST_REMARK or not draft_of(citizen).content():
        return told_briefly(citizen, entry, guide)
    return finish_story(citizen, entry, guide)


def told_more(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add to the story what was written instead of an answer, then repeat the question."""
    kept = with_parts(citizen, entry.parts)
    return said_kept(citizen, kept, ask_next(kept, guide))


def said_kept(before: Citizen, kept: Citizen, turn: ConversationTurn) -> ConversationTurn:
    """Return the turn that says first that what was told is in the story, if there was room for it."""
    return turn if draft_of(kept).refused > draft_of(before).refused else turn.say_first("kept_in_story")


def finish_story(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """End the story: take what it says, give guidance once, ask about a duplicate, go on with questions."""
    draft = draft_of(citizen)
    if not draft.content():
        return ConversationTurn(citizen).say(_received(citizen, "content_needed"))
    two = ask_about_two(citizen, entry, guide)
    if two is not None:
        return two
    citizen = _known(citizen, guide)
    citizen, guided = give_guidance(citizen, draft.content(), entry, guide)
    twin = None if draft.duplicate_asked else similar_to(citizen, fingerprint(draft.content()), entry.at)
    if twin:
        return guided.then(AskWhichPetition("duplicate", (twin,)))
    turn = ask_next(with_conversation(citizen, acknowledged_at=None), guide)
    return turn.first(*guided.effects)


def _received(citizen: Citizen, key: str) -> str:
    """Return the key of what is said of a story; a recording alone tells us nothing yet."""
    draft = draft_of(citizen)
    return "voice_received" if not draft.content() and any(part.type == "audio" for part in draft.parts) else key


def received(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Acknowledge pictures and files of a story."""
    key = "content_more" if draft_of(citizen).content() else "content_words"
    return acknowledge(citizen, entry, _received(citizen, key))


def _known(citizen: Citizen, guide: CityGuide) -> Citizen:
    """Add what the story says of its place and its teller, else what earlier petitions do; the summary shows it all."""
    draft, contact, story = draft_of(citizen), citizen.contact, _values(draft_of(citizen), guide)
    # Of a number whose end was corrected in the story the whole is asked for.
    unsure = any(part_corrected(part.text) == "phone" for part in draft.parts if part.text)
    place = story.place or (guide.ward_name(story.ward) if story.ward else None)
    citizen = with_draft(citizen, address=draft.address or (None if draft.location else place))
    if contact and draft.name is None and draft.phone is None:
        return with_draft(
            citizen,
            name=contact.name,
            phone=None if unsure else contact.phone,
            residence=contact.address or draft.residence,
            email=contact.email,
            type=contact.type,
        )
    return with_draft(
        citizen,
        name=draft.name or story.name or story.org,
        phone=draft.phone or (None if unsure else story.phone_at_zalo),
        email=draft.email or story.email,
        type="business" if story.org and not draft.name and not story.name else draft.type,
    )


def _values(draft: PetitionDraft, guide: CityGuide) -> SaidValues:
    """Return the values of all messages of the story, of each the first."""
    values = [guide.values(part.text) for part in draft.parts if part.text]
    first = {name: next((value for each in values if (value := getattr(each, name))), None) for name in VALUE_NAMES}
    return SaidValues(**first)


def duplicate(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Ask again what is to become of a petition like an earlier one; what was told more is kept."""
    kept = with_parts(citizen, entry.parts) if entry.read.length > LONGEST_REMARK else citizen
    return ask_again(kept, guide)


def join_similar(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Add the draft to the petition that it is like."""
    draft = draft_of(citizen)
    if draft.similar is None:
        raise ValueError("no petition is like the draft")
    parts = telling_parts(draft.told())
    turn = end_draft(citizen)
    adding = begin_adding(turn.citizen, draft.similar, entry.at)
    return ConversationTurn(adding, turn.effects).first(AddToPetition(draft.similar, parts))


def file_apart(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on with the draft as a petition of its own."""
    return finish_story(with_draft(citizen, similar=None), entry, guide)
