"""`make audit`: find known vulnerabilities of the locked packages, and secrets in the sources.

The command fails if the vulnerability database cannot be reached, unless OFFLINE=1 accepts that.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.paths import ROOT

TOOLS = ROOT / ".venv-infra" / "bin"
KNOWN_FINDINGS = {
    "/functions/petitions/adapters/ids.py": "the alphabet of codes",
    "/functions/petitions/domain/petition/codes.py": "the alphabet of codes",
    "/functions/petitions/config.py": "the form of SMTP_URL, in a message",
    "/functions/manifest.json": "the form of SMTP_URL",
    "/functions/README.md": "the form of SMTP_URL",
    "/infra/README.md": "the form of SMTP_URL",
}
"""Files with text that looks like a secret but is none, so that `secrets` skips them."""

LOCKED = ("functions/requirements.txt", "infra/local/requirements.txt")


def flaws(locked: str) -> list[str]:
    """Return one line per known vulnerability of the packages in the lock file `locked`.

    Raise OSError if no package could be looked up.
    """
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
    """Return one line per place in the sources that looks like a secret."""
    call = [str(TOOLS / "checkov"), "-d", str(folder), "--framework", "secrets", "--quiet", "--compact", "-o", "json"]
    call += ["--enable-secret-scan-all-files", "--skip-download"]
    skipped = (
        ".venv",
        ".venv-infra",
        ".build",
        ".local",
        ".pytest_cache",
        "tests",
    )  # tests contain invented secrets
    call += [argument for name in skipped for argument in ("--skip-path", name)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    report: Any = json.loads(done.stdout)
    found = report.get("results", {}).get("failed_checks", []) if isinstance(report, dict) else []
    return [
        f"{item['file_path']}:{item['file_line_range'][0]}: {item['check_name']}"
        for item in found
        if item["file_path"] not in KNOWN_FINDINGS
    ]


def run(*, offline: bool) -> int:
    """Print every finding. Return 1 if there are any or if the lookup of packages failed, else 0.

    With `offline`, failed lookups are printed but do not count.
    """
    found, missed = secrets(), 0
    for locked in LOCKED:
        try:
            found += flaws(locked)
        except OSError as error:
            missed += not offline
            print(
                f"*** {locked} WAS NOT AUDITED: the database of known flaws cannot be reached ({error})",
                file=sys.stderr,
            )
    for line in found:
        print(line)
    print(f"{len(found)} findings" + (f", {missed} files not audited" if missed else ""))
    return 1 if found or missed else 0
