"""The courses of petitions in the city's year, for example answered in time, passed on, or reopened."""

from __future__ import annotations

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.errors import Forbidden
from tests.property.city_year import DAY, HOUR, CityYear, Life, Way
from tests.unit.petition.handling import COORDINATOR, officer

WHY = "Cán bộ chưa đến, việc vẫn như cũ"


def _in_time(city: CityYear, code: str, _: str) -> Life:
    city.takes_up(code)
    yield 3 * DAY
    city.answers(code)


def _late(city: CityYear, code: str, _: str) -> Life:
    city.takes_up(code)
    yield 40 * DAY
    city.answers(code)


def _received_late(city: CityYear, code: str, _: str) -> Life:
    yield 6 * DAY
    yield from _in_time(city, code, _)


def _passed_on(city: CityYear, code: str, other: str) -> Life:
    city.takes_up(code)
    yield DAY
    city.acts(code, Action.GIVE_BACK, text="Không thuộc thẩm quyền")
    yield 4 * HOUR
    city.acts(code, Action.ASSIGN, COORDINATOR, unit=other)
    yield DAY
    city.acts(code, Action.START)
    yield 2 * DAY
    city.answers(code)


def _passed_on_late(city: CityYear, code: str, other: str) -> Life:
    """Pass the petition on when it is overdue, so that the delay counts for the other unit."""
    city.takes_up(code)
    yield 35 * DAY
    city.acts(code, Action.REASSIGN, COORDINATOR, unit=other, text="Đúng thẩm quyền hơn")
    yield 20 * DAY
    city.acts(code, Action.START)
    city.answers(code)


def _given_back(city: CityYear, code: str, other: str) -> Life:
    city.acts(code, Action.GIVE_BACK, text="Không thuộc thẩm quyền")
    yield 3 * HOUR
    city.acts(code, Action.REASSIGN, COORDINATOR, unit=other, text="Thuộc đơn vị này")
    yield 3 * HOUR
    yield from _in_time(city, code, other)


def _paused(city: CityYear, code: str, _: str) -> Life:
    city.takes_up(code)
    yield DAY
    city.acts(code, Action.ASK_SUPPLEMENT, text="Xin gửi số hồ sơ và ngày nộp.")
    yield 10 * DAY
    if city.petition(code).state is State.AWAITING_CITIZEN:
        city.acts(code, Action.SUPPLEMENT, text="Đã có đủ thông tin qua điện thoại")
    yield 8 * DAY
    city.answers(code)


def _waiting(city: CityYear, code: str, _: str) -> Life:
    """Leave a question to the citizen unanswered until the pause ends automatically."""
    city.acts(code, Action.ASK_SUPPLEMENT, text="Xin gửi số hồ sơ và ngày nộp.")
    yield 300 * DAY
    if city.is_open(code):
        city.acts(code, Action.WITHDRAW, text="Người gửi gọi điện xin rút")


def _refused(city: CityYear, code: str, _: str) -> Life:
    city.acts(code, Action.REFUSE, text="Việc này thuộc Tòa án; xin gửi đơn tới Tòa án nhân dân khu vực.")
    yield DAY


def _transferred_out(city: CityYear, code: str, _: str) -> Life:
    city.takes_up(code)
    yield DAY
    city.acts(code, Action.TRANSFER_OUT, COORDINATOR, text="Bộ Công an, thuộc thẩm quyền của Bộ")


def _sent_back(city: CityYear, code: str, other: str) -> Life:
    yield from _transferred_out(city, code, other)
    yield 9 * DAY
    if city.petition(code).state is not State.TRANSFERRED_OUT:
        return
    city.acts(code, Action.SENT_BACK, COORDINATOR, text="Bộ gửi lại")
    yield HOUR
    city.acts(code, Action.ASSIGN, COORDINATOR, unit=other)
    yield HOUR
    city.acts(code, Action.START)
    yield 4 * DAY
    city.answers(code)


def _withdrawn(city: CityYear, code: str, _: str) -> Life:
    city.takes_up(code)
    yield 2 * DAY
    city.acts(code, Action.WITHDRAW, text="Người gửi gọi điện ngày hôm nay xin rút vì đã xong")


def _merged(city: CityYear, code: str, _: str) -> Life:
    yield HOUR
    mains = [item for item in city.open if item != code and city.is_open(item)]
    if mains:
        city.acts(code, Action.MERGE, COORDINATOR, text=mains[-1])


def _unmerged(city: CityYear, code: str, other: str) -> Life:
    yield from _merged(city, code, other)
    yield DAY
    if city.petition(code).state is State.MERGED:
        try:
            city.acts(code, Action.UNMERGE, COORDINATOR, text="Không cùng một việc")
        except Forbidden:  # the main one has been answered meanwhile
            return
    yield from _in_time(city, code, other)


def _reopened(city: CityYear, code: str, _: str) -> Life:
    yield from _in_time(city, code, _)
    yield 2 * DAY
    city.says(code, "MỞ LẠI", WHY)
    yield HOUR
    city.acts(code, Action.REOPEN, COORDINATOR, text="Trả lời chưa đủ")
    yield HOUR
    city.acts(code, Action.RESUME_WORK)
    yield 3 * DAY
    city.answers(code)


def _reopened_late(city: CityYear, code: str, _: str) -> Life:
    yield from _in_time(city, code, _)
    yield 3 * DAY
    city.acts(code, Action.REOPEN, COORDINATOR, text="Trả lời chưa đủ")
    city.acts(code, Action.RESUME_WORK)
    yield 45 * DAY
    city.answers(code)


def _reopened_for_good(city: CityYear, code: str, _: str) -> Life:
    yield from _in_time(city, code, _)
    yield 3 * DAY
    city.acts(code, Action.REOPEN, COORDINATOR, text="Trả lời chưa đủ")
    yield 1000 * DAY


def _ignored(city: CityYear, code: str, _: str) -> Life:
    yield from _in_time(city, code, _)
    yield DAY
    city.says(code, "MỞ LẠI", WHY)


def _rated(level: str) -> Way:
    def way(city: CityYear, code: str, _: str) -> Life:
        yield from _in_time(city, code, _)
        yield 2 * HOUR
        city.says(code, level)

    return way


def _published(city: CityYear, code: str, _: str) -> Life:
    yield from _in_time(city, code, _)
    yield DAY
    head = officer(city.petition(code).unit, Role.HEAD, "truong")
    city.acts(code, Action.PUBLISH, head, summary="Chậm trả kết quả thủ tục", text="Đã trả kết quả và xin lỗi.")


def _forgotten(city: CityYear, code: str, _: str) -> Life:
    yield 1000 * DAY


def _stuck(city: CityYear, code: str, _: str) -> Life:
    city.takes_up(code)
    yield 1000 * DAY


_SATISFIED, _DISSATISFIED, _PLEASED = _rated("1"), _rated("3"), _rated("2")
WAYS: tuple[Way, ...] = (
    _in_time, _late, _passed_on, _paused, _refused, _reopened, _forgotten, _merged, _SATISFIED, _passed_on_late,
    _transferred_out, _published, _reopened_late, _given_back, _withdrawn, _DISSATISFIED, _received_late, _waiting,
    _unmerged, _ignored, _stuck, _sent_back, _reopened_for_good, _PLEASED, _in_time, _late, _published, _in_time,
    _paused,
)  # fmt: skip
"""All courses. Their number has no common factor with the number of units, so that all pairs occur."""
ON_ZALO = frozenset({_reopened, _ignored, _SATISFIED, _DISSATISFIED, _PLEASED})
