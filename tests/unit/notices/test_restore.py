"""After a restore from a backup, nothing is sent twice.

Notices that were being sent at the time of the backup are settled or held back.
"""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from infra.operate.cli import main
from infra.operate.recovery import restore
from infra.operate.recovery.restore import Restored
from infra.operate.target import OpenedTarget
from petitions.domain.notices.notice import NoticeState, notice_path
from petitions.domain.privacy.erasure import Erasure, erasure_path
from petitions.domain.shared.records import replace
from petitions.errors import Permanent
from petitions.ports.store import DELETE
from petitions.usecases.notices.sending_limits import set_switch
from petitions.usecases.portal.pull_changes import CURSOR_PATH
from tests.fakes import FakePublisher, FakeStore
from tests.unit.notices.channel import WHO, Channel


def restored(store: FakeStore) -> FakeStore:
    made = FakeStore()
    for path, fields in copy.deepcopy(store.documents).items():
        made.create(path, fields)
    return made


def safe(channel: Channel, new: FakeStore, old: FakeStore | None, *, dry: bool = False) -> Restored:
    return Restored(new, old, channel.clock.now() - timedelta(minutes=5), channel.clock, dry)


def test_message_sent_since_the_backup_is_not_repeated() -> None:
    channel = Channel()
    channel.plan("later")
    new = restored(channel.store)
    channel.send("later")
    assert safe(channel, new, channel.store).notices() == (1, 0)
    assert new.documents[notice_path("later")]["state"] == "sent"
    assert new.documents[notice_path("later")]["message_ids"] == channel.notice("later").message_ids


def test_a_result_sent_once_more_since_the_backup_keeps_its_mark_and_its_closed_routes() -> None:
    channel = Channel()
    channel.plan("held", kind="answered")
    new = restored(channel.store)
    tried = replace(channel.notice("held"), state=NoticeState.UNKNOWN, repeated=True, closed=["consultation"])
    channel.store.update(notice_path("held"), tried.stored())
    safe(channel, new, channel.store).notices()
    assert new.documents[notice_path("held")] == channel.store.documents[notice_path("held")]


def test_message_unsent_in_the_former_database_still_waits() -> None:
    channel = Channel()
    channel.plan("later")
    new = restored(channel.store)
    assert safe(channel, new, channel.store).notices() == (1, 0)
    assert new.documents[notice_path("later")] == channel.store.documents[notice_path("later")]


@pytest.mark.parametrize("kind", ["reply", "answered"])
def test_without_the_former_database_messages_under_way_are_unknown_and_results_repeated(kind: str) -> None:
    channel = Channel()
    channel.plan("held", kind=kind)
    new = restored(channel.store)
    made = safe(channel, new, None)
    assert made.sending_off() == 1
    assert made.notices() == (0, 1)
    assert made.notices() == (0, 0)
    assert new.documents[notice_path("held")]["state"] == "unknown"
    channel.store, sent = new, len(channel.zalo.sent)
    again = Channel(of=channel)
    channel.clock.advance(hours=1)
    again.sweep()
    assert len(channel.zalo.sent) == sent  # sending is off
    set_switch(new, channel.clock, paused=False)
    channel.clock.advance(minutes=1)
    again.sweep()
    again.sweep()
    assert len(channel.zalo.sent) - sent == (1 if kind == "answered" else 0)


def test_a_sending_that_stopped_in_the_middle_is_held_even_if_the_former_database_has_it() -> None:
    channel = Channel()
    channel.plan("held")
    notice = channel.notice("held").sending("a1", channel.clock.now())
    channel.store.update(notice_path("held"), notice.stored())
    assert safe(channel, restored(channel.store), channel.store).notices() == (0, 1)


def test_what_waits_for_its_citizen_is_left_and_what_is_due_as_well_is_not() -> None:
    channel = Channel()
    for name, due in (("waits", None), ("due", channel.clock.now())):
        channel.plan(name)
        waiting = replace(channel.notice(name), state=NoticeState.WAITING, waits_for="citizen", next_attempt_at=due)
        channel.store.update(notice_path(name), {"next_attempt_at": DELETE, **waiting.stored()})
    new = restored(channel.store)
    assert safe(channel, new, None).notices() == (0, 1)
    states = {name: new.documents[notice_path(name)]["state"] for name in ("waits", "due")}
    assert states == {"waits": "waiting", "due": "unknown"}


@pytest.mark.parametrize("dry", [True, False])
def test_without_the_former_database_nothing_is_taken_over_from_it(*, dry: bool) -> None:
    channel = Channel()
    made = safe(channel, restored(channel.store), None, dry=dry)
    assert (made.marks(), made.erasures(), made.cursor()) == (0, 0, 0)


