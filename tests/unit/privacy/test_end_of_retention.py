"""A citizen's chat messages are deleted at the end of their retention, while filed petitions stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.citizen.guidance import Guidance, guidance_path
from petitions.domain.files.attachment import original_name
from petitions.domain.mailbox.mail import Mail, MailFile, MailState
from petitions.domain.shared.retention import CHATS_KEPT_FOR, LETTERS_KEPT_FOR
from petitions.ports.files import Download
from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter, KeepDeadLetter
from petitions.usecases.privacy.end_retention import EndRetention
from tests import media
from tests.unit.privacy.erased import HMAC, SENTENCE
from tests.unit.world import ID_KEY, World

TICK = timedelta(microseconds=1)
PHOTO = "https://f1.zdn.vn/1.jpg"


@pytest.fixture
def world() -> World:
    made = World()
    made.links.links[PHOTO] = Download(media.jpeg())
    return made


def ends(world: World) -> int:
    return EndRetention(world.store, world.clock, world.kept)()


def sends_photo(world: World) -> None:
    world.intake(world.event("user_send_image", {"attachments": [{"type": "image", "payload": {"url": PHOTO}}]}))
    world.fetch()


def inputs(world: World) -> list[str]:
    return world.store.paths(f"citizens/{HMAC}/inputs")


def test_chat_is_deleted_with_its_files_and_its_content(world: World) -> None:
    world.types(SENTENCE, "1")
    sends_photo(world)
    assert (len(inputs(world)), len(world.kept.objects)) == (3, 2)
    world.clock.advance(days=CHATS_KEPT_FOR.days - 1)
    assert ends(world) == 0
    world.clock.advance(days=2)
    assert ends(world) == 3
    assert (inputs(world), world.kept.objects) == ([], {})
    citizen = world.citizen()
    assert SENTENCE not in repr(citizen)
    assert citizen["zalo_id"]
    assert ends(world) == 0


def test_filed_petition_keeps_its_files_and_contact(world: World) -> None:
    world.types(SENTENCE, "1")
    sends_photo(world)
    world.types("xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    world.fetch()
    petition = world.petitions()[0]
    world.clock.advance(days=CHATS_KEPT_FOR.days + 1)
    assert ends(world) >= 3
    assert inputs(world) == []
    assert len(world.kept.objects) == 2
    assert world.petitions()[0] == petition
    assert "contact" not in world.citizen()


def test_guidance_ends_too(world: World) -> None:
    for name in ("old", "new"):
        record = Guidance(citizen=HMAC, kind="question", text=SENTENCE, at=world.clock.now())
        world.store.create(guidance_path(name), record.stored())
        world.clock.advance(days=2)
    world.clock.advance(days=CHATS_KEPT_FOR.days - 3)
    assert ends(world) == 1
    assert world.store.paths("guidance") == ["guidance/new"]


def test_active_citizen_keeps_the_contact_data(world: World) -> None:
    world.files(SENTENCE)
    world.clock.advance(days=CHATS_KEPT_FOR.days + 1)
    world.types("xin chào")
    ends(world)
    assert len(inputs(world)) == 1
    assert world.citizen()["contact"]["name"]


def test_storage_that_fails_stops_no_other_and_is_tried_again(world: World) -> None:
    world.types(SENTENCE, "1")
    sends_photo(world)
    world.clock.advance(days=CHATS_KEPT_FOR.days + 1)
    world.kept.failing = True
    ends(world)
    assert len(inputs(world)) == 1
    world.kept.failing = False
    ends(world)
    assert (inputs(world), world.kept.objects) == ([], {})


def test_a_mail_is_out_of_sight_before_its_files_are_and_is_gone_only_with_them(world: World) -> None:
    now = world.clock.now()
    name = original_name("mail", "aa")
    world.kept.put(name, b"x", "text/plain")
    mail = Mail(id="m", unit="SXD", arrived_at=now, changed_at=now, words_until=now + TICK, state=MailState.REJECTED,
                files=[MailFile(id="f", name="f", size=1, object="mail")])  # fmt: skip
    world.store.create("mails/m", mail.stored())
    assert (ends(world), world.store.documents["mails/m"]) == (0, mail.stored())
    world.clock.at = now + TICK
    world.kept.failing = True
    ends(world)
    assert world.store.documents["mails/m"]["state"] == MailState.ARRIVING
    world.kept.failing = False
    ends(world)
    assert ("mails/m" in world.store.documents, world.kept.objects) == (False, {})


def test_a_dead_letter_ends_by_itself(world: World) -> None:
    letter = DeadLetter("1", b"{}", {"consumer": "zalo-events-intake", "message_id": "8"}, "")
    identity = KeepDeadLetter(world.store, world.clock, ID_KEY)(letter)
    kept = world.store.documents[f"dead_letters/{identity}"]
    assert kept["expires_at"] - kept["kept_at"] == LETTERS_KEPT_FOR
