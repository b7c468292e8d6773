"""The promise to citizens who accuse an office: nobody of this office can read about it in any way."""

from __future__ import annotations

from collections.abc import Iterator

from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.pages.links import copy_path, page_key, page_of
from petitions.domain.pages.page_copy import VIEWS
from petitions.domain.publishing.own_view import OwnView
from tests.simulation.functions import ENVIRONMENT
from tests.simulation.people.accusing import Accusing
from tests.simulation.people.actors import ACCUSING
from tests.simulation.promises.read_world import AtRest


def nobody_reads_who_accuses_them(rest: AtRest) -> Iterator[str]:
    """Yield texts, names and figures of accusing petitions that people of the accused office could read."""
    accusing = rest.world.others.get(ACCUSING)
    if isinstance(accusing, Accusing):
        yield from accusing.watch.found


def no_link_of_an_accused_clerk_shows_more(rest: AtRest) -> Iterator[str]:
    """Yield pages that show a clerk of an accused office more of a petition than the clerk entered."""
    keys = rest.world.secrets.get("SEAL_KEYS", ENVIRONMENT["SEAL_KEYS"]).split(",")
    seals = AesSeals(GivenKeys(tuple(keys)))
    for petition in filter(rest.is_kept_from_its_clerk, rest.petitions):
        path = copy_path(page_of(petition.page)) if petition.page else ""
        found = rest.world.public.documents.get(path)
        box = seals.open(path, page_key(petition.page or ""), found["box"]) if found else None
        if box is None:
            continue
        view = VIEWS.validate_json(box)
        if view.kind != "petition" or view.unit or view.history or view.own != OwnView(content=petition.content):
            yield f"{path} shows more"


OF_ACCUSED = (nobody_reads_who_accuses_them, no_link_of_an_accused_clerk_shows_more)
