"""The texts of a petition as shown to an officer: the filer is hidden until the officer gives a reason.

An officer without the right to reveal the filer, such as an inspector or one of a unit that only helps, never sees the
filer's name, home or numbers in a text. Other officers see them in texts, except in a confidential petition. An officer
who handles a petition or helps with it has to go to the place, and sees its address unless the filer must be protected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from petitions.domain.language.redaction import masked, without_links
from petitions.domain.language.unnamed import introduces_somebody, without_people
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, may_see
from petitions.domain.petition.confidentiality import is_confidential, is_protected
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.personal_data import masked_words
from petitions.domain.shared.personal import Personal
from petitions.domain.shared.records import Record, replace

R = TypeVar("R", bound=Record)

IN_NO_LINE: Mapping[str, Any] = {
    "content": "",
    "additions": [],
    "drafted": None,
    "reply": None,
    "publication": None,
}
"""Empty values for a petition's long texts. A line of a list does not show them, so they are not searched for names.
"""


def without_filer(petition: Petition, officer: Officer) -> Petition:
    """Return the petition as shown to an officer who has given no reason: the filer is hidden in its texts.

    If the place is the filer's home, the address and the point on the map are hidden from officers who need not go
    there. Officers who see the address also see it in the title.
    """
    if may(officer, Permission.REVEAL, petition):
        shown = _without_filer_in_own_words(petition) if is_confidential(petition) else petition
    else:
        shown = _without_who(petition)
    if goes_there(officer, petition):
        place = KnownPerson([petition.contact], without={Personal.HOME}).words(petition.address)
        title = KnownPerson([petition.contact], scene=petition.address).words(petition.title)
        return shown if shown is petition else replace(shown, address=place, title=title)
    return shown if shown.address == petition.address else replace(shown, location=None)


def goes_there(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer may see the place, even the filer's home, because they handle the petition or help."""
    return may(officer, Permission.NOTE, petition) and may_see(officer, petition) and not is_protected(petition)


def title_by_mail(petition: Petition, officer: Officer) -> str:
    """Return the title for an e-mail to the officer, on one line, without links and without the filer's home.

    It is empty once the filer's data are erased, because nothing of the kept file may be copied.
    """
    if petition.restricted_at is not None:
        return ""
    shown = without_filer(replace(petition, **IN_NO_LINE), officer).title
    return without_links(" ".join(KnownPerson([petition.contact]).words(shown).split()))


def words_about(petition: Petition, officer: Officer) -> Callable[[R], R]:
    """Return a function that masks the filer in records about the petition, unless the officer may see the filer."""
    if may(officer, Permission.REVEAL, petition):
        return lambda record: record
    person = KnownPerson([petition.contact])
    return lambda record: masked_words(record, person.words)


def _without_who(petition: Petition) -> Petition:
    """Return the petition with the filer hidden in all texts, including a different name or home in a later addition.

    The code of the petition from which it was split off is removed too, because the reader may know that one's filer.
    """
    shown = masked_words(petition, KnownPerson([petition.contact]).words)
    additions = [
        replace(addition, text=masked(without_people(addition.text)))
        if addition.by == "citizen" and addition.text and introduces_somebody(addition.text)
        else addition
        for addition in shown.additions
    ]
    return replace(shown, additions=additions, apart_from=None)


def _without_filer_in_own_words(petition: Petition) -> Petition:
    """Return the petition with the filer hidden in the filer's texts. Officers edit their own texts, so these stay."""
    person, rating = KnownPerson([petition.contact]), petition.rating
    return replace(
        petition,
        title=person.words(petition.title),
        content=person.words(petition.content),
        address=person.words(petition.address),
        additions=[masked_words(addition, person.words) for addition in petition.additions],
        rating=rating and masked_words(rating, person.words),
    )
