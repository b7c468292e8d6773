"""History lines that the portal refuses are shown to the operator, who sends them again."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from infra.operate import replay
from infra.operate.cli import main
from infra.operate.target import OpenedTarget
from petitions.adapters.portal.mapping import schema
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.portal.portal_change import inbound_id
from petitions.domain.portal.portal_items import PortalChange
from petitions.domain.shared.instants import hanoi
from petitions.errors import Conflict, NotFound, Retryable
from petitions.ports.store import DELETE
from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter, KeepDeadLetter
from petitions.usecases.dead_letters.replay_dead_letter import ReplayDeadLetters, StuckChanges, open_differences
from petitions.usecases.portal.keep_difference import dismiss, request_repair
from tests.portal_parts import approved
from tests.unit.portal.model import CODE, NATIONAL, PortalWorld

SECRET = "Tôi ở số 5 phố Huế, 0912345678"


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def kept(
    world: PortalWorld, data: bytes, consumer: str = "zalo-events-intake", message: str = "m1"
) -> tuple[ReplayDeadLetters, str]:
    attributes = {"CloudPubSubDeadLetterSourceSubscription": consumer, "hash": "h1"}
    keep = KeepDeadLetter(world.store, world.clock, b"k" * 20)
    letter_id = keep(DeadLetter(message, data, attributes, "key"))
    topics = {"zalo-events-intake": "zalo-events"}
    return ReplayDeadLetters(world.store, world.publisher, world.clock, topics), letter_id


def test_a_letter_is_listed_shown_without_words_and_replayed_once(world: PortalWorld) -> None:
    body = {"event_name": "user_send_text", "message": {"text": SECRET, "parts": [1, 2]}}
    letters, letter_id = kept(world, json.dumps(body).encode())
    assert [document.id for document in letters.waiting()] == [letter_id]
    shown = letters.summary(letter_id)
    assert shown["payload"] == {"event_name": "str(14)", "message": {"text": "str(30)", "parts": ["int", "int"]}}
    assert not any(word in json.dumps(shown, default=str) for word in ("Huế", "0912345678"))
    assert letters.replay(letter_id) == "zalo-events"
    [message] = world.publisher.published
    assert (message.topic, message.data, message.key, message.attributes) == (
        "zalo-events",
        body,
        "key",
        {"hash": "h1"},
    )
    assert list(letters.waiting()) == []
    with pytest.raises(Conflict, match="already"):
        letters.replay(letter_id)


def test_a_letter_that_could_not_be_published_still_waits(world: PortalWorld) -> None:
    letters, letter_id = kept(world, b'{"event_name": "user_send_text"}')
    world.publisher.failing = True
    with pytest.raises(Retryable):
        letters.replay(letter_id)
    assert [document.id for document in letters.waiting()] == [letter_id]
    world.publisher.failing = False
    letters.replay(letter_id)
    assert len(world.publisher.published) == 1


@pytest.mark.parametrize(("data", "consumer"), [(b"{", "zalo-events-intake"), (b"{}", "zalo_webhook")])
def test_letter_that_cannot_be_replayed_stays_with_a_reason(world: PortalWorld, data: bytes, consumer: str) -> None:
    letters, letter_id = kept(world, data, consumer)
    with pytest.raises(Conflict):
        letters.replay(letter_id)
    assert [document.id for document in letters.waiting()] == [letter_id]
    with pytest.raises(NotFound):
        letters.summary("nothing")


def test_a_change_with_an_unknown_code_is_applied_once_the_mapping_knows_it(world: PortalWorld) -> None:
    world.file(state=State.ANSWERED, reply=approved("Đã thay.", world.clock.now() - timedelta(hours=1)))
    fields: dict[str, Any] = {"code": CODE, "national_code": NATIONAL, "text": "", "at": world.clock.now()}
    strange = PortalChange("TD1", None, raw={"LOAI": "LA"}, strange="kind", **fields)
    world.portal.feed = [strange]
    world.pull()
    known = PortalChange("TD1", "returned", raw={"LOAI": "LA"}, **fields)
    stuck = StuckChanges(world.store, world.clock, lambda _: known)
    assert [(inbound_change.id, inbound_change.reason) for inbound_change in stuck.waiting()] == [("TD1", "kind")]
    world.clock.advance(minutes=5)
    stuck.replay(inbound_id("TD1"))
    world.pull()
    world.pull()
    assert (world.petition().state, world.petition().version) == (State.REDO, 2)
    assert list(stuck.waiting()) == []
    with pytest.raises(Conflict):
        stuck.replay(inbound_id("TD1"))


def test_a_conflict_is_for_a_person_also_when_a_repair_is_asked_for(world: PortalWorld) -> None:
    world.file(state=State.CLOSED)
    fields: dict[str, Any] = {"code": CODE, "national_code": NATIONAL, "text": "", "at": world.clock.now(), "raw": {}}
    world.portal.feed = [PortalChange("TD1", "returned", **fields)]
    world.pull()
    [difference] = open_differences(world.store)
    with pytest.raises(Conflict):
        world.store.transact(lambda tx: request_repair(tx, difference.id, "minh"))
    assert [open_difference.id for open_difference in open_differences(world.store)] == [difference.id]
    with pytest.raises(NotFound):
        world.store.transact(lambda tx: request_repair(tx, "nothing", "minh"))
    assert world.store.transact(lambda tx: dismiss(tx, difference.id, "minh")).state == "dismissed"
    assert list(open_differences(world.store)) == []


def test_a_dry_run_of_all_letters_names_those_that_would_go_and_publishes_none(
    world: PortalWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, letter_id = kept(world, b'{"a": 1}')
    reason = world.store.documents[f"dead_letters/{letter_id}"]["reason"]
    where = OpenedTarget("stack x", "p", world.store, world.publisher, world.clock)
    monkeypatch.setattr(replay, "target", lambda _: where)
    capsys.readouterr()
    assert main(["replay", "letters", "--dry-run"]) == 0
    assert main(["replay", "letters", "another-reason", "--dry-run"]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.split()[:3] == ["letter", letter_id, reason]
    assert first.endswith("would be published to zalo-events")
    assert second == "stack x: 1 would be published again, 0 stay"
    assert third == "stack x: 0 would be published again, 0 stay"
    assert main(["replay", "letter", letter_id, "--dry-run"]) == 0
    assert capsys.readouterr().out == f"stack x: {letter_id} would be published to zalo-events\n"
    assert world.publisher.published == []
    assert main(["replay", "change", letter_id, "--dry-run"]) == 2
    assert main(["replay", "letters", "--yes"]) == 0
    assert len(world.publisher.published) == 1


def test_dry_run_reports_unpublishable_data(
    world: PortalWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    letters, letter_id = kept(world, b"{")
    where = OpenedTarget("stack x", "p", world.store, world.publisher, world.clock)
    monkeypatch.setattr(replay, "target", lambda _: where)
    capsys.readouterr()
    assert main(["replay", "letters", "--dry-run"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.endswith("stays: its content is not a JSON object: no consumer can read it")
    assert "(Hanoi)" in first
    assert last == "stack x: 0 would be published again, 1 stay"
    assert letters.summary(letter_id)["payload"] == "unreadable: not JSON"


@pytest.mark.parametrize(
    ("data", "consumer"),
    [(b"{", "zalo-events-intake"), (b'{"a": 1}', "zalo_webhook"), (b"[]", "zalo-events-intake")],
    ids=["not JSON", "of no subscription", "no object"],
)
def test_a_letter_that_nobody_can_handle_is_dismissed_with_a_reason_and_kept(
    world: PortalWorld,
    data: bytes,
    consumer: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    letters, letter_id = kept(world, data, consumer)
    monkeypatch.setattr(
        replay, "target", lambda _: OpenedTarget("stack x", "p", world.store, world.publisher, world.clock)
    )
    assert main(["replay", "dismiss", letter_id]) == 2
    assert main(["replay", "dismiss", letter_id, "--reason", "  "]) == 2
    assert [document.id for document in letters.waiting()] == [letter_id]
    assert main(["replay", "dismiss", letter_id, "--reason", "gửi thử từ console"]) == 0
    capsys.readouterr()
    assert main(["replay", "list"]) == 0
    assert capsys.readouterr().out == "stack x: nothing is stuck\n"
    assert letters.summary(letter_id)["dismissed_at"] == world.clock.now()
    [entry] = [world.store.documents[path] for path in world.store.paths("audit")]
    assert (entry["action"], entry["subject"]) == ("letter_dismissed", letter_id)
    assert entry["reason"].endswith(": gửi thử từ console")
    assert main(["replay", "dismiss", letter_id, "--reason", "x"]) == 1
    assert main(["replay", "letter", letter_id]) == 1
    assert len(world.store.paths("audit")) == 1
    assert world.publisher.published == []


def test_a_letter_that_may_yet_be_handled_is_not_dismissed(world: PortalWorld) -> None:
    letters, letter_id = kept(world, b'{"a": 1}')
    with pytest.raises(Conflict, match="publish it again"):
        letters.dismiss(letter_id, "minh", "alt", "e1")
    with pytest.raises(NotFound):
        letters.dismiss("zalo-events-intake:m2", "minh", "alt", "e1")
    world.store.update(f"dead_letters/{letter_id}", {"reason": "malformed"})
    letters.dismiss(letter_id, "minh", "alt", "e1")
    assert list(letters.waiting()) == []
    with pytest.raises(Conflict, match="dismissed already"):
        letters.replay(letter_id)


@pytest.fixture
def stack(world: PortalWorld, monkeypatch: pytest.MonkeyPatch) -> OpenedTarget:
    where = OpenedTarget("stack x", "p", world.store, world.publisher, world.clock)
    monkeypatch.setattr(replay, "target", lambda _: where)
    return where


@pytest.mark.usefixtures("stack")
def test_all_letters_of_one_reason_are_dismissed_but_those_that_may_yet_be_handled(
    world: PortalWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    letters, hopeless = kept(world, b"{")
    _, readable = kept(world, b'{"a": 1}', message="m2")
    (reason,) = {letter.data["reason"] for letter in letters.waiting()}
    assert main(["replay", "dismiss-letters", reason]) == 2
    capsys.readouterr()
    assert main(["replay", "dismiss-letters", reason, "--reason", "thử", "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert f"stack x: 1 letters with the reason {reason} are hopeless" in output
    assert "stack x: 1 more stay, as they may yet be handled" in output
    assert main(["replay", "dismiss-letters", reason, "--reason", "thử"]) == 0
    assert len(list(letters.waiting())) == 2, "nobody was asked"
    assert main(["replay", "dismiss-letters", reason, "--reason", "thử", "--yes"]) == 0
    assert [letter.id for letter in letters.waiting()] == [readable]
    assert letters.summary(hopeless)["dismissed_at"] == world.clock.now()
    assert len(world.store.paths("audit")) == 1


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("what", ["show", "letter", "dismiss"])
def test_a_reason_is_no_id(world: PortalWorld, capsys: pytest.CaptureFixture[str], what: str) -> None:
    letters, _ = kept(world, b"{")
    (reason,) = {letter.data["reason"] for letter in letters.waiting()}
    assert main(["replay", what, reason]) == 2
    assert f"{reason} is a reason, not an ID" in capsys.readouterr().err
    assert main(["replay", what, "nothing"]) == 1


@pytest.mark.usefixtures("stack")
def test_the_list_is_in_hanoi_s_time_and_explains_several_letters_of_one_message(
    world: PortalWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    _, letter_id = kept(world, b"{")
    kept(world, b"{", "jobs-reports")
    assert main(["replay", "list"]) == 0
    output = capsys.readouterr().out
    at = f"{hanoi(world.clock.now()):%d/%m/%Y %H:%M} (Hanoi)"
    assert output.count(at) == 2
    assert "2 letters of 1 messages: each function that failed at one keeps its own letter" in output
    assert main(["replay", "show", letter_id]) == 0
    assert at in capsys.readouterr().out


@pytest.mark.usefixtures("stack")
def test_what_stays_is_named_before_the_question(world: PortalWorld, capsys: pytest.CaptureFixture[str]) -> None:
    kept(world, b"{")
    kept(world, b'{"a": 1}', message="m2")
    assert main(["replay", "letters"]) == 0
    shown = capsys.readouterr()
    assert "stays: its content is not a JSON object" in shown.out
    assert "nobody to ask" in shown.err
    assert shown.out.endswith("stack x: 2 dead letters wait\n")
    assert world.publisher.published == []
    assert main(["replay", "letters", "--yes"]) == 0
    assert len(world.publisher.published) == 1


@pytest.mark.usefixtures("stack")
def test_letters_of_another_reason_are_neither_dismissed_nor_published(
    world: PortalWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    letters, hopeless = kept(world, b"{")
    _, of_another = kept(world, b"[", message="m2")
    _, readable = kept(world, b'{"a": 1}', message="m3")
    _, not_asked_for = kept(world, b'{"a": 2}', message="m4")
    for letter_id, reason in ((of_another, "malformed"), (not_asked_for, "malformed")):
        world.store.update(f"dead_letters/{letter_id}", {"reason": reason})
    reason = world.store.documents[f"dead_letters/{hopeless}"]["reason"]
    capsys.readouterr()
    assert main(["replay", "letters", reason, "--yes"]) == 0
    assert [message.data for message in world.publisher.published] == [{"a": 1}]
    assert capsys.readouterr().out.splitlines()[-1] == f"{readable} -> zalo-events"
    assert main(["replay", "dismiss-letters", reason, "--reason", "thử", "--yes"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "stack x: 1 letters are dismissed"
    assert {letter.id for letter in letters.waiting()} == {of_another, not_asked_for}


@pytest.mark.usefixtures("stack")
def test_a_question_says_how_many_go_and_how_many_stay(world: PortalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[str] = []

    def ask(_: object, question: str) -> bool:
        questions.append(question)
        return False

    monkeypatch.setattr(replay, "agreed", ask)
    kept(world, b'{"a": 1}')
    assert main(["replay", "letters"]) == 0
    kept(world, b"{", message="m2")
    assert main(["replay", "letters"]) == 0
    assert questions == [
        "stack x: publish 1 dead letters again?",
        "stack x: publish 1 dead letters again (1 stay)?",
    ]
    assert world.publisher.published == []


@pytest.mark.usefixtures("stack")
def test_a_difference_is_dismissed_or_repaired_by_the_command_and_needs_no_reason(
    world: PortalWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.file(state=State.CLOSED)
    fields: dict[str, Any] = {"code": CODE, "national_code": NATIONAL, "text": "", "at": world.clock.now(), "raw": {}}
    world.portal.feed = [PortalChange("TD1", "returned", **fields)]
    world.pull()
    [difference] = open_differences(world.store)
    assert main(["replay", "repair", difference.id]) == 1
    assert [one.id for one in open_differences(world.store)] == [difference.id]
    assert main(["replay", "dismiss", difference.id]) == 0
    assert capsys.readouterr().out.endswith(f"stack x: {difference.id} is dismissed\n")
    assert list(open_differences(world.store)) == []


@pytest.mark.usefixtures("stack")
def test_the_list_names_changes_and_differences_of_the_portal(
    world: PortalWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.file(state=State.CLOSED)
    fields: dict[str, Any] = {"code": CODE, "national_code": NATIONAL, "text": "", "at": world.clock.now(), "raw": {}}
    world.portal.feed = [PortalChange("TD1", "returned", **fields)]
    world.pull()
    [difference] = open_differences(world.store)
    (change,) = StuckChanges(world.store, world.clock, lambda _: world.portal.feed[0]).waiting()
    for reason in (change.reason, None):
        world.store.update(change.path, {"reason": reason or DELETE})
        capsys.readouterr()
        assert main(["replay", "list"]) == 0
        proposed = f"{difference.reason}  proposed: {difference.repair}"
        assert capsys.readouterr().out.splitlines() == [
            f"change      {inbound_id('TD1')}  conflict  {reason or '-'}",
            f"difference  {difference.id}  {difference.kind}  {proposed}",
        ]


@pytest.mark.usefixtures("stack")
def test_a_change_that_is_still_unknown_is_called_so(
    world: PortalWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = [None, "returned"]
    monkeypatch.setattr(StuckChanges, "replay", lambda *_: SimpleNamespace(kind=kinds.pop(0)))
    for words in ("still unknown", "returned"):
        assert main(["replay", "change", "TD1"]) == 0
        assert capsys.readouterr().out == f"stack x: TD1 is {words}; the next pull applies it\n"


def test_the_schema_of_the_mapping_is_printed_without_a_system(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(replay, "target", lambda _: pytest.fail("no system is needed"))
    assert main(["replay", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize(("what", "thing"), [("change", "change"), ("show", "dead letter"), ("letter", "dead letter")])
def test_what_is_not_there_is_named(capsys: pytest.CaptureFixture[str], what: str, thing: str) -> None:
    assert main(["replay", what, "nothing"]) == 1
    assert capsys.readouterr().err == f"error: there is no {thing} nothing\n"


@pytest.mark.usefixtures("stack")
def test_nothing_is_called_dismissed_that_is_not(world: PortalWorld, capsys: pytest.CaptureFixture[str]) -> None:
    for identity in ("of-no-difference", "zalo-events-intake:of-no-letter"):
        assert main(["replay", "dismiss", identity, "--reason", "x"]) == 1
    assert "is dismissed" not in capsys.readouterr().out


def test_of_a_list_three_items_are_shown(world: PortalWorld) -> None:
    letters, letter_id = kept(world, b'{"a": [1, 2, 3, 4], "b": [true, "x"]}')
    assert letters.summary(letter_id)["payload"] == {"a": ["int"] * 3, "b": ["bool", "str(1)"]}
