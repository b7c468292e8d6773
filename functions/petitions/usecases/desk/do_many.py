"""One action on many petitions, with a result for every petition. A rehearsal of the action is its preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from petitions.domain.lifecycle.lifecycle import STATE_LABELS, Action, Role, allowed
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, may_see
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.units.directory import Directory
from petitions.errors import Conflict, Forbidden, NotFound, Rejected, Retryable
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.commands import Assign, Reassign, Start
from petitions.usecases.lifecycle.manage_handlers import MOST_AT_ONCE, ManageHandlers
from petitions.usecases.lifecycle.take_up import TakeUp, Taking, steps_together
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION


class Deed(StrEnum):
    """An action on many petitions at once."""

    TAKE_UP = "take_up"
    """Accept new petitions and start work on all, with the officer as their handler."""
    GIVE = "give"
    """Accept new petitions and give all to another unit."""
    ASSIGN = "assign"
    REMIND = "remind"


DEED_PERMISSIONS = {
    Deed.TAKE_UP: Permission.ANSWER,
    Deed.GIVE: Permission.WATCH,
    Deed.ASSIGN: Permission.STAFF,
    Deed.REMIND: Permission.STAFF,
}
_ONE_STEP: dict[Deed, frozenset[str]] = {
    Deed.TAKE_UP: frozenset(),
    Deed.GIVE: frozenset({Action.REASSIGN}),
    Deed.ASSIGN: frozenset({Action.ASSIGN, Action.REASSIGN, RecordedAction.HANDLER_CHANGED}),
    Deed.REMIND: frozenset({RecordedAction.HANDLER_REMINDED}),
}
"""The action in the history by which a request that was sent twice is recognised, for a deed of a single step."""
_DONE_BEFORE = "Đã được ghi nhận từ lần gửi trước"
_DOUBTED = (
    "Có thể nói về việc làm của chính đơn vị sẽ nhận: xin đọc kỹ, chọn ở “Nói về hành vi của đơn vị” trên trang hồ "
    "sơ, rồi mới giao ở một bước riêng."
)
_NOT_NOW = "Bước này không làm được ở trạng thái hiện tại của hồ sơ."


@dataclass(frozen=True)
class ManyWanted:
    """An officer's request for one action on many petitions.

    `seen` maps a code to the version of the petition that the officer saw, if known.
    """

    deed: Deed
    codes: tuple[str, ...]
    handler: str = ""
    unit: str = ""
    text: str = ""
    sure: bool = False
    """Whether the officer confirmed that the chosen unit may lack staff."""
    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ManyResult:
    """The result of an action on many petitions for one of them.

    `words` is the change, or the reason why there is none, in Vietnamese.
    """

    code: str
    done: bool
    words: str
    title: str = ""
    """Empty if the officer may not see the petition."""
    version: int = 0
    """The version of the petition before the action."""


@dataclass(frozen=True)
class DoMany:
    """Runs an action on many petitions. Every step on a petition is a transaction of its own."""

    act: ActOnPetition
    take_up: TakeUp
    staffing: ManageHandlers
    directory: Directory
    staff: Staff

    def __call__(self, officer: Officer, wanted: ManyWanted) -> list[ManyResult]:
        """Return the results in the order of the codes. A failure on one petition does not stop the rest.

        Raise Forbidden if the officer's role may not do this, or Rejected if nothing can be done at all.
        """
        if not may(officer, DEED_PERMISSIONS[wanted.deed]):
            raise Forbidden("Vai trò của anh/chị không được làm việc này.", reason="role")
        if not wanted.codes:
            words = "Chưa chọn hồ sơ nào. Xin đánh dấu ít nhất một hồ sơ trong danh sách rồi chọn việc cần làm."
            raise Rejected(words, reason="nothing_chosen")
        if len(wanted.codes) > MOST_AT_ONCE:
            raise Rejected(f"Xin chọn tối đa {MOST_AT_ONCE} hồ sơ một lần.", reason="too_many")
        if wanted.deed is Deed.ASSIGN and self.staff.find(wanted.handler) is None:
            raise Rejected("Xin chọn người nhận việc.", reason="handler_missing")
        if wanted.deed is Deed.GIVE and not self.directory.knows(wanted.unit):
            raise Rejected("Xin chọn đơn vị nhận.", reason="unit_missing")
        return [self._one(officer, wanted, code) for code in dict.fromkeys(wanted.codes)]

    def _one(self, officer: Officer, wanted: ManyWanted, code: str) -> ManyResult:
        title, version = "", 0
        try:
            before = self.act.find(code)
            if not may_see(officer, before):
                raise NotFound(NO_SUCH_PETITION)
            title, version = without_filer(before, officer).title, before.version
            seen = wanted.seen.get(code, version)
            after = self._do(officer, wanted, before) if seen == version else self._again(officer, wanted, before, seen)
            words = self._changed(before, after, wanted.deed) or _DONE_BEFORE
        except Rejected as error:
            return ManyResult(code, False, str(error), title, version)
        except Retryable:
            return ManyResult(code, False, "Hệ thống đang bận. Xin thử lại.", title, version)
        return ManyResult(code, True, words, title, version)

    def _again(self, officer: Officer, wanted: ManyWanted, now: Petition, seen: int) -> Petition:
        """Return the petition if an earlier copy of the request changed it. Finish that request if it was interrupted.

        Raise Conflict if somebody else changed the petition.
        """
        gives = wanted.deed in {Deed.GIVE, Deed.ASSIGN} and officer.role is Role.COORDINATOR
        if (gives or wanted.deed is Deed.TAKE_UP) and self.take_up.left(officer, seen, now) is not None:
            handler = self.staff.find(wanted.handler) if wanted.deed is Deed.ASSIGN else None
            unit = handler.unit if handler else wanted.unit or None
            return self.take_up(officer, _taking(wanted, now.code, seen, unit, handler.id if handler else None))
        line = self.act.store.get(history_path(now.code, now.version)) or {}
        own = line.get("actor") == officer.id and line.get("action") in _ONE_STEP[wanted.deed]
        if not own or now.version != seen + 1:
            raise Conflict("Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp.")
        return now

    def _do(self, officer: Officer, wanted: ManyWanted, petition: Petition) -> Petition:
        handler = self.staff.find(wanted.handler) if wanted.deed is Deed.ASSIGN else None
        match wanted.deed:
            case Deed.REMIND:
                return self.staffing.remind(officer, petition.code)
            case Deed.TAKE_UP:
                if steps_together(officer.role, petition):
                    return self.take_up(officer, Taking(petition.code, petition.version))
                return self.act(officer, Start(petition.code, petition.version))
            case Deed.ASSIGN if handler and (officer.role is Role.HEAD or handler.unit == petition.unit):
                return self.staffing.assign(officer, petition.code, handler.id)
            case _:
                unit = handler.unit if handler else wanted.unit
                return self._given(officer, wanted, petition, unit, handler.id if handler else None)

    def _given(
        self, officer: Officer, wanted: ManyWanted, petition: Petition, unit: str, handler: str | None
    ) -> Petition:
        if petition.is_doubted:
            raise Rejected(_DOUBTED, reason="accused_missing")
        if steps_together(officer.role, petition):
            return self.take_up(officer, _taking(wanted, petition.code, petition.version, unit, handler))
        open_steps = {row.action for row in allowed(petition.state, officer.role)}
        step = next((kind for kind in (Assign, Reassign) if kind.action in open_steps), None)
        if step is None:
            raise Forbidden(_NOT_NOW)
        command = step(petition.code, petition.version, wanted.text, unit=unit, handler=handler, sure=wanted.sure)
        return self.act(officer, command)

    def _changed(self, before: Petition, after: Petition, deed: Deed) -> str:
        if deed is Deed.REMIND:
            return f"Nhắc {self.staff.name(after.handler) if after.handler else 'cán bộ của đơn vị'} qua thư điện tử"
        changes = [f"{STATE_LABELS[before.state]} → {STATE_LABELS[after.state]}"] if before.state != after.state else []
        if before.unit != after.unit:
            changes.append(f"đơn vị: {self.directory.name_of(after.unit)}")
        if before.handler != after.handler:
            changes.append(f"người xử lý: {self.staff.name(after.handler) if after.handler else 'cả đơn vị'}")
        return "; ".join(changes)


def _taking(wanted: ManyWanted, code: str, version: int, unit: str | None, handler: str | None) -> Taking:
    return Taking(code, version, wanted.text, unit=unit, handler=handler, sure=wanted.sure)
