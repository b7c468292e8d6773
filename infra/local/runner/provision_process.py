"""Run `infra.local.runner.provision` for a stack in a separate process, and remember the stack's Zalo account."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from infra.local.runner.processes import StartFailureError
from infra.local.runner.provision_request import ProvisionRequest
from infra.local.stack.plan import StackPlan
from infra.paths import FUNCTIONS, ROOT

PATIENCE = 60.0
MOST_SHOWN_CHARACTERS = 3_000
SOMEONE_ELSE = (
    "The Zalo app or Official Account is another one than at the last start:"
    " the stored tokens are deleted and ZALO_REFRESH_TOKEN is used."
)


async def provision(plan: StackPlan, sources: Path) -> list[str]:
    """Create topics, subscriptions, officers and reference data. Return notices for the user.

    Stored Zalo tokens of another app or Official Account are deleted, with a notice. Raise StartFailureError if the
    process fails.
    """
    values = plan.settings.values
    before = plan.folder.read("identity.json")
    someone_else = bool(before) and before != plan.identity
    request = ProvisionRequest(
        manifest=sources / "manifest.json",
        project=plan.settings.project,
        gates={name: plan.urls[name] for name in plan.manifest.functions},
        petitions_database=values.get("FIRESTORE_DATABASE"),
        channel_database=values.get("FIRESTORE_CHANNEL_DATABASE"),
        push_secret=plan.push_secret,
        frozen=plan.frozen,
        forget_tokens=someone_else,
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "infra.local.runner.provision"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**plan.environment, "PYTHONPATH": str(FUNCTIONS)},
        cwd=ROOT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(request.model_dump_json().encode()), PATIENCE)
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        raise
    if process.returncode:
        text = output.decode(errors="replace")[-MOST_SHOWN_CHARACTERS:]
        raise StartFailureError(f"making topics, subscriptions and officers failed:\n{text}")
    plan.folder.write("identity.json", dict(plan.identity))
    return [SOMEONE_ELSE] if someone_else else []
