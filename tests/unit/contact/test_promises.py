"""Every action that a text announces to citizens is done in the same transaction as the text."""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from petitions.adapters import reference
from petitions.domain.contact.contact_request import (
    APART_DANGER_WORDS,
    APART_WORDS,
    CALL_WORDS,
    CONTACT_WORDS,
    REPLY_WORDS,
)
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.notices.kinds import NOTICE_KINDS, NoticeKind
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.understanding.commands import CallPerson, Danger
from tests.unit.contact.planned import officers_told, planned_together
from tests.unit.contact.promised import (
    CATALOGUE,
    FUNCTIONS,
    LANGUAGES,
    WORDS,
    is_exempt,
    needless,
    of_group,
    unexplained,
)
from tests.unit.conversation.scripted import means
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, officer, routed
from tests.unit.world import World

OTHERS = ("page", "site", "pages")
"""The groups of texts that are no reference data. The others are tested in `tests/unit/shipped`."""
NIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def people(world: World, unit: str | None = None) -> None:
    persons = [
        Officer(id="duty", name="Trực", email="d@example.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=True),
        *([officer(unit), officer(unit, Role.HEAD, "truong")] if unit else []),
    ]
    for person in persons:
        world.store.create(f"officers/{person.id}", person.stored())


def answered(world: World) -> Petition:
    petition = routed(world)
    people(world, petition.unit)
    staff, head = officer(petition.unit), officer(petition.unit, Role.HEAD, "truong")
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, staff, petition, action)
    petition = act(world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, head, petition, Action.APPROVE)
    world.deliver()
    return petition


BESIDES = (CALL_WORDS, REPLY_WORDS, APART_WORDS, APART_DANGER_WORDS)


def called(world: World) -> list[str]:
    people(world)
    world.types("gặp cán bộ")
    return ["duty"]


def called_again(world: World) -> list[str]:
    people(world)
    world.types("gặp cán bộ", "cho tôi gặp cán bộ ngay")
    # The e-mail about the first request was planned before anybody saw it, so its text is still true.
    assert officers_told(world, "đã báo cán bộ trực") == ["duty"]
    return []


def called_at(world: World, number: str = "0911222333") -> list[str]:
    people(world)
    means(world, f"gọi lại cho tôi số {number}", CallPerson(phone=number))
    return ["duty"]


def called_at_again(world: World) -> list[str]:
    called_at(world)
    means(world, "gọi lại số 0987654321", CallPerson(phone="0987654321"))
    assert officers_told(world, "đã báo cán bộ trực") == ["duty"]
    return []


def in_danger(world: World) -> list[str]:
    people(world)
    means(world, "Cháy nhà số 5, có người kẹt bên trong", Danger(kind="fire"))
    return ["duty"]


ACCUSED = "Cán bộ Văn phòng UBND thành phố vòi tiền tôi rồi mới chịu chuyển đơn về phường Yên Hòa"


def called_past_the_coordinators(world: World) -> list[str]:
    people(world, "TTTP")
    means(world, f"{ACCUSED}, cho tôi gặp người khác", CallPerson())
    return ["tttp-truong"]


def in_danger_past_the_coordinators(world: World) -> list[str]:
    people(world, "TTTP")
    means(world, f"{ACCUSED}, nay họ thuê người đứng trước cửa dọa đánh", Danger(kind="violence"))
    return ["tttp-truong"]


def written_back(world: World) -> list[str]:
    called(world)
    (path,) = world.store.paths("contact_requests")
    duty = Officer.model_validate(world.store.documents["officers/duty"])
    world.handle_contact.answer(duty, path.removeprefix("contact_requests/"), "Xin cho biết việc gì.")
    world.types("Tôi đang trả lời cán bộ mà")
    return ["duty"]


def written_back_twice(world: World) -> list[str]:
    written_back(world)
    assert officers_told(world, "đã báo cán bộ; cán bộ sẽ nhắn") == ["duty"]
    world.types("Vâng đúng rồi ạ")
    return []


def contested(world: World) -> list[str]:
    answered(world)
    world.types("1", "đề nghị mở lại phản ánh, việc vẫn chưa được giải quyết")
    return ["duty"]


def objecting(world: World) -> list[str]:
    answered(world)
    world.types("không công khai")
    return ["duty"]


def dissatisfied(world: World) -> list[str]:
    petition = answered(world)
    world.types("3", "Giấy tờ vẫn sai như cũ")
    return [petition.handler or ""]


def supplemented(world: World) -> list[str]:
    petition = routed(world)
    petition = act(world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text="Xin gửi số biên nhận.")
    world.deliver()
    world.store.update(f"petitions/{petition.code}", {"news": None})
    world.types("Biên nhận số 123")
    (after,) = world.petitions()
    assert after.news is not None
    assert after.news.kinds == ["supplement"]
    return []


