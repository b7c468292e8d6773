from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from petitions.domain.contact.contact_request import ContactOutcome, ContactReason
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Deputy, Officer
from petitions.domain.petition.petition import Petition
from petitions.usecases.contact.request_contact import ContactWish
from tests.unit.petition.handling import officer, routed
from tests.unit.reminders.staff import mails
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    world = World()
    for who, duty in (("duty", True), ("other", False)):
        person = Officer(id=who, name=who, email=f"{who}@x.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=duty)
        world.store.create(f"officers/{who}", person.stored())
    return world


def late(world: World) -> list[tuple[str, str]]:
    found = [mail for mail in mails(world, "contact") if mail["subject"].startswith("[Quá hạn]")]
    return sorted((item["officer"], item["text"].split(" Hạn: ")[0]) for item in found)


def minutes(world: World, count: int) -> None:
    for _ in range(count):
        world.clock.advance(minutes=1)
        world.watch()


def the_request(world: World) -> str:
    (path,) = world.store.paths("contact_requests")
    return path


UNSEEN, UNANSWERED = "Chưa có ai xem yêu cầu liên hệ.", "Yêu cầu liên hệ chưa được xử lý."


def test_request_unseen_for_fifteen_working_minutes_is_reported_once(world: World) -> None:
    world.types("gặp cán bộ")
    minutes(world, 14)
    assert late(world) == []
    minutes(world, 30)
    assert late(world) == [("duty", UNSEEN), ("other", UNSEEN)]


def test_request_seen_but_not_handled_is_reported_the_next_morning(world: World) -> None:
    world.types("gặp cán bộ")
    world.handle_contact.see(officer("VPUB", Role.COORDINATOR, "dieu-phoi"), the_request(world).split("/")[1])
    minutes(world, 30)
    assert late(world) == []
    world.clock.at = datetime(2026, 11, 23, 10, 31, tzinfo=UTC)  # 17:31
    minutes(world, 5)
    assert late(world) == []
    world.clock.at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    minutes(world, 5)
    assert late(world) == [("duty", UNANSWERED), ("other", UNANSWERED)]


@pytest.mark.parametrize("step", ["answer", "close"])
def test_request_handled_in_time_is_not_reported(world: World, step: str) -> None:
    world.types("gặp cán bộ")
    by, request = officer("VPUB", Role.COORDINATOR, "dieu-phoi"), the_request(world).split("/")[1]
    if step == "answer":
        world.handle_contact.answer(by, request, "Chào anh/chị")
    else:
        world.handle_contact.close(by, request, ContactOutcome.HELPED)
    world.clock.at += timedelta(days=3)
    minutes(world, 3)
    assert late(world) == []


def test_head_of_the_unit_is_notified_too(world: World) -> None:
    petition: Petition = routed(world)
    head = officer(petition.unit, Role.HEAD, "truong")
    world.store.create(f"officers/{head.id}", head.stored())
    wish = ContactWish(ContactReason.STUCK, petition.citizen, "k", petition=petition)
    world.store.transact(lambda tx: world.contacting(tx, wish, world.clock.now()))
    minutes(world, 20)
    assert {who for who, _ in late(world)} == {"duty", "other", head.id}


def test_deputies_of_heads_and_coordinators_are_notified_too(world: World) -> None:
    petition: Petition = routed(world)
    head, deputy = officer(petition.unit, Role.HEAD, "truong"), officer(petition.unit, Role.OFFICER, "pho")
    other = officer("VPUB", Role.OFFICER, "thay")
    for person in (head, deputy, other):
        world.store.create(f"officers/{person.id}", person.stored())
    for absent, here in ((head.id, deputy.id), ("other", other.id)):
        stands = Deputy(officer=here, since=date(2026, 11, 1), until=date(2027, 1, 31))
        world.store.update(f"officers/{absent}", {"deputy": stands.stored()})
    wish = ContactWish(ContactReason.STUCK, petition.citizen, "k", petition=petition)
    world.store.transact(lambda tx: world.contacting(tx, wish, world.clock.now()))
    minutes(world, 20)
    assert {who for who, _ in late(world)} == {"duty", "other", other.id, head.id, deputy.id}
    found = [mail for mail in mails(world, "contact") if mail["officer"] == deputy.id]
    assert head.name in found[-1]["text"]


@pytest.mark.parametrize("why", [ContactReason.LOW_RATING, ContactReason.CONTESTED])
def test_low_rating_causes_no_separate_mail(world: World, why: ContactReason) -> None:
    petition = routed(world)
    for number in range(3):
        wish = ContactWish(why, f"citizen{number}", f"k{number}", petition=petition)
        world.store.transact(partial(world.contacting, wish=wish, now=world.clock.now()))
    minutes(world, 30)
    world.clock.at += timedelta(days=3)
    minutes(world, 3)
    assert late(world) == []


@pytest.mark.parametrize("fields", [{"accused": "PX-00175"}, {"closed_with": ["PX-00175"]}])
def test_head_of_an_accused_unit_is_not_notified(world: World, fields: dict[str, object]) -> None:
    petition: Petition = routed(world)
    head = officer(petition.unit, Role.HEAD, "truong")
    assert head.unit == "PX-00175"
    world.store.create(f"officers/{head.id}", head.stored())
    wish = ContactWish(ContactReason.STUCK, petition.citizen, "k", petition=petition)
    world.store.transact(lambda tx: world.contacting(tx, wish, world.clock.now()))
    world.store.update(f"petitions/{petition.code}", fields)
    minutes(world, 20)
    assert {who for who, _ in late(world)} == {"duty", "other"}
