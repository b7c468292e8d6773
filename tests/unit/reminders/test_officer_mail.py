"""The content of e-mails to officers: titles as in lists, the absent officer's name, and the weekly summary."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.clock.ledger import LedgerEntry, LedgerEntryKind
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.figures.periods import Period
from petitions.domain.figures.stored_figures import FlowFigures, flow_path
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Deputy
from petitions.domain.petition.petition import Petition, UnitNews
from petitions.domain.privacy.original_words import title_by_mail
from petitions.domain.shared.records import HANOI, replace
from petitions.usecases.contact.request_contact import ContactWish
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.officers.staff import Staff
from petitions.usecases.reminders.read_week import before_this_week, begins_the_week
from tests.unit.petition.clockwork import calendar_with
from tests.unit.petition.handling import officer
from tests.unit.reminders.staff import mails
from tests.unit.reminders.test_digests import FAR, LATE, TODAY, digest, stored, waiting
from tests.unit.world import World

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=HANOI)


@pytest.fixture
def world() -> World:
    world = World()
    world.clock.at = MONDAY.astimezone(UTC)
    for person in (officer("SYT"), officer("SYT", Role.HEAD, "truong"), officer("SYT", name="binh")):
        world.store.create(f"officers/{person.id}", person.stored())
    world.store.create("officers/vpub-dieu-phoi", officer("VPUB", Role.COORDINATOR, "dieu-phoi").stored())
    return world


def stands_in(world: World, deputy: str, absent: str) -> None:
    until = world.clock.at.date() + timedelta(days=5)
    world.store.update(
        f"officers/{absent}", {"deputy": Deputy(officer=deputy, since=date(2026, 11, 1), until=until).stored()}
    )


def pauses(world: World, petition: Petition) -> None:
    clock = petition.clocks["answer"]
    pause = LedgerEntry(kind=LedgerEntryKind.PAUSE, at=world.clock.at)
    waits = replace(clock, ledger=[*clock.ledger, pause])
    fields = {"state": State.AWAITING_CITIZEN, "clocks.answer": waits.stored()}
    world.store.update(f"petitions/{petition.code}", fields)


def week(world: World, who: str) -> str:
    found = [mail for mail in mails(world, "digest") if mail["id"].startswith("week-") and mail["officer"] == who]
    return f"{found[0]['subject']}\n{found[0]['text']}" if found else ""


def morning(world: World, who: str) -> str:
    found = [mail for mail in mails(world, "digest") if mail["id"].startswith("digest-") and mail["officer"] == who]
    return f"{found[0]['subject']}\n{found[0]['text']}" if found else ""


def test_a_title_is_that_of_the_list_without_the_filers_home_and_links_nowhere(world: World) -> None:
    petition = stored(world, 1, TODAY)
    reader = officer("SYT")
    keeping, directory = world.timekeeping, reference.directory()
    lists = ReadWorkList(world.store, world.clock, directory, keeping, Staff(world.store, world.clock))
    plain = replace(petition, title="Bảng niêm yết ở quầy số 3 đã cũ")
    assert title_by_mail(plain, reader) == lists.lines([plain], world.clock.at, reader)[0].title
    home = replace(petition.contact, address="số 12 ngõ 5 phố Trung Kính")
    with_home = replace(
        petition, title="Lan ở số 12 ngõ 5 phố Trung Kính xin xem https://x.vn/a www.y.com, a@z.vn", contact=home
    )
    title = title_by_mail(with_home, reader)
    assert "12" not in title
    assert "Lan" not in title
    assert not re.search(r"://\S|\w\.[a-z]|\w@\w", title)


def test_mail_to_a_deputy_names_the_absent_officer(world: World) -> None:
    waiting(world, 1, "2026-12-18", world.clock.at - timedelta(days=5))
    world.store.update("petitions/HN-261109-0000-0001", {"handler": "syt-an"})
    stored(world, 2, TODAY, handler="syt-binh")
    stands_in(world, "syt-binh", "syt-truong")
    world.digests()
    text = morning(world, "syt-binh")
    assert "■ Duyệt câu trả lời" in text
    approving, own = text.split("■ Xử lý và trả lời")
    assert "thay truong" in approving
    assert "thay" not in own
    assert "thay" not in morning(world, "syt-truong")


def test_deputy_of_a_coordinator_gets_lateness_of_other_units(world: World) -> None:
    world.store.create("officers/vpub-an", officer("VPUB").stored())
    stands_in(world, "vpub-an", "vpub-dieu-phoi")
    stored(world, 1, LATE)
    world.digests()
    text = morning(world, "vpub-an")
    assert "■ Đôn đốc đơn vị quá hạn" in text
    assert "Sở Y tế; quá hạn trả lời từ 17:30 thứ Tư 25/11/2026; chưa có người xử lý; thay dieu-phoi." in text


def test_news_is_grouped_by_duty_and_names_no_pause_as_a_deadline(world: World) -> None:
    news = {"at": world.clock.at - timedelta(minutes=20)}
    for number, state, kind in ((1, State.ASSIGNED, "assigned"), (2, State.IN_PROGRESS, "supplement")):
        petition = stored(world, number, FAR)
        fresh = UnitNews.model_validate({**news, "kinds": [kind], "first": False})
        world.store.update(f"petitions/{petition.code}", {"state": state, "news": fresh.stored(), "handler": "syt-an"})
    level = UnitNews.model_validate({**news, "kinds": ["level"], "first": False})
    pauses(world, stored(world, 3, FAR, handler="syt-an", news=level))
    world.news()
    (mail,) = mails(world, "news")
    assert mail["subject"] == "[Phản ánh] Việc mới – nhận xử lý (1), quyết định xử lý tiếp (1), xử lý và trả lời (1)"
    text = str(mail["text"])
    assert "HN-261109-0000-0001. Mới phân công; hạn trả lời: 17:30 thứ Ba 01/12/2026." in text
    assert "HN-261109-0000-0002. Công dân gửi bổ sung; hạn trả lời" in text
    assert "HN-261109-0000-0003. Đổi mức độ; đang chờ công dân bổ sung." in text
    assert mail["mentions"] == [f"HN-261109-0000-000{number}" for number in (1, 2, 3)]


def figures(world: World, day: str, **counts: int) -> None:
    world.store.create(flow_path("SYT", day), FlowFigures(unit="SYT", day=day, total=counts).stored())


def test_a_head_reads_the_week_on_its_first_working_day(world: World) -> None:
    figures(world, "2026-11-25", received=3, moved_in=1, handled=2, on_time=1, late=1)
    figures(world, "2026-11-30", received=9)
    stored(world, 1, "2026-11-26", handler="syt-an")
    stored(world, 2, "2026-12-04", handler="syt-binh")
    stored(world, 3, "2026-12-07")
    accused = stored(world, 4, "2026-11-26")
    world.store.update(f"petitions/{accused.code}", {"accused": "SYT"})
    pauses(world, stored(world, 5, "2026-12-02"))
    world.digests()
    text = week(world, "syt-truong")
    assert text.startswith("[Phản ánh] Tuần này của Sở Y tế: 1 việc quá hạn, 1 việc đến hạn\n")
    assert (
        "Tuần trước (23/11 – 29/11/2026) nhận 4 hồ sơ. Đã trả lời 2 hồ sơ, trong đó 1 đúng hạn mọi bước. Tuần" in text
    )
    late, due = text.split("■ Quá hạn (1)")[1].split("■ Đến hạn trong tuần này, đến 06/12/2026 (1)")
    assert "0001. Cần xử lý và trả lời. Quá hạn trả lời từ 17:30 thứ Năm 26/11/2026; người xử lý: an." in late
    assert "người xử lý: binh" in due
    assert [f"000{number}" in text for number in (3, 4, 5)] == [False, False, False]
    assert week(world, "syt-an") == week(world, "vpub-dieu-phoi") == ""
    world.clock.at += timedelta(days=1)
    world.digests()
    assert len([mail for mail in mails(world, "digest") if mail["id"].startswith("week-")]) == 1


def test_the_deputy_reads_the_week_in_the_heads_place(world: World) -> None:
    stored(world, 1, "2026-11-26")
    stands_in(world, "syt-an", "syt-truong")
    world.digests()
    assert "Anh/chị nhận thư này thay truong." in week(world, "syt-an")
    assert "thay" not in week(world, "syt-truong")


@pytest.mark.parametrize(
    ("day", "begins", "since", "until"),
    [
        ("2026-11-30", True, "2026-11-23", "2026-11-30"),
        ("2026-12-01", False, "2026-11-23", "2026-11-30"),
        ("2026-12-08", True, "2026-11-23", "2026-12-07"),  # nobody worked from Tuesday to Monday
    ],
)
def test_a_week_begins_after_its_holidays_and_looks_back_to_the_last_one_worked(
    day: str, since: str, until: str, *, begins: bool
) -> None:
    calendar = calendar_with("x", "2026-11-30", *(f"2026-12-0{number}" for number in (1, 2, 3, 4, 7)))
    calendar = calendar if day > "2026-12-01" else calendar_with("x")
    now = datetime.fromisoformat(f"{day} 08:00").replace(tzinfo=HANOI)
    assert begins_the_week(calendar, now) is begins
    assert before_this_week(calendar, now) == Period(date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize("deputy", [False, True])
def test_contact_request_is_mailed_with_the_title_and_one_link(world: World, *, deputy: bool) -> None:
    petition: Petition = stored(world, 1, FAR, handler="syt-an")
    if deputy:
        stands_in(world, "syt-binh", "syt-an")
    wish = ContactWish(ContactReason.CONTESTED, petition.citizen, "k", text="Tôi là Lan 0912345678", petition=petition)
    world.store.transact(lambda tx: world.contacting(tx, wish, world.clock.now()))
    found: dict[str, Any] = {item["officer"]: item for item in mails(world, "contact")}
    assert set(found) == ({"syt-an", "syt-binh"} if deputy else {"syt-an"})
    mail = found["syt-an"]
    assert mail["subject"] == "[Cần liên hệ] Đề nghị xem lại kết quả, trước 08:15 thứ Hai 30/11/2026"
    assert "• Cán bộ gây khó khăn cho bà [đã ẩn]\nHN-261109-0000-0001" in mail["text"]
    assert mail["page"] == "/contacts#request-k-contested"
    assert not re.search(r"Lan|0912", mail["text"])
    if deputy:
        assert found["syt-binh"]["text"].startswith("Anh/chị nhận thư này thay an.")
    assert digest(world, "syt-an") == ""
