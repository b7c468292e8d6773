from __future__ import annotations

import pytest

from petitions.domain.contact.contact_request import ContactOutcome, ContactRequest
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.officers.officer import officer_path
from petitions.domain.petition.petition import Petition
from petitions.errors import Forbidden, Rejected
from tests.unit.conversation.ways import answered, talk
from tests.unit.petition.handling import COORDINATOR, act, officer
from tests.unit.reminders.staff import mails
from tests.unit.world import World

WHY = "Đèn vẫn không sáng"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def contested(world: World, *words: str) -> tuple[Petition, str]:
    petition = answered(world)
    return petition, world.types(*words)


def requests(world: World) -> list[ContactRequest]:
    return [
        ContactRequest.model_validate(world.store.documents[path]) for path in world.store.paths("contact_requests")
    ]


def test_the_bare_word_is_passed_on_and_its_reason_asked_for(world: World) -> None:
    petition, reply = contested(world, "MỞ LẠI")
    assert "Điều gì chưa được giải quyết" in reply
    assert [(request.why, request.code) for request in requests(world)] == [("contested", petition.code)]
    assert world.petitions()[0].additions == []


@pytest.mark.parametrize("why", [WHY, "Chưa ai đến sửa cả", "Vẫn chưa được giải quyết, cán bộ không đến"])
def test_the_next_message_is_the_reason(world: World, why: str) -> None:
    _, reply = contested(world, "MỞ LẠI", why)
    assert "tôi đã thêm tin này" in reply
    assert [request.text for request in requests(world)] == [f"MỞ LẠI\n{why}"]
    assert [addition.text for addition in world.petitions()[0].additions] == [why]
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize("word", ["bỏ qua", "không", "cảm ơn"])
def test_the_reason_may_be_declined(world: World, word: str) -> None:
    contested(world, "MỞ LẠI", word)
    assert [request.text for request in requests(world)] == ["MỞ LẠI"]
    assert world.petitions()[0].additions == []


def test_a_command_is_no_reason(world: World) -> None:
    contested(world, "MỞ LẠI", "phản ánh mới")
    assert talk(world)["step"] == "content"


def test_citizen_who_gives_a_reason_is_not_asked(world: World) -> None:
    _, reply = contested(world, "đề nghị mở lại phản ánh, việc vẫn chưa được giải quyết")
    assert "Điều gì chưa được giải quyết" not in reply


def test_contest_is_settled_by_a_reopening(world: World) -> None:
    petition, _ = contested(world, "3", WHY, "MỞ LẠI", WHY)
    world.types("gặp cán bộ")
    assert sorted(request.why for request in requests(world)) == ["contested", "low_rating", "person"]
    now = world.petitions()[0]
    act(world, COORDINATOR, now, Action.REOPEN, reopen_for="not_done", text="Đèn chưa sáng")
    after = {request.why: request for request in requests(world)}
    for why in ("contested", "low_rating"):
        assert (after[why].code, after[why].state, after[why].outcome) == (petition.code, "closed", "petition")  # type: ignore[index]
        assert (after[why].closed_by, after[why].next_attempt_at) == (COORDINATOR.id, None)  # type: ignore[index]
    assert after["person"].state == "new"  # type: ignore[index]
    waiting = [
        path for path in world.store.paths("contact_requests") if "next_attempt_at" in world.store.documents[path]
    ]
    assert waiting == [f"contact_requests/{after['person'].id}"]  # type: ignore[index]


def days_pass(world: World, days: int) -> Petition:
    for _ in range(days):
        world.clock.advance(days=1)
        world.reminders()
        world.watch()
    return world.petitions()[0]


@pytest.mark.parametrize("words", [("MỞ LẠI", WHY), ("3", WHY), ("gặp cán bộ",)])
def test_petition_stays_open_while_a_contest_is_undecided(world: World, words: tuple[str, ...]) -> None:
    petition, _ = contested(world, *words)
    world.store.update(f"contact_requests/{requests(world)[0].id}", {"code": petition.code})
    assert days_pass(world, 40).state is State.ANSWERED
    world.handle_contact.answer(
        COORDINATOR, requests(world)[0].id, "Đơn vị đã kiểm tra lại và giữ kết quả, vì đèn đã sáng"
    )
    assert days_pass(world, 7).state is State.CLOSED


def test_a_coordinator_closes_nothing_that_is_undecided(world: World) -> None:
    petition, _ = contested(world, "MỞ LẠI", WHY)
    with pytest.raises(Rejected, match="Đề nghị xem lại kết quả"):
        act(world, COORDINATOR, world.petitions()[0], Action.CLOSE)
    world.handle_contact.answer(COORDINATOR, requests(world)[0].id, "Đã kiểm tra lại")
    assert act(world, COORDINATOR, world.petitions()[0], Action.CLOSE).code == petition.code


