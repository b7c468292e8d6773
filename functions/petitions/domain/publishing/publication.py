"""What becomes public of an answered petition: a summary and the answer, without who filed it (LAW 5.8).

A machine drafts it by masking; a named officer reads, edits and publishes exactly the words that they saw.
"""

from __future__ import annotations

import re

from petitions.domain.language.masking import mask
from petitions.domain.petition.petition import Petition


def draft(petition: Petition) -> tuple[str, str]:
    """The summary and the answer to begin with: masked by what is known of the citizen and by forms of numbers."""
    answer = petition.reply.told if petition.reply else ""
    return clean(petition.content, petition), clean(answer, petition)


def clean(text: str, petition: Petition) -> str:
    """The text without the citizen's name, address and whatever has the form of personal data."""
    contact = petition.contact
    nameless = mask(text, [name for name in (contact.name, contact.address) if name])
    return re.sub(r"(?:\[tên\]\s*)+", "[tên] ", nameless).strip()


def tells_who(text: str, petition: Petition) -> bool:
    """Whether masking would still change the text: something in it may tell who filed."""
    return clean(text, petition) != re.sub(r"(?:\[tên\]\s*)+", "[tên] ", text).strip()
