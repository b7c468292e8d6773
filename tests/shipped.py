"""`python -m tests.shipped`: find the tests that fail when a file of shipped data has other numbers and texts.

It copies the tree, adds one to every number of a file in `functions/petitions/data` and a dot to every text that people
read, and runs `tests/unit/shipped` on the copy: only the tests of that file may fail. Then it changes all files at once
and runs the other tests of `tests/unit` and `tests/property`. None of these may fail, as they have data of their own in
`tests/law`. Keys, codes, patterns, placeholders, dates and versions are not changed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = Path("functions/petitions/data")
HERE = "tests/unit/shipped"
"""The folder with the tests of shipped data, one file for each file of data."""
ALL = "*"
"""Stands for every key of a file."""
SHOWN: dict[str, set[str]] = {
    "answers.json": {"source", "name", "text", "basis"},
    "calendars.json": {"source", "off"},
    "deadline_rules.json": {"source"},
    "directory.json": {"name", "aliases", "competence", "words", "note"},
    "fields.json": {"source", "name"},
    "form_words.en.json": {ALL},
    "form_words.vi.json": {ALL},
    "housekeeping.json": {"source"},
    "management_rules.json": {"source", "label"},
    "paper_forms.json": {
        *("source", "name", "city", "superior", "head", "on_behalf", "by_order"),
        *("heading", "subject", "text", "recipients"),
    },
    "reminder_ladder.json": set(),
    "report_forms.json": {"source", "label", "caveat", "caveats", "heads", "definition", "title"},
    "scoring_rules.json": {"source", "owner", "caveats", "label", "definition", "why"},
    "texts.en.json": {ALL},
    "texts.vi.json": {ALL},
    "unit_codes.json": {"source"},
}
"""The files of data, and the keys of each whose texts people read."""
_NOT_NUMBERS = {"year", "source"}
"""Keys with numbers that name something: the year of a calendar, the places of sources in a list."""
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/[^:\s]+\.py)")


@dataclass
class Changes:
    value: Any
    numbers: int = 0
    texts: int = 0


def changed(value: Any, shown: set[str]) -> Changes:
    """Return the value with one more in every number, a minute more in every time, and a dot after every text.

    Texts are changed only below the keys `shown`, or everywhere if these hold ALL. Empty texts stay empty.
    """
    done = Changes(None)
    done.value = _changed(value, shown, done, "", is_shown=ALL in shown)
    return done


def _changed(value: Any, shown: set[str], done: Changes, key: str, *, is_shown: bool) -> Any:
    if isinstance(value, dict):
        return {
            name: _changed(item, shown, done, name, is_shown=is_shown or name in shown) for name, item in value.items()
        }
    if isinstance(value, list):
        return [_changed(item, shown, done, key, is_shown=is_shown) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and key not in _NOT_NUMBERS:
        done.numbers += 1
        return value + 1
    if isinstance(value, str) and _TIME.fullmatch(value):
        done.numbers += 1
        hour, minute = value.split(":")
        return f"{hour}:{(int(minute) + 1) % 60:02}"
    if isinstance(value, str) and value and is_shown:
        done.texts += 1
        return f"{value} ·"
    return value


def test_file(name: str) -> str:
    """Return the path of the tests of a file of data: "texts.vi.json" -> "tests/unit/shipped/test_texts_vi.py"."""
    return f"{HERE}/test_{name.removesuffix('.json').replace('.', '_')}.py"


def change_files(tree: Path, names: Iterable[str]) -> list[Changes]:
    """Write files of data with changed numbers and texts into `tree`, made from the files of this tree."""
    found = []
    for name in names:
        one = changed(json.loads((ROOT / DATA / name).read_bytes()), SHOWN[name])
        (tree / DATA / name).write_text(json.dumps(one.value, ensure_ascii=False, indent=1), encoding="utf-8")
        found.append(one)
    return found


def restore_files(tree: Path, names: Iterable[str]) -> None:
    """Restore the files of data in `tree` to those of this tree."""
    for name in names:
        shutil.copyfile(ROOT / DATA / name, tree / DATA / name)


def copy_tree(tree: Path) -> None:
    """Copy the files of this tree, except those that git ignores, into a new git repository at `tree`."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in dict.fromkeys(filter(None, listed.stdout.split("\0"))):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=tree, check=True)


def failed(tree: Path, paths: Iterable[str], processes: int) -> Counter[str]:
    """Run the tests in the paths of a tree. Return the number of failed tests and errors by file.

    Exit with pytest's output if the tests could not be run.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "--no-header", "-p", "no:cacheprovider"]
    command += ["--continue-on-collection-errors", f"-n{processes}", *paths]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        sys.exit(done.stdout + done.stderr)
    return Counter(found[1] for line in done.stdout.splitlines() if (found := _FAILED.match(line)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.shipped", description=__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE", help="files of data, such as deadline_rules.json; else all")
    parser.add_argument("--tests", action="append", help=f"a folder of tests to run beside {HERE}; else all")
    parser.add_argument("-n", type=int, default=0, dest="processes", help="the number of processes")
    given = parser.parse_args()
    names = [name if name.endswith(".json") else f"{name}.json" for name in given.files] or sorted(SHOWN)
    if unknown := [name for name in names if name not in SHOWN]:
        parser.error(f"no such file: {', '.join(unknown)}")
    outside: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        copy_tree(tree)
        for name in names:
            (changes,) = change_files(tree, [name])
            found = failed(tree, [HERE], 0)
            inside = found.pop(test_file(name), 0)
            outside += found
            counts = f"{changes.numbers} numbers and {changes.texts} texts changed"
            print(f"{name}: {counts}, {inside} tests of it fail, {found.total()} others of {HERE}", flush=True)
            restore_files(tree, [name])
        change_files(tree, names)
        others = [*(given.tests or ["tests/unit", "tests/property"]), f"--ignore={HERE}"]
        found = failed(tree, others, given.processes)
        outside += found
        print(f"all of them at once: {found.total()} tests fail in the rest of {', '.join(others[:-1])}")
    print("\n".join(f"  {count} in {path}" for path, count in sorted(outside.items())) or "None fails outside.")
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main())
