"""`ports.Files` over Cloud Storage's official client. No object is public, none is overwritten."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate, chain
from typing import BinaryIO

import requests
from google.api_core import exceptions as google_errors
from google.auth import exceptions as auth_errors
from google.cloud import storage
from google.cloud.storage.exceptions import DataCorruption
from google.cloud.storage.retry import DEFAULT_RETRY

from petitions.domain.files.pieces import Pieces
from petitions.errors import NotFound, Retryable

CALL_SECONDS = 10.0
PUT_SECONDS = 15.0
READ_SECONDS = 15.0
_PIECE = 2 * 2**20
_SENT = 4 * 2**20
"""Bytes of an upload that are in the memory a second time; a larger file goes in several requests."""
_FAULTS = (
    google_errors.GoogleAPICallError,
    google_errors.RetryError,
    auth_errors.GoogleAuthError,
    requests.RequestException,
    DataCorruption,
)


class PiecesReader(io.RawIOBase):
    """A file of pieces, to be read once or again from any place, without joining them."""

    def __init__(self, pieces: Pieces) -> None:
        super().__init__()
        self._pieces = pieces
        self._starts = [0, *accumulate(map(len, pieces))]
        self.size = self._starts.pop()
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True: the client goes back where an answer was lost."""
        return True

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place, and return it."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes, fewer only at the end."""
        end = self.size if size is None or size < 0 else min(self._at + size, self.size)
        parts, number = [], max(bisect_right(self._starts, self._at) - 1, 0)
        while self._at < end:
            start = self._starts[number]
            part = memoryview(self._pieces[number])[self._at - start : end - start]
            parts.append(part)
            self._at, number = self._at + len(part), number + 1
        return b"".join(parts)


class BucketFiles:
    """`ports.Files` over one bucket."""

    def __init__(self, project: str, bucket: str) -> None:
        # The client would read the bucket's description for spans that nobody asked for, and no function may.
        os.environ["DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA"] = "true"
        self._bucket = storage.Client(project=project).bucket(bucket)

    def put(self, name: str, content: bytes | Pieces, media_type: str) -> None:
        """Store the bytes. The name contains their hash, so that an existing object is the same."""
        retry = DEFAULT_RETRY.with_timeout(PUT_SECONDS)
        source = PiecesReader([content] if isinstance(content, bytes) else content)
        try:
            self._bucket.blob(name, chunk_size=_SENT).upload_from_file(
                source,
                size=source.size,
                content_type=media_type,
                if_generation_match=0,
                timeout=CALL_SECONDS,
                checksum="crc32c",
                retry=retry,
            )
        except google_errors.PreconditionFailed:
            return
        except _FAULTS as error:
            raise Retryable(f"Cloud Storage failed: {type(error).__name__}", reason="storage") from error

    def read(self, name: str) -> Iterator[bytes]:
        """Return the bytes in pieces of 2 MiB, so that no instance holds a whole video for each reader."""
        retry = DEFAULT_RETRY.with_timeout(READ_SECONDS)
        reader = self._bucket.blob(name).open("rb", chunk_size=_PIECE, timeout=CALL_SECONDS, retry=retry)
        return chain([_piece(reader)], iter(lambda: _piece(reader), b""))

    def erase(self, folder: str) -> int:
        """Delete the objects. The bucket deletes their former versions after its own time (infra/gcp/storage.tf)."""
        erased = 0
        try:
            for blob in self._bucket.list_blobs(prefix=folder, timeout=CALL_SECONDS):
                with suppress(google_errors.NotFound):  # another run was faster
                    blob.delete(timeout=CALL_SECONDS)
                erased += 1
        except _FAULTS as error:
            raise Retryable(f"Cloud Storage failed: {type(error).__name__}", reason="storage") from error
        return erased


def _piece(reader: BinaryIO) -> bytes:
    try:
        return reader.read(_PIECE)
    except google_errors.NotFound as error:
        raise NotFound("there is no such object") from error
    except _FAULTS as error:
        raise Retryable(f"Cloud Storage failed: {type(error).__name__}", reason="storage") from error
