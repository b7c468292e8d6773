"""Known flaws of the locked packages, and secrets that lie in the sources: `make audit`.

Exits with 1 when something is found. That the database of flaws cannot be reached is said loudly and is no fault.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv-infra" / "bin"
KNOWN = {
    "/functions/petitions/adapters/ids.py": "the alphabet of codes",
    "/functions/petitions/domain/petition/codes.py": "the alphabet of codes",
    "/functions/petitions/config.py": "the form of SMTP_URL, in a message",
    "/functions/manifest.json": "the form of SMTP_URL",
    "/functions/README.md": "the form of SMTP_URL",
    "/infra/README.md": "the form of SMTP_URL",
}
"""What looks like a secret and is none."""

LOCKED = ("functions/requirements.txt", "infra/local/requirements.txt")


def flaws(locked: str) -> list[str]:
    """One line for each known flaw of these packages; raises OSError when none could be looked up."""
    call = [str(TOOLS / "pip-audit"), "-r", locked, "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise OSError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no answer")
    packages = json.loads(done.stdout)["dependencies"]
    if packages and all("skip_reason" in package for package in packages):
        raise OSError(f"none of {len(packages)} packages could be looked up")
    return [
        f"{locked}: {package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions'])}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]


def secrets(folder: Path = ROOT) -> list[str]:
    """One line for each place in the sources that looks like a secret."""
    call = [str(TOOLS / "checkov"), "-d", str(folder), "--framework", "secrets", "--quiet", "--compact", "-o", "json"]
    call += ["--enable-secret-scan-all-files", "--skip-download"]
    skipped = (
        ".venv",
        ".venv-infra",
        ".build",
        ".local",
        ".pytest_cache",
        "tests",
    )  # tests make up what must not be let through
    call += [argument for name in skipped for argument in ("--skip-path", name)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    report: Any = json.loads(done.stdout)
    found = report.get("results", {}).get("failed_checks", []) if isinstance(report, dict) else []
    return [
        f"{each['file_path']}:{each['file_line_range'][0]}: {each['check_name']}"
        for each in found
        if each["file_path"] not in KNOWN
    ]


def main() -> int:
    """Look at everything."""
    found = secrets()
    for locked in LOCKED:
        try:
            found += flaws(locked)
        except OSError as error:
            print(
                f"*** {locked} WAS NOT AUDITED: the database of known flaws cannot be reached ({error})",
                file=sys.stderr,
            )
    for line in found:
        print(line)
    print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
