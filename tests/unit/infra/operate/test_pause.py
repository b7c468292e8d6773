"""`make pause` and `make resume` show the state, ask for confirmation, and then switch."""

from __future__ import annotations

import pytest

from infra.operate import pause
from infra.operate.cli import main
from infra.operate.target import OpenedTarget
from petitions.usecases.notices.read_sending import SendingState, read_sending
from tests.fakes import FakeClock, FakePublisher, FakeStore

CLOCK = FakeClock()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    made = FakeStore()
    monkeypatch.setattr(pause, "target", lambda _: OpenedTarget("stack x", "p", made, FakePublisher(), CLOCK))
    return made


def is_paused(store: FakeStore) -> bool:
    return read_sending(store, CLOCK).paused_since is not None


def test_pause_and_resume_say_the_state_before_and_what_follows(
    store: FakeStore, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, paused, before, after in (
        ("pause", True, "sending is on, 0 messages", "sending is paused; within 5 seconds nothing more goes out"),
        ("pause", True, "PAUSED since", "sending was paused already"),
        ("resume", False, "PAUSED since", "sending is on; messages that waited go out within a minute or two"),
        ("resume", False, "sending is on, 0 messages", "sending was on already"),
    ):
        assert main([command, "--yes"]) == 0
        first, *_, last = capsys.readouterr().out.splitlines()
        assert first.startswith(f"stack x: {before}")
        assert last.startswith(f"stack x: {after}")
        assert is_paused(store) == paused


@pytest.mark.parametrize(("words", "status"), [(["--dry-run", "--yes"], 0), ([], 1)])
def test_dry_or_without_a_yes_nothing_is_switched(
    store: FakeStore, words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pause", *words]) == status
    assert not is_paused(store)
    assert capsys.readouterr().out == "stack x: sending is on, 0 messages are due now\n"


def refused(**fields: object) -> SendingState:
    now = CLOCK.now()
    given = {"paused_since": None, "waiting": 0, "refused": {"x": 1, "y": 2}, "refused_since": now, "next_try": now}
    return SendingState(**{**given, **fields})  # type: ignore[arg-type]


def test_what_is_refused_goes_out_when_its_time_has_come_unless_sending_is_paused() -> None:
    now = CLOCK.now()
    (due, _) = pause.state_in_words(refused(), now)
    assert due.startswith("REFUSED (x: 1, y: 2): 3 messages wait")
    assert due.endswith("the next goes out within a minute")
    (paused, waiting) = pause.state_in_words(refused(paused_since=now), now)
    assert paused.startswith("PAUSED")
    assert waiting.endswith("next try at 09:00 thứ Hai 23/11/2026")
