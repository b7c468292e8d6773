"""Publication of an answered petition: a summary and the answer, without the petitioner (LAW 5.8).

A machine drafts it by masking; a named officer reads, edits and publishes exactly the words that they saw.
"""

from __future__ import annotations

import re

from petitions.domain.language.masking import ADDRESS_MASK, NAME_MASK, mask
from petitions.domain.language.redaction import PHONE_MASK
from petitions.domain.petition.known_person import HIDDEN, KnownPerson
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.personal import Personal, personal_values

_AGAIN = re.compile(r"(\[(?:tên|địa chỉ)\])(?:\s*\1)+")


def draft(petition: Petition) -> tuple[str, str]:
    """Return the first draft of summary and answer, with the citizen's known data and personal numbers masked."""
    answer = petition.reply.told if petition.reply else ""
    return clean(petition.content, petition), clean(answer, petition)


def clean(text: str, petition: Petition) -> str:
    """Return the text without the citizen's name, address, parts of both, and anything in the form of personal data."""
    contact = petition.contact
    if contact.type == "individual":
        known = KnownPerson([contact])
        text = known.hide(text, number_as=PHONE_MASK, address_as=ADDRESS_MASK).replace(HIDDEN, NAME_MASK)
    values = list(personal_values(contact))
    names, homes = ([value for kind, value in values if kind is known] for known in (Personal.NAME, Personal.HOME))
    return _once(mask(text, names, homes))


def tells_who(text: str, petition: Petition) -> bool:
    """Return whether something in the text may identify the petitioner, as masking would still change it."""
    return clean(text, petition) != _once(text)


def _once(text: str) -> str:
    """Return the text with a mask that follows itself only once."""
    return _AGAIN.sub(r"\1", text).strip()