def test_contest_in_time_is_handled_after_the_window_too(world: World) -> None:
    contested(world, "MỞ LẠI", WHY)
    petition = days_pass(world, 22)
    after = act(world, COORDINATOR, petition, Action.REOPEN, reopen_for="not_done", text="Đèn chưa sáng")
    assert after.state is State.REOPENED


def test_contest_after_the_window_is_not_accepted(world: World) -> None:
    answered(world)
    world.types("gặp cán bộ")
    world.store.update(f"contact_requests/{requests(world)[0].id}", {"code": world.petitions()[0].code})
    with pytest.raises(Forbidden, match="trong 10 ngày"):
        act(world, COORDINATOR, days_pass(world, 22), Action.REOPEN, reopen_for="not_done", text="Đèn chưa sáng")


def test_late_contest_is_explained_by_the_window(world: World) -> None:
    answered(world)
    assert days_pass(world, 22).state is State.CLOSED
    assert "được mở lại một lần, trong 10 ngày kể từ ngày trả lời" in world.types("MỞ LẠI")
    assert [request.why for request in requests(world)] == ["contested"]


def test_a_contest_ends_with_words_to_its_citizen(world: World) -> None:
    contested(world, "MỞ LẠI", WHY)
    request = requests(world)[0].id
    with pytest.raises(Rejected, match="trả lời kèm lý do"):
        world.handle_contact.close(COORDINATOR, request, ContactOutcome.NOTHING_TO_DO)
    world.handle_contact.answer(COORDINATOR, request, "Đã kiểm tra lại, đèn đã sáng")
    world.handle_contact.close(COORDINATOR, request, ContactOutcome.HELPED)
    assert requests(world)[0].outcome == "helped"


def test_an_undecided_contest_stands_in_every_mornings_digest(world: World) -> None:
    """The petition stays open, and digests remind the coordinators until one answers."""

    def digest_count() -> int:
        found = (world.store.documents[path] for path in world.store.paths("notices"))
        return sum(mail["kind"] == "digest" and "Đề nghị xem lại kết quả" in mail["text"] for mail in found)

    contested(world, "MỞ LẠI", WHY)
    world.clock.at = world.clock.at.replace(hour=2, minute=0)
    for _ in range(14):
        days_pass(world, 1)
        world.digests()
    assert digest_count() == 9  # Wednesday 25/11 to Monday 7/12
    world.handle_contact.answer(COORDINATOR, requests(world)[0].id, "Đã kiểm tra lại, đèn đã sáng")
    days_pass(world, 1)
    world.digests()
    assert digest_count() == 9


@pytest.mark.parametrize("state", ["new", "seen", "answered"])
def test_one_outcome_that_is_contested_twice_is_one_request(world: World, state: str) -> None:
    petition, _ = contested(world, "MỞ LẠI", WHY)
    (first,) = requests(world)
    looked = {"seen_by": "o", "seen_at": first.at, "next_attempt_at": first.act_by} if state != "new" else {}
    world.store.update(f"contact_requests/{first.id}", {"state": state, **looked})
    world.clock.advance(days=2)
    before = set(world.store.paths("notices"))
    world.types("đề nghị mở lại phản ánh, việc vẫn chưa được giải quyết")
    (again,) = requests(world)
    assert (again.id, again.code, again.state, again.seen_by) == (first.id, petition.code, "new", None)
    assert again.text.startswith(first.text)
    assert "vẫn chưa được giải quyết" in again.text
    assert (again.act_by == first.act_by) is (state != "answered")  # a request that was only seen keeps its deadline
    mails = [path for path in set(world.store.paths("notices")) - before if world.store.documents[path].get("officer")]
    assert bool(mails) is (state != "new")  # an e-mail follows unless the first words are still unread


def test_what_accuses_the_coordinators_is_contested_before_their_superior(world: World) -> None:
    petition = answered(world)
    fields = {"unit": "TTTP", "accused": "VPUB", "closed_with": ["VPUB"]}
    world.store.update(f"petitions/{petition.code}", fields)
    inspector = officer("TTTP", Role.HEAD, "thanh-tra")
    world.store.create(officer_path(inspector.id), inspector.stored())
    reply = world.types("MỞ LẠI", WHY)
    (request,) = requests(world)
    assert (request.unit, request.code) == ("TTTP", petition.code)
    assert {mail["officer"] for mail in mails(world, "contact")} == {inspector.id}
    assert "điều phối" not in reply
