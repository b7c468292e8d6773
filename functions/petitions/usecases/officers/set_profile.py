"""An officer's own settings: the phone number for the digest of the morning, and being on duty."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.contacts import zalo_number
from petitions.errors import NotFound, Rejected
from petitions.ports.store import DELETE, Store, Transaction


@dataclass(frozen=True)
class SetProfile:
    """Saves an officer's own settings."""

    store: Store

    def __call__(self, officer: Officer, phone: str, *, on_duty: bool) -> None:
        """Save the settings. An empty `phone` removes the number. Only coordinators can be on duty.

        Raise Rejected for an invalid number, or NotFound for an unknown officer.
        """
        number = zalo_number(phone) if phone.strip() else None
        if phone.strip() and number is None:
            raise Rejected("Số điện thoại chưa đúng. Xin ghi đủ 10 số, hoặc để trống.", reason="phone_wrong")

        def write(tx: Transaction) -> None:
            if tx.get(officer_path(officer.id)) is None:
                raise NotFound("Không còn cán bộ này.")
            duty = on_duty and officer.role is Role.COORDINATOR
            tx.update(officer_path(officer.id), {"phone": number or DELETE, "on_duty": duty})

        self.store.transact(write)
