"""Edits of a unit's data: valid from their day, kept by loads and mergers, and reverted one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger
from petitions.domain.units.unit_edits import PhraseChange, UnitEdit, edit_directory, fields_before, unit_row
from petitions.domain.units.versions import CURRENT_PATH, VersionsInForce
from petitions.errors import Rejected
from tests.unit.reference.loading import World, changed

SHIPPED = parsed("directory.json")
TODAY = "2026-11-24"


def edit(unit: str = "SDL", word: str = "hướng dẫn viên lậu", day: str = TODAY, **more: Any) -> UnitEdit:
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return UnitEdit(day=day, unit=unit, keywords=PhraseChange(added=[word]), by="admin", at=at, **{"after": 0, **more})


def publish(world: World, made: UnitEdit) -> None:
    plan = world.loading.plan_unit_edit(made, SHIPPED)
    assert world.loading.apply(plan)


def keywords(directory: Directory, unit: str) -> tuple[str, ...]:
    found = directory.unit(unit)
    assert found
    return found.keywords


@pytest.mark.parametrize("loaded", [True, False])
def test_an_edit_is_in_force_from_its_day_and_not_before(*, loaded: bool) -> None:
    world = World()
    if loaded:
        world.load()
    publish(world, edit())
    assert world.days() == ["2025-07-01", TODAY]
    assert "hướng dẫn viên lậu" in keywords(world.directory_at(TODAY), "SDL")
    before = world.directory_at("2026-11-23")
    assert before.version != world.directory_at(TODAY).version
    assert "hướng dẫn viên lậu" not in keywords(before, "SDL")


@pytest.mark.parametrize("loaded", [True, False])
def test_loading_the_same_directory_again_changes_nothing(*, loaded: bool) -> None:
    world = World()
    if loaded:
        world.load()
    publish(world, edit())
    publish(world, edit("SYT", "phòng khám chui"))
    publish(world, edit(word="tua chui", day="2026-11-26"))
    assert world.directory_at("2026-11-26")
    assert not [line for line in world.load() if "directory" in line]


def test_newer_directory_keeps_the_edits_and_reports_it() -> None:
    world = World()
    world.load()
    publish(world, edit())
    lines = world.load(directory=changed(ward_keywords=["rác"]))
    assert "  edits made at the desk stay: SDL" in lines
    found = world.directory_at(TODAY)
    assert found.ward_keywords == ("rác",)
    assert "hướng dẫn viên lậu" in keywords(found, "SDL")
    assert world.load(directory=changed(ward_keywords=["rác"])) == []


def test_an_edit_of_a_unit_that_a_newer_directory_does_not_have_waits_and_is_named() -> None:
    world = World()
    world.load()
    publish(world, edit())
    without = [row for row in SHIPPED["units"] if row["code"] != "SDL"]
    assert "  edits made at the desk fit no unit of it: SDL" in world.load(directory=changed(units=without))
    world.load(directory=changed(ward_keywords=["rác"]))
    assert "hướng dẫn viên lậu" in keywords(world.directory_at(TODAY), "SDL")


def test_a_merger_takes_the_edit_along_whichever_came_first() -> None:
    merger = Merger(day="2026-12-01", parts=["SDL"], into="SVHTT", source="a decision")
    for merger_first in (True, False):
        world = World()
        world.load()
        if merger_first:
            world.merge(merger)
        publish(world, edit(after=int(merger_first)))
        if not merger_first:
            world.merge(merger)
        publish(world, edit("SVHTT", "triển lãm tranh giả", after=1))
        assert "hướng dẫn viên lậu" in keywords(world.directory_at(TODAY), "SDL")
        after = world.directory_at("2026-12-01")
        assert {"hướng dẫn viên lậu", "triển lãm tranh giả"} <= set(keywords(after, "SVHTT"))
        assert after.heir("SDL") == "SVHTT"
        world.load(directory=changed(ward_keywords=["rác"]))
        assert {"hướng dẫn viên lậu", "triển lãm tranh giả"} <= set(keywords(world.directory_at("2026-12-02"), "SVHTT"))


def test_phrases_from_a_merger_can_be_dropped_for_good() -> None:
    world = World()
    world.load()
    world.merge(Merger(day=TODAY, parts=["SDL"], into="SVHTT", source="a decision"))
    came = keywords(Directory.load(SHIPPED), "SDL")[0]
    assert came in keywords(world.directory_at(TODAY), "SVHTT")
    dropped = replace(edit("SVHTT", after=1), keywords=PhraseChange(dropped=[came]))
    publish(world, dropped)
    assert came not in keywords(world.directory_at("2026-11-25"), "SVHTT")
    world.load(directory=changed(ward_keywords=["rác"]))
    assert came not in keywords(world.directory_at("2026-11-26"), "SVHTT")


def test_where_a_whole_directory_is_to_come_it_waits_for_that() -> None:
    world = World()
    world.load()
    world.load(directory=changed(effective_from="2027-01-01", ward_keywords=["rác"]))
    with pytest.raises(Rejected, match="có hiệu lực từ 2027-01-01"):
        world.loading.plan_unit_edit(edit(), SHIPPED)


def test_edit_without_changes_is_refused() -> None:
    world = World()
    world.load()
    there = keywords(Directory.load(SHIPPED), "SDL")[0]
    with pytest.raises(Rejected, match="Không có gì khác"):
        world.loading.plan_unit_edit(edit(word=there), SHIPPED)


def test_one_edit_is_taken_back_and_later_ones_stay() -> None:
    first, second = edit(word="một cụm"), edit(word="hai cụm")
    row = unit_row(edit_directory(edit_directory(SHIPPED, first), second), "SDL")
    assert row
    back = fields_before(row, first)
    assert "một cụm" not in back["keywords"]
    assert "hai cụm" in back["keywords"]


def test_older_documents_have_no_edits() -> None:
    world = World()
    world.load()
    stored = {name: value for name, value in world.store.documents[CURRENT_PATH].items() if name != "unit_edits"}
    assert VersionsInForce.model_validate(stored).unit_edits == []
