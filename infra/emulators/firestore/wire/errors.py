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
    """Return an INVALID_ARGUMENT error: the request is wrong, whatever the database holds."""
    return FirestoreError(grpc.StatusCode.INVALID_ARGUMENT, message)


def failed_precondition(message: str) -> FirestoreError:
    """Return a FAILED_PRECONDITION error: the stored state does not allow the call. Repeating it does not help."""
    return FirestoreError(grpc.StatusCode.FAILED_PRECONDITION, message)


def not_found(message: str) -> FirestoreError:
    """Return a NOT_FOUND error: the document does not exist."""
    return FirestoreError(grpc.StatusCode.NOT_FOUND, message)


def already_exists(message: str) -> FirestoreError:
    """Return an ALREADY_EXISTS error: the document exists already."""
    return FirestoreError(grpc.StatusCode.ALREADY_EXISTS, message)


def aborted(message: str) -> FirestoreError:
    """Return an ABORTED error, for a conflict. The client should run the whole transaction again."""
    return FirestoreError(grpc.StatusCode.ABORTED, message)


def unimplemented(message: str) -> FirestoreError:
    """Return an UNIMPLEMENTED error: the real service can do this, but the emulator cannot."""
    return FirestoreError(grpc.StatusCode.UNIMPLEMENTED, message)


def unavailable(message: str) -> FirestoreError:
    """Return an UNAVAILABLE error: the same call may succeed later."""
    return FirestoreError(grpc.StatusCode.UNAVAILABLE, message)
