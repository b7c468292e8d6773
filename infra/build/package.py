"""Archives of the functions: the same sources give the same bytes, and the name says which.

python -m infra.package [FOLDER]     writes <function>-<SHA-256>.zip, sbom.json and archives.auto.tfvars.json there

An archive holds the function's folder at its root, `petitions/` and `requirements.txt`; no pyproject.toml, which would
change how the platform installs.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infra import manifest as declared

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ROOT / "functions"
TARGET = ROOT / ".build" / "package"
VARIABLES = "archives.auto.tfvars.json"
SBOM = "sbom.json"

# Zip cannot say earlier; whatever the clock and the umask are, the bytes are the same.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644
_CARRIED = {".py", ".json", ".html", ".css", ".svg", ".png", ".js", ".txt"}
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)


class PackageError(Exception):
    """The sources hold something that must not be deployed; the message says which file."""


def contents(function: str) -> dict[str, bytes]:
    """What the function's archive holds, by name. Raises PackageError for a file that is of no known kind."""
    found = {name: path.read_bytes() for name, path in _files(FUNCTIONS / function, "")}
    found |= {name: path.read_bytes() for name, path in _files(FUNCTIONS / "petitions", "petitions/")}
    found["requirements.txt"] = (FUNCTIONS / "requirements.txt").read_bytes()
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
    """The deterministic zip of these files."""
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
    """What is deployed beside our own code, as CycloneDX: the locked packages with their versions."""
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
    """Write all archives and what goes with them, and remove older ones; file names by function."""
    target.mkdir(parents=True, exist_ok=True)
    names = {}
    for function in declared.load().functions:
        packed = archive(contents(function))
        names[function] = f"{function}-{hashlib.sha256(packed).hexdigest()}.zip"
        (target / names[function]).write_bytes(packed)
    for stale in set(target.glob("*.zip")) - {target / name for name in names.values()}:
        stale.unlink()
    (target / SBOM).write_text(json.dumps(sbom(), indent=1) + "\n")
    (target / VARIABLES).write_text(json.dumps({"archives": names, "archives_folder": str(target)}, indent=1) + "\n")
    return names


def main(argv: list[str] | None = None) -> int:
    """Build, and say what was built."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=TARGET)
    target: Path = parser.parse_args(argv).folder
    try:
        names = build(target)
    except PackageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name in names.values():
        print(f"{(target / name).stat().st_size:>9} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
