"""The words of a confidential petition as officers read them: without who filed it, until they give a reason."""

from __future__ import annotations

from petitions.domain.petition.confidentiality import is_confidential
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Petition


def without_filer(petition: Petition) -> Petition:
    """Return the petition; of a confidential one with the filer and all numbers hidden in the citizen's words."""
    return without_known_filer(petition) if is_confidential(petition) else petition


def without_known_filer(petition: Petition) -> Petition:
    """Return the petition with what is known of the filer, and all numbers, hidden in the citizen's words."""
    person, rating = KnownPerson([petition.contact]), petition.rating
    additions = [each.model_copy(update={"text": each.text and person.words(each.text)}) for each in petition.additions]
    reason = rating and rating.model_copy(update={"reason": rating.reason and person.words(rating.reason)})
    words = {"title": person.words(petition.title), "content": person.words(petition.content)}
    return petition.model_copy(update=words | {"additions": additions, "rating": reason})
