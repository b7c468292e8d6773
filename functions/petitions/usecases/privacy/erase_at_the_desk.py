"""The erasure of a citizen's data by a coordinator, on a request by letter, telephone or in person (LAW 5.3)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.language.texts import Texts
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.codes import find_code
from petitions.domain.privacy.erasure import filer_of
from petitions.errors import NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.privacy.begin_erasure import ErasureRequest, begin_erasure, begin_restricting
from petitions.usecases.privacy.reveal_contact import MAX_REASON, MIN_REASON
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.page_nudges import page_nudges
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, changed_fields, citizen_in, petition_in

NOBODY_LEFT = "Dữ liệu cá nhân của người gửi hồ sơ này đã được xóa."


@dataclass(frozen=True)
class EraseAtTheDesk:
    """Begins an erasure on behalf of a citizen."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    texts: Texts
    id_key: bytes = field(repr=False)

    def __call__(self, officer: Officer, code: str, reason: str) -> None:
        """Begin to erase the data of the petition's filer. The reason is stored in the audit log.

        If the petition did not come through Zalo, the filer's other petitions are not known. Only the petition, and
        those split off because they report misconduct, are restricted.

        Raise Rejected if there is no reason or the data are erased already. Raise NotFound if there is no such petition
        or the officer may not erase it.
        """
        why = reason.strip()
        if not MIN_REASON <= len(why) <= MAX_REASON:
            raise Rejected(f"Xin ghi lý do xóa, từ {MIN_REASON} đến {MAX_REASON} ký tự.", reason="no_reason")
        if find_code(code) != code:
            raise NotFound(NO_SUCH_PETITION)
        key = self.ids.token()

        def begin(tx: Transaction) -> list[Message]:
            petition = petition_in(tx, code)
            if not may(officer, Permission.ERASE, petition):
                raise NotFound(NO_SUCH_PETITION)
            if petition.restricted_at is not None:
                raise Rejected(NOBODY_LEFT, reason="nobody_left")
            now = self.clock.now()
            request = ErasureRequest("officer", now, key, now, officer, why, code)
            if petition.source != "zalo":
                for item, own_key in [(code, key), *((apart, f"{key}-{apart}") for apart in _kept_apart(tx, code))]:
                    begin_restricting(tx, filer_of(self.id_key, item), replace(request, code=item, key=own_key))
                return []
            citizen = citizen_in(tx, petition.citizen)
            if citizen is None:
                raise Rejected(NOBODY_LEFT, reason="nobody_left")
            after, messages = begin_erasure(tx, petition.citizen, citizen, request, self.texts)
            tx.update(citizen_path(petition.citizen), changed_fields(citizen, after))
            return [*messages, *page_nudges(petition.citizen, citizen, after)]

        commit(self.store, self.publisher, self.clock, producer="desk", key=key, body=begin)


def _kept_apart(tx: Transaction, code: str) -> list[str]:
    return [document.id for document in tx.find(Query("petitions", where=(("apart_from", "==", code),)))]
