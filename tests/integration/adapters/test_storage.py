"""The Cloud Storage adapter on the emulator, and with responses that the emulator does not give."""

from __future__ import annotations

import gc
import io
import socket
from collections.abc import Callable, Iterator

import pytest

from petitions.adapters import storage
from petitions.adapters.storage import BucketFiles
from petitions.domain.files.pieces import Pieces, PiecesReader
from petitions.errors import NotFound, Retryable
from tests.integration.adapters.link_server import LinkServer
from tests.integration.adapters.storage_server import BUCKET, storage_server

New = Callable[[], BucketFiles]


@pytest.fixture
def new() -> Iterator[New]:
    made: list[BucketFiles] = []

    def make() -> BucketFiles:
        made.append(BucketFiles("p", BUCKET))
        # For its traces the client asks for the bucket's location in a thread, which would disturb the counts.
        made[-1]._bucket.client._bucket_metadata_cache = None
        return made[-1]

    yield make
    for bucket_files in made:
        bucket_files._bucket.client.close()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with storage_server(tmp_path_factory.mktemp("storage")) as url:
        yield url


@pytest.mark.parametrize("size", [1, 2 * 2**20, 25 * 2**20])
def test_bytes_come_back_in_pieces(url: str, new: New, size: int) -> None:
    files = new()
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    files.put(f"copies/a{size}/b", content, "video/mp4")
    pieces = list(files.read(f"copies/a{size}/b"))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 2 * 2**20


def test_pieces_are_stored_as_one_object(url: str, new: New) -> None:
    files = new()
    content = bytes(range(256)) * 50_000
    view = memoryview(content)
    pieces: Pieces = [b"", view[:1], b"made", view[7:9_000_001], b"\0" * 70_000, view[9_000_001:]]
    files.put("copies/pieces/b", pieces, "image/jpeg")
    assert b"".join(files.read("copies/pieces/b")) == b"".join(pieces)


def test_pieces_can_be_read_again_from_any_place() -> None:
    pieces: Pieces = [b"", b"abc", memoryview(b"defg"), b"", b"h"]
    reader = PiecesReader(pieces)
    whole = b"abcdefgh"
    assert reader.size == len(whole)
    for start in range(len(whole) + 1):
        for size in (0, 1, 3, 100, -1):
            assert reader.seek(start) == start
            assert reader.read(size) == whole[start:][: size if size >= 0 else None]
            assert reader.tell() == min(start + size, len(whole)) if size >= 0 else len(whole)
    assert reader.seek(-1, io.SEEK_END) == len(whole) - 1
    assert reader.read() == b"h"
    assert PiecesReader([]).read() == b""


def test_missing_objects(url: str, new: New) -> None:
    with pytest.raises(NotFound):
        new().read("copies/none/none")


@pytest.fixture
def strange(monkeypatch: pytest.MonkeyPatch) -> Iterator[LinkServer]:
    server = LinkServer()
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{server.port}")
    monkeypatch.setattr(storage, "PUT_SECONDS", 0.5)
    monkeypatch.setattr(storage, "READ_SECONDS", 0.5)
    yield server
    server.close()


def always(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode()


def test_a_name_that_is_taken_is_as_good_and_was_asked_for_as_new(strange: LinkServer, new: New) -> None:
    """The emulator overwrites an existing object. The real service answers 412 to `ifGenerationMatch=0`."""
    strange.otherwise = always("412 Precondition Failed")
    new().put("copies/a/b", b"photo", "image/jpeg")
    assert len(strange.asked) == 1, strange.asked
    assert "ifGenerationMatch=0" in strange.asked[0][0], strange.asked


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("status", ["503 Service Unavailable", "429 Too Many Requests", "403 Forbidden"])
def test_faults_of_the_service_are_ours_to_wait_out(strange: LinkServer, new: New, status: str) -> None:
    strange.otherwise = always(status)
    with pytest.raises(Retryable):
        new().put("copies/a/b", b"photo", "image/jpeg")
    with pytest.raises(Retryable):
        new().read("copies/a/b")
    gc.collect()  # the client leaves closing the connection of a refused response to the collector


def test_nobody_there(new: New, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(storage, "PUT_SECONDS", 0.5)
    with pytest.raises(Retryable):
        new().put("copies/a/b", b"photo", "image/jpeg")
