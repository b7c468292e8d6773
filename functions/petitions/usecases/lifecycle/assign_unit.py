"""The assignment of a petition to a unit and an officer, with a warning if the unit has no staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.language.redaction import masked
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.officers.officer import Officer, officer_path, whoever_works
from petitions.domain.officers.policy import coordinates
from petitions.domain.petition.confidentiality import keeper, why_closed_to, why_kept
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.transfers import is_circular, units_that_held
from petitions.domain.privacy.original_words import title_by_mail
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import COORDINATORS, Directory
from petitions.errors import Forbidden, Rejected
from petitions.ports.store import Query, Reader, Transaction
from petitions.usecases.officers.on_hand import concerned_officers

_NOBODY = (
    "chưa có cán bộ nào nhận việc trên hệ thống, nên giao tới đó thì chưa ai làm. Xin chọn đơn vị khác; vẫn giao thì "
    "xin xác nhận, hồ sơ được đánh dấu để điều phối theo dõi và lấy lại được."
)

_PERHAPS_ACCUSED = (
    "Người nhận có phải nơi, người bị nói tới không? Hồ sơ này từng chưa rõ nói về ai: xin mở hồ sơ, đọc các câu nói "
    "về người và cơ quan, rồi trả lời ở mục giao trước khi giao."
)


@dataclass(frozen=True)
class UnitChoice:
    """An officer's choice of a unit and a handler."""

    unit: str
    handler: str | None
    reason: str
    sure: bool
    """Whether the officer has confirmed the warning about a unit without staff."""
    apart: bool
    """Whether the officer has confirmed that the petition does not accuse the unit that it goes to."""


@dataclass(frozen=True)
class AssignUnit:
    """The rules for assigning petitions to units and officers. They write nothing."""

    directory: Directory
    texts: Texts

    def assigned(
        self, tx: Transaction, officer: Officer, petition: Petition, action: Action, to: UnitChoice
    ) -> dict[str, Any]:
        """Return the changed fields of the petition. If the unit has only heads, one of them becomes the handler.

        Raise Forbidden or Rejected, in Vietnamese.
        """
        unit, handler = to.unit, to.handler
        if unit != petition.unit and not coordinates(officer, petition):
            raise Forbidden("Chỉ cán bộ điều phối được chuyển hồ sơ sang đơn vị khác.")
        if action is Action.REASSIGN and unit == petition.unit:
            raise Rejected("Hồ sơ đang ở chính đơn vị này. Xin chọn đơn vị khác.", reason="unit_same")
        known = self.directory.unit(unit) or self.directory.ward(unit)
        if known is None:
            raise Rejected(self._no_such_unit(unit), reason="unit_unknown")
        _require_other_than_accused(petition, to)
        if is_circular(petition, unit, self.directory) and not to.reason:
            raise Rejected("Đơn vị này đã từng giữ hồ sơ: xin nêu lý do giao lại.", reason="text_missing")
        at_work = whoever_works(self._people(tx, unit))
        given = unit != petition.unit or unit == COORDINATORS
        if given and not to.sure and not at_work:
            raise Rejected(f"{self.directory.name_of(unit)} {_NOBODY}", reason="unit_unstaffed")
        if handler is None and at_work and all(item.role is Role.HEAD for item in at_work):
            handler = at_work[0].id
        if handler is not None:
            found = tx.get(officer_path(handler))
            if found is None or "left_at" in found or Officer.model_validate(found).unit != unit:
                raise Rejected("Người được phân công không thuộc đơn vị này.", reason="handler_unknown")
        return {"unit": unit, "handler": handler, "held_by": units_that_held(petition, unit)}

    @staticmethod
    def _people(reader: Reader, unit: str) -> list[Officer]:
        found = reader.find(Query("officers", where=(("unit", "==", unit),)))
        return sorted(
            (Officer.model_validate(document.data) for document in found),
            key=lambda officer: (officer.name, officer.id),
        )

    def taken_back(self, petition: Petition) -> dict[str, Any]:
        """Return the changed fields of a petition that the coordinators take back.

        Raise Forbidden if they hold it already.
        """
        if petition.unit == COORDINATORS:
            raise Forbidden("Hồ sơ đang ở chỗ cán bộ điều phối.")
        return {"unit": COORDINATORS, "handler": None}

    def unassigned(self, tx: Transaction, officer: Officer, petition: Petition) -> dict[str, Any]:
        """Return the changed fields that undo the assignment. Raise Forbidden if the unit may have been notified."""
        if not is_own_and_unheard(officer.id, petition):
            raise Forbidden("Đơn vị đã được báo, hoặc người khác đã làm tiếp. Xin dùng “Lấy lại”.", reason="unit_told")
        before = tx.get(history_path(petition.code, petition.version - 1))
        unit = (before or {}).get("unit") or COORDINATORS
        unit = keeper(petition, self.directory) if why_closed_to(petition, unit, self.directory) else unit
        return {"unit": unit, "handler": None, "held_by": petition.held_by[:-1]}

    def notices_to_former_unit(
        self, tx: Transaction, petition: Petition, by: str, reason: str, now: datetime
    ) -> list[Notice]:
        """Return the e-mails to officers of the unit that loses the petition, so that they stop work.

        `by` is the id of the officer who takes the petition from the unit, and `reason` their words. There are no
        e-mails if the coordinators have the petition, or if `by` takes back their own assignment before the unit was
        notified of it.
        """
        if petition.unit == COORDINATORS or is_own_and_unheard(by, petition):
            return []
        params = {"code": petition.code, "unit": self.directory.name_of(petition.unit)}
        return [
            Notice(
                id=f"taken-{petition.code}-{petition.version + 1}-{officer.id}",
                kind=NoticeKind.TAKEN_BACK,
                channel="email",
                officer=officer.id,
                subject=self.texts.render("taken_back_subject", **params),
                text=self.texts.render(
                    "taken_back_text",
                    **params,
                    title=title_by_mail(petition, officer) or petition.code,
                    office_words=masked(reason),
                ),
                about=About(code=petition.code, seq=petition.version + 1),
                created_at=now,
            )
            for officer in concerned_officers(tx, petition, hanoi(now).date())
        ]

    def _no_such_unit(self, unit: str) -> str:
        heir = self.directory.heir(unit)
        if heir != unit:
            return f"{self.directory.name_of(unit)} đã kết thúc; việc do {self.directory.name_of(heir)} tiếp nhận."
        return "Không có đơn vị này trong danh mục."


def _require_other_than_accused(petition: Petition, to: UnitChoice) -> None:
    """Raise Forbidden if no unit may have the petition, and Rejected if it may accuse the chosen unit."""
    if kept := why_kept(petition):
        raise Forbidden(kept, reason="closed_to_unit")
    if to.unit not in {petition.unit, COORDINATORS} and petition.opened_by and not to.apart:
        raise Rejected(_PERHAPS_ACCUSED, reason="perhaps_accused")


def is_own_and_unheard(officer_id: str, petition: Petition) -> bool:
    """Return whether the officer assigned the petition and the unit has not been notified yet."""
    unheard, last = petition.news is not None and petition.news.first, petition.changed
    return unheard and last is not None and (last.action, last.by) == (Action.ASSIGN, officer_id)
