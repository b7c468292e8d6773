"""Later messages about misconduct go only to the coordinators, all others to the unit as usual."""

from __future__ import annotations

import pytest

from petitions.domain.contact.contact_request import ContactReason, ContactRequest
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.officers.officer import officer_path
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.files import Download
from petitions.usecases.conversation.take_feedback import TakeFeedback
from tests.unit.accusations.later_words import (
    ACCUSES,
    HEAD,
    INNOCENT,
    STAFF,
    WARD,
    a_world,
    again,
    answered_by_the_ward,
    apart_from,
    at_the_ward,
    awaiting,
    check_kept_from_the_ward,
    holders,
    nothing_apart,
)
from tests.unit.conversation.answers import IMAGE
from tests.unit.conversation.scripted import means, read
from tests.unit.pages.test_petition_posts import PHOTO
from tests.unit.petition.handling import history, officer
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return a_world()


def requests(world: World) -> list[ContactRequest]:
    stored = world.store.documents
    return [ContactRequest.model_validate(stored[path]) for path in world.store.paths("contact_requests")]


def adds(world: World, text: str) -> str:
    world.types("bổ sung")
    return means(world, text, c.Add())


def test_an_addition_to_a_doubted_petition_joins_it(world: World) -> None:
    before = at_the_ward(world)
    stored = world.store.documents[f"petitions/{before.code}"]
    stored |= {"unit": COORDINATORS, "classified": None, "routed": stored["routed"] | {"may_accuse": True}}
    assert again(world.store, before).is_doubted
    adds(world, ACCUSES)
    assert nothing_apart(world.store)
    assert [addition.text for addition in again(world.store, before).additions] == [ACCUSES]


def test_an_addition(world: World) -> None:
    before = at_the_ward(world)
    reply = adds(world, ACCUSES)
    own = check_kept_from_the_ward(world, before)
    assert again(world.store, before) == before, "the ward sees no step, no count and no news"
    assert own.code in reply
    assert "chỉ người có thẩm quyền xem xét đọc" in reply
    assert (own.contact, own.citizen, own.ward) == (before.contact, before.citizen, before.ward)
    assert "reception" in own.clocks


def test_an_innocent_addition(world: World) -> None:
    before = at_the_ward(world)
    reply = adds(world, INNOCENT)
    assert [addition.text for addition in again(world.store, before).additions] == [INNOCENT]
    assert "Đã bổ sung" in reply
    assert nothing_apart(world.store)


def test_notice_is_sent_in_english(world: World) -> None:
    at_the_ward(world)
    world.types("english")
    world.types("add")
    assert "only those competent to look into it" in means(world, ACCUSES, c.Add())


def test_what_follows_goes_with_it_and_more_of_it_makes_no_further_petition(world: World) -> None:
    before = at_the_ward(world)
    adds(world, ACCUSES)
    means(world, "xin giữ kín tên tôi", c.Add())
    world.types("xong", "bổ sung")
    adds_to_first = next(line for line in world.last_reply().splitlines() if before.code in line)
    world.types(adds_to_first[0])
    means(world, f"{ACCUSES} lần nữa", c.Add())
    own = apart_from(world.store, before)
    assert [addition.text for addition in own.additions] == ["xin giữ kín tên tôi", f"{ACCUSES} lần nữa"]
    assert again(world.store, before) == before


def test_its_photos_go_with_it(world: World) -> None:
    before = at_the_ward(world)
    world.types("bổ sung")
    world.links.links["https://f1.zdn.vn/1.jpg"] = Download(PHOTO)
    read(world, ACCUSES, c.Add())
    world.intake(world.event("user_send_image", {"text": ACCUSES, **IMAGE}))
    world.fetch()
    own = apart_from(world.store, before)
    assert len(own.files) == len(world.store.paths(f"petitions/{own.code}/attachments")) == 1
    assert again(world.store, before).files == []
    assert world.store.paths(f"petitions/{before.code}/attachments") == []


