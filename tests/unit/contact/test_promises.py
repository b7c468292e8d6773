"""No text says that somebody was told where no notice to that somebody is planned in the same transaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from petitions.adapters import reference
from petitions.domain.contact.contact_request import CALL_WORDS, CONTACT_WORDS, REPLY_WORDS
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.understanding.commands import CallPerson, Danger
from tests.unit.contact.planned import officers_told, planned_together
from tests.unit.conversation.scripted import means
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, officer, routed
from tests.unit.world import World

CATALOGUES = {"vi": reference.parsed("texts.vi.json"), "en": reference.parsed("texts.en.json")}
ROOT = Path(__file__).resolve().parents[3]
NIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)

TELLING = {
    "vi": re.compile(
        r"(đã|được|sẽ|vừa) (báo|chuyển|gửi tới|thông báo|nhắc|gọi)|nhận được|chuyển lời|báo cán bộ"
        r"|(cán bộ|đơn vị|cơ quan|người) [^.;]{0,40}(biết|đọc|xem lại|gọi lại|nhắn)",
        re.IGNORECASE,
    ),
    "en": re.compile(r"\b(told|passed|forwarded|informed|notified|transferred|receives?|handed)\b", re.IGNORECASE),
}

NOBODY_WAS_TOLD = {
    "consent_ask": "with whom the data is shared",
    "notice_read": "what officers read out before a petition is taken in",
    "content_words": "we received it ourselves",
    "erased_kept": "what the portal has had since an officer accepted it",
    "faq_who_are_you": "how the channel works",
    "faq_privacy": "who may see the data",
    "file_late": "we shall tell the citizen",
    "file_too_large": "a file that we did not take",
    "file_too_much": "a file that we did not take",
    "file_wrong_type": "a file that we did not take",
    "guide_denunciation": "what may happen if it is sent here",
    "complaint_kept": "that the portal does not get it",
    "merged": "the citizen will be told",
    "late_no_reason": "whom the ladder has reminded, each with a notice of its own",
    "name_why": "who may see the data",
    "rated_low": "what a reason would be for; the words that take it are in the table",
    "residence_why": "who may see the data",
    "supplement_asked": "the citizen will be told",
    "transferred_out": "an officer's own statement of what they did",
    "unmerged": "the citizen will be told",
    "voice_phone_ask": "what happens once they give a number",
    "voice_waits": "what the call asked for before will bring",
    "danger_answer": "who can come",
    "danger_still": "what they do who have called",
    "danger_still_child": "what they do who have called",
    "danger_where_again": "what the duty officer will read",
    "faq_competence": "how the channel works",
    "faq_how_to": "what to type in order to be called",
    "faq_next": "the citizen will be told",
    "faq_secrecy": "who may see the data",
    "faq_why_person": "who may see the data",
    "voice_unheard": "what to type in order to be called",
    "faq_accused_knows": "who may see the data",
    "faq_call_time": "what to type in order to be called",
    "faq_received": "we received it ourselves",
    "faq_tracking": "the citizen will be told",
    "faq_voice": "what to type in order to be called",
    "faq_who_reads": "how the channel works",
    "faq_written": "what to write to the unit",
}
"""Texts of the same words that say of no officer or unit that they were told, and what they say."""


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


def called(world: World) -> list[str]:
    people(world)
    world.types("gặp cán bộ")
    return ["duty"]


def called_again(world: World) -> list[str]:
    people(world)
    world.types("gặp cán bộ", "cho tôi gặp cán bộ ngay")
    # The e-mail of the first request, whose words went out before anybody saw it, is planned and true.
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
    "reply_told": written_back,
    "reply_told_later": at_night(written_back),
    "reply_waits": written_back_twice,
    "review_told": contested,
    "review_told_later": at_night(contested),
    "reason_kept": dissatisfied,
    "reason_kept_later": at_night(dissatisfied),
    "supplemented": supplemented,
    "reassigned": reassigned,
    "reassigned_waiting": lambda world: reassigned(world, Action.ASK_SUPPLEMENT),
    "urgent_noted": urgent,
}
"""A way to each text that says so; it returns to whom an e-mail must be planned in the transaction of the text.

Where it returns none it has looked at the news of the petition itself, which becomes an e-mail within minutes.
"""


def test_every_text_that_tells_of_telling_is_in_the_table() -> None:
    found = {
        key
        for language, catalogue in CATALOGUES.items()
        for key, text in catalogue.items()
        if TELLING[language].search(text) and not key.startswith("state_")
    }
    assert found == SOMEBODY_WAS_TOLD.keys() | NOBODY_WAS_TOLD.keys()


@pytest.mark.parametrize("key", SOMEBODY_WAS_TOLD)
def test_the_notice_is_planned_with_the_words(key: str) -> None:
    world = World()
    told = SOMEBODY_WAS_TOLD[key](world)
    words = opening_of(key)
    assert planned_together(world, words)
    assert officers_told(world, words) == told


def opening_of(key: str) -> str:
    """Return the longest piece of the text without a placeholder."""
    return max(re.split(r"\$\w+", CATALOGUES["vi"][key]), key=len).strip()


def test_what_a_request_is_answered_with_is_said_by_the_request_alone() -> None:
    words = {key for each in (*CONTACT_WORDS.values(), CALL_WORDS, REPLY_WORDS) for key in (each.now, each.later)}
    assert words <= SOMEBODY_WAS_TOLD.keys()
    for path in (ROOT / "functions").rglob("*.py"):
        if path.name != "contact_request.py":
            assert not any(f'"{key}"' in path.read_text(encoding="utf-8") for key in words), path


@pytest.mark.parametrize(("language", "coordinators"), [("vi", "điều phối"), ("en", "coordinator")])
def test_who_filed_is_told_of_nobody_whom_the_machine_may_pass_by(language: str, coordinators: str) -> None:
    assert routed(World()).unit != "VPUB"
    assert coordinators not in CATALOGUES[language]["filed"].lower()
