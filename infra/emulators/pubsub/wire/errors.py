"""The error that ends a call: a canonical status code and a message, as Google's APIs send them."""

from __future__ import annotations

from enum import Enum


class Code(Enum):
    """A canonical status code. Its value pairs the gRPC number with the HTTP status."""

    CANCELLED = (1, 499)
    UNKNOWN = (2, 500)
    INVALID_ARGUMENT = (3, 400)
    DEADLINE_EXCEEDED = (4, 504)
    NOT_FOUND = (5, 404)
    ALREADY_EXISTS = (6, 409)
    PERMISSION_DENIED = (7, 403)
    RESOURCE_EXHAUSTED = (8, 429)
    FAILED_PRECONDITION = (9, 400)
    ABORTED = (10, 409)
    OUT_OF_RANGE = (11, 400)
    UNIMPLEMENTED = (12, 501)
    INTERNAL = (13, 500)
    UNAVAILABLE = (14, 503)
    DATA_LOSS = (15, 500)
    UNAUTHENTICATED = (16, 401)

    @property
    def number(self) -> int:
        """The status number in gRPC (`google.rpc.Code`), such as 5 for NOT_FOUND."""
        return self.value[0]

    @property
    def http_status(self) -> int:
        """The HTTP status in the REST interface, such as 404 for NOT_FOUND."""
        return self.value[1]


class PubsubError(Exception):
    """Raised to end a call with a status code and a message.

    `reasons` maps ack ids to causes, for subscriptions with exactly-once delivery.
    """

    def __init__(self, code: Code, message: str, reasons: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons = reasons or {}


def invalid(message: str) -> PubsubError:
    return PubsubError(Code.INVALID_ARGUMENT, message)


def not_found(name: str) -> PubsubError:
    return PubsubError(Code.NOT_FOUND, f"Resource not found (resource={name.rsplit('/', 1)[-1]}).")


def already_exists(name: str) -> PubsubError:
    return PubsubError(
        Code.ALREADY_EXISTS, f"Resource already exists in the project (resource={name.rsplit('/', 1)[-1]})."
    )


def precondition(message: str) -> PubsubError:
    return PubsubError(Code.FAILED_PRECONDITION, message)
