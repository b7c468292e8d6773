from __future__ import annotations

from pathlib import Path

from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import MountedKeys
from petitions.config import seal_keys

OLD, NEW = "an-old-key-of-32-characters-long-", "a-new-key-of-32-characters-long-x"


class Instance:
    """An instance with its own clock and its own view of the mounted file."""

    def __init__(self, file: Path) -> None:
        self.seconds = 0.0
        self.seals = AesSeals(MountedKeys("SEAL_KEYS", file, seal_keys, lambda: self.seconds))


def test_unknown_key_causes_another_read_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(OLD)
    writer, reader = Instance(file), Instance(file)
    before = writer.seals.seal("p", "1234", b"one")
    file.write_text(f"{NEW},{OLD}\n")
    writer.seconds = reader.seconds = 11
    after = writer.seals.seal("p", "1234", b"two")
    assert writer.seals.key_of(after) == writer.seals.current() != writer.seals.key_of(before)
    assert reader.seals.open("p", "1234", before) == b"one"
    assert reader.seals.open("p", "1234", after) == b"two"
    file.write_text(NEW)
    late = Instance(file)
    assert (late.seals.open("p", "1234", before), late.seals.open("p", "1234", after)) == (None, b"two")


def test_the_same_content_is_sealed_differently_each_time_and_marked_the_same(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(OLD)
    seals = Instance(file).seals
    assert seals.seal("p", "1234", b"x") != seals.seal("p", "1234", b"x")
    assert seals.mark("p", "1234", b"x") == seals.mark("p", "1234", b"x") != seals.mark("p", "1235", b"x")
    assert seals.mark("p", "1234", b"x") != seals.mark("q", "1234", b"x")


def test_a_box_that_was_cut_or_changed_opens_nothing(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(OLD)
    seals = Instance(file).seals
    box = seals.seal("p", "1234", b"content")
    for cut in range(len(box)):
        assert seals.open("p", "1234", box[:cut]) is None
        assert seals.open("p", "1234", box[:cut] + bytes([box[cut] ^ 1]) + box[cut + 1 :]) is None