def test_a_supplement_goes_on_waiting(world: World) -> None:
    before = awaiting(world)
    reply = means(world, ACCUSES, c.Add())
    check_kept_from_the_ward(world, before)
    assert again(world.store, before) == before
    assert f"{before.code} vẫn chờ" in reply
    means(world, INNOCENT, c.Add())
    after = again(world.store, before)
    assert (after.state, [addition.text for addition in after.additions]) == (State.IN_PROGRESS, [INNOCENT])


def test_a_low_rating_with_its_reason(world: World) -> None:
    before = answered_by_the_ward(world)
    reply = means(world, ACCUSES, c.Rate(level=3), chance=1)
    own = check_kept_from_the_ward(world, before)
    rating = again(world.store, before).rating
    assert rating is not None
    assert (rating.level, rating.reason) == (3, None)
    assert [(request.why, request.unit, request.text) for request in requests(world)] == [
        (ContactReason.LOW_RATING, WARD, "")
    ]
    assert own.code in reply
    assert "đã được chuyển tới đơn vị" not in reply


def test_the_reason_of_a_low_rating_given_later(world: World) -> None:
    before = answered_by_the_ward(world)
    world.types("3")
    rated = again(world.store, before)
    world.types(ACCUSES)
    check_kept_from_the_ward(world, before)
    assert again(world.store, before) == rated
    assert [request.text for request in requests(world)] == [""]


def test_an_innocent_reason(world: World) -> None:
    before = answered_by_the_ward(world)
    reply = world.types("3", INNOCENT)
    rating = again(world.store, before).rating
    assert rating is not None
    assert rating.reason == INNOCENT
    assert [request.text for request in requests(world)] == [INNOCENT]
    assert "chuyển tới đơn vị" in reply
    assert nothing_apart(world.store)


@pytest.mark.parametrize("innocent", [False, True])
def test_zalos_rating_template(world: World, *, innocent: bool) -> None:
    before = answered_by_the_ward(world)
    words = INNOCENT if innocent else ACCUSES
    message = {"rate": 1, "note": words, "feedbacks": [], "tracking_id": f"{before.code}-{before.version}"}
    at = str(int(world.clock.now().timestamp() * 1000))
    event = {"event_name": "user_feedback", "oa_id": "1", "app_id": "2", "timestamp": at, "message": message}
    for _ in range(2):
        TakeFeedback(world.store, world.publisher, world.clock, world.contacting, world.keep_apart)(event)
    rating = again(world.store, before).rating
    assert rating is not None
    assert rating.level == 3
    if innocent:
        assert (rating.reason, nothing_apart(world.store)) == (words, True)
        return
    assert rating.reason is None
    own = check_kept_from_the_ward(world, before)
    assert own.code in world.last_reply()
    assert own.code in [item["code"] for item in world.citizen()["petitions"]]


def test_a_contest_is_opened_for_the_coordinators(world: World) -> None:
    before = answered_by_the_ward(world)
    means(world, ACCUSES, c.Contest())
    check_kept_from_the_ward(world, before)
    assert again(world.store, before) == before
    assert [(request.why, request.unit) for request in requests(world)] == [(ContactReason.CONTESTED, "VPUB")]


def test_an_innocent_contest(world: World) -> None:
    before = answered_by_the_ward(world)
    means(world, INNOCENT, c.Contest())
    assert [addition.text for addition in again(world.store, before).additions] == [INNOCENT]
    assert nothing_apart(world.store)


@pytest.mark.parametrize("innocent", [False, True])
def test_what_is_written_back_to_an_officer_of_the_ward(world: World, *, innocent: bool) -> None:
    before = answered_by_the_ward(world)
    world.types("3", "Rác vẫn còn")
    (asked,) = requests(world)
    world.handle_contact.answer(HEAD, asked.id, "Xin cho biết rác ở đoạn nào?")
    (then,) = requests(world)
    reply = means(world, INNOCENT if innocent else ACCUSES, c.Talk())
    if innocent:
        assert [request.text for request in requests(world)] == [f"Rác vẫn còn\n{INNOCENT}"]
        return
    own = check_kept_from_the_ward(world, before)
    assert requests(world) == [then]
    assert own.code in reply


