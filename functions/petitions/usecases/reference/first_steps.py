"""The checklist of a new installation, with the parts that are still missing according to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.clock.calendar import CalendarRangeError
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.missing_roles import NO_STAFF, missing_role_warnings, teams
from petitions.domain.officers.officer import Officer
from petitions.domain.portal.national_units import NationalUnits
from petitions.domain.shared.edges import AtLeast
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import INSPECTORATE, Directory
from petitions.domain.units.versions import CURRENT_PATH
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.timekeeping import Timekeeping

CALENDAR_AHEAD = timedelta(days=60)
"""How far deadlines can reach ahead. The calendar of that day must be loaded."""
_LEAST_ADMINS = 2
_NAMED = 20
"""The most units that are named in a line."""


@dataclass(frozen=True)
class FirstStep:
    """A necessary part of an installation. Its texts are Vietnamese."""

    name: str
    done: bool
    says: str
    """The present state, as a text."""
    why: str
    """What does not work while the part is missing."""
    path: str
    """The path of the desk page where it is done, or "" if operators do it."""


@dataclass(frozen=True)
class FirstSteps:
    """Reads the checklist of a new installation, with two queries and a look-up for a city of any size."""

    store: Store
    clock: Clock
    directory: Directory
    staff: Staff
    timekeeping: Timekeeping
    units: NationalUnits

    def __call__(self) -> list[FirstStep]:
        """Return all parts of the checklist, in the order in which they are best done."""
        now, everyone = self.clock.now(), self.staff.everyone(fresh=True)
        loaded = self.store.get(CURRENT_PATH)
        return [
            FirstStep(
                "Dữ liệu nền", loaded is not None,
                "đã nạp" if loaded else "chưa nạp, đang dùng bản đi kèm phần mềm",
                "Người vận hành nạp dữ liệu; sau đó mọi lần sửa đều có phiên bản.", "",
            ),
            *self._people(everyone),
            *self._units(everyone),
            *self._rules(now),
            self._zalo(),
            self._national_codes(),
        ]  # fmt: skip

    def _people(self, everyone: Sequence[Officer]) -> list[FirstStep]:
        def having(role: Role) -> list[Officer]:
            return [officer for officer in everyone if officer.role is role]

        admins, coordinators = having(Role.ADMIN), having(Role.COORDINATOR)
        duty = [coordinator for coordinator in coordinators if coordinator.on_duty]
        superior = [officer for officer in having(Role.HEAD) if officer.unit == INSPECTORATE]
        return [
            FirstStep(
                "Quản trị viên", AtLeast(_LEAST_ADMINS).is_met_by(len(admins)), _people_there(admins, _LEAST_ADMINS),
                "Cần ít nhất hai: không ai tự mở lại hay tự đổi vai trò của mình.", "/admin/officers/new",
            ),
            FirstStep(
                "Cán bộ điều phối", bool(coordinators), _people_there(coordinators),
                "Hồ sơ chưa rõ đơn vị nằm ở Văn phòng UBND, không ai nhận.", "/admin/units/VPUB",
            ),
            FirstStep(
                "Cấp trên của điều phối", bool(superior), _people_there(superior),
                "Phản ánh về Văn phòng UBND hoặc cán bộ điều phối do Thanh tra thành phố xem xét, "
                "không có lãnh đạo ở đó thì không ai mở được.",
                f"/admin/units/{INSPECTORATE}",
            ),
            FirstStep(
                "Người trực ngoài giờ", bool(duty), _people_there(duty),
                "Không ai trực thì phản ánh khẩn ngoài giờ báo cho mọi cán bộ điều phối.", "/admin/units/VPUB",
            ),
            FirstStep(
                "Cán bộ kiểm tra", bool(having(Role.INSPECTOR)), _people_there(having(Role.INSPECTOR)),
                "Sở Nội vụ chấm điểm đơn vị và xem nhật ký truy cập.", "/admin/officers/new?unit=SNV",
            ),
        ]  # fmt: skip

    def _units(self, everyone: Sequence[Officer]) -> list[FirstStep]:
        warnings = {
            code: missing_role_warnings(code, people) for code, people in teams(everyone, self.directory).items()
        }
        empty = [code for code, words in warnings.items() if NO_STAFF in words]
        partial = [code for code, words in warnings.items() if words and code not in empty]
        return [
            FirstStep(
                "Cán bộ của đơn vị", not empty,
                f"{len(empty)} trên {len(warnings)} đơn vị chưa có ai" if empty else "đơn vị nào cũng có người",
                "Hồ sơ giao tới đó không ai làm.", "/admin/import" if empty else "/admin/units",
            ),
            FirstStep(
                "Lãnh đạo và cán bộ xử lý", not partial,
                f"{len(partial)} đơn vị có người nhưng thiếu vai trò" if partial else "đủ ở đơn vị đã có người",
                "Thiếu lãnh đạo thì không ai duyệt, thiếu cán bộ thì không ai soạn.", "/admin/units?missing=1",
            ),
        ]  # fmt: skip

    def _rules(self, now: datetime) -> list[FirstStep]:
        day = hanoi(now + CALENDAR_AHEAD).date()
        try:
            open_year = self.timekeeping.calendar.is_provisional(day)
        except CalendarRangeError:
            open_year = True
        unsure = [
            rule.id
            for rule in self.timekeeping.rules.rules
            if rule.confidence != "verified" and not rule.in_force.is_over(hanoi(now).date())
        ]
        return [
            FirstStep(
                "Lịch làm việc", not open_year,
                f"năm {day.year} {'chưa có hoặc còn tạm thời' if open_year else 'đã chính thức'}",
                "Hạn rơi vào ngày nghỉ chưa biết sẽ bị tính sai.", "/admin/reference/calendars",
            ),
            FirstStep(
                "Căn cứ của thời hạn", not unsure,
                f"{len(unsure)} quy tắc chưa có văn bản xác nhận" if unsure else "quy tắc nào cũng có văn bản",
                "Thành phố phải quyết định thời hạn; tới lúc đó là số khởi đầu.", "/admin/reference/deadline_rules",
            ),
        ]  # fmt: skip

    def _zalo(self) -> FirstStep:
        where = (("channel", "==", "zalo"), ("state", "==", "sent"))
        sent = bool(self.store.find(Query("notices", where=where, limit=1)))
        return FirstStep(
            "Kết nối Zalo", sent, "đã gửi được tin" if sent else "chưa gửi được tin nào",
            "Cán bộ điều phối nối Official Account ở trang Kết nối Zalo.", "",
        )  # fmt: skip

    def _national_codes(self) -> FirstStep:
        missing = [code for code in teams([], self.directory) if self.units.code_of(code) is None]
        return FirstStep(
            "Mã đơn vị trên Cổng quốc gia", not missing,
            f"{len(missing)} đơn vị chưa có mã: {self._names(missing)}" if missing else "đơn vị nào cũng có",
            "Cổng không nhận ra đơn vị chưa có mã; người vận hành bổ sung vào bảng mã đơn vị.", "",
        )  # fmt: skip

    def _names(self, codes: Sequence[str]) -> str:
        more = [f"và {len(codes) - _NAMED} đơn vị khác"] if len(codes) > _NAMED else []
        return ", ".join([*map(self.directory.name_of, codes[:_NAMED]), *more])


def _people_there(people: Sequence[Officer], least: int = 1) -> str:
    if not people:
        return "chưa có ai"
    return (
        f"có {len(people)} người"
        if AtLeast(least).is_met_by(len(people))
        else f"mới có {len(people)} người, cần {least}"
    )
