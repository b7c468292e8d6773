"""Filing of a petition from a citizen's contact request, which is closed in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.channels.entry import Entry
from petitions.domain.contact.contact_request import OPEN, ContactOutcome
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.errors import Conflict
from petitions.ports.store import Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.channels.hand_in import Brought, Entrant, HandIn
from petitions.usecases.contact.handle_contact import close_request, request_in
from petitions.usecases.shared.auditing import audit_change


@dataclass(frozen=True)
class FileRequest:
    """Files an officer's entry and closes the contact request that it was made from."""

    hand_in: HandIn
    clock: Clock
    ids: Ids

    def __call__(self, officer: Officer, request_id: str, entry: Entry) -> Petition:
        """File the entry and close the request in one transaction. The same entry again returns the same petition.

        The duty officers are not alerted again, as they have the request already. Raise NotFound, Conflict if the
        request is closed or belongs to a petition, or the errors of `HandIn`.
        """

        def bring(tx: Transaction) -> Brought:
            request = request_in(tx, officer, request_id)
            if request.state not in OPEN or request.code:
                raise Conflict("Yêu cầu này đã đóng hoặc đã có hồ sơ. Chưa ghi thêm gì.", reason="contact_over")

            def note(petition: Petition) -> None:
                now = self.clock.now()
                close_request(tx, request, officer, ContactOutcome.PETITION, now, code=petition.code)
                audit_change(tx, self.ids.token(), officer, "contact_closed", now, code=petition.code)

            return Brought((), note, alarmed=request.is_urgent)

        return self.hand_in(Entrant.at_desk(officer), entry, bring).petition
