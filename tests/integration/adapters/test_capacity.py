"""The model of costs beside the emulator's bill of lives that it has not seen, at two volumes."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.capacity import load
from tests.load.count_steps import living

VOLUMES = (2, 20)
NEAR = 0.05


@pytest.mark.release
def test_the_model_is_the_emulators_bill_at_ten_times_the_volume_too(tmp_path: Path) -> None:
    model, lived = load(), 0
    with living(tmp_path) as life:
        for volume in VOLUMES:
            for number in range(lived, volume):
                handled = number % 3 != 2
                life.life(str(500 + number), handled=handled, asks=number % 2 == 0, rates=handled and number % 4 == 0)
                life.minute()
            lived = volume
            steps = {name: times for name, times in life.steps.items() if name in model.steps}
            billed, modelled = life.billed(), model.of(steps)
            for name in ("reads", "writes", "calls", "runs", "index_writes"):
                assert modelled[name] == pytest.approx(getattr(billed, name), rel=NEAR), (volume, name)
            assert modelled["deletes"] >= billed.deletes  # a day on which others are due as well keeps its figures
            published = sum(each.total() for each in life.messages.values())
            assert modelled["messages"] == pytest.approx(published, rel=NEAR), volume
        assert modelled["expiring"] == pytest.approx(life.expire(), rel=NEAR)
