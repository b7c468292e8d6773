"""A change of a petition's level (urgency or complexity): permissions, the new deadline, and notices."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.clock.clocks import DeadlineRules
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.errors import Forbidden, Rejected
from tests.unit.clock.seeds import at
from tests.unit.petition.handling import COORDINATOR, act, in_progress, officer, routed
from tests.unit.reminders.staff import mails, staffed
from tests.unit.world import World

WHY = "Liên quan nhiều văn bản của hai sở"


@pytest.fixture
def world() -> World:
    return World()


def levelled(world: World, petition: Petition, level: str, who: Role = Role.COORDINATOR) -> Petition:
    person = COORDINATOR if who is Role.COORDINATOR else officer(petition.unit, who, "truong")
    return act(world, person, petition, Action.SET_LEVEL, level=level, text=WHY)


@pytest.mark.parametrize("who", [Role.HEAD, Role.COORDINATOR])
def test_new_deadline_has_the_same_start_and_the_citizen_is_notified(world: World, who: Role) -> None:
    before = in_progress(world)  # since Monday 23/11
    world.clock.advance(days=3)
    after = levelled(world, before, "complex", who)
    clock, was = after.clocks["answer"], before.clocks["answer"]
    assert (after.level, after.state) == ("complex", before.state)
    assert clock.started_at == was.started_at
    assert (clock.rule.id, clock.due_version) == ("answer-complex", was.due_version + 1)
    assert clock.due_at == after.due_at == at("2026-12-14 17:30")  # 20 days end on Sunday 13/12
    assert (after.clocks["reception"], after.clocks["transfer"]) == (
        before.clocks["reception"],
        before.clocks["transfer"],
    )
    line = world.store.documents[f"petitions/{after.code}/history/{after.version}"]
    assert (line["action"], line["reason"]) == ("set_level", f"Bình thường → Phức tạp: {WHY}")
    assert line["clock_effects"] == [
        "level normal complex",
        f"move answer {was.due_at.isoformat()} {clock.due_at.isoformat()}",
    ]
    reply = world.last_reply()
    assert "xếp lại mức độ: phức tạp. Hạn trả lời: 17:30 thứ Hai 14/12/2026" in reply
    assert WHY not in reply


def test_before_it_is_accepted_no_date_was_promised_and_none_moves(world: World) -> None:
    before = routed(world)
    reply = world.last_reply()
    after = levelled(world, before, "urgent")
    assert after.clocks == before.clocks
    assert world.last_reply() == reply
    accepted = act(world, officer(after.unit), after, Action.ACCEPT)
    assert accepted.clocks["answer"].rule.id == "answer-urgent"


def test_petition_becoming_urgent_is_notified_at_once(world: World) -> None:
    petition = in_progress(world)
    staffed(world, petition.unit)
    world.clock.advance(minutes=11)
    world.news()
    before = len(mails(world, "news"))
    levelled(world, petition, "urgent")
    world.news()
    fresh = mails(world, "news")[before:]
    assert fresh
    assert all("KHẨN" in str(mail["subject"]) and "Đổi mức độ" in str(mail["text"]) for mail in fresh)


def test_extensions_stay_in_the_same_unit_and_go_with_another(world: World) -> None:
    petition = act(world, COORDINATOR, in_progress(world), Action.EXTEND, amount=5, text="Chờ ý kiến")
    after = levelled(world, petition, "complex")
    assert after.clocks["answer"].extended == 5
    assert after.clocks["answer"].due_at == at("2026-12-18 17:30")  # 25 days
    urgent = levelled(world, after, "urgent")
    assert urgent.clocks["answer"].extended == 0
    assert urgent.clocks["answer"].rule.amount == 4


def test_an_officer_may_not(world: World) -> None:
    petition = in_progress(world)
    with pytest.raises(Forbidden, match="không được “Đổi mức độ”"):
        act(world, officer(petition.unit), petition, Action.SET_LEVEL, level="complex", text=WHY)


@pytest.mark.parametrize("level", [None, "normal", "huge"])
def test_another_level_must_be_chosen_and_a_reason_given(world: World, level: str | None) -> None:
    petition = in_progress(world)
    with pytest.raises(Rejected, match="Xin chọn mức độ khác"):
        act(world, COORDINATOR, petition, Action.SET_LEVEL, level=level, text=WHY)
    with pytest.raises(Rejected, match="Lý do"):
        act(world, COORDINATOR, petition, Action.SET_LEVEL, level="complex", text=" ")


def test_after_due_a_level_hides_no_lateness_but_may_shorten(world: World) -> None:
    petition = in_progress(world)
    world.clock.at = petition.clocks["answer"].due_at + timedelta(seconds=1)
    with pytest.raises(Forbidden, match="không được làm lùi thời hạn"):
        levelled(world, petition, "complex")
    assert levelled(world, petition, "urgent").level == "urgent"


def test_clock_with_a_rule_of_its_own_keeps_it(world: World) -> None:
    petition = routed(world)
    rules = world.timekeeping.rules
    shorter = [replace(rule, amount=4) if rule.id == "reception" else rule for rule in rules.rules]
    newer = DeadlineRules(version="newer", rules=tuple(shorter))
    world.desk = replace(world.desk, timekeeping=replace(world.timekeeping, rules=newer))
    assert levelled(world, petition, "urgent").clocks["reception"] == petition.clocks["reception"]


def test_another_level_has_the_term_of_the_day_on_which_the_clock_started(world: World) -> None:
    before = in_progress(world)  # since Monday 23/11
    day, rules = at("2026-11-25 00:00").date(), world.timekeeping.rules.rules
    ended = [replace(rule, effective_to=day) if rule.id == "answer-complex" else rule for rule in rules]
    begun = [
        replace(rule, id="answer-longer", amount=40, effective_from=day)
        for rule in rules
        if rule.id == "answer-complex"
    ]
    newer = DeadlineRules(version="newer", rules=(*ended, *begun))
    world.desk = replace(world.desk, timekeeping=replace(world.timekeeping, rules=newer))
    world.clock.advance(days=3)
    clock = levelled(world, before, "complex").clocks["answer"]
    assert (clock.rule.id, clock.due_at) == ("answer-complex", at("2026-12-14 17:30"))


def test_of_an_urgent_petition_nothing_is_due_after_its_answer(world: World) -> None:
    new = routed(world)
    before = act(world, officer(new.unit), new, Action.ACCEPT)
    assert before.clocks["transfer"].due_at > at("2026-11-24 17:30")
    after = levelled(world, before, "urgent")
    assert after.clocks["transfer"].due_at == after.clocks["answer"].due_at
