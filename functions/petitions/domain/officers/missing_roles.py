"""Warnings, in Vietnamese, that nobody in a unit has a needed role, with the consequences for its petitions."""

from __future__ import annotations

from collections.abc import Iterable

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import WORKING, Officer
from petitions.domain.units.directory import COORDINATORS, INSPECTORATE, Directory

NO_STAFF = "Chưa có ai: hồ sơ giao tới đây không có người làm, không có người duyệt; thư nhắc gửi về Văn phòng UBND."
NO_OFFICER = "Chưa có cán bộ xử lý: hồ sơ giao tới đây, thư báo việc mới đều tới lãnh đạo."
NO_HEAD = "Chưa có lãnh đạo: đơn vị không tự duyệt trả lời, gia hạn được; quá hạn thì báo Văn phòng UBND."
NO_COORDINATOR = "Chưa có cán bộ điều phối: hồ sơ chưa rõ đơn vị không có người nhận."
NO_SUPERIOR = (
    "Chưa có lãnh đạo: phản ánh về Văn phòng UBND hoặc về cán bộ điều phối do nơi này xem xét, nay không ai mở được "
    "và không ai được báo. Xin ghi lãnh đạo."
)


def missing_role_warnings(code: str, people: Iterable[Officer]) -> list[str]:
    """Return the warnings for a unit with these officers. Empty if no role is missing."""
    roles = {person.role for person in people}
    if code == COORDINATORS:
        return [] if Role.COORDINATOR in roles else [NO_COORDINATOR]
    superior = [NO_SUPERIOR] if code == INSPECTORATE and Role.HEAD not in roles else []
    if not roles & WORKING:
        return [NO_STAFF, *superior]
    wanted = ((Role.OFFICER, NO_OFFICER), (Role.HEAD, NO_HEAD))
    return [*(words for role, words in wanted if role not in roles), *superior]


def teams(everyone: Iterable[Officer], directory: Directory) -> dict[str, list[Officer]]:
    """Return the officers of every unit and ward that exists today, in the directory's order. Some may have none."""
    units = [unit.code for unit in directory.units if unit.kind != "special"] + [ward.code for ward in directory.wards]
    found: dict[str, list[Officer]] = {code: [] for code in units}
    for officer in everyone:
        if officer.unit in found:
            found[officer.unit].append(officer)
    return found
