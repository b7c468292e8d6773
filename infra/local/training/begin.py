"""Create the practice cases in a stack: run `seed` as a process with the environment of the function `desk`."""

from __future__ import annotations

import asyncio
import sys

from infra.local.stack.plan import StackPlan
from infra.paths import FUNCTIONS, ROOT

PATIENCE = 120.0
NO_DESK = "Bài tập cần có bàn làm việc, mà hệ thống này chạy không có."
FAILED = "Không bắt đầu được bài tập; xem logs/training.log."


async def begin(plan: StackPlan, *, morning: bool = False) -> tuple[bool, str]:
    """Create the practice cases, which are invented petitions.

    Return whether they were created, and a message for the user. With `morning`, the clock of an empty stack outside
    working hours is first moved to the next working morning.
    """
    desk = next((function for function in plan.functions if function.name == "desk"), None)
    if desk is None:
        return False, NO_DESK
    with (plan.folder.logs / "training.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "infra.local.training.seed", *(("--morning",) if morning else ())),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env={**desk.environment, "PYTHONPATH": str(FUNCTIONS)},
            cwd=ROOT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        except BaseException:
            process.kill()
            raise
    words = output.decode(errors="replace").strip()
    return process.returncode == 0, words or FAILED
