"""The checklist for a new installation, on which a step is done when its data exists."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.adapters.reference import directory
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.missing_roles import NO_HEAD, NO_STAFF, teams
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.units.versions import CURRENT_PATH, VersionsInForce
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.reminders.tell_missing_roles import TellMissingRoles
from tests.unit.desk.office import CountingStore, Office


def steps(office: Office) -> dict[str, tuple[bool, str]]:
    found = office.at_desk("admin").shown("/admin/start")["steps"]
    return {item.name: (item.done, item.says) for item in found}


def add(office: Office, who: str, unit: str, role: Role, **more: Any) -> None:
    officer = Officer(id=who, name="Vũ Hà", email=f"{who}@x.vn", unit=unit, role=role, **more)
    office.store.create(officer_path(who), officer.stored())


def test_missing_steps_are_listed_and_present_ones_are_done() -> None:
    office = Office()
    before = steps(office)
    assert before["Quản trị viên"] == (False, "mới có 1 người, cần 2")
    assert before["Cán bộ điều phối"] == (True, "có 1 người")
    assert before["Người trực ngoài giờ"] == (False, "chưa có ai")
    assert not before["Cán bộ của đơn vị"][0]
    codes = office.app.extensions["desk"].reference.national_units
    lacking = [code for code in teams([], directory()) if codes.code_of(code) is None]
    assert lacking
    assert before["Mã đơn vị trên Cổng quốc gia"] == (
        False,
        f"{len(lacking)} đơn vị chưa có mã: {', '.join(directory().name_of(code) for code in lacking)}",
    )
    assert before["Dữ liệu nền"][0] is False
    page = office.at_desk("admin").see("/admin/start").text
    assert "còn thiếu" not in page  # not even "còn thiếu 0 người"
    assert f"Còn {sum(not done for done, _ in before.values())} trên {len(before)} việc chưa xong" in page
    add(office, "admin-2", "VPUB", Role.ADMIN)
    office.store.update(officer_path("coordinator"), {"on_duty": True})
    for code in teams([], directory()):
        for role in (Role.OFFICER, Role.HEAD):
            add(office, f"{code.lower()}-{role}-new", code, role)
    office.store.create(CURRENT_PATH, VersionsInForce().stored())
    after = steps(office)
    for name in ("Quản trị viên", "Người trực ngoài giờ", "Cán bộ của đơn vị", "Lãnh đạo và cán bộ xử lý",
                 "Dữ liệu nền"):  # fmt: skip
        assert after[name][0], name


def test_the_page_costs_the_same_with_any_number_of_officers() -> None:
    office = Office()
    admin = office.at_desk("admin")
    assert isinstance(office.store, CountingStore)

    def cost() -> int:
        office.store.calls = 0  # type: ignore[attr-defined]
        assert admin.see("/admin/start").status_code == 200
        return office.store.calls  # type: ignore[attr-defined,no-any-return]

    first = cost()
    for number in range(100):
        add(office, f"more-{number}", "SXD", Role.OFFICER)
    assert cost() == first <= 4  # two queries, a document, the session


def mails(office: Office) -> dict[str, str]:
    found = [office.store.documents[path] for path in office.store.paths("notices")]
    return {item["officer"]: item["text"] for item in found if item["id"].startswith("missing_roles")}


@pytest.fixture
def tell() -> TellMissingRoles:
    office = Office()
    office.store.update(officer_path("syt-head"), {"left_at": office.clock.now()})
    parts = office.app.extensions["desk"]
    mail = OfficerMail(parts.reference.texts, parts.directory, "https://desk.test")
    return TellMissingRoles(office.store, office.publisher, office.clock, mail, office.timekeeping.calendar)


def test_units_that_lack_staff_are_reminded_of_once_on_the_first_morning_of_a_week(tell: TellMissingRoles) -> None:
    office = Office()
    office.store, office.clock, office.publisher = tell.store, tell.clock, tell.publisher  # type: ignore[assignment]
    number = tell()
    letters = mails(office)
    assert number == len(letters)
    assert set(letters) == {"admin", "coordinator", "syt-officer"}
    assert NO_STAFF in letters["coordinator"]
    assert f"Sở Y tế: {NO_HEAD}" in letters["admin"]
    assert letters["syt-officer"].count("\n- ") == 1
    assert tell() == 0
    office.clock.advance(days=2)
    assert tell() == 0
    assert len(mails(office)) == number
    office.clock.advance(days=5)
    assert tell() == number
