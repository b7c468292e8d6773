"""Publication of an answered petition: a summary and the answer, without the petitioner (LAW 5.8).

The software proposes the sentences that mention no person. A named officer reads and edits them, and publishes exactly
the text on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Container

from petitions.domain.language.masking import ADDRESS_MASK, NAME_MASK, mask
from petitions.domain.language.redaction import PHONE_MASK
from petitions.domain.language.unnamed import without_people
from petitions.domain.language.words import fold
from petitions.domain.petition.codes import without_codes
from petitions.domain.petition.confidentiality import is_protected
from petitions.domain.petition.known_person import HIDDEN, KnownPerson
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.shared.personal import Personal, personal_values
from petitions.domain.shared.records import replace
from petitions.domain.understanding.private_life import without_private_life

_AGAIN = re.compile(r"(\[(?:tên|địa chỉ)\])(?:\s*\1)+")
_AREA_TYPES = ("phuong ", "xa ", "thi tran ", "quan ", "huyen ", "thi xa ", "thanh pho ", "tp ", "tp. ", "tinh ")
_WHOLE_CITY = frozenset({"ha noi", "viet nam"})


def clean(text: str, petition: Petition, areas: Container[str] = ()) -> str:
    """Return the text without the citizen's name and address, parts of both, other people, numbers and codes.

    An address that is only a ward, district or city stays: it is also the name of its office, and thousands of people
    live there. It is removed if the filer must be protected (LAW 7.8). `areas` are the names of wards and districts
    without their types, as in `Directory.place_names`.
    """
    return _once(without_codes(without_others(clean_of_filer(text, petition, areas), areas)))


def clean_for(reader: Petition, text: str, main: Petition) -> str:
    """Return the text of a main petition, cleaned for the filer of a petition that was merged into it.

    It is cleaned as by `clean`, but the home of the main petition's filer stays if `reader` names the same home.
    """
    home = Contact(name="", phone="", address=main.contact.address)
    if is_protected(main) or not KnownPerson([home]).is_in(f"{reader.address}\n{reader.content}"):
        return clean(text, main)
    nowhere = replace(main, contact=replace(main.contact, address=""))
    return clean(text, nowhere)


def clean_of_filer(text: str, petition: Petition, areas: Container[str] = ()) -> str:
    """Return the text cleaned as by `clean`, but with other people and codes left in."""
    return _clean(text, petition.contact, areas, keeps_areas=not is_protected(petition))


def without_others(text: str, areas: Container[str] = ()) -> str:
    """Return the text without the names and homes of any people, and without details of private lives."""
    return without_private_life(without_people(text, areas))


def clean_of_all(text: str, contact: Contact) -> str:
    """Return the text cleaned as by `clean`, and also without a home that is only a ward or district."""
    return _once(without_others(_clean(text, contact, (), keeps_areas=False)))


def _clean(text: str, contact: Contact, areas: Container[str], *, keeps_areas: bool) -> str:
    if contact.type == "individual":
        known = KnownPerson([contact])
        text = known.hide(text, number_as=PHONE_MASK, address_as=ADDRESS_MASK).replace(HIDDEN, NAME_MASK)
    values = list(personal_values(contact))
    names, homes = ([value for kind, value in values if kind is known] for known in (Personal.NAME, Personal.HOME))
    if keeps_areas:
        homes = [home for home in homes if not _is_an_area(home, areas)]
    return _once(mask(text, names, homes))


def may_identify(text: str, petition: Petition, areas: Container[str] = ()) -> bool:
    """Return whether the text may identify the petitioner or others, i.e. whether `clean` changes it."""
    return clean(text, petition, areas) != _once(text)


def _is_an_area(address: str, areas: Container[str]) -> bool:
    parts = [part for part in map(fold, address.split(",")) if part]
    return all(part.startswith(_AREA_TYPES) or part in areas or part in _WHOLE_CITY for part in parts)


def _once(text: str) -> str:
    return _AGAIN.sub(r"\1", text).strip()
