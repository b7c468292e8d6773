from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.stack.folder import StackError, StackFolder


def test_lock_names_its_owner(tmp_path: Path) -> None:
    folder = StackFolder.of("default", tmp_path)
    folder.make()
    assert folder.runner() is None
    lock = folder.lock()
    assert lock is not None
    with lock:
        assert folder.lock() is None
        assert folder.runner() is not None
    assert folder.runner() is None


@pytest.mark.parametrize("name", ["", "A", "1a", "a_b", "../x", "a" * 19])
def test_wrong_names_of_stacks(name: str) -> None:
    with pytest.raises(StackError):
        StackFolder.of(name)