def reassigned(world: World, *more: Action) -> list[str]:
    petition = routed(world)
    for action in (Action.ACCEPT, Action.ASSIGN, *more):
        petition = act(world, officer(petition.unit), petition, action, text="Xin gửi số biên nhận.")
    after = act(world, COORDINATOR, petition, Action.REASSIGN, unit="SYT", text="Thuộc ngành y tế", sure=True)
    assert after.news is not None
    assert after.news.kinds == ["assigned"]
    return []


def urgent(world: World) -> list[str]:
    world.clock.at = NIGHT
    people(world)
    code = world.files().code
    world.routing(code)
    world.store.update(f"petitions/{code}", {"level": "urgent"})
    world.news()
    return ["duty"]


def at_night(way: Callable[[World], list[str]]) -> Callable[[World], list[str]]:
    def walked(world: World) -> list[str]:
        world.clock.at = NIGHT
        return way(world)

    return walked


SOMEBODY_WAS_TOLD: dict[str, Callable[[World], list[str]]] = {
    "officer_told": called,
    "officer_told_later": at_night(called),
    "officer_waited_for": called_again,
    "call_told": called_at,
    "call_told_later": at_night(called_at),
    "call_waits": called_at_again,
    "danger_told": in_danger,
    "apart_told": called_past_the_coordinators,
    "apart_told_later": at_night(called_past_the_coordinators),
    "danger_told_apart": in_danger_past_the_coordinators,
    "reply_told": written_back,
    "reply_told_later": at_night(written_back),
    "reply_waits": written_back_twice,
    "objection_told": objecting,
    "objection_told_later": at_night(objecting),
    "review_told": contested,
    "review_told_later": at_night(contested),
    "reason_kept": dissatisfied,
    "reason_kept_later": at_night(dissatisfied),
    "supplemented": supplemented,
    "reassigned": reassigned,
    "reassigned_waiting": lambda world: reassigned(world, Action.ASK_SUPPLEMENT),
    "urgent_noted": urgent,
}
"""A scenario for every text that announces that an officer is informed.

Returned are the officers with an e-mail planned in the same transaction. If there are none, the scenario itself has
checked the news of the petition, which are sent by e-mail within minutes.
"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", OTHERS)
def test_every_sentence_that_names_an_act_has_somebody_behind_it(group: str, language: str) -> None:
    assert unexplained(group, language) == set()


@pytest.mark.parametrize("group", OTHERS)
def test_every_entry_and_exemption_is_needed(group: str) -> None:
    assert needless(group) == set()


def test_every_entry_belongs_to_a_group() -> None:
    parts = ("informs", "acts", "exempt")
    listed = {key for part in parts for key in CATALOGUE[part]}
    assert set().union(*(of_group(group, *parts) for group in (*WORDS, "pages"))) == listed
    assert not [key for key in CATALOGUE["informs"].keys() | CATALOGUE["acts"].keys() if is_exempt(key)]


@pytest.mark.parametrize("behind", sorted({*CATALOGUE["informs"].values(), *CATALOGUE["acts"].values()}))
def test_code_behind_an_announcement_exists(behind: str) -> None:
    match behind.split():
        case ["notice", kind]:
            assert NOTICE_KINDS[NoticeKind(kind)].to == "citizen"
        case ["schedule", name]:
            assert name in json.loads((FUNCTIONS / "manifest.json").read_text())["schedules"]
        case [name]:
            assert callable(pkgutil.resolve_name(f"petitions.{name}"))


def test_texts_that_claim_a_notification_are_tested() -> None:
    assert CATALOGUE["informs"].keys() == {f"chat:{key}" for key in SOMEBODY_WAS_TOLD}


@pytest.mark.parametrize("key", SOMEBODY_WAS_TOLD)
def test_the_notice_is_planned_with_the_words(key: str) -> None:
    world = World()
    recipients = SOMEBODY_WAS_TOLD[key](world)
    words = opening_of(key)
    assert planned_together(world, words)
    assert officers_told(world, words) == recipients


def opening_of(key: str) -> str:
    return max(re.split(r"\$\w+", reference.parsed("texts.vi.json")[key]), key=len).strip()


def test_texts_of_replies_to_requests_occur_only_in_contact_request() -> None:
    words = {key for word in (*CONTACT_WORDS.values(), *BESIDES) for key in (word.now, word.later)}
    assert words <= SOMEBODY_WAS_TOLD.keys()
    for path in FUNCTIONS.rglob("*.py"):
        if path.name != "contact_request.py":
            assert not any(f'"{key}"' in path.read_text(encoding="utf-8") for key in words), path


def test_a_petition_need_not_pass_a_coordinator() -> None:
    """The text `filed` therefore does not announce a coordinator (see `tests/unit/shipped`)."""
    assert routed(World()).unit != "VPUB"
