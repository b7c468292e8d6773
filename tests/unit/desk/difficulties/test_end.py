"""Closed reports of difficulties are deleted with their files after the retention time, open ones are kept."""

from __future__ import annotations

import io
from datetime import timedelta

from petitions.domain.shared.retention import RECORDS_KEPT_FOR
from petitions.usecases.privacy.end_retention import EndRetention
from tests import media
from tests.unit.desk.difficulties.reported import does, reported, stored
from tests.unit.desk.office import Office


def ends(office: Office) -> int:
    return EndRetention(office.store, office.clock, office.kept)()


def test_old_closed_difficulties_are_deleted_with_files_and_open_ones_stay() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    closed = reported(office, files=(io.BytesIO(media.jpeg()), "man-hinh.jpg"))
    waiting = reported(office, key="form-0002", files=(io.BytesIO(media.png()), "man-hinh-2.png"))
    assert does(coordinator, closed, "close", why="Đã sửa", text="Đã sửa") == 303
    objects = len(office.kept.objects)
    assert objects == 2
    office.clock.advance(seconds=(RECORDS_KEPT_FOR - timedelta(minutes=1)).total_seconds())
    assert ends(office) == 0
    assert (len(office.store.paths("difficulties")), len(office.kept.objects)) == (2, objects)
    office.clock.advance(seconds=120)
    assert ends(office) == 1
    assert office.store.paths("difficulties") == [f"difficulties/{waiting.id}"]
    assert len(office.kept.objects) == 1
    assert ends(office) == 0


def test_one_that_is_taken_up_again_stays() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    difficulty = reported(office)
    assert does(coordinator, difficulty, "answer", text="Đã thêm chỗ ghi số văn bản") == 303
    assert does(coordinator, stored(office, difficulty.id), "close", why="Đã trả lời", text="Đã trả lời") == 303
    assert stored(office, difficulty.id).closed_at
    person = office.at_desk("sxd-officer")
    assert does(person, stored(office, difficulty.id), "judge", helped="", text="Chưa được, vẫn phải chép tay") == 303
    assert stored(office, difficulty.id).closed_at is None
    office.clock.advance(seconds=RECORDS_KEPT_FOR.total_seconds() + 60)
    assert ends(office) == 0
    assert stored(office, difficulty.id).id == difficulty.id


def test_a_bucket_that_is_down_is_tried_again() -> None:
    office = Office()
    difficulty = reported(office, files=(io.BytesIO(media.jpeg()), "man-hinh.jpg"))
    assert does(office.at_desk("coordinator"), difficulty, "close", why="Đã sửa", text="Đã sửa") == 303
    office.clock.advance(seconds=RECORDS_KEPT_FOR.total_seconds() + 60)
    office.kept.failing = True
    ends(office)
    assert len(office.store.paths("difficulties")) == 1
    office.kept.failing = False
    ends(office)
    assert office.store.paths("difficulties") == []
    assert office.kept.objects == {}
