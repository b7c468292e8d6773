"""`make officer` creates the first officers, before anyone can add officers at the desk."""

from __future__ import annotations

import pytest

from infra.operate import officer
from infra.operate.cli import main
from infra.operate.target import OpenedTarget
from infra.reference_data import load
from tests.fakes import FakeClock, FakePublisher, FakeStore

NEW = [
    "officer",
    "--email",
    "Lan.NT@example.vn",
    "--name",
    "Nguyễn Thị Lan",
    "--unit",
    "VPUB",
    "--role",
    "coordinator",
    "--yes",
]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    made, clock = FakeStore(), FakeClock()
    load(made, clock)
    monkeypatch.setattr(officer, "target", lambda _: OpenedTarget("test", "p", made, FakePublisher(), clock))
    return made


def test_the_first_one_is_entered_and_again_nothing_changes(store: FakeStore) -> None:
    assert main(NEW) == 0
    (path,) = store.paths("officers")
    entered = dict(store.documents[path])
    assert (entered["email"], entered["unit"], entered["role"]) == ("lan.nt@example.vn", "VPUB", "coordinator")
    assert main(NEW) == 0
    assert store.documents[path] == entered


def test_officer_with_the_known_address_is_changed_and_keeps_the_rest(store: FakeStore) -> None:
    known = {"id": "o7", "name": "Lan", "email": "LAN.nt@example.vn", "unit": "SXD", "role": "officer", "on_duty": True}
    store.create("officers/o7", {"schema_version": 1, **known})
    assert main(NEW) == 0
    assert store.paths("officers") == ["officers/o7"]
    after = store.documents["officers/o7"]
    assert (after["name"], after["unit"], after["role"], after["on_duty"]) == (
        "Nguyễn Thị Lan",
        "VPUB",
        "coordinator",
        True,
    )


def test_dry_it_only_shows(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW, "--dry-run"]) == 0
    assert "enters lan-nt-example-vn" in capsys.readouterr().out
    assert store.paths("officers") == []


@pytest.mark.parametrize(("option", "wrong"), [("--unit", "NOWHERE"), ("--role", "citizen"), ("--email", "lan")])
def test_what_cannot_be_is_refused_with_words(store: FakeStore, option: str, wrong: str) -> None:
    words = list(NEW)
    words[words.index(option) + 1] = wrong
    assert main(words) == 2
    assert store.paths("officers") == []


def test_the_first_administrator_can_be_entered(store: FakeStore) -> None:
    """All other officers and systems are added at the desk by an administrator."""
    assert main([*NEW[:-2], "admin", "--yes"]) == 0
    (path,) = store.paths("officers")
    assert store.documents[path]["role"] == "admin"
