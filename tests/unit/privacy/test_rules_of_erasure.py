"""Individual rules of an erasure: the events and notices it covers, the values to search, the masked texts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from petitions.domain.citizen.citizen import AppliedPost, Citizen, OwnPetition
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.classification import Classification, Nature, Statement
from petitions.domain.petition.petition import Addition, Contact, Location, Petition, Rating
from petitions.domain.privacy.erasure import contacts_of, erased, everything_until, is_past, is_untold
from petitions.domain.privacy.original_words import goes_there, without_filer
from tests.fakes import FakeClock
from tests.unit.petition.handling import officer

NOW = FakeClock().now()
TICK = timedelta(microseconds=1)
PERSON = Contact(name="Nguyễn Thị Thu Hà", phone="0912345678")


def citizen(last: datetime = NOW, at: datetime | None = None, **more: object) -> Citizen:
    return Citizen.model_validate({"zalo_id": "7", "last_interaction_at": last, "erased_at": at, **more})


def notice(created: datetime, kind: NoticeKind = NoticeKind.REPLY, about: About | None = None) -> Notice:
    return Notice(id="n", kind=kind, channel="zalo", citizen="c", text="t", about=about, created_at=created)


@pytest.mark.parametrize(
    ("created", "about", "kind", "last", "untold"),
    [
        (NOW, None, NoticeKind.REPLY, NOW, True),
        (NOW - TICK, None, NoticeKind.REPLY, NOW, True),
        (NOW + TICK, None, NoticeKind.REPLY, NOW, False),
        (NOW + TICK, About(code="HN-1", seq=1), NoticeKind.REPLY, NOW, True),
        (NOW + TICK, About(code="HN-1", seq=1), NoticeKind.REPLY, NOW + TICK, False),
        (NOW + TICK, None, NoticeKind.ATTACHMENT, NOW, True),
        (NOW, None, NoticeKind.REPLY, NOW + TICK, True),
    ],
)
def test_what_an_erased_citizen_is_not_told(
    created: datetime, about: About | None, kind: NoticeKind, last: datetime, *, untold: bool
) -> None:
    assert is_untold(citizen(last, NOW), notice(created, kind, about)) == untold
    assert not is_untold(citizen(last), notice(created, kind, about))


@pytest.mark.parametrize(
    ("at", "event", "last", "past"),
    [
        (NOW, "user_send_text", NOW, True),
        (NOW + TICK, "user_send_text", NOW, False),
        (NOW + TICK, "follow", NOW, False),
        (NOW + TICK, "oa_send_text", NOW, True),
        (NOW + TICK, "oa_send_text", NOW + TICK, False),
        (NOW, "user_send_text", NOW + TICK, True),
    ],
)
def test_which_events_belong_to_the_erased_time(at: datetime, event: str, last: datetime, *, past: bool) -> None:
    assert is_past(citizen(last, NOW), event, at) == past
    assert not is_past(citizen(last), event, at)


def test_an_erased_citizen_keeps_codes_and_the_earlier_of_two_times() -> None:
    own = OwnPetition(code="HN-1", filed_at=NOW, title="Đèn hỏng")
    before = citizen(NOW + TICK, petitions=[own], contact=PERSON, changes=4)
    after = erased(before, NOW)
    assert after == Citizen(
        zalo_id="7",
        last_interaction_at=NOW,
        petitions=[OwnPetition(code="HN-1", filed_at=NOW, title="")],
        erased_at=NOW,
        changes=5,
    )
    assert erased(citizen(NOW - TICK), NOW).last_interaction_at == NOW - TICK


@pytest.mark.parametrize("known", [Contact(name="Hà", phone=""), Contact(name="", phone="0912345678")])
def test_one_thing_known_of_somebody_is_enough_to_look_for_it(known: Contact) -> None:
    assert contacts_of(citizen(contact=known)) == [known]


def test_nothing_known_is_nothing_to_look_for() -> None:
    assert contacts_of(citizen()) == []
    assert contacts_of(citizen(contact=Contact(name="", phone=""))) == []


def test_everything_that_was_applied_is_erased_also_from_after_the_request() -> None:
    assert everything_until(citizen(NOW - TICK), NOW) == NOW
    assert everything_until(citizen(NOW + TICK), NOW) == NOW + TICK
    posts = [AppliedPost(key=str(at), page="p", at=at, words="") for at in (None, NOW + 2 * TICK, NOW)]
    assert everything_until(citizen(NOW, posts=posts), NOW) == NOW + 2 * TICK
    talk = {"last_at": NOW + 3 * TICK}
    assert everything_until(citizen(NOW, posts=posts, conversation=talk), NOW) == NOW + 3 * TICK


def petition(nature: Nature, unit: str = "SXD") -> Petition:
    added = [
        Addition(input="1", by="citizen", at=NOW, type="text", text=f"{PERSON.name} viết"),
        Addition(input="2", by="officer", at=NOW, type="text", text=f"{PERSON.name} gọi"),
    ]
    return Petition(
        code="HN-1", citizen="c", title=f"Của {PERSON.name}", content=f"Tôi là {PERSON.name}", address="Phố Huế",
        contact=PERSON, unit=unit, state=State.IN_PROGRESS, filed_at=NOW, additions=added, apart_from="HN-0",
        rating=Rating(level=3, at=NOW, reason=f"{PERSON.name} chưa hài lòng"),
        classified=Classification(nature=nature, statement=Statement.REPORT, field="khac", by="o", at=NOW),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "nature", "hidden"),
    [
        (Role.OFFICER, Nature.CONTENT, False),
        (Role.OFFICER, Nature.CONDUCT, True),
        (Role.INSPECTOR, Nature.CONTENT, True),
        (Role.INSPECTOR, Nature.CONDUCT, True),
    ],
)
def test_where_the_filer_is_hidden_no_text_of_theirs_names_them(role: Role, nature: Nature, *, hidden: bool) -> None:
    shown = without_filer(petition(nature), officer("SXD", role))
    texts = [shown.title, shown.content, *(addition.text or "" for addition in shown.additions)]
    assert shown.rating
    texts.append(shown.rating.reason or "")
    assert [PERSON.name in text for text in texts] == [not hidden] * len(texts)
    if role is Role.INSPECTOR:
        assert shown.apart_from is None


def test_another_name_in_a_later_text_is_hidden_from_who_may_not_know_the_filer() -> None:
    other = Addition(input="3", by="citizen", at=NOW, type="text", text="Tôi là Trần Văn Nam, ở số 5 phố Huế")
    ours = other.model_copy(update={"by": "officer", "input": "4"})
    added = petition(Nature.CONTENT).model_copy(update={"additions": [other, ours]})
    theirs, own = without_filer(added, officer("SXD", Role.INSPECTOR)).additions
    assert "Trần Văn Nam" not in (theirs.text or "")
    assert own.text == ours.text, "an officer who writes it is no filer"


@pytest.mark.parametrize(
    ("who", "accused", "goes"),
    [
        (officer("SXD"), None, True),
        (officer("SXD", Role.HEAD), None, True),
        (officer("SXD", Role.INSPECTOR), None, False),
        (officer("STC"), None, False),
        (officer("SXD"), "STC", False),
    ],
)
def test_who_has_to_go_there_reads_the_filers_home_as_the_place(
    who: Officer, accused: str | None, *, goes: bool
) -> None:
    home = "Số 9 ngõ 7 phố Huế"
    contact = Contact(name=PERSON.name, phone=PERSON.phone, address=home)
    there = {"contact": contact, "address": home, "title": f"Cống ở {home}", "accused": accused}
    at_home = petition(Nature.CONTENT).model_copy(update=there)
    shown = without_filer(at_home, who)
    assert goes_there(who, at_home) == goes
    assert (shown.address == home) == goes
    assert (home in shown.title) == goes


@pytest.mark.parametrize("role", [Role.OFFICER, Role.INSPECTOR])
def test_the_point_on_the_map_is_hidden_wherever_the_address_is(role: Role) -> None:
    at_home = petition(Nature.CONTENT).model_copy(
        update={
            "address": "Số 5 ngõ 7 phố Huế",
            "contact": PERSON.model_copy(update={"address": "Số 5 ngõ 7 phố Huế"}),
            "location": Location(latitude=21.0123, longitude=105.8512),
        }
    )
    shown = without_filer(at_home, officer("SXD", role))
    assert (shown.address == at_home.address) == (role is Role.OFFICER)
    assert (shown.location is None) == (shown.address != at_home.address)
