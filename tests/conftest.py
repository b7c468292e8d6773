"""The distribution of tests over processes (`pytest -n auto`), the browser, and the one profile of hypothesis."""

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

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as where messages are read (adapters/understanding/network.py)

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

SHARED_STACK = ("tests/e2e", "tests/local")
"""Folders whose tests share one running stack."""
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
"""Files in them that start a stack of their own alone: they run beside the others."""


def group_of(nodeid: str) -> str:
    """Return the name of the group that shares a process: a file, or all files that share a stack."""
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


_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, ended with the module, as no other event loop may run while it is open."""
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
    """Draw new examples in long runs and with a given seed. Other runs repeat theirs: no change fails by chance."""
    new = config.option.markexpr == "faults" or config.getoption("--hypothesis-seed", default=None) is not None
    settings.load_profile("new each time" if new else "the same each time")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the seed to the report of a test that hypothesis made fail."""
    report = yield
    seed = _seed(call.excinfo) if call.excinfo and report.failed else None
    if seed is not None:
        report.sections.append(("Hypothesis seed", f"{item.nodeid} --hypothesis-seed={seed}"))
    return report


def _seed(failure: pytest.ExceptionInfo[BaseException]) -> int | None:
    """Return the seed that hypothesis drew for a failed test. Only the frame of its wrapper has it."""
    frames = (frame.f_locals for frame, _ in traceback.walk_tb(failure.tb))
    return next((int(item["generated_seed"]) for item in frames if item.get("generated_seed") is not None), None)
