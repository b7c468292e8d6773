"""The steps of place and person; a message may answer more than it was asked."""

from __future__ import annotations

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.asking import ASKED_TWICE, ask_next, resolve_place, ward_lines
from petitions.domain.conversation.drafting import draft_of, with_draft
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn
from petitions.domain.understanding.acts import DialogAct
from petitions.domain.understanding.values import SaidValues


def values_of(entry: CitizenInput) -> SaidValues:
    """Return the values of an input, none for one without a text."""
    return entry.said.values if entry.said else SaidValues()


def own_phone(entry: CitizenInput) -> str | None:
    """Return the citizen's own number in Zalo's form, 84xxxxxxxxx, or None; never that of somebody else."""
    return values_of(entry).phone_at_zalo


def gives(entry: CitizenInput) -> bool:
    """Return whether the input answers the question."""
    return entry.said is not None and entry.said.act in {DialogAct.GIVE, DialogAct.CORRECT}


def address(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an address. A second one completes a first without a ward, so that the street is not lost."""
    draft = draft_of(citizen)
    if said.is_wordless(entry.text):
        return ConversationTurn(citizen).say("address_ask")
    if said.without_courtesy(entry.text) in vocabulary.NOT_KNOWN:
        return without_place(citizen, entry, guide)
    text = entry.text
    if draft.address_attempts == 1 and draft.ward is None and draft.address and not draft.ward_choices:
        text = text if draft.address in text else f"{draft.address}, {text}"
    else:
        citizen = with_draft(citizen, address_attempts=0)
    if phone := own_phone(entry):
        citizen = with_draft(citizen, phone=draft.phone or phone)
        text = said.address(text) or text
    return resolve_place(citizen, text, entry.location, guide)


def without_place(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on with a place that cannot be found."""
    unknown = {"address": draft_of(citizen).address or entry.text, "address_attempts": ASKED_TWICE}
    return ask_next(with_draft(citizen, **unknown), guide)


def without_ward(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Leave the ward to the coordinators."""
    return ask_next(with_draft(citizen, ward_choices=[], address_attempts=ASKED_TWICE), guide)


def ward(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply a ward's number or name, or an address typed instead; anything else gets an explanation."""
    draft = draft_of(citizen)
    number = said.choice(entry.text)
    if number == 0 or (number is None and said.without_courtesy(entry.text) in vocabulary.NO | vocabulary.NOT_KNOWN):
        return without_ward(citizen, entry, guide)
    if number is None and len(draft.ward_choices) == 1 and said.without_courtesy(entry.text) in vocabulary.YES:
        number = 1
    if number and number <= len(draft.ward_choices):
        return ask_next(with_draft(citizen, ward=draft.ward_choices[number - 1], ward_choices=[]), guide)
    wards, sure = ((), False) if number else guide.wards(entry.text, None)
    if wards and sure:
        longer = entry.text if len(entry.text) > len(draft.address or "") else draft.address
        return ask_next(with_draft(citizen, address=longer, ward=wards[0], ward_choices=[]), guide)
    among = [code for code in draft.ward_choices if code in wards]
    if len(among) == 1:
        return ask_next(with_draft(citizen, ward=among[0], ward_choices=[]), guide)
    return ConversationTurn(citizen).say("ward_again", choices=ward_lines(draft, guide))


def name(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply a name and anything else about the person beside it."""
    who, draft, read = said.person(entry.text), draft_of(citizen), values_of(entry)
    beside = {"residence": read.home or who.address or draft.residence, "phone": own_phone(entry) or draft.phone}
    citizen = with_draft(citizen, **beside, email=read.email or draft.email)
    called = read.name or read.org or (who.name if gives(entry) else None)
    if called is None and said.would_rather_not(entry.text):
        return ConversationTurn(citizen).say("name_why")
    if called is None or said.without_courtesy(entry.text) in vocabulary.YES | vocabulary.NO:
        return ConversationTurn(citizen).say("name_wrong")
    kind = "business" if read.org or said.is_business(called) else "individual"
    return ask_next(with_draft(citizen, name=called, type=kind), guide)


def residence(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an address, or "as above", and a phone or e-mail beside it."""
    draft = draft_of(citizen)
    beside = {"phone": own_phone(entry) or draft.phone, "email": values_of(entry).email or draft.email}
    citizen = with_draft(citizen, **beside)
    word = said.without_courtesy(entry.text)
    same = word in vocabulary.SAME_PLACE | (vocabulary.YES - vocabulary.ACKNOWLEDGED)
    if same or said.says_wholly(vocabulary.SAME_AS_ABOVE, entry.text):
        here = draft.address or (guide.ward_name(draft.ward) if draft.ward else None)
        return (
            ask_next(with_draft(citizen, residence=here), guide)
            if here
            else ConversationTurn(citizen).say("residence_wrong")
        )
    if said.would_rather_not(entry.text):
        return ConversationTurn(citizen).say("residence_why")
    lives = values_of(entry).home or said.address(entry.text)
    if lives is None or word in vocabulary.NO | vocabulary.IS_DONE or not _somewhere(lives, guide):
        return ConversationTurn(citizen).say("residence_wrong")
    return ask_next(with_draft(citizen, residence=lives), guide)


def _somewhere(text: str, guide: CityGuide) -> bool:
    """Return whether a letter could arrive: there is a street, a number, or a name that the directory knows."""
    return said.is_place(text) or bool(guide.wards(text, None)[0])


def phone(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply a telephone number and an e-mail address beside it."""
    citizen = with_draft(citizen, email=values_of(entry).email or draft_of(citizen).email)
    number = own_phone(entry)
    if number is None and said.says_wholly(vocabulary.NO_ZALO_NUMBER, entry.text):
        return ConversationTurn(citizen).say("phone_zalo")
    if number is None:
        return ConversationTurn(citizen).say("phone_why" if said.would_rather_not(entry.text) else "phone_wrong")
    return ask_next(with_draft(citizen, phone=number), guide)


def email(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an e-mail address, or none; only the summary leads here."""
    found = said.email(entry.text)
    if found is None and said.without_courtesy(entry.text) not in vocabulary.SKIP:
        return ConversationTurn(citizen).say("email_wrong")
    return ask_next(with_draft(citizen, email=found), guide)
