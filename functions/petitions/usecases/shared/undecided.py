"""The requests of a petition's filer to the office that no officer has decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from petitions.domain.contact.contact_request import CONTESTS, ContactReason, ContactRequest, may_know_of
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.ports.store import MOST_VALUES, Query, Reader

_CONTESTABLE = frozenset({State.ANSWERED, State.PUBLISHED})


def undecided(store: Reader, code: str) -> list[ContactRequest]:
    """Return the requests about the petition that no officer has decided. Any such request keeps the petition open."""
    found = store.find(Query("contact_requests", where=(("code", "==", code),)))
    requests = [ContactRequest.model_validate(document.data) for document in found]
    return [request for request in requests if request.is_undecided]


def why_contested(reader: Reader, officer: Officer, petitions: Iterable[Petition]) -> Mapping[str, ContactReason]:
    """Return the reasons for the open objections to the petitions' answers, by petition code.

    An explicit objection comes before a low rating, which counts only with a comment. Requests that the officer may not
    know of are left out.
    """
    codes = [petition.code for petition in petitions if petition.state in _CONTESTABLE]
    found: dict[str, ContactReason] = {}
    for first in range(0, len(codes), MOST_VALUES):
        where = (("code", "in", codes[first : first + MOST_VALUES]),)
        for document in reader.find(Query("contact_requests", where=where)):
            request = ContactRequest.model_validate(document.data)
            if request.code and contests(request) and may_know_of(officer, request):
                found[request.code] = min(found.get(request.code, request.why), request.why)
    return found


def contests(request: ContactRequest) -> bool:
    """Return whether the filer objects to the answer, explicitly or by a low rating with a comment."""
    has_reason = request.why is ContactReason.CONTESTED or bool(request.text)
    return request.is_undecided and request.why in CONTESTS and has_reason
