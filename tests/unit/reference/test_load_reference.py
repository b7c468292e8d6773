"""`make load` and mergers of units are previewed, written once, and not undone by the next load."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.adapters.reference import SEEDS, ReferenceInForce, parsed
from petitions.domain.shared.records import replace
from petitions.domain.units.mergers import Merger, MergerFault
from petitions.domain.units.versions import CURRENT_PATH, VersionsInForce
from petitions.errors import Conflict, Retryable
from petitions.ports.store import Transaction
from tests.unit.reference.loading import MERGER, World, changed, seeds


@pytest.fixture
def world() -> World:
    return World()


def test_the_first_load_writes_every_kind_and_the_second_nothing(world: World) -> None:
    assert any(line.startswith("directory draft-") for line in world.load())
    assert {path.split(":")[0] for path in world.store.paths("reference")} == {f"reference/{kind}" for kind in SEEDS}
    before, commits = json.dumps(world.store.documents, default=str), world.store.commits
    assert world.load() == []
    assert (json.dumps(world.store.documents, default=str), world.store.commits) == (before, commits)


def test_a_version_is_one_compact_document_far_below_the_limit(world: World) -> None:
    world.load()
    for path in world.store.paths("reference"):
        data = world.store.documents[path]["data"]
        assert json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":")) == data
        assert len(data.encode()) < 300_000


def test_difference_is_reported_in_counts_and_names(world: World) -> None:
    world.load()
    units = [row for row in parsed("directory.json")["units"] if row["code"] != "SDL"]
    units[0] = {**units[0], "competence": "khác"}
    lines = world.load(directory=changed(units=units))
    assert "  units: 1 gone (SDL Sở Du lịch), 1 changed (VPUB Văn phòng UBND thành phố Hà Nội)" in lines
    texts = {**parsed("texts.vi.json"), "greeting_more": "Xin chào"}
    assert "  greeting_more: nothing -> Xin chào" in world.load(texts=texts, directory=changed(units=units))


def test_planning_writes_nothing(world: World) -> None:
    world.loading.plan(seeds())
    assert world.store.documents == {}


def test_two_loads_at_once_do_not_overwrite_each_other(world: World) -> None:
    mine, theirs = world.loading.plan(seeds()), world.loading.plan(seeds(texts={"only": "one"}))
    world.loading.apply(theirs)
    world.clock.advance(seconds=1)
    with pytest.raises(Conflict):
        world.loading.apply(mine)


def test_a_load_that_was_broken_off_is_finished_by_the_next(world: World) -> None:
    def no_answer(_: Transaction) -> None:
        raise Retryable("no answer", reason="unanswered")

    with pytest.raises(Retryable):
        world.loading.apply(world.loading.plan(seeds()), no_answer)
    assert CURRENT_PATH not in world.store.documents
    world.load()
    assert world.directory_at("2026-11-24").version == reference.directory().version


@pytest.mark.parametrize("crash", ["before", "after"])
def test_a_load_whose_outcome_is_unknown_is_done_once(world: World, crash: str) -> None:
    world.store.crash = crash
    assert world.load()
    assert len(world.store.paths("audit")) == len(SEEDS)
    assert world.load() == []


def test_a_merger_is_in_force_from_its_day_and_not_before(world: World) -> None:
    world.load()
    lines = world.merge()
    assert any("units: 2 changed (SDL Sở Du lịch; SVHTT" in line for line in lines)
    before, after = world.directory_at("2026-11-30"), world.directory_at("2026-12-01")
    assert before.unit("SDL")
    assert before.version == reference.directory().version
    assert after.unit("SDL") is None
    assert after.heir("SDL") == "SVHTT"
    stored = world.store.documents[f"reference/directory:{before.version}"]
    assert (stored["since"], stored["until"]) == ("2025-07-01", "2026-11-30")
    assert world.merge() == []


def test_a_later_load_does_not_undo_a_merger(world: World) -> None:
    world.load()
    world.merge()
    lines = world.load(directory=changed(ward_keywords=["rác"]))
    assert any("ward_keywords" in line for line in lines)
    assert world.days() == ["2025-07-01", "2026-12-01"]
    after = world.directory_at("2026-12-02")
    assert (after.heir("SDL"), after.ward_keywords) == ("SVHTT", ("rác",))


def test_a_directory_that_begins_later_keeps_the_days_before_it(world: World) -> None:
    world.load()
    world.merge()
    world.load(directory=changed(effective_from="2027-01-01", ward_keywords=["rác"]))
    assert world.days() == ["2025-07-01", "2026-12-01", "2027-01-01"]
    assert world.directory_at("2026-12-31").ward_keywords != ("rác",)
    new_year = world.directory_at("2027-01-01")
    assert (new_year.heir("SDL"), new_year.ward_keywords) == ("SVHTT", ("rác",))


def test_mergers_follow_one_another_and_never_slip_behind_a_later_one(world: World) -> None:
    with pytest.raises(MergerFault, match="make load"):
        world.merge()
    world.load()
    world.merge()
    world.merge(Merger(day="2026-12-01", parts=["SQHKT"], into="SXD", source="the same day"))
    assert world.days() == ["2025-07-01", "2026-12-01"]
    both = world.directory_at("2026-12-01")
    assert (both.heir("SDL"), both.heir("SQHKT")) == ("SVHTT", "SXD")
    with pytest.raises(MergerFault, match="later version"):
        world.merge(Merger(day="2026-11-30", parts=["SDTTG"], into="SNV", source="a decision"))


def test_no_merger_is_older_than_the_directory(world: World) -> None:
    world.load()
    with pytest.raises(MergerFault, match="from 2025-07-01"):
        world.merge(replace(MERGER, day="2025-06-30"))


def test_functions_check_once_a_minute_and_keep_unchanged_data(world: World) -> None:
    world.load()
    first = world.in_force()
    assert first.directory.version == reference.directory().version
    world.merge(replace(MERGER, day="2026-11-24"))
    assert world.in_force() is first
    world.clock.advance(seconds=61)
    second = world.in_force()
    assert second is not first
    assert second.directory.heir("SDL") == "SVHTT"
    world.clock.advance(seconds=61)
    assert world.in_force() is second


def test_a_new_day_is_noticed_at_once(world: World) -> None:
    world.load()
    world.merge()
    world.clock.at = datetime.fromisoformat("2026-11-30T23:59:59+07:00")
    assert world.in_force().directory.heir("SDL") == "SDL"
    world.clock.advance(seconds=1)
    assert world.in_force().directory.heir("SDL") == "SVHTT"


def test_a_database_without_reference_data_has_the_packages(world: World) -> None:
    assert world.in_force().directory.version == reference.directory().version
    assert world.in_force().rules.version == reference.rules().version


def test_a_text_that_the_loaded_catalogue_lacks_is_the_packages(world: World) -> None:
    world.load(texts={"status_unknown": "Không có $code."})
    texts = world.in_force().texts
    assert texts.render("status_unknown", code="X") == "Không có X."
    assert texts.render("clock_answer")


def test_unreadable_data_leaves_the_former_data_in_force(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.load()
    first = world.in_force()
    path = f"reference/directory:{first.directory.version}"
    world.merge(replace(MERGER, day="2026-11-24"))
    newest = next(item for item in world.store.paths("reference") if "directory" in item and item != path)
    kept = world.store.documents[newest]["data"]
    world.store.documents[newest]["data"] = '{"form": "of tomorrow"}'
    world.clock.advance(seconds=61)
    assert world.in_force() is first
    assert '"metric": "reference_failed", "reason": "data"' in capsys.readouterr().out
    with pytest.raises(Retryable):  # an instance that has never read any waits
        ReferenceInForce(world.store, world.clock)()
    world.store.documents[newest]["data"] = kept
    world.clock.advance(seconds=61)
    assert world.in_force().directory.heir("SDL") == "SVHTT"


def test_a_database_that_is_down_is_named_as_the_reason(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: str) -> None:
        raise Retryable("Firestore failed: ServiceUnavailable", reason="firestore")

    world.load()
    first = world.in_force()
    monkeypatch.setattr(world.store, "get", down)
    world.clock.advance(seconds=61)
    assert world.in_force() is first
    output = capsys.readouterr().out
    assert "the database is down" in output
    assert '"reason": "firestore"' in output


def with_version(name: str) -> dict[str, Any]:
    return {**parsed("calendars.json"), "version": name}


def test_operators_publication_outlives_loads_until_a_newer_version_ships(world: World) -> None:
    world.load()
    shipped = parsed("calendars.json")
    plan = world.loading.plan_edit("calendars", with_version("city"), shipped)
    assert world.loading.apply(plan)
    world.clock.advance(minutes=2)
    assert world.in_force().calendar.version.startswith("city-")
    assert world.load() == []
    world.merge()
    assert world.load() == []
    world.clock.advance(minutes=2)
    assert world.in_force().calendar.version.startswith("city-")
    assert world.load(calendars=with_version("newer"))
    world.clock.advance(minutes=2)
    assert world.in_force().calendar.version.startswith("newer-")
    assert VersionsInForce.model_validate(world.store.documents[CURRENT_PATH]).edited == {}


def test_publishing_the_data_in_force_writes_nothing(world: World) -> None:
    world.load()
    assert not world.loading.apply(world.loading.plan_edit("calendars", parsed("calendars.json"), with_version("any")))
