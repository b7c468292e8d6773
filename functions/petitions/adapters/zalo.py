"""Calls of Zalo's Open API and token endpoint. Source: PLATFORM 2.3, PLATFORM 2.7, PLATFORM 3.1, PLATFORM 5.1.

Zalo reports a failure as HTTP 200 with a non-zero `error`. The outcome of a call is REFUSED if Zalo reported an error
or no connection was made. It is UNKNOWN if no reply could be read, because the call may have had its effect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import httpx

from petitions.domain.shared.outcome import Outcome
from petitions.ports.zalo import Allowance, Delivery, HistoryPage, TokenAnswer, TokenPair

SEND_TIMEOUT = httpx.Timeout(5.0, connect=3.0)
UPLOAD_TIMEOUT = httpx.Timeout(15.0, connect=3.0)
REFRESH_TIMEOUT = httpx.Timeout(20.0, connect=3.0)
_CODE = re.compile(r"-?[0-9]{1,6}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_WORDS = 200
_KIND = 40
_HEADERS = {"Accept": "*/*", "User-Agent": f"python-httpx/{httpx.__version__}"}


class _Host:
    """One of Zalo's hosts, with kept connections. Thread-safe.

    It uses httpx's transport without a client, whose redirects and cookies are not needed and cost half of a call.
    """

    def __init__(self, base_url: str, timeout: httpx.Timeout, transport: httpx.BaseTransport | None) -> None:
        self._base_url, self._timeout = base_url.rstrip("/"), timeout
        self._transport = transport or httpx.HTTPTransport(trust_env=False)

    def request(
        self, method: str, path: str, headers: Mapping[str, str], timeout: httpx.Timeout | None = None, **content: Any
    ) -> httpx.Response:
        extensions = {"timeout": (timeout or self._timeout).as_dict()}
        sent = {**_HEADERS, **headers}
        asked = httpx.Request(method, self._base_url + path, headers=sent, extensions=extensions, **content)
        response = self._transport.handle_request(asked)
        try:
            response.read()
        finally:
            response.close()
        return response


def _ask(host: _Host, path: str, method: str = "POST", **request: Any) -> tuple[Delivery, dict[str, Any]]:
    try:
        response = host.request(method, path, **request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Delivery(Outcome.REFUSED, error="connect"), {}
    except httpx.HTTPError:
        return Delivery(Outcome.UNKNOWN, error="no_answer"), {}
    delivery, body = _read(response)
    return replace(delivery, remaining=_remaining(response)), body


def _read(response: httpx.Response) -> tuple[Delivery, dict[str, Any]]:
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Delivery(Outcome.UNKNOWN, error=f"http_{status}"), {}
    body = _object(response)
    if body is not None and (error := _error_of(body)):
        return Delivery(Outcome.REFUSED, error=error, description=_description(body)), body
    if status != HTTPStatus.OK:
        return Delivery(Outcome.REFUSED, error=f"http_{status}"), {}
    if body is None:
        return Delivery(Outcome.UNKNOWN, error="not_json"), {}
    return Delivery(Outcome.OK), body


def _remaining(response: httpx.Response) -> int | None:
    """Return the number of calls still allowed in this minute (PLATFORM 5.4), or None if the reply has none."""
    remaining = response.headers.get("X-RateLimit-Remain", "")
    return int(remaining) if remaining.isascii() and remaining.isdigit() else None


def _object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _error_of(body: dict[str, Any]) -> str:
    code = str(body.get("error", 0))
    if code == "0":
        return ""
    return code if _CODE.fullmatch(code) else "strange"


def _description(body: dict[str, Any]) -> str:
    words = [body.get(name) for name in ("message", "error_name", "error_reason", "error_description")]
    return " / ".join(dict.fromkeys(str(word) for word in words if word))[:_WORDS]


LONGEST_TRACKING_ID = 48


class ZaloApi:
    """Sends messages from the Official Account. Thread-safe. Implements `ports.ZaloMessages`.

    Templates to a phone number have a host of their own. Methods return the outcome and do not raise for faults of
    Zalo.
    """

    def __init__(self, openapi_url: str, business_url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = _Host(openapi_url, SEND_TIMEOUT, transport)
        self._business = _Host(business_url, SEND_TIMEOUT, transport)

    def send_text(self, access_token: str, user_id: str, text: str) -> Delivery:
        """Send a text to a user by `POST /v3.0/oa/message/cs`."""
        return self._consult(access_token, user_id, {"text": text})

    def upload(self, access_token: str, kind: str, name: str, media_type: str, content: bytes) -> Delivery:
        """Upload a file or image by `POST /v2.0/oa/upload/{file|image}`. Its token is the result's `message_id`.

        An upload of unknown outcome counts as refused and may be repeated, because it notifies nobody.
        """
        path, field = f"/v2.0/oa/upload/{kind}", {"file": (name, content, media_type)}
        headers = {"access_token": access_token}
        delivery, answer = _ask(self._http, path, headers=headers, files=field, timeout=UPLOAD_TIMEOUT)
        if delivery.outcome is not Outcome.OK:
            return delivery if delivery.outcome is Outcome.REFUSED else Delivery(Outcome.REFUSED, error="upload")
        data = answer.get("data")
        token = (data.get("token") or data.get("attachment_id")) if isinstance(data, dict) else None
        return Delivery(Outcome.OK, message_id=str(token)) if token else Delivery(Outcome.REFUSED, error="upload")

    def send_upload(self, access_token: str, user_id: str, kind: str, token: str) -> Delivery:
        """Send an uploaded file, or an uploaded picture as a media template, to a user."""
        if kind == "file":
            return self._consult(access_token, user_id, _attached("file", token=token))
        picture = {"media_type": kind, "attachment_id": token}
        return self._consult(access_token, user_id, _attached("template", template_type="media", elements=[picture]))

    def send_form(self, access_token: str, user_id: str, title: str, subtitle: str, image_url: str) -> Delivery:
        """Ask a user for name, phone and address by Zalo's own form, the template `request_user_info`.

        The reply arrives as the event `user_submit_info`.
        """
        element = {"title": title, "subtitle": subtitle, "image_url": image_url}
        payload = {"template_type": "request_user_info", "elements": [element]}
        return self._consult(access_token, user_id, _attached("template", **payload))

    def delete_profile(self, access_token: str, user_id: str) -> Delivery:
        """Delete Zalo's data on a user for this account by `POST /v2.0/oa/deletefollowerinfo`."""
        delivery = _sent(self._http, "/v2.0/oa/deletefollowerinfo", access_token, {"user_id": user_id})
        return Delivery(Outcome.REFUSED, error="profile") if delivery.outcome is Outcome.UNKNOWN else delivery

    def _consult(self, access_token: str, user_id: str, message: dict[str, Any]) -> Delivery:
        body = {"recipient": {"user_id": user_id}, "message": message}
        return _sent(self._http, "/v3.0/oa/message/cs", access_token, body)

    def send_template(self, access_token: str, user_id: str, template_id: str, data: Mapping[str, str]) -> Delivery:
        """Send an approved template to a user by `POST /v3.0/oa/message/template`."""
        body = {"user_id": user_id, "template_id": template_id, "template_data": dict(data)}
        return _sent(self._http, "/v3.0/oa/message/template", access_token, body)

    def send_template_by_phone(
        self, access_token: str, phone: str, template_id: str, data: Mapping[str, str], tracking_id: str
    ) -> Delivery:
        """Send an approved template to a phone number by `POST /message/template` of the business host.

        Its error numbers differ from those of other calls and get the prefix `phone`: -118 -> "phone-118".
        """
        body = {
            "phone": phone,
            "template_id": template_id,
            "template_data": dict(data),
            "tracking_id": tracking_id[:LONGEST_TRACKING_ID],
        }
        delivery = _sent(self._business, "/message/template", access_token, body)
        delivery = replace(delivery, remaining=None)  # templates by phone do not count
        return replace(delivery, error=f"phone{delivery.error}") if delivery.error.startswith("-") else delivery


