"""The text proposed for publication: the sentences of a petition and its answer that mention no person."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from petitions.domain.petition.classification import STATEMENT_LABELS, Statement
from petitions.domain.petition.confidentiality import is_protected
from petitions.domain.petition.known_person import masks_in
from petitions.domain.petition.outcomes import OUTCOME_LABELS
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.publication import may_identify
from petitions.domain.publishing.publishable import Part, kept, parts

_STREET = re.compile(r"\b(?:phố|đường) [^\d,;.()]+", re.IGNORECASE)
_FEWEST_OF_STORY, _FEWEST_OF_ANSWER = 12, 6
"""The fewest words that make sense, of a shortened petition and of a shortened answer."""


@dataclass(frozen=True)
class PublicDraft:
    """The text proposed for publication, and the sentences of the original texts."""

    summary: str
    answer: str
    content: list[Part]
    reply: list[Part]


def draft(petition: Petition, subject: str, ward: str, areas: Container[str] = ()) -> PublicDraft:
    """Return the proposed text: those sentences of petition and answer that mention no person.

    If too little is left of the petition, the summary names its subject, the street and the ward. If too little is left
    of the answer, the text names its outcome. `subject` is the name of the field of administration or "".
    """

    def is_clean(sentence: str) -> bool:
        return not (masks_in(sentence) or may_identify(sentence, petition, areas))

    reply = petition.reply
    content = parts(petition.content, petition.address, areas, is_clean)
    answer = parts(reply.with_basis if reply else "", petition.address, areas, is_clean)
    outcome = OUTCOME_LABELS[reply.outcome] if reply and reply.outcome else "Đơn vị đã xem xét và trả lời người gửi"
    texts = kept(content, _FEWEST_OF_STORY), kept(answer, _FEWEST_OF_ANSWER)
    summary, reply_text = (text if is_clean(text) else "" for text in texts)
    places = [] if is_protected(petition) else [_street(petition.address), ward]
    named = [place for place in places if place and all(part.kept for part in parts(place, place, areas, is_clean))]
    short = _in_short(petition, subject, named)
    return PublicDraft(summary or short, reply_text or f"{outcome}.", content, answer)


def _in_short(petition: Petition, subject: str, places: Sequence[str]) -> str:
    statement = STATEMENT_LABELS[petition.classified.statement if petition.classified else Statement.REPORT]
    about = f"{statement} về {subject[:1].lower()}{subject[1:]}" if subject else statement
    return f"{about} tại {', '.join(place[:1].lower() + place[1:] for place in places)}." if places else f"{about}."


def _street(address: str) -> str:
    """Return the street named in an address, from the word “phố” or “đường” on, or ""."""
    return next((found[0].strip() for part in address.split(",") if (found := _STREET.search(part))), "")
