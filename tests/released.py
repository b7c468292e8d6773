"""Parameters of exhaustive tests: `make test` runs some of them as an example, `make test-release` the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def all_but(kept: Iterable[Any], values: Iterable[Any]) -> list[Any]:
    """Return the values for `pytest.mark.parametrize`. Those that are not among `kept` are marked `release`.

    Raise ValueError if a kept value is none of the values.
    """
    wanted, given = list(kept), list(values)
    if unknown := [value for value in wanted if value not in given]:
        raise ValueError(f"not among the values: {unknown}")
    return [value if value in wanted else pytest.param(value, marks=pytest.mark.release) for value in given]
