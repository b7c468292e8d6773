"""E-mails to a unit about its petitions: grouped within 15 working minutes, or at once if urgent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.officers.officer import Deputy, Officer
from petitions.domain.petition.petition import NewsKind, Petition
from petitions.domain.petition.unit_news import news_after
from petitions.domain.shared.records import replace
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, officer
from tests.unit.reminders.staff import mails, staffed
from tests.unit.world import World

MINUTE = timedelta(minutes=1)
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 09:00
NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday 22:00, before a holiday on Tuesday
OPENING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    world = World()
    world.clock.at = MORNING
    return world


def received(world: World, user: str = "1", level: str = "normal") -> Petition:
    code = world.files(user=user).code
    world.store.update(f"petitions/{code}", {"level": level})
    world.routing(code)
    world.store.update(f"petitions/{code}", {"level": level})
    petition = next(item for item in world.petitions() if item.code == code)
    if not world.store.paths("officers"):
        staffed(world, petition.unit)
    return petition


def minutes(world: World, count: int) -> None:
    for _ in range(count):
        world.clock.at += MINUTE
        world.news()


def news_sent(world: World) -> list[tuple[str, int]]:
    """Return (officer, number of petitions) for all e-mails with news, in order."""
    return [(str(mail["officer"]), str(mail["text"]).count("HN-") // 2) for mail in mails(world, "news")]


def test_news_within_minutes_is_one_mail_within_fifteen(world: World) -> None:
    first = received(world)
    minutes(world, 5)
    received(world, user="2")
    assert news_sent(world) == []
    minutes(world, 10)
    assert news_sent(world) == [(f"{first.unit.lower()}-an", 2)]
    assert first.news is not None
    assert mails(world, "news")[0]["created_at"] <= first.news.at + timedelta(minutes=15)
    assert all(petition.news is None for petition in world.petitions())
    minutes(world, 30)
    assert len(news_sent(world)) == 1


def test_further_news_of_a_petition_does_not_delay_the_mail(world: World) -> None:
    first = received(world)
    code = first.code
    for minute in range(14):
        minutes(world, 1)
        path = f"petitions/{code}"
        before = Petition.model_validate(world.store.documents[path])
        news = news_after(before, before, ("supplement", "returned")[minute % 2], world.clock.now())
        assert news
        world.store.update(path, {"news": news.stored()})
    minutes(world, 1)
    assert news_sent(world) == [(f"{first.unit.lower()}-an", 1)]


def test_the_mail_leads_to_the_desk_and_holds_no_personal_data(world: World) -> None:
    petition = received(world)
    minutes(world, 15)
    mail = mails(world, "news")[0]
    text = f"{mail['subject']}{mail['text']}"
    assert f"https://desk.example.vn/petitions/{petition.code}" in text
    assert "Mới tiếp nhận" in text
    for secret in ("Lan", "0912", "84912", "Trung Kính", "một cửa phường gây"):
        assert secret not in text


@pytest.mark.parametrize(("action", "words"), [(Action.ASSIGN, "Mới phân công"), (Action.GIVE_BACK, "Trả lại")])
def test_assignment_notifies_the_handler_and_a_return_the_coordinators(
    world: World, action: Action, words: str
) -> None:
    petition = received(world)
    minutes(world, 15)
    unit = petition.unit
    petition = act(world, officer(unit), petition, Action.ACCEPT)
    petition = act(world, COORDINATOR, petition, Action.ASSIGN, handler=f"{unit.lower()}-truong")
    if action is Action.GIVE_BACK:
        petition = act(world, officer(unit), petition, Action.GIVE_BACK, text="Không thuộc thẩm quyền.")
    minutes(world, 15)
    last = mails(world, "news")[-1]
    assert words in str(last["text"])
    assert last["officer"] == ("vpub-dieu-phoi" if action is Action.GIVE_BACK else f"{unit.lower()}-truong")
    assert len(mails(world, "news")) == 2


def test_a_citizens_supplement_is_news_and_the_units_own_deeds_are_none(world: World) -> None:
    petition = received(world)
    minutes(world, 15)
    petition = act(world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận.")
    minutes(world, 15)
    assert len(news_sent(world)) == 1
    world.deliver()
    world.types("Biên nhận số 123", user="1")
    minutes(world, 15)
    assert len(news_sent(world)) == 2
    assert "Công dân gửi bổ sung" in str(mails(world, "news")[-1]["text"])


def test_settled_matter_is_no_news(world: World) -> None:
    petition = received(world)
    act(world, COORDINATOR, petition, Action.REFUSE, text="Đã có kết luận của tòa án.")
    minutes(world, 20)
    assert news_sent(world) == []


def test_news_of_the_night_waits_for_the_opening(world: World) -> None:
    world.clock.at = NIGHT
    petition = received(world)
    while world.clock.at < OPENING - MINUTE:
        minutes(world, 1) if world.clock.at.minute % 30 else world.clock.advance(minutes=29)
    assert news_sent(world) == []
    minutes(world, 3)
    assert news_sent(world) == [(f"{petition.unit.lower()}-an", 1)]


def test_urgent_news_is_sent_at_once_by_itself(world: World) -> None:
    received(world)
    urgent = received(world, user="2", level="urgent")
    minutes(world, 1)
    unit = urgent.unit.lower()
    assert news_sent(world) == [(f"{unit}-an", 1), (f"{unit}-truong", 1)]
    assert all("KHẨN" in str(mail["subject"]) for mail in mails(world, "news"))


def test_news_after_an_urgent_mail_is_grouped(world: World) -> None:
    petition = received(world, level="urgent")
    both = {f"{petition.unit.lower()}-{name}" for name in ("an", "truong")}
    minutes(world, 1)
    assert {item for item, _ in news_sent(world)} == both
    for kind in ("level", "supplement"):
        follows(world, kind)
        minutes(world, 1)
    assert len(news_sent(world)) == 2
    new = Officer(id="moi", name="Mới", email="moi@x.vn", unit=petition.unit, role=Role.HEAD)
    world.store.create(f"officers/{new.id}", new.stored())
    follows(world, "overdue")
    minutes(world, 1)
    assert [item for item, _ in news_sent(world)[2:]] == ["moi"]  # officers without earlier news get it at once
    minutes(world, 2)
    assert {item for item, _ in news_sent(world)[3:]} == both
    assert "Công dân gửi bổ sung" in str(mails(world, "news")[-1]["text"])
    minutes(world, 30)
    assert len(news_sent(world)) == 5
    assert world.petitions()[0].news is None


def test_each_waits_five_minutes_after_their_own_last_urgent_mail(world: World) -> None:
    petition = received(world, level="urgent")
    minutes(world, 1)
    an, truong = (f"{petition.unit.lower()}-{name}" for name in ("an", "truong"))
    earlier = {an: world.clock.at - 3 * MINUTE, truong: world.clock.at - MINUTE}
    world.store.update(f"petitions/{petition.code}", {"told_at": earlier})
    follows(world, "supplement")
    minutes(world, 2)
    assert [item for item, _ in news_sent(world)[2:]] == [an]
    minutes(world, 2)
    assert [item for item, _ in news_sent(world)[2:]] == [an, truong]


def follows(world: World, kind: NewsKind) -> None:
    before = world.petitions()[0]
    later = news_after(before, before, kind, world.clock.at)
    assert later is not None
    world.store.update(f"petitions/{before.code}", {"news": later.stored()})


def test_news_shortly_before_closing_is_sent_that_day(world: World) -> None:
    world.clock.at = MORNING.replace(hour=10, minute=25)  # 17:25
    received(world, level="urgent")
    minutes(world, 1)
    follows(world, "supplement")
    minutes(world, 1)
    assert len(news_sent(world)) == 4


def test_urgent_petition_at_night_notifies_those_on_duty_and_the_citizen(world: World) -> None:
    world.clock.at = NIGHT
    urgent = received(world, user="3", level="urgent")
    for name, on_duty in (("truc", True), ("nghi", False)):
        person = Officer(
            id=name, name=name, email=f"{name}@vpub.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=on_duty
        )
        world.store.create(f"officers/{name}", person.stored())
    minutes(world, 5)
    assert [item for item, _ in news_sent(world)] == ["truc"]
    urgent_mails = mails(world, "urgent_noted")
    assert len(urgent_mails) == 1
    assert "08:00 thứ Tư 25/11" in str(urgent_mails[0]["text"])
    assert urgent.code in str(urgent_mails[0]["text"])
    world.clock.at = OPENING
    minutes(world, 1)
    assert {item for item, _ in news_sent(world)} == {
        "truc",
        f"{urgent.unit.lower()}-an",
        f"{urgent.unit.lower()}-truong",
    }
    minutes(world, 20)
    assert len(news_sent(world)) == 3


def test_urgent_petition_entered_at_night_notifies_no_filer_without_a_chat(world: World) -> None:
    world.clock.at = NIGHT
    petition = received(world, level="urgent")
    world.store.update(f"petitions/{petition.code}", {"source": "phone"})
    minutes(world, 5)
    assert [item for item, _ in news_sent(world)] == ["vpub-dieu-phoi"]
    assert mails(world, "urgent_noted") == []


def test_petition_made_urgent_at_night_notifies_handler_and_head_at_once(world: World) -> None:
    petition = received(world)
    minutes(world, 20)
    before = len(news_sent(world))
    world.clock.at = NIGHT
    unit = petition.unit.lower()
    world.store.update(f"petitions/{petition.code}", {"level": "urgent", "handler": f"{unit}-an"})
    follows(world, "level")
    minutes(world, 5)
    assert {item for item, _ in news_sent(world)[before:]} == {"vpub-dieu-phoi", f"{unit}-an", f"{unit}-truong"}
    world.clock.at = OPENING
    minutes(world, 20)
    assert len(news_sent(world)) == before + 3


def on_duty(world: World, petition: Petition) -> None:
    person = Officer(id="truc", name="truc", email="truc@vpub.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=True)
    world.store.create("officers/truc", person.stored())
    world.store.update(f"petitions/{petition.code}", {"unit": "VPUB"})


def test_officer_notified_on_duty_is_not_notified_again_with_the_unit(world: World) -> None:
    world.clock.at = NIGHT
    on_duty(world, received(world, level="urgent"))
    minutes(world, 5)
    world.clock.at = OPENING
    minutes(world, 20)
    assert sorted(item for item, _ in news_sent(world)) == ["truc", "vpub-dieu-phoi"]
    assert all("KHẨN" in str(mail["subject"]) for mail in mails(world, "news"))
    assert world.petitions()[0].news is None


def test_officer_notified_on_duty_gets_later_news_at_the_opening(world: World) -> None:
    world.clock.at = NIGHT
    petition = received(world, level="urgent")
    on_duty(world, petition)
    minutes(world, 5)
    before = world.petitions()[0]
    later = news_after(before, before, "supplement", world.clock.at)
    assert later is not None
    world.store.update(f"petitions/{petition.code}", {"news": later.stored()})
    world.clock.at = OPENING
    minutes(world, 20)
    assert sorted(item for item, _ in news_sent(world)) == ["truc", "truc", "vpub-dieu-phoi"]


def test_where_nobody_is_on_duty_all_coordinators_are(world: World) -> None:
    world.clock.at = NIGHT
    received(world, level="urgent")
    minutes(world, 1)
    assert [item for item, _ in news_sent(world)] == ["vpub-dieu-phoi"]


def test_crash_causes_one_notice_and_a_failing_petition_stops_no_other_unit(world: World) -> None:
    petition = received(world)
    broken = received(world, user="2")
    world.store.update(f"petitions/{broken.code}", {"state": "from the future", "news.at": MORNING})
    world.clock.at += timedelta(minutes=12)
    world.store.crash = "after"
    world.news()
    world.news()
    assert news_sent(world) == [(f"{petition.unit.lower()}-an", 1)]
    assert world.store.documents[f"petitions/{broken.code}"]["news"]["tries"] == 1


def test_new_overdue_petitions_are_notified_within_minutes_in_groups(world: World) -> None:
    petition = received(world)
    received(world, user="2")
    minutes(world, 15)
    due = petition.clocks["reception"].due_at
    world.clock.at = OPENING
    world.digests()
    while world.clock.at < due + timedelta(minutes=20):
        world.clock.at += MINUTE
        world.reminders()
        world.news()
    late = [mail for mail in mails(world, "news") if "Mới quá hạn" in str(mail["text"])]
    unit = petition.unit.lower()
    assert sorted(str(mail["officer"]) for mail in late) == [f"{unit}-an", f"{unit}-truong"]
    assert {str(mail["text"]).count("Mới quá hạn") for mail in late} == {2}
    assert world.petitions()[0].state == "new"


def test_answering_is_no_news(world: World) -> None:
    petition = received(world)
    head = officer(petition.unit, Role.HEAD, "truong")
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    minutes(world, 15)
    petition = act(world, head, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, COORDINATOR, petition, Action.APPROVE)
    minutes(world, 15)
    assert len(news_sent(world)) == 1  # the head, about approving it


def in_progress(world: World) -> Petition:
    """Return a petition in progress, after the e-mails about it were sent."""
    petition = received(world)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, officer(petition.unit), petition, action)
    minutes(world, 15)
    return petition


def told_of(world: World, words: str) -> list[str]:
    return [str(mail["officer"]) for mail in mails(world, "news") if words in str(mail["text"])]


def test_head_is_notified_of_an_answer_to_approve_and_handler_of_the_decision(world: World) -> None:
    petition = in_progress(world)
    handler, head = officer(petition.unit), officer(petition.unit, Role.HEAD, "truong")
    petition = act(world, handler, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    minutes(world, 15)
    assert told_of(world, "chờ duyệt") == [head.id]
    petition = act(world, head, petition, Action.RETURN_FOR_REDO, text="Xin nêu rõ căn cứ.")
    minutes(world, 15)
    assert told_of(world, "Trả lại") == [handler.id]
    petition = act(world, handler, petition, Action.RESUME_WORK)
    petition = act(world, handler, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, head, petition, Action.APPROVE)
    world.deliver()
    world.types("1", user="1")  # a rating does not remove the news
    minutes(world, 15)
    assert told_of(world, "đã được duyệt") == [handler.id]
    assert told_of(world, "chờ duyệt") == [head.id]  # approved before the mail was due, so there is no news


def test_deputy_of_the_head_is_notified_and_the_author_is_not(world: World) -> None:
    petition = in_progress(world)
    deputy = officer(petition.unit, Role.OFFICER, "pho")
    head = officer(petition.unit, Role.HEAD, "truong")
    stands_in = Deputy(officer=deputy.id, since=date(2026, 11, 1), until=date(2026, 12, 31))
    world.store.create(f"officers/{deputy.id}", deputy.stored())
    world.store.update(f"officers/{head.id}", {"deputy": stands_in.stored()})
    acting = replace(deputy, role=Role.HEAD)
    petition = act(world, acting, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    minutes(world, 15)
    # The head is away and the deputy is the author, so the coordinators are notified too.
    assert sorted(told_of(world, "chờ duyệt")) == sorted([head.id, "vpub-dieu-phoi"])
    petition = act(world, head, petition, Action.RETURN_FOR_REDO, text="Xin nêu rõ căn cứ.")
    minutes(world, 15)
    petition = act(world, officer(petition.unit), petition, Action.RESUME_WORK)
    petition = act(world, officer(petition.unit), petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    minutes(world, 15)
    assert sorted(told_of(world, "chờ duyệt")[2:]) == sorted([head.id, deputy.id])


def test_an_approval_by_night_wakes_nobody_also_of_an_urgent_petition(world: World) -> None:
    petition = in_progress(world)
    world.store.update(f"petitions/{petition.code}", {"level": "urgent"})
    petition = world.petitions()[0]
    handler, head = officer(petition.unit), officer(petition.unit, Role.HEAD, "truong")
    petition = act(world, handler, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    minutes(world, 2)
    world.clock.at = NIGHT
    act(world, head, petition, Action.APPROVE)
    minutes(world, 5)
    assert told_of(world, "đã được duyệt") == []
    world.clock.at = OPENING
    minutes(world, 15)
    assert handler.id in told_of(world, "đã được duyệt")


def test_of_an_urgent_answer_the_head_and_the_deputy_hear_alike_however_lately_they_were_told(world: World) -> None:
    petition = in_progress(world)
    unit = petition.unit.lower()
    pho = officer(petition.unit, Role.OFFICER, "pho")
    world.store.create(f"officers/{pho.id}", pho.stored())
    day = MORNING.date()
    away = Deputy(officer=pho.id, since=day, until=day)
    world.store.update(f"officers/{unit}-truong", {"deputy": away.model_dump(mode="json")})
    world.store.update(f"petitions/{petition.code}", {"level": "urgent", "told_at": {f"{unit}-truong": world.clock.at}})
    petition = world.petitions()[0]
    before = len(mails(world, "news"))
    act(world, officer(petition.unit), petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    minutes(world, 1)
    fresh = mails(world, "news")[before:]
    assert {str(mail["officer"]) for mail in fresh} == {f"{unit}-truong", f"{unit}-pho"}
    assert all("[KHẨN]" in str(mail["subject"]) for mail in fresh)


def test_who_sends_an_answer_back_gets_no_mail_about_it(world: World) -> None:
    petition = in_progress(world)
    world.store.update(f"petitions/{petition.code}", {"level": "urgent"})
    petition = world.petitions()[0]
    petition = act(world, officer(petition.unit), petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    minutes(world, 10)
    before = len(news_sent(world))
    head = officer(petition.unit, Role.HEAD, "truong")
    act(world, head, petition, Action.RETURN_FOR_REDO, text="Chưa trả lời đủ ba ý")
    minutes(world, 20)
    assert [item for item, _ in news_sent(world)[before:]] == [f"{petition.unit.lower()}-an"]


def test_what_leaves_nothing_to_do_is_not_called_urgent(world: World) -> None:
    petition = in_progress(world)
    world.store.update(f"petitions/{petition.code}", {"level": "urgent"})
    petition = world.petitions()[0]
    petition = act(world, officer(petition.unit), petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    minutes(world, 10)
    act(world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE)
    before = len(mails(world, "news"))
    minutes(world, 20)
    (mail,) = mails(world, "news")[before:]
    assert "Để biết" in str(mail["subject"])
    assert "KHẨN" not in f"{mail['subject']}{mail['text']}"
