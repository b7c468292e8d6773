"""The errors with which Google refuses requests: a status, a message, and sometimes details."""

from __future__ import annotations

from typing import Any

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    501: "UNIMPLEMENTED",
}


class RefusedError(Exception):
    """Raised if Google would refuse a request.

    `rule` is the name of the rule in rules.json behind the refusal, if any.
    """

    def __init__(
        self, code: int, words: str, *, status: str = "", rule: str = "", details: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(words)
        self.code, self.words, self.rule = code, words, rule
        self.status = status or _STATUS.get(code, "UNKNOWN")
        self.details = details or []

    def body(self) -> dict[str, Any]:
        """Return the body of Google's error response. Clients of older services read `errors`, others `details`."""
        reason = {400: "invalid", 403: "forbidden", 404: "notFound", 409: "conflict", 412: "conditionNotMet"}
        disabled = any(detail.get("reason") == "SERVICE_DISABLED" for detail in self.details)
        why = "accessNotConfigured" if disabled else reason.get(self.code, "backendError")
        one = {"message": self.words, "domain": "global", "reason": why}
        error: dict[str, Any] = {"code": self.code, "message": self.words, "status": self.status, "errors": [one]}
        return {"error": error | ({"details": self.details} if self.details else {})}