def test_reminders_that_fired_since_do_not_fire_again() -> None:
    channel = Channel()
    channel.store.create("reminders/before", {"at": 1})
    new = restored(channel.store)
    channel.store.create("reminders/since", {"at": 2})
    channel.store.create("digests/2026-11-24:SXD", {"at": 3})
    made = safe(channel, new, channel.store)
    assert (made.marks(), made.marks()) == (2, 0)
    assert new.documents["reminders/since"] == {"at": 2}


def test_the_portal_is_read_from_before_the_backup() -> None:
    channel = Channel()
    now = channel.clock.now()
    new = FakeStore()
    new.create(CURSOR_PATH, {"cursor": now, "lease_until": now, "reading": {"page": 3}, "newest": now})
    made = safe(channel, new, None)
    assert (made.cursor(), made.cursor()) == (1, 0)
    assert new.documents[CURSOR_PATH] == {"cursor": made.at - timedelta(days=1), "newest": now}


def test_dry_it_counts_and_writes_nothing() -> None:
    channel = Channel()
    channel.plan("held")
    new = restored(channel.store)
    new.create(CURSOR_PATH, {"cursor": channel.clock.now()})
    channel.store.create("reminders/since", {"at": 2})
    deed = Erasure(by="citizen", asked_at=channel.clock.now(), until=channel.clock.now(), stage="done")
    channel.store.create(erasure_path("k"), deed.stored())
    before = copy.deepcopy(new.documents)
    made = safe(channel, new, channel.store, dry=True)
    assert (made.sending_off(), made.notices(), made.marks(), made.cursor()) == (1, (1, 0), 1, 1)
    assert made.erasures() == 1
    assert new.documents == before
    assert f"citizens/{WHO}" in before


def where(monkeypatch: pytest.MonkeyPatch, store: FakeStore, old: FakeStore) -> None:
    channel = Channel()
    place = OpenedTarget("stack x", "p", store, FakePublisher(), channel.clock)
    monkeypatch.setattr(restore, "target", lambda _: place)
    monkeypatch.setattr(restore, "FirestoreStore", lambda _project, _database: old)


RESTORED = ["restored", "--database", "petitions-restored", "--from", "petitions", "--at", "2026-11-24T02:00Z"]


def with_petition() -> FakeStore:
    store = FakeStore()
    store.create("petitions/HN-1", {"code": "HN-1"})
    return store


@pytest.mark.parametrize("empty", ["restored", "former"])
def test_a_database_that_is_missing_or_empty_is_refused(
    empty: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stores = {"restored": with_petition(), "former": with_petition(), empty: FakeStore()}
    where(monkeypatch, stores["restored"], stores["former"])
    assert main([*RESTORED, "--dry-run"]) == 1
    shown = capsys.readouterr()
    assert "does not exist or is empty; nothing was done" in shown.err
    assert shown.out == ""


def test_a_database_that_firestore_does_not_know_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(_: object) -> None:
        raise Permanent("Firestore refused: NotFound", reason="firestore")

    store = FakeStore()
    where(monkeypatch, store, with_petition())
    monkeypatch.setattr(store, "find", missing)
    assert main([*RESTORED, "--yes"]) == 1
    assert "petitions-restored does not exist" in capsys.readouterr().err


@pytest.mark.parametrize("dry", [True, False])
def test_every_step_is_told_in_its_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, dry: bool
) -> None:
    steps = {"sending_off": 1, "notices": (2, 3), "marks": 4, "cursor": 1, "erasures": 5}
    taken: list[str] = []

    def takes(name: str) -> object:
        taken.append(name)
        return steps[name]

    for name in steps:
        monkeypatch.setattr(Restored, name, lambda _, name=name: takes(name))
    where(monkeypatch, with_petition(), with_petition())
    assert main([*RESTORED, "--dry-run" if dry else "--yes"]) == 0
    would = "would be " if dry else ""
    assert taken == [*steps], "nothing is read again before sending is off"
    assert capsys.readouterr().out.splitlines() == [
        f"sending: {would}switched off",
        f"notices on their way: 2 {would}settled by the former database, 3 {would}held as unknown",
        f"reminders and digests fired since: 4 {would}taken over",
        f"portal: {would}read again from before the backup",
        f"erasures: 5 {would}entered again",
        "dry run: nothing was written" if dry else "make resume starts sending, once functions run on it",
    ]


def test_a_database_that_is_safe_already_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where(monkeypatch, with_petition(), with_petition())
    for _ in range(2):
        capsys.readouterr()
        assert main([*RESTORED, "--yes"]) == 0
    first, *_, portal, erased, _ = capsys.readouterr().out.splitlines()
    assert (first, portal) == ("sending: off already", "portal: cursor is before the backup")
    assert erased == "erasures: 0 entered again"


@pytest.mark.parametrize("database", ["petitions", "a"])
def test_the_database_in_use_is_never_taken_for_the_restored_one(database: str) -> None:
    assert main(["restored", "--database", database, "--from", "a", "--at", "2026-11-24T02:00Z"]) == 2
