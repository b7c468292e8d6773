"""Samples of a soak test are correct for this process and for a file of the Firestore emulator."""

from __future__ import annotations

import json
import os
from pathlib import Path

from infra.emulators.firestore.storage.sqlite_file import Row, SqliteFile
from infra.emulators.firestore.wire.names import DatabaseName
from tests.load import taken


def test_documents_are_counted_by_collection_while_the_emulator_writes(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "firestore.sqlite")
    paths = ["petitions/A", "petitions/B", "petitions/A/history/1", "inbox/x"]
    for name in ("(default)", "public"):
        file.write(DatabaseName("hanoi", name), 1, [Row(path, 1, 1, b"") for path in paths])
    assert taken.documents(tmp_path / "firestore.sqlite") == {"petitions": 4, "history": 2, "inbox": 2}
    file.write(DatabaseName("hanoi", "public"), 2, [Row("inbox/x", 1, 2, None)])
    assert taken.documents(tmp_path / "firestore.sqlite")["inbox"] == 1
    file.close()


def test_process_is_reported_with_memory_files_and_time(tmp_path: Path) -> None:
    gone = 2**22 + 1  # beyond the largest process id
    (tmp_path / "stack.json").write_text(json.dumps({"processes": {"intake": os.getpgrp(), "desk": gone}}))
    own = taken.open_files(os.getpid())
    more = [os.open(tmp_path / "stack.json", os.O_RDONLY) for _ in range(40)]
    assert own + 20 < taken.open_files(os.getpid()) < own + 60
    for item in more:
        os.close(item)
    found = taken.processes(tmp_path)
    assert found["intake"]["rss"] > 1024
    assert found["intake"]["files"] > 2
    assert found["intake"]["cpu"] > 0
    assert found["desk"] == {"rss": 0, "pss": 0, "files": 0, "cpu": 0, "pid": gone}


def test_size_of_a_folder_is_the_size_of_its_files(tmp_path: Path) -> None:
    assert taken.kib(tmp_path) == 0
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "desk.log").write_bytes(b"x" * 50_000)
    assert 49 <= taken.kib(tmp_path) <= 64
