"""Runs the nearest tests of mutants, with a forked process per mutant.

One process loads the room with all its mutants switched off and runs the near tests once. It notes which test reaches
which mutant, and the processor times of the tests. Then it forks for every mutant, switches it on and runs the tests
that reach it until one fails. A mutant that is only reached while modules are imported has to be on before, so its
process is forked before anything of the project was imported.
"""

from __future__ import annotations

import builtins
import functools
import gc
import importlib.machinery
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from hypothesis import Phase, settings

from tests.mutation.mutants import SWITCH, Mutant

SLOW_SECONDS = 0.3
"""Tests that take longer are run after all others."""
HANG_FACTOR = 10.0
MOST_WALL_SECONDS = 300.0
"""A process that waits this long without an end hangs, too."""
ARGUMENTS = ("-q", "-n0", "--no-header", "-p", "no:cacheprovider", "--tb=line", "--assert=plain", "-o", "timeout=0")
LOG = Path(".build/mutation.log")
"""What pytest prints, in the folder of the repository."""


@dataclass
class Outcome:
    is_killed: bool = False
    by: str = ""
    """The test that failed, or why the mutant counts as killed or was not tried by all."""
    seconds: float = 0.0
    """Processor time of its tests."""


class Switch:
    """Switches on one mutant at a time, and records the numbers of the mutated places that were reached."""

    def __init__(self) -> None:
        self.on = 0
        self.reached: set[int] = set()

    def __call__(self, number: int) -> bool:
        self.reached.add(number)
        return number == self.on


@dataclass
class Reached:
    """A test that passes without mutants: its processor time in seconds, and the mutants that it reaches."""

    seconds: float
    mutants: set[int]


@dataclass
class Trial:
    """The mutants of a room with their near tests, and the seconds of processor time that one mutant may take."""

    mutants: Sequence[Mutant]
    codes: Mapping[Path, CodeType]
    """The modules with their mutants, by their absolute paths."""
    near: Mapping[Path, Mapping[Path, int]]
    """The near test files of each module, with the steps of import between them."""
    root: Path
    seconds: float
    hang_seconds: float = 10.0
    """A test hangs that takes HANG_FACTOR times its usual processor time and these seconds more."""
    switch: Switch = field(default_factory=Switch)

    def outcomes(self) -> Iterator[tuple[Mutant, Outcome]]:
        """Yield the outcomes of the mutants. Those that can be switched on after the imports come first."""
        left = {mutant.number: mutant for mutant in self.mutants}
        files = list(dict.fromkeys(file for tests in self.near.values() for file in tests))
        usual: dict[str, float] = {}
        for line in _forked(lambda report: self._run(files, _Warm(self, report))):
            if "usual" in line:
                usual = line["usual"]
            else:
                yield left.pop(line.pop("number")), Outcome(**line)
        if not usual:
            sys.exit(f"No near test passes without mutants, see {LOG}.")
        for mutant in left.values():
            yield mutant, self._cold_outcome(mutant, usual)

    def _cold_outcome(self, mutant: Mutant, usual: Mapping[str, float]) -> Outcome:
        self.switch.on = mutant.number
        files = list(self.near[mutant.path])
        return _outcome_of(lambda report: self._run(files, _Cold(self, report, mutant, usual)))

    def _run(self, files: Sequence[Path], plugin: object) -> None:
        self._install()
        (self.root / LOG).parent.mkdir(exist_ok=True)
        with (self.root / LOG).open("a") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            pytest.main([*ARGUMENTS, *map(str, files)], plugins=[plugin])

    def _install(self) -> None:
        setattr(builtins, SWITCH, self.switch)
        usual = importlib.machinery.SourceFileLoader.get_code

        def get_code(loader: Any, name: str) -> CodeType | None:
            return self.codes.get(Path(loader.path)) or usual(loader, name)

        importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]

    def order(self, mutant: Mutant, item: pytest.Item, seconds: float) -> tuple[bool, int, float]:
        """Return the sort key of a test: quick tests first, then those nearest to the mutant, then the shortest."""
        steps = self.near[mutant.path].get(item.path.relative_to(self.root), 99)
        return seconds > SLOW_SECONDS, steps, seconds


def _forked(run: Callable[[Callable[..., None]], None]) -> Iterator[dict[str, Any]]:
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        with os.fdopen(writer, "w") as out:

            def report(**line: Any) -> None:
                out.write(json.dumps(line) + "\n")
                out.flush()

            try:
                run(report)
            except BaseException:  # noqa: BLE001 - the process ends here
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as lines:
        for line in lines:
            yield json.loads(line)
    os.waitpid(pid, 0)


def _outcome_of(run: Callable[[Callable[..., None]], None]) -> Outcome:
    """Return the last outcome that `run` reports from a forked process. Without a report, a test did not end."""
    reported = [*_forked(run)]
    return Outcome(**reported[-1]) if reported else Outcome(is_killed=True, by="a test does not end")


