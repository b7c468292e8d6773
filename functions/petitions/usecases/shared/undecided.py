"""What a petition's filer asked of people and nobody has answered."""

from __future__ import annotations

from petitions.domain.contact.contact_request import ContactRequest
from petitions.ports.store import Query, Reader


def undecided(store: Reader, code: str) -> list[ContactRequest]:
    """Return the requests about the petition for which it must not be closed."""
    found = store.find(Query("contact_requests", where=(("code", "==", code),)))
    requests = [ContactRequest.model_validate(document.data) for document in found]
    return [request for request in requests if request.is_undecided]
