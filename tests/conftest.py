"""How the tests are spread over several processes (`pytest -n auto`)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

SHARED_STACK = ("tests/e2e", "tests/integration/local")
"""Folders whose tests share one running stack."""
OWN_STACK = ("test_another_zalo", "test_backup_drill", "test_deadline_day", "test_recovery", "test_rolling_deploy")
"""Files in them that start a stack of their own alone: they run beside the others."""


def group_of(nodeid: str) -> str:
    """Return the name of what stays together in one process: a file, or all that share a stack."""
    file = nodeid.partition("::")[0]
    folder, _, name = file.removesuffix(".py").rpartition("/")
    return folder if folder in SHARED_STACK and name not in OWN_STACK else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are cores: tests of running servers wait half of the time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Return the scheduler: groups start in the order of collection, in which `e2e`, the longest one, comes first."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - the tests run without xdist, too

    class Grouped(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return Grouped(config, log)
