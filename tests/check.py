"""`make check`: format, rules, types, and the unit and property tests affected by changes, in at most 90 seconds."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.import_graph import Users, distances

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 75.0
"""Seconds of tests before the rest is left out. The remainder of the 90 is for the start and the end."""
CHOSEN = ("tests/unit", "tests/property")
LEAST = 300
"""The number of tests that must run for a change to count as checked."""
BATCH = 6
"""The number of test files given to pytest at once."""
READS_THE_TREE = "rglob("
"""A unit test with this text reads source files that it does not import, so it is run after any change."""
LINT = (
    ("ruff", "format", "--check", "--quiet", "."),
    ("ruff", "check", "--quiet", "."),
    ("mypy", "functions", "infra", "tests"),
    ("mypy", "functions/public_site/main.py"),
    ("mypy", "functions/citizen_page/main.py"),
)


def git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def changed() -> tuple[str, list[Path]]:
    """Return the base commit and the files changed since.

    The base is the commit at which the branch left main or, if nothing has changed since, the parent of HEAD.
    """
    base = next(iter(git("merge-base", "HEAD", "main")), "HEAD")
    new = git("ls-files", "--others", "--exclude-standard")
    names = [*git("diff", "--name-only", base), *new]
    if not names:
        base, names = "HEAD~1", git("diff", "--name-only", "HEAD~1")
    return base, sorted({Path(name) for name in names})


def is_chosen(path: Path) -> bool:
    return path.as_posix().startswith(CHOSEN) and path.name.startswith("test_") and path.suffix == ".py"


def tests_of(paths: list[Path]) -> list[Path]:
    """Return the test files for the changed files: direct importers first, tests that read the whole tree last."""
    near = [path for path in distances(paths, Users(ROOT)) if is_chosen(path) and (ROOT / path).exists()]
    tree = (
        path.relative_to(ROOT) for path in (ROOT / CHOSEN[0]).rglob("test_*.py") if READS_THE_TREE in path.read_text()
    )
    return list(dict.fromkeys([*near, *sorted(tree)]))


class Budget:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.run = 0
        self.failed = False
        self.cut = 0
        """The number of tests of the last batch that were not run."""

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._end

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.cut = len(session.items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed
        if report.when == "teardown":
            self.run += 1
            self.cut -= 1
            if self.cut and self.is_over:
                pytest.exit("the time is up", returncode=pytest.ExitCode.TESTS_FAILED if self.failed else 0)


def run(tests: list[Path], budget: Budget) -> int:
    """Run the files in small batches until the time is up. Return the number of files that were begun.

    Small batches avoid collecting tests that will not run.
    """
    for begun in range(0, len(tests), BATCH):
        if budget.is_over:
            return begun
        arguments = ["-q", "-n0", "--no-header", "-m", "not browser and not faults and not release"]
        status = pytest.main([*arguments, *map(str, tests[begun : begun + BATCH])], plugins=[budget])
        budget.failed |= status not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    return len(tests)


def lint() -> list[str]:
    faults = []
    for command in LINT:
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            faults.append(f"*** {' '.join(command)}\n{done.stdout}{done.stderr}")
    return faults


def main() -> int:
    """Run formatter, linter, type checker and the affected tests.

    Return 0 if everything passes, 1 if something fails, and 2 if nothing fails but fewer than `LEAST` tests were run.
    """
    begun = time.monotonic()
    base, paths = changed()
    tests = tests_of(paths)
    print(f"{len(paths)} files differ from {base[:12]}: {len(tests)} files of unit and property tests", flush=True)
    budget = Budget(SECONDS)
    with ThreadPoolExecutor(1) as beside:
        linting = beside.submit(lint)
        done = run(tests, budget)
        faults = linting.result()
    print("\n".join(faults) or "format, rules and types: no fault")
    print(f"{budget.run} tests ran.")
    others = sum(1 for path in ROOT.glob("tests/*/**/test_*.py") if is_chosen(path.relative_to(ROOT))) - len(tests)
    print(f"Left out: integration, e2e, infra and browser tests; {others} files that import nothing of what changed.")
    if budget.cut or done < len(tests):
        last = f"{budget.cut} tests of {tests[done - 1]}" if budget.cut else ""
        files = f"{len(tests) - done} files from {tests[done]} on" if done < len(tests) else ""
        print(f"Left out, as {SECONDS:.0f} s were over: {' and '.join(filter(None, (last, files)))}")
    print(f"{time.monotonic() - begun:.0f} s. `make test` runs everything.")
    if faults or budget.failed:
        return 1
    if budget.run < LEAST:
        print(
            f"*** NOT CHECKED: {budget.run} tests are fewer than {LEAST}. Run `make test`, or try on a quiet machine."
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
