"""The archives of functions: reproducible, with only the deployed files, and able to start in a clean environment."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from infra import manifest as declared
from infra.build import needed, package
from infra.emulators.testing.firestore_server import FirestoreServer
from infra.paths import FUNCTIONS
from tests.settings import required

pytestmark = pytest.mark.release

NAMES = sorted(declared.load().functions)
HEAVY = "reports"
"""The function with the libraries for workbooks, papers and signatures."""
CLIENTS = {
    "google-cloud-firestore": "google.cloud.firestore",
    "google-cloud-pubsub": "google.cloud.pubsub_v1",
    "google-cloud-storage": "google.cloud.storage",
    "pydantic": "pydantic",
}
PRINT_OTHERS = (
    "print(*(name for name, m in sys.modules.items() if (getattr(m, '__file__', None) or '').startswith({!r})))"
)
"""Code that prints the loaded modules whose file is below a folder."""
STARTS = 2
MOST_OWN = {"desk": 3.0, "public_site": 3.0, "citizen_page": 3.0, "zalo_webhook": 3.0}
"""The longest start of a public function, as a multiple of the start of the framework with the same clients.

The webhook is compared with the framework without clients.
"""
MOST_INTERNAL = 1.35
MOST_BYTES = 13 * 2**20
"""The largest size of all archives together."""
SECRETS = re.compile(rb"-----BEGIN|AIza[0-9A-Za-z_-]{35}|\"private_key\"|xox[bp]-")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("built")
    package.build(target)
    return target


def _archive(built: Path, function: str) -> Path:
    (found,) = built.glob(f"{function}-*.zip")
    return found


def test_two_builds_are_equal_whatever_the_clock_and_the_order(built: Path, tmp_path: Path) -> None:
    again = package.build(tmp_path)
    for name in again.values():
        assert (tmp_path / name).read_bytes() == (built / name).read_bytes()
        assert hashlib.sha256((built / name).read_bytes()).hexdigest() in name
    files = package.contents("intake")
    assert package.archive(files) == package.archive(dict(reversed(files.items())))


def test_another_build_leaves_no_stale_archive(tmp_path: Path) -> None:
    (tmp_path / f"intake-{'0' * 64}.zip").touch()
    names = package.build(tmp_path)
    assert {path.name for path in tmp_path.glob("*.zip")} == set(names.values())
    assert json.loads((tmp_path / package.VARIABLES).read_text())["archives"] == names


def test_what_was_made_of_the_same_sources_is_not_made_again(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = shutil.copytree(built, tmp_path / "target")
    made: list[str] = []

    def archive(files: dict[str, bytes]) -> bytes:
        made.append("main.py" if "main.py" in files else "")
        return b"".join(files.values())

    monkeypatch.setattr(package, "archive", archive)
    before = package.build(target)
    assert made == []
    sources = shutil.copytree(FUNCTIONS, tmp_path / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(package, "FUNCTIONS", sources)
    assert package.build(target) == before
    (target / before["relay"]).unlink()
    package.build(target)
    assert len(made) == len(NAMES), "one is missing"
    with (sources / "relay" / "main.py").open("a") as file:
        file.write("# changed\n")
    changed = package.build(target)
    assert len(made) == 2 * len(NAMES)
    again = package.build(target)
    assert (again, len(made)) == (changed, 2 * len(NAMES))


@pytest.mark.parametrize("function", NAMES)
def test_an_archive_holds_what_is_deployed_and_only_that(built: Path, function: str) -> None:
    with zipfile.ZipFile(_archive(built, function)) as archive:
        names = archive.namelist()
        assert {"main.py", "requirements.txt", "petitions/wiring/base.py"} <= set(names)
        assert names == sorted(names)
        unwanted = re.compile(r"pyproject|__pycache__|\.pyc|(?:^|/)tests?[_/.]|\.env|\.tfvars")
        assert not [name for name in names if unwanted.search(name)]
        for entry in archive.infolist():
            assert (entry.date_time, entry.external_attr >> 16) == ((1980, 1, 1, 0, 0, 0), 0o100644)
            assert not SECRETS.search(archive.read(entry)), entry.filename
        # A syntax error in any file stops the build of every function.
        for name in names:
            if name.endswith(".py"):
                compile(archive.read(name), name, "exec")


def test_the_archives_together_are_small(built: Path) -> None:
    sizes = {function: _archive(built, function).stat().st_size for function in NAMES}
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_a_file_of_no_known_kind_stops_the_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "functions"
    shutil.copytree(FUNCTIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "petitions" / "key.pem").write_text("x")
    monkeypatch.setattr(package, "FUNCTIONS", folder)
    monkeypatch.setattr(package, "ROOT", tmp_path)
    with pytest.raises(package.PackageError, match=r"key\.pem"):
        package.contents("intake")


def test_the_bill_of_materials_lists_every_locked_package(built: Path) -> None:
    listed = {part["name"] for part in json.loads((built / package.SBOM).read_text())["components"]}
    locked = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==", (FUNCTIONS / "requirements.txt").read_text(), re.MULTILINE)
    assert listed == set(locked)
    assert len(listed) > 20


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Callable[[str], Path]:
    made: dict[bytes, Path] = {}

    def environment(function: str) -> Path:
        with zipfile.ZipFile(_archive(built, function)) as archive:
            wanted = archive.read("requirements.txt")
        if wanted not in made:
            folder = tmp_path_factory.mktemp("clean")
            (folder / "requirements.txt").write_bytes(wanted)
            subprocess.run(
                [sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True, timeout=120
            )
            uv = [str(Path(sysconfig.get_path("scripts")) / "uv"), "pip", "install", "--quiet", "--require-hashes"]
            done = subprocess.run(
                [*uv, "--python", str(folder / "venv/bin/python"), "-r", str(folder / "requirements.txt")],
                capture_output=True,
                text=True,
                timeout=800,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            made[wanted] = folder / "venv/bin"
        return made[wanted]

    return environment


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = FirestoreServer(tmp_path_factory.mktemp("firestore") / "documents.sqlite")
    server.start()
    yield f"127.0.0.1:{server.port}"
    server.stop()


@pytest.mark.parametrize("function", NAMES)
def test_an_archive_starts_in_a_clean_environment_and_answers(
    built: Path, environments: Callable[[str], Path], emulator: str, tmp_path: Path, function: str
) -> None:
    clean = environments(function)
    with zipfile.ZipFile(_archive(built, function)) as archive:
        archive.extractall(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"PATH": f"{clean}:{os.defpath}", "PORT": str(port), "FIRESTORE_EMULATOR_HOST": emulator}
    # Nothing is published or stored, as the clients are only constructed, without credentials.
    environment |= {"PUBSUB_EMULATOR_HOST": "127.0.0.1:1", "STORAGE_EMULATOR_HOST": "http://127.0.0.1:1"}
    environment |= required(function)
    process = subprocess.Popen(
        [str(clean / "functions-framework"), "--source", "main.py", "--target", "main"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        path, status = _expected(function)
        answered = _answer(process, f"http://127.0.0.1:{port}{path}")
        if answered != status:
            process.terminate()
            pytest.fail(f"{answered}: {process.communicate(timeout=20)[0]}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.mark.parametrize("function", NAMES)
def test_an_archive_brings_all_that_its_code_can_come_to_import(
    built: Path, environments: Callable[[str], Path], tmp_path: Path, function: str
) -> None:
    """Imports inside functions count too, although they run long after the start."""
    with zipfile.ZipFile(_archive(built, function)) as archive:
        archive.extractall(tmp_path)
    reach = needed.Reach(function)
    ours = sorted(path for path in reach.own if FUNCTIONS / "petitions" in path.parents and path.name != "__init__.py")
    modules = [".".join(path.relative_to(FUNCTIONS).with_suffix("").parts) for path in ours]
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    done = subprocess.run(
        [str(environments(function) / "python"), "-c", code, *modules],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("function", [name for name in NAMES if name != HEAVY])
def test_what_reports_needs_costs_no_other_function_at_its_start(
    built: Path, environments: Callable[[str], Path], emulator: str, tmp_path: Path, function: str
) -> None:
    for name in (function, HEAVY):
        with zipfile.ZipFile(_archive(built, name)) as archive:
            archive.extractall(tmp_path / name)
    wanted = (tmp_path / function / "requirements.txt").read_text()
    clients = [module for name, module in CLIENTS.items() if f"{name}==" in wanted]
    bare = f"import functions_framework, {', '.join(clients)}" if clients else "import functions_framework"
    whole = f"{bare}; functions_framework.create_app('main', 'main.py')"
    (libraries,) = (environments(HEAVY).parent / "lib").glob("python*/site-packages")
    settings = {"PATH": os.defpath, "FIRESTORE_EMULATOR_HOST": emulator, **required(function)}
    python, folder = environments(function) / "python", tmp_path / function
    beside = f"import sys; sys.path.append({str(libraries)!r}); {whole}; {PRINT_OTHERS.format(str(libraries))}"
    done = subprocess.run(
        [str(python), "-c", beside], cwd=folder, env=settings, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
    spent = _seconds(python, {"bare": bare, "own": whole}, folder, settings)
    assert spent["own"] / spent["bare"] < MOST_OWN.get(function, MOST_INTERNAL), spent


def _seconds(python: Path, programs: Mapping[str, str], folder: Path, settings: Mapping[str, str]) -> dict[str, float]:
    """Return the least processor seconds by program. The first run of a program is left out, because it compiles."""
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(STARTS + 1):
        for name, code in programs.items():
            process = subprocess.Popen([str(python), "-c", code], cwd=folder, env=settings)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode == 0, (name, code)
            taken[name].append(used.ru_utime + used.ru_stime)
    return {name: min(item[1:]) for name, item in taken.items()}


def _expected(function: str) -> tuple[str, int]:
    pages = {"zalo_webhook": "/", "desk": "/assets/any/htmx.js", "public_site": "/assets/public.css"}
    pages |= {"citizen_page": "/robots.txt"}
    return (pages[function], 200) if function in pages else ("/no/such/path", 404)


def _answer(process: subprocess.Popen[str], url: str) -> int:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None or time.monotonic() > deadline:
                output = process.stdout.read() if process.stdout and process.poll() is not None else ""
                pytest.fail(f"it does not listen: {output}")
            time.sleep(0.05)
