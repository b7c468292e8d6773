"""Publication of an answered petition: a summary and the answer, without the petitioner (LAW 5.8).

A machine drafts it by masking; a named officer reads, edits and publishes exactly the words that they saw.
"""

from __future__ import annotations

import re

from petitions.domain.language.masking import mask
from petitions.domain.language.redaction import PHONE_MASK
from petitions.domain.petition.known_person import HIDDEN, KnownPerson
from petitions.domain.petition.petition import Petition


def draft(petition: Petition) -> tuple[str, str]:
    """Return the first draft of summary and answer, with the citizen's known data and personal numbers masked."""
    answer = petition.reply.told if petition.reply else ""
    return clean(petition.content, petition), clean(answer, petition)


def clean(text: str, petition: Petition) -> str:
    """Return the text without the citizen's name, address, parts of both, and anything in the form of personal data."""
    contact = petition.contact
    if contact.type == "individual":
        text = KnownPerson([contact]).hide(text, number_as=PHONE_MASK).replace(HIDDEN, "[tên]")
    nameless = mask(text, [name for name in (contact.name, contact.address) if name])
    return re.sub(r"(?:\[tên\]\s*)+", "[tên] ", nameless).strip()


def tells_who(text: str, petition: Petition) -> bool:
    """Return whether something in the text may identify the petitioner, as masking would still change it."""
    return clean(text, petition) != re.sub(r"(?:\[tên\]\s*)+", "[tên] ", text).strip()
