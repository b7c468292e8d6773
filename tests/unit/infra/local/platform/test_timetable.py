from __future__ import annotations

from datetime import UTC, datetime, timedelta

from infra import manifest as manifests
from infra.local.platform.timetable import Timetable, cron_faults
from petitions.domain.shared.records import replace

NOW = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)


def test_the_timetable_gives_each_instant_once_and_in_order() -> None:
    table = Timetable({"minute": "* * * * *", "morning": "0 8 * * *"}, "Asia/Ho_Chi_Minh")
    steps = list(table.after(NOW, NOW + timedelta(days=1)))
    instants = [instant for instant, _ in steps]
    assert len(steps) == 24 * 60
    assert instants == sorted(set(instants))
    assert [instant for instant, names in steps if "morning" in names] == [datetime(2026, 11, 25, 1, tzinfo=UTC)]
    assert table.next("morning", NOW) == datetime(2026, 11, 25, 1, tzinfo=UTC)
    assert list(table.after(NOW, NOW + timedelta(seconds=29))) == []
    assert [i for i, _ in table.after(NOW, NOW + timedelta(seconds=30))] == [NOW + timedelta(seconds=30)]


def test_cron_faults_name_the_schedule() -> None:
    manifest = manifests.load()
    assert cron_faults(manifest) == []
    schedules = {
        **manifest.schedules,
        "relay-sweep": replace(manifest.schedules["relay-sweep"], cron="61 * * * *"),
    }
    wrong = replace(manifest, time_zone="Asia/Nowhere", schedules=schedules)
    assert [fault.partition(":")[0] for fault in cron_faults(wrong)] == ["schedule relay-sweep", "time_zone"]
