"""Retry while Google refuses for a temporary reason. Report other refusals with their remedies."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.operate.deployment.cloud import DeployError

REFUSALS: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("refusals.json").read_text())
"""Google's error messages as regular expressions, with sources.

`passes` lists errors that end without any action, `stays` errors that need an action, with the remedy.
"""

PAUSE_SECONDS = 60.0
GIVE_UP_SECONDS = 15 * 60.0
UNKNOWN_SECONDS = 2 * 60.0
"""Seconds of retrying after an error that is in neither list, because it may end by itself too."""

_ERROR = re.compile(r"^\W*Error: ", re.MULTILINE)


def until_known(step: Callable[[], str | None]) -> None:
    """Repeat a step until it succeeds. Raise DeployError for a permanent error or after too long.

    `step` returns None when it is done, else the output with the errors. Applied changes stay applied, so another run
    continues where the former one stopped.
    """
    began = time.monotonic()
    while (refused := step()) is not None:
        errors = _errors(refused)
        if cures := [row["cure"] for row in REFUSALS["stays"] if any(re.search(row["words"], text) for text in errors)]:
            raise DeployError(
                "\n".join(["terraform failed.", *(f"    mend: {cure}" for cure in cures), "Then run this again."])
            )
        if not errors or not all(_is_google(text) for text in errors):
            raise DeployError(
                "terraform failed; nothing after this step was done. Mend the fault above, then run this again."
            )
        known = all(_passes(text) for text in errors)
        waited = time.monotonic() - began
        if not known and waited >= UNKNOWN_SECONDS:
            unknown = [text for text in errors if not _passes(text)]
            raise DeployError(
                "\n".join(["terraform failed; nothing after this step was done. Google's words:", *unknown,
                           "Mend what they name, then run this again: it goes on where it stopped."])
            )  # fmt: skip
        if waited >= GIVE_UP_SECONDS:
            raise DeployError("Google still refuses what should be known by now; run this again in a while.")
        why = "Google does not know yet what was just made" if known else "Google refuses; that may pass"
        print(f"{why}; again in {PAUSE_SECONDS:.0f} s.", flush=True)
        time.sleep(PAUSE_SECONDS)


def _errors(output: str) -> list[str]:
    """Return the text of every error in Terraform's output, each joined to one line.

    Terraform may break lines anywhere.
    """
    _, *errors = _ERROR.split(output)
    return [re.sub(r"[\s\u2502\u2577\u2575]+", " ", error).strip() for error in errors]


def _is_google(text: str) -> bool:
    return "googleapi: Error" in text or "Error waiting " in text or _passes(text)


def _passes(text: str) -> bool:
    return any(re.search(row["words"], text) for row in REFUSALS["passes"])
