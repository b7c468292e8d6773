"""The error that ends a call: a gRPC status code and a message, as Firestore sends them."""

from __future__ import annotations

import grpc


class FirestoreError(Exception):
    """Raised to end a call with a gRPC status and a message. The call has had no effect."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> FirestoreError:
    """Return an INVALID_ARGUMENT error, for a request that is wrong in any state of the database."""
    return FirestoreError(grpc.StatusCode.INVALID_ARGUMENT, message)


def failed_precondition(message: str) -> FirestoreError:
    """Return a FAILED_PRECONDITION error, for a call that the stored state does not allow. Retrying does not help."""
    return FirestoreError(grpc.StatusCode.FAILED_PRECONDITION, message)


def not_found(message: str) -> FirestoreError:
    return FirestoreError(grpc.StatusCode.NOT_FOUND, message)


def already_exists(message: str) -> FirestoreError:
    return FirestoreError(grpc.StatusCode.ALREADY_EXISTS, message)


def aborted(message: str) -> FirestoreError:
    """Return an ABORTED error, for a conflict. The client should retry the whole transaction."""
    return FirestoreError(grpc.StatusCode.ABORTED, message)


def unimplemented(message: str) -> FirestoreError:
    """Return an UNIMPLEMENTED error, for a feature of the real service that the emulator lacks."""
    return FirestoreError(grpc.StatusCode.UNIMPLEMENTED, message)


def unavailable(message: str) -> FirestoreError:
    """Return an UNAVAILABLE error, for a call that may succeed when retried."""
    return FirestoreError(grpc.StatusCode.UNAVAILABLE, message)