class _Tests:
    def __init__(self, trial: Trial, report: Callable[..., None]) -> None:
        self.trial = trial
        self.report = report
        self.has_failed = False

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """Let hypothesis end at the first failing example."""
        usual = settings.get_profile("the same each time")
        phases = [Phase.explicit, Phase.generate, Phase.target]
        settings.register_profile("the first failure", usual, phases=phases, report_multiple_bugs=False, database=None)
        settings.load_profile("the first failure")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.has_failed |= report.failed

    def passes(self, item: pytest.Item, following: pytest.Item | None = None) -> bool:
        self.has_failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return not self.has_failed

    def tried(self, items: Sequence[pytest.Item], usual: Mapping[str, float]) -> Outcome:
        """Run tests until one fails or the seconds of a mutant are over. A hanging test ends the process."""
        begun = time.process_time()
        for item in items:
            used = time.process_time()
            if used - begun > self.trial.seconds:
                return Outcome(by=f"not tried by all in {self.trial.seconds:.0f} s", seconds=used - begun)
            limit = int(used + self.trial.hang_seconds + HANG_FACTOR * usual.get(item.nodeid, 1.0)) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
            if not self.passes(item):
                return Outcome(is_killed=True, by=item.nodeid, seconds=time.process_time() - begun)
        return Outcome(seconds=time.process_time() - begun)


class _Warm(_Tests):
    """Runs every near test once, and then the tests of a mutant in a fork of this process."""

    _cached: Sequence[functools._lru_cache_wrapper[Any]] = ()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        switch = self.trial.switch
        at_import = set(switch.reached)
        known: dict[pytest.Item, Reached] = {}
        following = [*session.items[1:], None]
        for item, after in zip(session.items, following, strict=True):
            switch.reached, begun = set(), time.process_time()
            if self.passes(item, after):
                known[item] = Reached(time.process_time() - begun, switch.reached)
        self.report(usual={item.nodeid: test.seconds for item, test in known.items()})
        self._cached = _cached_functions(self.trial.root)
        gc.collect()
        gc.freeze()
        reached = {number for test in known.values() for number in test.mutants}
        unhealthy: set[str] = set()
        for mutant in self.trial.mutants:
            if mutant.number not in reached and mutant.number in at_import:
                continue
            outcome = self._outcome(mutant, known, unhealthy)
            self.report(number=mutant.number, **asdict(outcome))
        return True

    def _outcome(self, mutant: Mutant, known: Mapping[pytest.Item, Reached], unhealthy: set[str]) -> Outcome:
        def order(item: pytest.Item) -> tuple[bool, int, float]:
            return self.trial.order(mutant, item, known[item].seconds)

        while True:
            reaching = [item for item, test in known.items() if mutant.number in test.mutants]
            items = sorted((item for item in reaching if item.nodeid not in unhealthy), key=order)
            if not items:
                return Outcome(by="not reached by a near test")
            usual = {item.nodeid: known[item].seconds for item in items}
            outcome = self._forked_outcome(mutant.number, items, usual)
            killer = [item for item in items if item.nodeid == outcome.by]
            if not killer or not self._forked_outcome(0, killer, usual).is_killed:
                return outcome
            unhealthy.add(outcome.by)

    def _forked_outcome(self, number: int, items: Sequence[pytest.Item], usual: Mapping[str, float]) -> Outcome:
        def run(report: Callable[..., None]) -> None:
            signal.alarm(int(MOST_WALL_SECONDS))
            self.trial.switch.on = number
            for function in self._cached:
                function.cache_clear()
            report(**asdict(self.tried(items, usual)))

        return _outcome_of(run)


class _Cold(_Tests):
    def __init__(self, trial: Trial, report: Callable[..., None], mutant: Mutant, usual: Mapping[str, float]) -> None:
        super().__init__(trial, report)
        self.mutant = mutant
        self.usual = usual

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests in place of pytest's loop. A test module that cannot be imported counts as a killed mutant."""

        def order(item: pytest.Item) -> tuple[bool, int, float]:
            return self.trial.order(self.mutant, item, self.usual[item.nodeid])

        signal.alarm(int(MOST_WALL_SECONDS))
        if session.testsfailed:
            self.report(is_killed=True, by="its module cannot be imported")
        else:
            items = sorted((item for item in session.items if item.nodeid in self.usual), key=order)
            self.report(**asdict(self.tried(items, self.usual)))
        return True


def _cached_functions(root: Path) -> list[functools._lru_cache_wrapper[Any]]:
    """Return the repository's functions that cache results, which may have been computed without a mutant."""
    found = []
    for wrapper in [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]:
        code = getattr(wrapper.__wrapped__, "__code__", None)
        if code and Path(code.co_filename).is_relative_to(root) and "site-packages" not in code.co_filename:
            found.append(wrapper)
    return found