def test_a_wish_for_a_person_is_read_by_coordinators(world: World) -> None:
    at_the_ward(world)
    means(world, ACCUSES, c.CallPerson())
    assert [request.unit for request in requests(world)] == ["VPUB"]
    assert {path.partition("/")[0] for path in holders(world.store, ACCUSES)} <= {"contact_requests"}


def test_what_coordinators_alone_have_is_not_divided(world: World) -> None:
    before = at_the_ward(world)
    world.store.documents[f"petitions/{before.code}"] |= {"unit": "VPUB", "accused": "?"}
    adds(world, ACCUSES)
    assert [addition.text for addition in again(world.store, before).additions] == [ACCUSES]
    assert nothing_apart(world.store)


def test_what_is_added_before_the_routing_is_judged_by_the_routing(world: World) -> None:
    petition = world.files("Rác chất đống trước cổng trường đã một tuần")
    world.types("bổ sung")
    real = "Cán bộ phường vòi tiền tôi 2 triệu đồng mới cho làm giấy"
    means(world, real, c.Add())
    world.routing(petition.code)
    after = again(world.store, petition)
    assert [addition.text for addition in after.additions] == [real]
    assert (after.accused, after.unit) == ("?", "VPUB")


def test_a_story_whose_end_accuses_is_closed_as_a_whole(world: World) -> None:
    petition = world.files("Rác chất đống trước cổng trường đã một tuần")
    addition = {"by": "citizen", "input": "x-0", "at": world.clock.now(), "type": "text", "text": ACCUSES}
    world.store.documents[f"petitions/{petition.code}"]["additions"] = [addition]
    world.routing(petition.code)
    after = again(world.store, petition)
    assert (after.accused, after.unit) == ("?", "VPUB")
    assert history(world, petition.code)[-1] == "routed"


@pytest.mark.parametrize(
    "secret",
    [{"accused": "SXD"}, {"closed_with": ["SXD"]}, {"closed_with": ["denunciation"]}, {"closed_with": ["PX-?"]}],
)
def test_what_is_secret_and_with_the_coordinators_takes_more_of_it(world: World, secret: dict[str, object]) -> None:
    """No unit can read a secret petition held by the coordinators, so an accusation can be added to it."""
    before = at_the_ward(world)
    world.store.update(f"petitions/{before.code}", {"unit": "VPUB", **secret})
    adds(world, ACCUSES)
    assert [addition.text for addition in again(world.store, before).additions] == [ACCUSES]
    assert nothing_apart(world.store)


@pytest.mark.parametrize("held", [{"unit": "SNV"}, {"unit": "VPUB", "coordinating": ["SNV"]}])
def test_what_a_superior_has_takes_no_more_of_it(world: World, held: dict[str, object]) -> None:
    """Later words may accuse the superior who handles the petition, so they become a petition of their own."""
    before = at_the_ward(world)
    world.store.update(f"petitions/{before.code}", {"accused": WARD, **held})
    adds(world, ACCUSES)
    assert again(world.store, before).additions == []
    assert not nothing_apart(world.store)


@pytest.mark.parametrize("where", ["unit", "coordinating"])
def test_whoever_of_the_units_that_read_it_is_accused_by_name_does_not_read_it(where: str) -> None:
    words = "Ông Nguyễn Văn Bình vòi vĩnh tôi mấy lần"
    world = World(reports_misconduct=lambda text: "vòi vĩnh" in text and "Bình" not in text).has_a_coordinator()
    helper = "SYT" if where == "coordinating" else WARD
    for item in (STAFF, HEAD, replace(officer(helper, name="binh"), name="Nguyễn Văn Bình")):
        world.store.create(officer_path(item.id), item.stored())
    before = at_the_ward(world)
    world.store.documents[f"petitions/{before.code}"] |= {"coordinating": [helper] if where == "coordinating" else []}
    adds(world, words)
    assert again(world.store, before).additions == []
    assert apart_from(world.store, before).content == words
