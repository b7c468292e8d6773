"""The desk's help: its glossary matches the tables, and every page has a topic with a picture."""

from __future__ import annotations

import re

import pytest

from desk.guide import glossary
from desk.shell.guard import permissions
from desk.words.help_texts import TOPICS, topic_of
from petitions.domain.clock.clocks import TIME_STATE_LABELS, TimeState
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, TRANSITIONS, ClockName, Role, State
from petitions.domain.shared.records import replace
from tests.unit.desk.guide.scenes import PICTURES, outdated
from tests.unit.desk.office import PEOPLE, Office

NO_PAGE = re.compile(
    r"/api/|\.csv$|/inputs$|\.xlsx$|/beside$|/openapi|/files/|^/assets|^/live$|^/zalo/callback$"
    r"|^/help|^/training$|^/sign-in$|^/styles$"
)


@pytest.fixture(scope="module")
def office() -> Office:
    return Office()


def test_every_page_has_help_of_a_few_sentences(office: Office) -> None:
    pages = {
        rule.rule
        for rule in office.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not NO_PAGE.search(rule.rule)
    }
    assert pages - TOPICS.keys() == set()
    assert TOPICS.keys() <= permissions(office.app).keys()
    for rule, topic in TOPICS.items():
        assert 1 <= len(topic.points) <= 3, rule
        assert all(
            help_point.words.endswith((".", ")")) and len(help_point.words) <= 330 for help_point in topic.points
        ), rule


def test_a_refused_form_has_the_help_of_its_page() -> None:
    assert topic_of("/petitions/<code>/actions/<action>") is TOPICS["/petitions/<code>"]
    assert topic_of("/sign-in") is TOPICS.get("/sign-in")


def test_pictures_are_of_pages_that_are_there_and_small() -> None:
    shipped = {path.stem for path in PICTURES.glob("*.webp")}
    assert shipped <= {topic.picture for topic in TOPICS.values()}
    assert sum(path.stat().st_size for path in PICTURES.glob("*.webp")) <= 720 * 1024


@pytest.mark.release
def test_no_page_is_without_a_picture_or_newer_than_it() -> None:
    assert outdated() == [], "make pictures"


@pytest.mark.parametrize("who", [who for who, *_ in PEOPLE])
def test_the_guide_is_of_the_pages_that_one_may_see(office: Office, who: str) -> None:
    person = office.at_desk(who)
    book = person.see("/help/guide").text
    for rule, topic in TOPICS.items():
        if "<" in rule or rule == "/bulk":
            continue
        may_see = person.see(rule).status_code == 200
        assert (f". {topic.title}</h2>" in book) == may_see, rule


def test_glossary_explains_all_states_clocks_and_steps(office: Office) -> None:
    page = office.at_desk("sxd-officer").see("/help").text
    for state in State:
        assert STATE_LABELS[state] in page
        for role in (Role.OFFICER, Role.COORDINATOR, Role.INSPECTOR):
            entry = next(
                state_entry for state_entry in glossary.states(role) if state_entry.label == STATE_LABELS[state]
            )
            own = {row.label for row in TRANSITIONS if state in row.sources and role in row.roles}
            assert {item.partition(" → ")[0] for item in entry.own} == own
            assert len(entry.others) == sum(state in row.sources and role not in row.roles for row in TRANSITIONS)
    assert {clock.label for clock in glossary.clocks(office.timekeeping.rules, office.clock.now().date())} == {
        "Tiếp nhận", "Chuyển xử lý", "Trả lời", "Bổ sung"
    }  # fmt: skip
    assert all(TIME_STATE_LABELS[time_state] in page for time_state in TimeState)
    assert glossary.CLOCK_MEANINGS.keys() == set(ClockName)


def test_the_terms_are_those_in_force_and_change_with_them(office: Office) -> None:
    page = office.at_desk("sxd-officer").see("/help").text
    assert "15 ngày, gia hạn thêm tối đa 15" in page
    changed = replace(
        office.timekeeping.rules,
        rules=tuple(
            replace(rule, amount=13) if rule.id == "answer" else rule for rule in office.timekeeping.rules.rules
        ),
    )
    entry = next(clock for clock in glossary.clocks(changed, office.clock.now().date()) if clock.label == "Trả lời")
    assert "13 ngày, gia hạn thêm tối đa 15" in {term for _, term, _ in entry.terms}
