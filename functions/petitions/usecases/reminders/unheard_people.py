"""The part of the morning's digest on people who are not satisfied and whom nobody has heard in time.

Coordinators read of all of them, the heads of a unit of their own; nobody gets a letter for each person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.contact.contact_request import (
    ATTENTION,
    CONTESTS,
    REASON_LABELS,
    ContactRequest,
    ContactState,
)
from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.store import Query, Transaction
from petitions.usecases.officers.officer_mail import OfficerMail

MOST_ASKED = 1000


@dataclass(frozen=True)
class UnheardPeople:
    """The late requests of a unit, or of all units for the coordinators, oldest first."""

    requests: Sequence[ContactRequest]
    petitions: dict[str, Petition]
    """The petitions that they are about, by code."""

    @classmethod
    def of(cls, tx: Transaction, unit: str, now: datetime) -> UnheardPeople:
        """Read those that somebody of the unit has to hear of."""
        scope = () if unit == COORDINATORS else (("unit", "==", unit),)
        where = (*scope, ("state", "in", [state.value for state in ATTENTION]))
        found = tx.find(Query("contact_requests", where, order_by=("at",), limit=MOST_ASKED))
        asked = [ContactRequest.model_validate(each.data) for each in found]
        late = [each for each in asked if each.why in CONTESTS and each.is_late(now)]
        codes = sorted({each.code for each in late if each.code})
        known = tx.get_all([petition_path(code) for code in codes]) if codes else []
        petitions = (Petition.model_validate(each) for each in known if each)
        return cls(late, {each.code: each for each in petitions})

    def told_to(self, officer: Officer) -> list[ContactRequest]:
        """Return those that this officer reads of, by the role that they have today."""
        if officer.role is Role.COORDINATOR and officer.unit == COORDINATORS:
            return list(self.requests)
        if officer.role is not Role.HEAD:
            return []
        return [each for each in self.requests if each.unit == officer.unit and not self._is_closed(officer, each)]

    def _is_closed(self, officer: Officer, request: ContactRequest) -> bool:
        petition = self.petitions.get(request.code or "")
        return petition is not None and is_closed(officer, petition)


def unheard_part(mail: OfficerMail, requests: Sequence[ContactRequest]) -> str:
    """Return the part of the digest; codes, units and deadlines, never who asks or in which words."""
    lines = [_line(mail, each) for each in requests]
    return mail.texts.render("digest_unheard", count=len(lines), lines=mail.listed(lines))


def _line(mail: OfficerMail, request: ContactRequest) -> str:
    is_new = request.state is ContactState.NEW
    due = request.see_by if is_new else request.act_by
    return mail.texts.render(
        "digest_unheard_line",
        code=request.code or mail.texts.render("contact_no_code"),
        unit=mail.directory.name_of(request.unit),
        what=REASON_LABELS[request.why],
        situation=mail.texts.render("digest_unseen" if is_new else "digest_unanswered_wish"),
        due=hanoi_time(due) if due else "-",
    )
