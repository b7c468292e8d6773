"""How a call is refused: a gRPC status code and words, as Firestore's own."""

from __future__ import annotations

import grpc


class Refused(Exception):  # noqa: N818 - an answer, no fault of the program
    """The call ends with this status; nothing it asked for was done."""

    def __init__(self, code: grpc.StatusCode, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def invalid(words: str) -> Refused:
    """The request itself is wrong, whatever is stored."""
    return Refused(grpc.StatusCode.INVALID_ARGUMENT, words)


def failed_precondition(words: str) -> Refused:
    """What is stored (or declared) does not allow it; repeating does not help."""
    return Refused(grpc.StatusCode.FAILED_PRECONDITION, words)


def not_found(words: str) -> Refused:
    """The document does not exist."""
    return Refused(grpc.StatusCode.NOT_FOUND, words)


def already_exists(words: str) -> Refused:
    """The document exists already."""
    return Refused(grpc.StatusCode.ALREADY_EXISTS, words)


def aborted(words: str) -> Refused:
    """A conflict: run the whole transaction again."""
    return Refused(grpc.StatusCode.ABORTED, words)


def unimplemented(words: str) -> Refused:
    """Production can do it, this emulator cannot."""
    return Refused(grpc.StatusCode.UNIMPLEMENTED, words)


def unavailable(words: str) -> Refused:
    """The same call may succeed when it is repeated."""
    return Refused(grpc.StatusCode.UNAVAILABLE, words)
