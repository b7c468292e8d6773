"""The lock of Terraform's state: the one of a killed run is removed, others stay. A folder has one run at a time."""

from __future__ import annotations

import getpass
import json
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from infra.operate.deployment import cloud, lock
from tests.infra.test_deploy import Tools, tools

pytestmark = pytest.mark.release
__all__ = ["tools"]

CAT = "gcloud storage cat"
REMOVED = "gcloud storage rm gs://petitions-test-terraform/petitions/default.tflock --project=petitions-test --quiet"
ME = f"{getpass.getuser()}@{socket.gethostname()}"


def locked(who: str, since: datetime) -> str:
    """Return the lock that Terraform stores while it runs. Its time has nanoseconds, as Go writes it."""
    created = since.strftime("%Y-%m-%dT%H:%M:%S.%f") + "789Z"
    return json.dumps({"ID": "1", "Operation": "OperationTypeApply", "Who": who, "Created": created})


def run(tools: Tools) -> list[str]:
    before = len(tools.called())
    with lock.held(cloud.CloudPlace.of("dev"), cloud.Shell()):
        pass
    return [item for item in tools.called()[before:] if not item.startswith(CAT)]


def test_what_a_killed_run_of_this_folder_left_is_taken_away(tools: Tools) -> None:
    tools.says({CAT: None})
    assert run(tools) == []
    tools.says({CAT: locked(ME, datetime.now(UTC))})
    assert run(tools) == [REMOVED]


@pytest.mark.parametrize(
    ("who", "age"), [("somebody@elsewhere", timedelta(0)), (ME, timedelta(days=1))], ids=["another's", "an older one"]
)
def test_a_lock_that_may_be_another_s_is_named_and_stays(tools: Tools, who: str, age: timedelta) -> None:
    tools.says({CAT: None})
    run(tools)
    tools.says({CAT: locked(who, datetime.now(UTC) - age)})
    with pytest.raises(
        cloud.DeployError, match=rf"locked by {who} since .*If nobody deploys any more: gcloud storage rm"
    ):
        run(tools)
    assert REMOVED not in tools.called()


def test_the_first_run_of_a_folder_takes_no_lock_away(tools: Tools) -> None:
    tools.says({CAT: locked(ME, datetime.now(UTC))})
    with pytest.raises(cloud.DeployError, match="is locked by"):
        run(tools)


def test_a_tool_that_outlives_its_run_keeps_the_folder_s_lock(tools: Tools) -> None:
    """The lock stays if only the Python process was killed, because its terraform still runs."""
    tools.says({CAT: None})
    with lock.held(cloud.CloudPlace.of("dev"), cloud.Shell()) as shell:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=shell.kept, stdout=subprocess.DEVNULL
        )
    with pytest.raises(cloud.DeployError, match="is still at work"):
        run(tools)
    child.communicate(b"\n")
    assert run(tools) == []
