"""E-mails that became no petition are deleted after their retention time, as are those of an erased citizen."""

from __future__ import annotations

from datetime import timedelta

from petitions.domain.files.attachment import copy_name
from petitions.domain.mailbox.mail import Mail, MailFile, MailState, mail_path
from petitions.usecases.privacy.end_retention import EndRetention
from tests.unit.privacy.erased import asks, sweep, tells
from tests.unit.world import USER, World


def mail(world: World, mail_id: str, **fields: object) -> Mail:
    file = MailFile(id="1", media_type="application/pdf", size=3, sha256="aa", object=f"object-{mail_id}", kept=True)
    world.kept.put(copy_name(f"object-{mail_id}", "aa"), b"pdf", "application/pdf")
    now = world.clock.now()
    known = {"unit": "VPUB", "arrived_at": now, "changed_at": now, "text": "Lời", "files": [file]}
    made = Mail.model_validate({"id": mail_id, **known, **fields})
    world.store.create(mail_path(mail_id), made.stored())
    return made


def test_what_was_rejected_or_written_by_a_machine_ends_with_its_files_and_nothing_else() -> None:
    world = World()
    end = EndRetention(world.store, world.clock, world.kept)
    until = world.clock.now() + timedelta(days=400)
    mail(world, "rejected", state=MailState.REJECTED, words_until=until)
    mail(world, "aside", state=MailState.ASIDE, automatic="bulk", words_until=until)
    mail(world, "waits")
    end()
    assert len(world.store.paths("mails")) == 3
    world.clock.advance(days=400, seconds=1)
    end()
    assert world.store.paths("mails") == ["mails/waits"]
    assert list(world.kept.objects) == [copy_name("object-waits", "aa")]
    end()
    assert world.store.paths("mails") == ["mails/waits"]


def test_an_erasure_takes_the_mails_from_an_address_of_the_citizen_and_masks_the_others() -> None:
    world = World()
    world.files()
    path = next(item for item in world.store.paths("citizens") if "/inputs/" not in item)
    contact = world.store.documents[path]["contact"] or {}
    world.store.update(path, {"contact": {**contact, "name": "Nguyễn Thị Lan", "email": "lan@example.vn"}})
    mail(world, "theirs", sender="lan@example.vn", text="Tôi hỏi về giấy tờ")
    mail(world, "anothers", sender="binh@example.vn", text="Bà Nguyễn Thị Lan, lan@example.vn, chưa được trả giấy")
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)
    assert world.store.paths("mails") == ["mails/anothers"]
    left = Mail.model_validate(world.store.documents["mails/anothers"])
    assert "Lan" not in left.text
    assert "lan@example.vn" not in left.text
    assert "chưa được trả giấy" in left.text
    assert copy_name("object-theirs", "aa") not in world.kept.objects
    assert copy_name("object-anothers", "aa") in world.kept.objects
    assert USER not in str(world.store.documents["mails/anothers"])


def test_an_erasure_waits_for_a_mail_that_is_being_taken_in() -> None:
    world = World()
    world.files()
    path = next(item for item in world.store.paths("citizens") if "/inputs/" not in item)
    contact = world.store.documents[path]["contact"] or {}
    world.store.update(path, {"contact": {**contact, "email": "lan@example.vn"}})
    mail(world, "theirs", sender="lan@example.vn", state=MailState.ARRIVING)
    asks(world)
    sweep(world)
    assert world.store.paths("mails") == ["mails/theirs"]
    world.store.update("mails/theirs", {"state": MailState.NEW.value})
    world.clock.advance(minutes=2)
    sweep(world)
    assert world.store.paths("mails") == []
