"""Refusals of Google that end by themselves: what was made or allowed a moment ago is not known everywhere yet."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from infra.operate.deployment.cloud import DeployError

NOT_YET = (
    # A metric of the log is unknown to Monitoring for up to ten minutes: terraform-provider-google 11102.
    r"Cannot find metric(?: that matches|\(s\) that match) type = .{0,3}logging\.googleapis\.com/user/",
    # The account of a build reads its source and pushes its image: terraform-provider-google 20571.
    r"Access to bucket \S+ denied\. You must grant Storage Object Viewer",
    r"Permission .{0,3}artifactregistry\.[\w.]+.{0,3} denied",
    # A secret for the account of a function (Cloud Run's words).
    r"Permission denied on secret: \S+ for Revision service account",
    # An account, or an API, that was made or enabled just now.
    r"Service account \S+ does not exist",
    r"has not been used in project \S+ before or it is disabled",
)
"""Words of the refusals, each with its source."""
PAUSE_SECONDS = 60.0
GIVE_UP_SECONDS = 15 * 60.0
_ERROR = re.compile(r"^\W*Error: ", re.MULTILINE)


def until_known(step: Callable[[], str | None]) -> None:
    """Take a step, again while nothing but such refusals is in the way. Raises DeployError.

    `step` returns None when it is done, else the words of the refusal. What was applied stays applied, so that each
    further run goes on where the former one stopped.
    """
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while (refused := step()) is not None:
        if not _passes(refused):
            raise DeployError(
                "terraform failed; nothing after this step was done. Mend what it says, then run this again."
            )
        if time.monotonic() > deadline:
            raise DeployError("Google still refuses what should be known by now; run this again in a while.")
        print(f"Google does not know yet what was just made; again in {PAUSE_SECONDS:.0f} s.", flush=True)
        time.sleep(PAUSE_SECONDS)


def _passes(output: str) -> bool:
    """Return whether every error is one that ends by itself; terraform breaks its lines anywhere."""
    _, *errors = _ERROR.split(output)
    texts = [re.sub(r"[\s\u2502]+", " ", each) for each in errors]
    return bool(texts) and all(any(re.search(words, text) for words in NOT_YET) for text in texts)
