"""Answers to the questions of place and person; a message may answer more than it was asked."""

from __future__ import annotations

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.conversation.asking import ASKED_TWICE, WAY_OUT_AFTER, ask_again, ask_next, resolve_place
from petitions.domain.conversation.drafting import draft_of, with_draft, with_parts
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn
from petitions.domain.conversation.telling import LONGEST_REMARK, said_kept
from petitions.domain.understanding.acts import DialogAct, Situation
from petitions.domain.understanding.message_reader import Said

NAME_LENGTH = range(2, 6)
SURELY_GIVEN = 0.9
NOWHERE = "chưa rõ"
"""The place of a matter that the citizen cannot tell, as the petition has it."""
LONGEST_PLACE = 16
"""The most words of an answer that is taken as a place though no place was recognised in it."""


def with_person(citizen: Citizen, entry: CitizenInput, *, home: bool = True) -> Citizen:
    """Return the citizen with what the message says of the petitioner: name or organisation, home, phone, e-mail."""
    values, draft = entry.read.values, draft_of(citizen)
    called = values.name or values.org
    given = {
        "name": called,
        "type": ("business" if values.org and not values.name else "individual") if called else None,
        "residence": values.home if home else None,
        "phone": values.phone_at_zalo,
        "email": values.email,
    }
    return with_draft(citizen, **{name: value or getattr(draft, name) for name, value in given.items()})


