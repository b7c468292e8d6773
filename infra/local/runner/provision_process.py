"""Runs `infra.local.provision` for a stack, and remembers which Zalo app and OA the stack talked as."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from infra.local.plan import Plan
from infra.local.processes import StartFailureError
from infra.local.provision_request import Request
from infra.local.stack import ROOT

PATIENCE = 60.0
SHOWN = 3_000
SOMEONE_ELSE = (
    "The Zalo app or Official Account is another one than at the last start:"
    " the stored tokens are deleted and ZALO_REFRESH_TOKEN is used."
)


async def provision(plan: Plan, sources: Path) -> list[str]:
    """Topics, subscriptions, officers; a token of another app or OA is deleted: said in what is returned.

    Raises StartFailureError.
    """
    values = plan.settings.values
    before = plan.folder.read("identity.json")
    someone_else = bool(before) and before != plan.identity
    request = Request(
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
        *("-m", "infra.local.provision"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=plan.environment,
        cwd=ROOT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(request.model_dump_json().encode()), PATIENCE)
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        raise
    if process.returncode:
        text = output.decode(errors="replace")[-SHOWN:]
        raise StartFailureError(f"making topics, subscriptions and officers failed:\n{text}")
    plan.folder.write("identity.json", dict(plan.identity))
    return [SOMEONE_ELSE] if someone_else else []
