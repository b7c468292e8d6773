"""The promise to whoever accuses an office: nobody of it reads of them, on any way."""

from __future__ import annotations

from collections.abc import Iterator

from petitions.domain.pages.links import copy_path, page_of
from petitions.domain.publishing.own_view import sealed_path
from tests.simulation.people.accusing import Accusing
from tests.simulation.people.actors import ACCUSING
from tests.simulation.promises.read_world import AtRest


def nobody_reads_who_accuses_them(rest: AtRest) -> Iterator[str]:
    """No person of an office reads a text, a name or a figure about a petition that accuses it, on any way."""
    accusing = rest.world.others.get(ACCUSING)
    if isinstance(accusing, Accusing):
        yield from accusing.watch.found


def no_link_of_an_accused_clerk_opens(rest: AtRest) -> Iterator[str]:
    """Who entered a petition that accuses their office has its link, which opens nothing."""
    for petition in rest.petitions:
        places = [sealed_path(petition.code), *([copy_path(page_of(petition.page))] if petition.page else [])]
        if rest.is_kept_from_its_clerk(petition):
            yield from (f"{path} is there" for path in places if path in rest.world.public.documents)


OF_ACCUSED = (nobody_reads_who_accuses_them, no_link_of_an_accused_clerk_opens)
