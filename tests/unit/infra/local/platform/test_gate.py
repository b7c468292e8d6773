"""Which paths only the platform may call."""

from __future__ import annotations

import pytest

from infra.local.platform.gate import is_internal


@pytest.mark.parametrize(
    "path", ["/push/x", "/push", "/schedule/y", "//push/x", "/a/../push/x", "/./schedule/", "///schedule//z"]
)
def test_internal_paths_however_spelt(path: str) -> None:
    assert is_internal(path)


@pytest.mark.parametrize("path", ["/", "/pushing", "/petitions/push/x", "/scheduled"])
def test_other_paths_are_not_internal(path: str) -> None:
    assert not is_internal(path)
