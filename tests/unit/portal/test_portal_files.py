"""Files are sent to the portal once: an answer's with the answer, a petition's with the next history line."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.petition_file import FileRef, file_path
from petitions.domain.portal.portal_items import PortalFile, PortalReply
from petitions.domain.shared.outcome import Outcome
from tests.unit.portal.model import CODE, NATIONAL, PortalWorld


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def filed(world: PortalWorld, *names: str, **more: Any) -> None:
    world.file(files=[FileRef(id=name, type="file") for name in names])
    for name in names:
        world.parts.keep_file(CODE, name, **more)


def answered(world: PortalWorld, *names: str) -> int:
    for name in names:
        world.parts.keep_file(CODE, name, "answer")
    world.clock.advance(seconds=1)
    return world.parts.approve(CODE, attachments=names)


def sent(world: PortalWorld) -> list[PortalFile]:
    return [item for _, item in world.portal.effects if isinstance(item, PortalFile)]


def test_an_answers_files_follow_it_in_order(world: PortalWorld) -> None:
    world.file()
    answered(world, "b", "a")
    world.push(CODE)
    rests = ("1", "2", "2:answer", "2:answer:b", "2:answer:a")
    assert world.portal.effect_keys() == [f"{CODE}:{rest}" for rest in rests]
    first = sent(world)[0]
    assert (first.code, first.national_code, first.id, first.purpose) == (CODE, NATIONAL, "b", "answer")
    assert (first.name, first.media_type, first.content) == ("b.pdf", "application/pdf", b"b")
    assert "content" not in repr(first), "bytes are in no message"


def test_the_petitions_own_go_with_the_next_line_and_once(world: PortalWorld) -> None:
    filed(world, "anh")
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1"], "the portal cannot take them before the petition"
    for action, state in (("accept", State.ACCEPTED), ("assign", State.ASSIGNED)):
        world.line(action, state)
        world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2", f"{CODE}:file:anh", f"{CODE}:3"]
    assert world.petition().sync.files == ["anh"]


def test_one_that_is_still_fetched_goes_with_a_later_line(world: PortalWorld) -> None:
    filed(world, "anh", state=AttachmentState.FETCHING)
    world.line("accept", State.ACCEPTED)
    world.push(CODE)
    assert sent(world) == []
    world.store.update(file_path(CODE, "anh"), {"state": "stored"})
    world.line("assign", State.ASSIGNED)
    world.push(CODE)
    assert [file.id for file in sent(world)] == ["anh"]


@pytest.mark.parametrize(
    "more", [{"media_type": "video/mp4"}, {"size": 10**6}, {"state": AttachmentState.FAILED}, {"sha256": None}]
)
def test_file_unsupported_by_the_portal_is_skipped(
    world: PortalWorld, more: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    filed(world, "phim")
    world.store.update(file_path(CODE, "phim"), more)
    world.line("accept", State.ACCEPTED)
    world.push(CODE)
    assert (sent(world), world.petition().sync.files) == ([], ["phim"])
    assert "portal_file_refused" not in capsys.readouterr().out, "it is not even asked for"


def test_one_that_is_refused_does_not_hold_up_the_petition(
    world: PortalWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.file()
    answered(world, "a", "b")
    refused = f"{CODE}:2:answer:a"
    world.portal.before = lambda what: PortalReply(Outcome.REFUSED, "413") if what == refused else None
    world.push(CODE)
    assert [file.id for file in sent(world)] == ["b"]
    assert world.petition().sync.next_at is None
    assert "portal_file_refused" in capsys.readouterr().out


@pytest.mark.parametrize(
    "reply", [PortalReply(Outcome.UNKNOWN, "no_answer"), PortalReply(Outcome.REFUSED, "connect", down=True)]
)
def test_one_that_did_not_arrive_for_sure_is_sent_again(world: PortalWorld, reply: PortalReply) -> None:
    world.file()
    answered(world, "a")
    world.portal.before = lambda what: reply if what == f"{CODE}:2:answer:a" else None
    world.push(CODE)
    assert (sent(world), world.petition().sync.handled_seq) == ([], 1)
    world.portal.before = lambda _: None
    world.clock.advance(minutes=10)
    world.sweep()
    assert [file.id for file in sent(world)] == ["a"]
    assert world.petition().sync.handled_seq == 2


def test_one_that_was_deleted_is_left_out(world: PortalWorld) -> None:
    world.file()
    answered(world, "a", "b")
    del world.store.documents[file_path(CODE, "a")]
    world.push(CODE)
    assert [file.id for file in sent(world)] == ["b"]


def test_file_without_content_is_skipped(world: PortalWorld) -> None:
    world.file()
    answered(world, "a")
    world.parts.bucket.erase("copies/")
    world.push(CODE)
    assert (sent(world), world.petition().sync.handled_seq) == ([], 2)


def test_an_unknown_end_is_looked_up(world: PortalWorld) -> None:
    filed(world, "anh")
    answered(world, "a")
    silence = {f"{CODE}:2:answer:a"}

    def lost(what: str) -> PortalReply | None:
        return PortalReply(Outcome.UNKNOWN, "no_answer", down=True) if what in silence else None

    world.portal.after = lost
    world.push(CODE)
    silence.clear()
    world.clock.advance(minutes=2)
    world.sweep()
    calls = world.portal.effect_keys()
    assert len(calls) == len(set(calls)) == 5
    assert calls[-1] == f"{CODE}:file:anh"


def test_while_the_breaker_is_open_no_file_is_read(world: PortalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.file()
    answered(world, "a")
    world.portal.before = lambda _: PortalReply(Outcome.REFUSED, "connect", down=True)

    def unwanted(_: str) -> Any:
        raise AssertionError("read")

    monkeypatch.setattr(world.parts.bucket, "read", unwanted)
    world.push(CODE)


def test_files_of_petitions_filed_on_the_portal_are_not_pushed(world: PortalWorld) -> None:
    world.file(source="portal", files=[FileRef(id="anh", type="file")])
    world.parts.keep_file(CODE, "anh")
    world.line("accept", State.ACCEPTED)
    world.push(CODE)
    assert sent(world) == []
