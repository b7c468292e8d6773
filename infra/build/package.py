"""`make package`: build the archives of the functions reproducibly, with the hash in the file name.

`build` writes <function>-<SHA-256>.zip, sbom.json and archives.auto.tfvars.json. An archive holds the function's folder
at its root (or, for a package, under its name with `main.py` at the root), those files of `petitions/` that the
function can import or read, and the required part of the lock file as `requirements.txt`. It has no pyproject.toml,
because that would change how the platform installs.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infra import manifest as declared
from infra.build import needed
from infra.paths import FUNCTIONS, ROOT

TARGET = ROOT / ".build" / "package"
VARIABLES = "archives.auto.tfvars.json"
SBOM = "sbom.json"
SOURCES = "sources.sha256"
"""The name of the file with the hash of the sources from which the present archives were made."""

# The earliest time that a zip file can hold. A fixed time and mode make the bytes independent of clock and umask.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644
_CARRIED = {".py", ".json", ".html", ".css", ".svg", ".png", ".webp", ".js", ".txt", ".xml"}
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)


class PackageError(Exception):
    """Raised if the sources contain a file that must not be deployed. The message names the file."""


def contents(function: str) -> dict[str, bytes]:
    """Return the files of a function's archive by name. Raise PackageError for a file of an unlisted type."""
    packed = (FUNCTIONS / function / "__init__.py").exists()
    found = {name: path.read_bytes() for name, path in _files(FUNCTIONS / function, f"{function}/" if packed else "")}
    if packed:
        found["main.py"] = found.pop(f"{function}/main.py")
    shared, wanted = dict(_files(FUNCTIONS / "petitions", "petitions/")), needed.shared_files(function)
    found |= {name: path.read_bytes() for name, path in shared.items() if name in wanted}
    found["requirements.txt"] = needed.requirements(function).encode()
    return found


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if "__pycache__" in path.parts or path.is_dir():
            continue
        if path.suffix not in _CARRIED or path.is_symlink():
            raise PackageError(
                f"{path.relative_to(ROOT)}: not a kind of file that is deployed; remove it or name its kind"
            )
        yield prefix + path.relative_to(folder).as_posix(), path


def archive(files: dict[str, bytes]) -> bytes:
    """Return a zip of these files. The same files always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = _MODE << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(entry, files[name])
    return buffer.getvalue()


def sbom() -> dict[str, object]:
    """Return a bill of materials in CycloneDX format, with the locked packages and their versions."""
    locked = _LOCKED.findall((FUNCTIONS / "requirements.txt").read_text())
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "hanoi-petitions", "bom-ref": "hanoi-petitions"}},
        "components": [
            {
                "type": "library",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name.lower()}@{version}",
                "bom-ref": f"pkg:pypi/{name.lower()}@{version}" + (f"#{marker.strip()}" if marker else ""),
            }
            for name, version, marker in locked
        ],
    }


def build(target: Path = TARGET) -> dict[str, str]:
    """Write all archives, the bill of materials and the Terraform variables, and delete older archives.

    Return the archives' file names by function. Nothing is written if the sources have not changed.
    """
    target.mkdir(parents=True, exist_ok=True)
    made_from, sources = target / SOURCES, _sources()
    if made_from.exists() and made_from.read_text() == sources:
        names: dict[str, str] = json.loads((target / VARIABLES).read_text())["archives"]
        if all((target / name).exists() for name in names.values()):
            return names
    made_from.unlink(missing_ok=True)
    names = {}
    for function in declared.load().functions:
        packed = archive(contents(function))
        names[function] = f"{function}-{hashlib.sha256(packed).hexdigest()}.zip"
        (target / names[function]).write_bytes(packed)
    for stale in set(target.glob("*.zip")) - {target / name for name in names.values()}:
        stale.unlink()
    (target / SBOM).write_text(json.dumps(sbom(), indent=1) + "\n")
    (target / VARIABLES).write_text(json.dumps({"archives": names, "archives_folder": str(target)}, indent=1) + "\n")
    made_from.write_text(sources)
    return names


def _sources() -> str:
    digest = hashlib.sha256(sys.version.encode())
    makers = sorted(Path(__file__).parent.glob("*.py"))
    for path in (FUNCTIONS / "requirements.txt", FUNCTIONS / "manifest.json", *makers):
        digest.update(path.read_bytes())
    for folder in (*sorted(declared.load().functions), "petitions"):
        for name, path in _files(FUNCTIONS / folder, f"{folder}/"):
            content = path.read_bytes()
            digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()
