"""The model of costs agrees with the emulator's counts for real petitions, at two volumes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.capacity import DAYS, Model, load
from tests.load.count_steps import living
from tests.load.counted_life import CountedLife

VOLUMES = (2, 20)
NEAR = 0.05
COUNTED_BY_THE_EMULATOR = ("reads", "writes", "calls", "runs", "index_writes")


def modelled_month(model: Model, life: CountedLife, lived: int) -> dict[str, float]:
    """Return the model's costs of a month, with as many steps per petition as in `life`."""
    often = {name: {"value": times / lived} for name, times in life.steps.items() if name in model.steps}
    return replace(model, data={**model.data, "petition": {k: v for k, v in often.items() if k != "minute"}}).month(1)


def of_step(life: CountedLife, step: str) -> dict[str, float]:
    return {name: sum(getattr(spent, name) for spent in life.bill[step].values()) for name in COUNTED_BY_THE_EMULATOR}


def billed_month(model: Model, life: CountedLife, lived: int) -> dict[str, float]:
    """Return the emulator's counts for a month of the city.

    Idle minutes are scaled by time, everything else by the number of petitions.
    """
    before, of_minutes, minutes = life.billed(), of_step(life, "minute"), life.steps["minute"]
    life.minute()
    idle_minute = {name: item - of_minutes[name] for name, item in of_step(life, "minute").items()}
    petitions = model.value("volumes", "petitions_a_day") * DAYS
    month = {}
    for name in COUNTED_BY_THE_EMULATOR:
        of_a_petition = (getattr(before, name) - minutes * idle_minute[name]) / lived
        month[name] = of_a_petition * petitions + idle_minute[name] * model.value("minutes_a_month")
    return month


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
            for name in COUNTED_BY_THE_EMULATOR:
                assert modelled[name] == pytest.approx(getattr(billed, name), rel=NEAR), (volume, name)
            # The model counts more, because a day's figures are not deleted while other petitions are due on it.
            assert modelled["deletes"] >= billed.deletes
            published = sum(message.total() for message in life.messages.values())
            assert modelled["messages"] == pytest.approx(published, rel=NEAR), volume
        of_the_model, of_the_bill = modelled_month(model, life, lived), billed_month(model, life, lived)
        for name in COUNTED_BY_THE_EMULATOR:
            assert of_the_model[name] == pytest.approx(of_the_bill[name], rel=NEAR), ("a month", name)
        assert modelled["expiring"] == pytest.approx(life.expire(), rel=NEAR)
