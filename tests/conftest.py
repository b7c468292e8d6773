"""Settings for all tests: their distribution over processes (`pytest -n auto`), the browser, and hypothesis."""

from __future__ import annotations

import os
import shutil
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests import law

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as where messages are read (adapters/understanding/network.py)
law.install()  # before a test module reads reference data

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

SHARED_STACK = ("tests/e2e", "tests/local")
"""Folders with tests that share one running copy of the system. They are run in one process."""
OWN_STACK = (
    "test_another_zalo",
    "test_backup_drill",
    "test_deadline_day",
    "test_privileges",
    "test_recovery",
    "test_rolling_deploy",
    "test_tour",
    "test_training",
)
"""Files in these folders that start their own copy of the system. They are run in other processes."""


def group_of(nodeid: str) -> str:
    """Return the group of a test. All tests of a group are run in one process.

    The group is a file, or all files of a folder that share a running copy of the system.
    """
    file = nodeid.partition("::")[0]
    folder, _, name = file.removesuffix(".py").rpartition("/")
    return folder if folder in SHARED_STACK and name not in OWN_STACK else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of cores plus one, because tests of running servers wait half of the time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Return a scheduler that keeps groups together and starts them in the order of collection.

    The longest group, `e2e`, comes first in this order.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - the tests run without xdist, too

    class Grouped(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return Grouped(config, log)


_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium for the tests of one module.

    It is closed afterwards, because no other event loop may run beside it.
    """
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - most tests need no browser

    expect.set_options(timeout=120_000)  # to end a hang: a shared machine may be at a fifth of its speed
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET)
        yield opened
        opened.close()


_EXAMPLES = Path(__file__).resolve().parents[1] / ".hypothesis" / "examples"

# No limit that depends on the speed of the machine: neither per example nor on the making of examples.
settings.register_profile(
    "the same each time", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "new each time",
    settings.get_profile("the same each time"),
    database=DirectoryBasedExampleDatabase(_EXAMPLES),
    derandomize=False,
    print_blob=True,
)


def pytest_configure(config: pytest.Config) -> None:
    """Let hypothesis draw new examples in long runs or with a given seed, and the same examples otherwise.

    Repeated examples keep a change from failing by chance.
    """
    new = config.option.markexpr == "faults" or config.getoption("--hypothesis-seed", default=None) is not None
    settings.load_profile("new each time" if new else "the same each time")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    seed = _seed(call.excinfo) if call.excinfo and report.failed else None
    if seed is not None:
        report.sections.append(("Hypothesis seed", f"{item.nodeid} --hypothesis-seed={seed}"))
    return report


def _seed(failure: pytest.ExceptionInfo[BaseException]) -> int | None:
    frames = (frame.f_locals for frame, _ in traceback.walk_tb(failure.tb))
    return next((int(item["generated_seed"]) for item in frames if item.get("generated_seed") is not None), None)
