"""The error that ends a call: a gRPC status code and a message, as Firestore sends them."""

from __future__ import annotations

import grpc


class FirestoreError(Exception):
    """The call ends with this status and has had no effect."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> FirestoreError:
    """Return INVALID_ARGUMENT: the request is wrong, whatever is stored."""
    return FirestoreError(grpc.StatusCode.INVALID_ARGUMENT, message)


def failed_precondition(message: str) -> FirestoreError:
    """Return FAILED_PRECONDITION: the stored state does not allow the call. Repeating it does not help."""
    return FirestoreError(grpc.StatusCode.FAILED_PRECONDITION, message)


def not_found(message: str) -> FirestoreError:
    """Return NOT_FOUND: the document does not exist."""
    return FirestoreError(grpc.StatusCode.NOT_FOUND, message)


def already_exists(message: str) -> FirestoreError:
    """Return ALREADY_EXISTS: the document exists."""
    return FirestoreError(grpc.StatusCode.ALREADY_EXISTS, message)


def aborted(message: str) -> FirestoreError:
    """Return ABORTED: a conflict. The client runs the whole transaction again."""
    return FirestoreError(grpc.StatusCode.ABORTED, message)


def unimplemented(message: str) -> FirestoreError:
    """Return UNIMPLEMENTED: the service can do it, this emulator cannot."""
    return FirestoreError(grpc.StatusCode.UNIMPLEMENTED, message)


def unavailable(message: str) -> FirestoreError:
    """Return UNAVAILABLE: the same call may succeed later."""
    return FirestoreError(grpc.StatusCode.UNAVAILABLE, message)