def place(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an address. A second one completes a first without a ward, so that the street is not lost."""
    read, draft = entry.read, draft_of(citizen)
    said = read.values.place or read.values.home
    if said is None and (read.number is not None or read.wordless or read.length > LONGEST_PLACE):
        return ask_again(citizen, guide)
    unknown = said is None and not guide.wards(read.text, None)[0]
    if unknown and draft.address is None and not citizen.conversation.missed:
        return ask_again(citizen, guide)  # what is no place to us is taken as one when it is said again
    citizen = _with_phone_beside(with_person(citizen, entry, home=False), entry, guide)
    where = said or read.text
    if draft.address_attempts == 1 and draft.ward is None and draft.address and not draft.ward_choices:
        where = where if draft.address in where else f"{draft.address}, {where}"
    else:
        citizen = with_draft(citizen, address_attempts=0)
    return resolve_place(citizen, where, entry.location, guide)


def _with_phone_beside(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> Citizen:
    """Return the citizen with the number of who gave their name beside the place: they answer the next question too."""
    values, draft = entry.read.values, draft_of(citizen)
    if draft.phone or not (values.name or values.org):
        return citizen
    return with_draft(citizen, phone=guide.read(entry.read.text, Situation.NAME).values.phone_at_zalo)


def place_in_passing(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Keep more of the story, and take the place that it names."""
    kept = with_parts(citizen, entry.parts)
    if not entry.read.values.place:
        return said_kept(citizen, kept, ask_next(kept, guide))
    return said_kept(citizen, kept, place(kept, entry, guide))


def without_place(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on with a place that the citizen cannot tell."""
    unknown = {"address": draft_of(citizen).address or NOWHERE, "address_attempts": ASKED_TWICE}
    return ask_next(with_draft(citizen, **unknown), guide)


def ward(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply a ward's number or name, or an address typed instead; anything else gets an explanation."""
    read, draft = entry.read, draft_of(citizen)
    if read.number is not None:
        if read.number == 0:
            return without_ward(citizen, entry, guide)
        chosen = draft.ward_choices[read.number - 1] if read.number <= len(draft.ward_choices) else None
        return _in_ward(citizen, chosen, guide) if chosen else ask_again(citizen, guide)
    wards, sure = guide.wards(read.text, None)
    among = [code for code in draft.ward_choices if code in wards or code == read.values.ward]
    only = draft.ward_choices[0] if len(draft.ward_choices) == 1 and read.clear else None
    citizen = with_person(citizen, entry, home=False)
    chosen = read.values.ward or only or (wards[0] if wards and sure else among[0] if len(among) == 1 else None)
    if chosen is None and citizen.conversation.missed >= WAY_OUT_AFTER:
        return without_ward(citizen, entry, guide)
    if chosen is None:
        return ask_again(citizen, guide)
    longer = read.values.place if read.values.place and len(read.values.place) > len(draft.address or "") else None
    return _in_ward(with_draft(citizen, address=longer or draft.address), chosen, guide)


def _in_ward(citizen: Citizen, code: str, guide: CityGuide) -> ConversationTurn:
    return ask_next(with_draft(citizen, ward=code, ward_choices=[]), guide)


def without_ward(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Leave the ward to the coordinators."""
    return ask_next(with_draft(citizen, ward_choices=[], address_attempts=ASKED_TWICE), guide)


def name(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply a name and anything else about the person beside it."""
    known, read = with_person(citizen, entry), entry.read
    if read.as_above and not _is_name(read):
        known = with_draft(known, residence=draft_of(known).residence or _here(known, guide))
    if read.values.name or read.values.org:
        return ask_next(known, guide)
    if _is_name(read):
        return ask_next(with_draft(known, name=read.text, type="individual"), guide)
    if read.values.home is None and guide.wards(read.text, None)[0]:
        known = with_draft(known, residence=read.text)  # an address in place of a name
    return ask_again(known, guide)


def _is_name(read: Said) -> bool:
    """Return whether an answer that is surely one consists of a few words in capitals: "Phương Thị Xã"."""
    said = read.text.split()
    plain = len(said) in NAME_LENGTH and all(word.isalpha() and word.istitle() for word in said)
    return plain and read.act is DialogAct.GIVE and read.confidence >= SURELY_GIVEN


def without_name(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Explain why the name is needed (LAW 1.3); who still declines is shown the way to a person."""
    values = entry.read.values
    if values.name or values.org:  # "Lê Thị Hoa, 3 Trung Kính, không cho số điện thoại đâu"
        declined = [*draft_of(citizen).declined, "phone"]
        return ask_next(with_person(with_draft(citizen, declined=declined), entry), guide)
    return _explained(citizen, "name") or ask_again(with_person(citizen, entry), guide)


def home(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an address, or "as above", and a phone or e-mail beside it."""
    read, draft = entry.read, draft_of(citizen)
    values = read.values
    known = with_draft(
        citizen,
        residence=values.home or draft.residence,
        phone=values.phone_at_zalo or draft.phone,
        email=values.email or draft.email,
    )
    if values.home:
        return ask_next(known, guide)
    agrees = read.clear and read.act is DialogAct.YES and read.length <= LONGEST_REMARK
    if read.number == 1 or read.as_above or agrees:
        here = _here(citizen, guide)
        return ask_next(with_draft(known, residence=here), guide) if here else ask_again(known, guide)
    if read.act is DialogAct.GIVE and guide.wards(read.text, None)[0]:
        return ask_next(with_draft(known, residence=values.place or read.text), guide)
    return ask_again(known, guide)


def _here(citizen: Citizen, guide: CityGuide) -> str | None:
    """Return where the matter happened, in words."""
    draft = draft_of(citizen)
    return draft.address or (guide.ward_name(draft.ward) if draft.ward else None)


def without_home(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Explain why an address is needed; who still declines may name the ward alone."""
    return _explained(citizen, "residence") or ask_again(with_person(citizen, entry), guide)


def phone(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply a telephone number and an e-mail address beside it; who declined the number may give the address alone."""
    values, draft = entry.read.values, draft_of(citizen)
    known = with_draft(citizen, email=values.email or draft.email, phone=values.phone_at_zalo)
    if values.phone is None and values.email and "phone" in draft.declined:
        return ask_next(with_draft(known, phone=""), guide)
    return ask_next(known, guide) if values.phone else ask_again(known, guide)


def without_phone(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Explain once why a number is asked for; then letters go to the postal address (LAW 1.3)."""
    return _explained(citizen, "phone") or ask_next(with_draft(citizen, phone=""), guide)


def email(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an e-mail address; only the summary leads here."""
    found = entry.read.values.email
    return ask_next(with_draft(citizen, email=found), guide) if found else ask_again(citizen, guide)


def without_email(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on without an e-mail address."""
    return ask_next(with_draft(citizen, email=None), guide)


def _explained(citizen: Citizen, step: str) -> ConversationTurn | None:
    """Explain once per draft why something is asked for; None if that was done."""
    declined = draft_of(citizen).declined
    if step in declined:
        return None
    return ConversationTurn(with_draft(citizen, declined=[*declined, step])).say(f"{step}_why")
