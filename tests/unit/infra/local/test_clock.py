from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.clock import LocalClock


def test_the_clock_moves_forward_only_and_every_move_is_seen(tmp_path: Path) -> None:
    mover, reader = LocalClock(tmp_path / "clock"), LocalClock(tmp_path / "clock")
    for minute in range(1, 200):
        target = datetime.now(UTC) + timedelta(minutes=minute)
        mover.move_to(target)
        assert abs(reader.now() - target) < timedelta(seconds=5)
    with pytest.raises(ValueError, match="forward only"):
        mover.move_to(datetime.now(UTC))
