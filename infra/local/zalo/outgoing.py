"""Parse the body of a message to a citizen (`/v3.0/oa/message/cs`) as strictly as Zalo does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infra.local.zalo.store import ChatStore, File

LONGEST_TEXT = 2000
_KEPT_MS = 7 * 86_400_000

INVALID = -201
_TOO_LONG = -210
_UPLOAD_GONE = -100
_UNSUPPORTED = -233


class ApiError(Exception):
    """Raised if Zalo would refuse an API call. It has Zalo's error number and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A parsed message to a citizen. Attachments have the format of webhook events."""

    user_id: str
    text: str
    attachments: list[dict[str, Any]]


class OutgoingReader:
    """Parses messages and looks up their uploaded files in `store`. `origin` is the address that serves the files."""

    def __init__(self, store: ChatStore, origin: str, now: int) -> None:
        self._store = store
        self._origin = origin
        self._now = now

    def read(self, body: Any) -> Outgoing:
        """Return the message in a request's JSON body. Raise ApiError if Zalo would refuse it."""
        user_id = _dig(body, "recipient", "user_id")
        if not isinstance(user_id, str) or not user_id:
            raise ApiError(INVALID, "recipient.user_id is invalid")
        text = _dig(body, "message", "text")
        attachment = _dig(body, "message", "attachment")
        if text is not None and not isinstance(text, str):
            raise ApiError(INVALID, "message.text is invalid")
        if not text and attachment is None:
            raise ApiError(INVALID, "message.text is invalid")
        if text and len(text) > LONGEST_TEXT:
            raise ApiError(_TOO_LONG, f"message.text is over limit: {LONGEST_TEXT} characters")
        return Outgoing(user_id, text or "", [] if attachment is None else [self._attachment(attachment)])

    def _attachment(self, attachment: Any) -> dict[str, Any]:
        kind, payload = _dig(attachment, "type"), _dig(attachment, "payload")
        if kind == "file":
            return self._file(self._upload(_dig(payload, "token"), "payload.token"))
        elements = _dig(payload, "elements")
        if kind != "template" or not isinstance(elements, list) or len(elements) != 1:
            raise ApiError(INVALID, "message.attachment is invalid")
        template = _dig(payload, "template_type")
        if template == "media":
            return self._media(elements[0])
        if template == "request_user_info":
            texts = {name: str(_dig(elements[0], name) or "") for name in ("title", "subtitle", "image_url")}
            return {"type": "template", "payload": {"template_type": template, **texts}}
        raise ApiError(_UNSUPPORTED, "template_type is unsupported")

    def _media(self, element: Any) -> dict[str, Any]:
        media_type = _dig(element, "media_type")
        if media_type not in {"image", "gif", "sticker"}:
            raise ApiError(INVALID, "media_type is invalid")
        url = _dig(element, "url")
        if not url:
            url = self.url_of(self._upload(_dig(element, "attachment_id"), "attachment_id"))
        return {"type": media_type, "payload": {"thumbnail": str(url), "url": str(url)}}

    def _file(self, file: File) -> dict[str, Any]:
        size, suffix = str(len(file.content)), file.name.rpartition(".")[2]
        payload = {"url": self.url_of(file), "name": file.name, "size": size, "type": suffix}
        return {"type": "file", "payload": payload}

    def url_of(self, file: File) -> str:
        return f"{self._origin}/files/{file.id}"

    def _upload(self, file_id: Any, field: str) -> File:
        file = self._store.file(file_id) if isinstance(file_id, str) else None
        if file is None:
            raise ApiError(INVALID, f"{field} is invalid")
        if self._now - file.at > _KEPT_MS:
            raise ApiError(_UPLOAD_GONE, f"{field} was expired")
        return file


def _dig(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