def _attached(kind: str, **payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": kind, "payload": payload}}


def _sent(host: _Host, path: str, access_token: str, body: dict[str, Any]) -> Delivery:
    delivery, answer = _ask(host, path, headers={"access_token": access_token}, json=body)
    if delivery.outcome is not Outcome.OK:
        return delivery
    if "error" not in answer:
        return Delivery(Outcome.UNKNOWN, error="not_an_answer")
    found = answer.get("data")
    data: dict[str, Any] = found if isinstance(found, dict) else {}
    named = str(data.get("message_id") or data.get("msg_id") or "")
    return replace(delivery, message_id=named, allowance=_allowance(data.get("quota")))


def _allowance(quota: Any) -> Allowance | None:
    """Return the quota in a reply, or None if there is none.

    Replies to consulting messages name their quota. That of templates is per day and has no name (PLATFORM 3.2).
    """
    if not isinstance(quota, dict):
        return None
    kind = str(quota.get("quota_type") or "template")[:_KIND]
    names = ("remainingQuota", "dailyQuota") if "dailyQuota" in quota else ("remain", "total")
    left, total = (str(quota.get(name, "")) for name in names)
    return Allowance(kind, int(left), int(total)) if _NUMBER.fullmatch(left) and _NUMBER.fullmatch(total) else None


class ZaloConversations:
    """Reads messages of past conversations, at most ten per call. Implements `ports.ZaloHistory`."""

    def __init__(self, openapi_url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = _Host(openapi_url, SEND_TIMEOUT, transport)

    def page(self, access_token: str, offset: int, count: int, user_id: str | None) -> HistoryPage:
        """Return messages from `offset` on, the newest first, with one user or with all.

        Calls `GET /v2.0/oa/conversation` or `/v2.0/oa/listrecentchat`, with the parameters as JSON in the field `data`.
        """
        asked = {"offset": offset, "count": count} | ({"user_id": user_id} if user_id else {})
        delivery, body = _ask(
            self._http,
            "/v2.0/oa/conversation" if user_id else "/v2.0/oa/listrecentchat",
            "GET",
            headers={"access_token": access_token},
            params={"data": json.dumps(asked)},
        )
        if delivery.outcome is not Outcome.OK:
            return HistoryPage(delivery.outcome, error=delivery.error)
        data = body.get("data")
        if "error" not in body or not isinstance(data, list):
            return HistoryPage(Outcome.UNKNOWN, error="not_an_answer")
        return HistoryPage(Outcome.OK, tuple(item for item in data if isinstance(item, dict)))


class ZaloTokenEndpoint:
    """Zalo's endpoint for access tokens, and the query for the account of a token. Implements `ports.ZaloOAuth`."""

    def __init__(
        self,
        oauth_url: str,
        openapi_url: str,
        app_id: str,
        app_secret_key: str,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._api = _Host(openapi_url, SEND_TIMEOUT, transport)
        self._http = _Host(oauth_url, REFRESH_TIMEOUT, transport)
        self._app_id = app_id
        self._app_secret_key = app_secret_key

    def refresh(self, refresh_token: str) -> TokenAnswer:
        """Return new tokens for a refresh token, which is spent by this call."""
        return self._grant({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    def exchange(self, code: str, verifier: str) -> TokenAnswer:
        """Return tokens for the authorization code of a consent, with its PKCE verifier."""
        return self._grant({"code": code, "code_verifier": verifier, "grant_type": "authorization_code"})

    def owner(self, access_token: str) -> Delivery:
        """Return, as `message_id`, the id of the Official Account that an access token is for.

        `GET /v2.0/oa/getoa` names it `oaid`, in older replies `oa_id` (PLATFORM 4.5).
        """
        delivery, body = _ask(self._api, "/v2.0/oa/getoa", "GET", headers={"access_token": access_token})
        if delivery.outcome is not Outcome.OK:
            return delivery
        data = body.get("data")
        named = (data.get("oaid") or data.get("oa_id")) if isinstance(data, dict) else None
        return (
            Delivery(Outcome.OK, message_id=named)
            if isinstance(named, str)
            else Delivery(Outcome.UNKNOWN, error="not_an_answer")
        )

    def _grant(self, form: dict[str, str]) -> TokenAnswer:
        """Request tokens from `/v4/oa/access_token`. The reply gives `expires_in` in seconds, as a text."""
        delivery, body = _ask(
            self._http,
            "/v4/oa/access_token",
            headers={"secret_key": self._app_secret_key},
            data={**form, "app_id": self._app_id},
        )
        if delivery.outcome is not Outcome.OK:
            return TokenAnswer(delivery.outcome, error=delivery.error, description=delivery.description)
        access, following = body.get("access_token"), body.get("refresh_token")
        try:
            seconds = int(body.get("expires_in") or 0)
        except (TypeError, ValueError):
            seconds = 0
        if not (isinstance(access, str) and access and isinstance(following, str) and following and seconds > 0):
            return TokenAnswer(Outcome.UNKNOWN, error="not_an_answer")
        return TokenAnswer(Outcome.OK, TokenPair(access, following, seconds))
