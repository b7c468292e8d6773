"""One profile of hypothesis for the whole repository; a failure is printed with the seed that repeats it."""

from __future__ import annotations

import traceback
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

_EXAMPLES = Path(__file__).resolve().parents[1] / ".hypothesis" / "examples"

# No limit that depends on the speed of the machine: neither per example nor on the making of examples.
settings.register_profile(
    "petitions",
    database=DirectoryBasedExampleDatabase(_EXAMPLES),
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("petitions")


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
    """Return the seed that hypothesis drew for a failed test; it stands in the frame of its wrapper alone."""
    frames = (frame.f_locals for frame, _ in traceback.walk_tb(failure.tb))
    return next((int(each["generated_seed"]) for each in frames if each.get("generated_seed") is not None), None)
