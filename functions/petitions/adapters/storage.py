"""Stores files in Cloud Storage. No object is public, and none is ever overwritten. Implements `ports.Files`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import BinaryIO

import requests
from google.api_core import exceptions as google_errors
from google.auth import exceptions as auth_errors
from google.cloud import storage
from google.cloud.storage.exceptions import DataCorruption
from google.cloud.storage.retry import DEFAULT_RETRY

from petitions.domain.files.pieces import Pieces, PiecesReader
from petitions.errors import NotFound, Retryable

CALL_SECONDS = 10.0
PUT_SECONDS = 15.0
READ_SECONDS = 15.0
_PIECE = 2 * 2**20
_SENT = 4 * 2**20
"""The most bytes of one upload request, which holds them in memory once more. A larger file takes several."""
_FAULTS = (
    google_errors.GoogleAPICallError,
    google_errors.RetryError,
    auth_errors.GoogleAuthError,
    requests.RequestException,
    DataCorruption,
)


class BucketFiles:
    """The files in one bucket of Cloud Storage. Methods raise Retryable while the service fails."""

    def __init__(self, project: str, bucket: str) -> None:
        # The client would read the bucket's description for spans that are not wanted here, and no function has that
        # right.
        os.environ["DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA"] = "true"
        self._bucket = storage.Client(project=project).bucket(bucket)

    def put(self, name: str, content: bytes | Pieces, media_type: str) -> None:
        """Store content under a name, unless the name exists.

        Names contain a hash of the content, so that an existing object has the same content.
        """
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
        """Return the content in pieces of 2 MiB, so that a large video is never in memory as a whole.

        The first piece is read at once. Raise NotFound if there is no such object.
        """
        retry = DEFAULT_RETRY.with_timeout(READ_SECONDS)
        reader = self._bucket.blob(name).open("rb", chunk_size=_PIECE, timeout=CALL_SECONDS, retry=retry)
        return chain([_piece(reader)], iter(lambda: _piece(reader), b""))

    def erase(self, folder: str) -> int:
        """Delete all objects below a prefix and return their number.

        The bucket keeps deleted objects for some more days (infra/gcp/storage.tf).
        """
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
