"""The steps of place and person; a message may answer more than it was asked."""

from __future__ import annotations

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.asking import ASKED_TWICE, ask_next, resolve_place, ward_lines
from petitions.domain.conversation.drafting import draft_of, with_draft
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn


def address(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an address. A second one completes a first without a ward, so that the street is not lost."""
    draft = draft_of(citizen)
    if said.is_wordless(entry.text):
        return ConversationTurn(citizen).say("address_ask")
    if said.without_courtesy(entry.text) in vocabulary.NOT_KNOWN:
        unknown = {"address": draft.address or entry.text, "address_attempts": ASKED_TWICE}
        return ask_next(with_draft(citizen, **unknown), guide)
    text = entry.text
    if draft.address_attempts == 1 and draft.ward is None and draft.address and not draft.ward_choices:
        text = text if draft.address in text else f"{draft.address}, {text}"
    else:
        citizen = with_draft(citizen, address_attempts=0)
    if said.phone(text):
        citizen = with_draft(citizen, phone=draft.phone or said.phone(text))
        text = said.address(text) or text
    return resolve_place(citizen, text, entry.location, guide)


def ward(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply a ward's number or name, or an address typed instead; anything else gets an explanation."""
    draft = draft_of(citizen)
    number = said.choice(entry.text)
    if number == 0 or (number is None and said.without_courtesy(entry.text) in vocabulary.NO | vocabulary.NOT_KNOWN):
        return ask_next(with_draft(citizen, ward_choices=[], address_attempts=ASKED_TWICE), guide)
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
    who, draft = said.person(entry.text), draft_of(citizen)
    beside = {"residence": who.address or draft.residence, "phone": who.phone or draft.phone}
    citizen = with_draft(citizen, **beside, email=who.email or draft.email)
    if who.name is None and said.would_rather_not(entry.text):
        return ConversationTurn(citizen).say("name_why")
    if (
        who.name is None
        or said.asks_status(entry.text)
        or said.without_courtesy(entry.text) in vocabulary.YES | vocabulary.NO
    ):
        return ConversationTurn(citizen).say("name_wrong")
    kind = "business" if said.is_business(who.name) else "individual"
    return ask_next(with_draft(citizen, name=who.name, type=kind), guide)


def residence(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an address, or "as above", and a phone or e-mail beside it."""
    draft = draft_of(citizen)
    beside = {"phone": said.phone(entry.text) or draft.phone, "email": said.email(entry.text) or draft.email}
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
    lives = said.address(entry.text)
    if lives is None or word in vocabulary.NO | vocabulary.IS_DONE or not _somewhere(lives, guide):
        return ConversationTurn(citizen).say("residence_wrong")
    return ask_next(with_draft(citizen, residence=lives), guide)


def _somewhere(text: str, guide: CityGuide) -> bool:
    """Return whether a letter could arrive: there is a street, a number, or a name that the directory knows."""
    return said.is_place(text) or bool(guide.wards(text, None)[0])


def phone(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply a telephone number and an e-mail address beside it."""
    citizen = with_draft(citizen, email=said.email(entry.text) or draft_of(citizen).email)
    number = said.phone(entry.text)
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
