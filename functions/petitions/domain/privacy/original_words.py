"""The words of a petition as an officer reads them: who filed is hidden until the officer gives a reason.

An officer who may not reveal who filed, such as an inspector or one of a unit that only helps, reads no words with the
filer's name, home or numbers. Others read them, but not in a confidential petition. Whoever handles the petition or
helps with it has to go to the place, so they read where it is, unless the filer must be protected from somebody.
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
"""The long words of a petition, in which a line of a list need not look for who filed."""


def without_filer(petition: Petition, officer: Officer) -> Petition:
    """Return the petition as the officer reads it without a reason: who filed it is hidden in its words.

    The place is one of them for whoever does not go there: where it is the filer's home, it is hidden, and its point is
    not shown.
    """
    if may(officer, Permission.REVEAL, petition):
        shown = _without_filer_in_own_words(petition) if is_confidential(petition) else petition
    else:
        shown = _without_who(petition)
    if goes_there(officer, petition):
        place = KnownPerson([petition.contact], without={Personal.HOME}).words(petition.address)
        return shown if shown is petition else replace(shown, address=place)
    return shown if shown.address == petition.address else replace(shown, location=None)


def goes_there(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer reads where it happened, even at the filer's home: to handle it or to help."""
    return may(officer, Permission.NOTE, petition) and may_see(officer, petition) and not is_protected(petition)


def title_by_mail(petition: Petition, officer: Officer) -> str:
    """Return the title as in the officer's lists, also without the filer's home, on one line that links nowhere.

    It is empty once the filer is erased: of the file that the law keeps, no copies are sent.
    """
    if petition.restricted_at is not None:
        return ""
    shown = without_filer(replace(petition, **IN_NO_LINE), officer).title
    return without_links(" ".join(KnownPerson([petition.contact]).words(shown).split()))


def words_about(petition: Petition, officer: Officer) -> Callable[[R], R]:
    """Return what makes a record about the petition, such as a line of its history, one that this officer may read."""
    if may(officer, Permission.REVEAL, petition):
        return lambda record: record
    person = KnownPerson([petition.contact])
    return lambda record: masked_words(record, person.words)


def _without_who(petition: Petition) -> Petition:
    """Hide the filer in all words, also where a later one tells of another name or home than was given at first.

    The petition to which they wrote it is not named: there whoever reads this one may know the filer.
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
    """Hide the filer in what the filer wrote. What the officers wrote stays, because they go on writing it."""
    person, rating = KnownPerson([petition.contact]), petition.rating
    return replace(
        petition,
        title=person.words(petition.title),
        content=person.words(petition.content),
        address=person.words(petition.address),
        additions=[masked_words(addition, person.words) for addition in petition.additions],
        rating=rating and masked_words(rating, person.words),
    )
