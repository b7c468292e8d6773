"""Google's control plane as one object: it finds the method of a request, checks the request, and answers it."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from infra.rehearsal.control_plane import (
    backups,
    buckets,
    generic,
    operations,
    policies,
    project,
    rules,
    schemas,
    services,
)
from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.discovery import DOCUMENTS, Discovery, Method
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import State

EVERYWHERE = frozenset(
    {"alt", "fields", "key", "prettyPrint", "quotaUser", "userIp", "userProject", "access_token", "oauth_token"}
    | {"uploadType", "upload_id", "upload_protocol", "name", "projection", "callback", "$.xgafv", "$alt"}
)
"""Query parameters that every method accepts."""

NO_ANSWER = 0
"""A status with which the server closes the connection instead of answering."""

_TWICE = re.compile(r"^(v\d[a-z\d]*/)\1")

MORE_APIS = (
    "cloudbuild", "cloudtrace", "telemetry", "cloudapis", "servicemanagement", "cloudasset", "eventarc",
    "iamcredentials", "sts",
)  # fmt: skip
"""Services that a project may enable although the control plane answers no requests for them."""


def _camel(name: str) -> str:
    """Return a query parameter in camel case: `update_mask` -> `updateMask`. Google accepts both forms."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any] | bytes
    headers: dict[str, str] = field(default_factory=dict)


class ControlPlane:
    """The fake of Google's control plane, for one project."""

    def __init__(self, state: State, discovery: Discovery | None = None) -> None:
        self.state = state
        self._discovery = discovery or Discovery()
        self.lock = threading.RLock()
        """Held while the state is changed or read."""
        self.calls: list[str] = []
        """The log of requests with their status, one line for a request."""
        self.wrong: list[str] = []
        """Faults of the fake itself: responses that do not fit Google's documents."""
        state.switches.setdefault("known-apis", {*DOCUMENTS, *MORE_APIS})
        self._handlers = {**backups.HANDLERS, **buckets.HANDLERS, **project.HANDLERS, **services.HANDLERS}

    def handle(self, http: str, url: str, headers: dict[str, str], raw: bytes) -> Answer:
        """Return the response to a request. The path begins with the name of the service: `/pubsub/v1/projects/...`."""
        with self.lock:
            try:
                answer = self._answered(http, url, headers, raw)
            except RefusedError as refused:
                if refused.rule:
                    self.state.met[refused.rule] += 1
                answer = Answer(refused.code, refused.body())
                url = f"{url} {refused.words}"
            self.calls.append(f"{answer.status} {http} {url}")
            return answer

    def _answered(self, http: str, url: str, headers: dict[str, str], raw: bytes) -> Answer:
        split = urlsplit(url)
        query = {name: ",".join(item) for name, item in parse_qs(split.query, keep_blank_values=True).items()}
        path = split.path.lstrip("/")
        service, _, rest = path.partition("/")
        if service in {"upload", "resumable", "download"}:
            service, rest = "storage", path
        if path == "token":
            return Answer(200, {"access_token": "ya29.rehearsal", "expires_in": 3600, "token_type": "Bearer"})
        if path == "rehearsal/clock":
            self.state.clock.move(float(raw))
            return Answer(200, {})
        if service not in DOCUMENTS:
            return self._bytes(unquote(service), unquote(rest))
        # The provider removes the version from an endpoint only if that begins with https, and always adds it.
        rest = _TWICE.sub(r"\1", rest)
        if service == "iam":  # for gcloud "-" stands for the project of an account
            rest = rest.replace("/projects/-/", f"/projects/{self.state.project}/", 1)
        if service == "storage" and (rest.startswith("upload/") or "upload_id" in query):
            return self._upload(rest, query, headers, raw)
        if rest.startswith("download/"):
            rest = rest.removeprefix("download/")
        found = self._discovery.find(service, http, rest)
        if found is None:
            raise RefusedError(404, f"{service}.googleapis.com has no method {http} /{rest}.")
        method, parameters = found
        query = {_camel(name) if _camel(name) in method.query else name: item for name, item in query.items()}
        body = json.loads(raw) if raw.strip() else {}
        call = Call(
            method, self.state, method.target(rest), parameters, query, body, headers.get("x-goog-user-project", "")
        )
        if method.id == "storage.objects.get" and query.get("alt") == "media":
            return self._bytes(parameters["bucket"], parameters["object"])
        return Answer(200, self.answer(call))

    def answer(self, call: Call) -> dict[str, Any]:
        """Check a call against schemas and rules, and return the body of the response. Raises RefusedError."""
        self._check(call)
        rules.check(call)
        handler = self._handlers.get(call.method.id) or self._usual(call.method)
        if handler is None:
            raise RefusedError(501, f"The rehearsal does not know {call.method.id}.")
        answer = handler(call)
        self._check_answer(call.method, answer)
        return answer

    @staticmethod
    def _usual(method: Method) -> Any:
        if ".operations." in method.id and method.verb == "get":
            return operations.get_operation
        usual = {
            "getIamPolicy": policies.get,
            "setIamPolicy": policies.set_policy,
            "testIamPermissions": policies.test_permissions,
        }
        return usual.get(method.verb) or (generic.VERBS.get(method.verb) if method.document.service else None)

    @staticmethod
    def _check(call: Call) -> None:
        method = call.method
        for name in call.query:
            if name not in method.query and name not in EVERYWHERE and not _is_mask(method, name):
                raise RefusedError(
                    400, f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.',
                    rule="schemas",
                )  # fmt: skip
        for name, item in method.query.items():
            if item.get("required") and name not in call.query:
                raise RefusedError(400, f"Required parameter: {name}", rule="required")
        if method.request is None:
            if call.body:
                raise RefusedError(400, "Request payload is not empty.", rule="schemas")
            return
        found = list(schemas.faults(method.document, {"$ref": method.request}, call.body))
        if found:
            raise RefusedError(400, "\n".join(found), rule="schemas")

    def _check_answer(self, method: Method, answer: dict[str, Any]) -> None:
        if method.response is None:
            return
        wrong = list(schemas.faults(method.document, {"$ref": method.response}, answer))
        if wrong:
            self.wrong.append(f"{method.id} is answered by what its document does not have: {wrong}")

    def _bytes(self, bucket: str, name: str) -> Answer:
        content = buckets.objects(self.state).live.get((bucket, name))
        if content is None:
            raise RefusedError(404, f"No such object: {bucket}/{name}")
        headers = {
            "X-Goog-Generation": content.body["generation"],
            "X-Goog-Metageneration": "1",
            "X-Goog-Hash": f"crc32c={content.body['crc32c']},md5={content.body['md5Hash']}",
            "X-Goog-Stored-Content-Length": content.body["size"],
            "X-Goog-Stored-Content-Encoding": "identity",
            "ETag": content.body["etag"],
            "Last-Modified": "Fri, 01 Jan 2027 00:00:00 GMT",
            "Content-Type": content.body["contentType"],
        }
        return Answer(200, content.data, headers)

    def _upload(self, rest: str, query: dict[str, str], headers: dict[str, str], raw: bytes) -> Answer:
        uploads = buckets.objects(self.state).uploads
        if identity := query.get("upload_id"):
            return self._continued(uploads[identity], headers, raw)
        bucket = unquote(rest.split("/b/")[1].partition("/")[0])
        if self.state.get("storage", f"b/{bucket}") is None:
            raise RefusedError(404, "The specified bucket does not exist.")
        way = query.get("uploadType")
        if way == "resumable":
            metadata = json.loads(raw or b"{}")
            key = str(self.state.number_next())
            uploads[key] = {"bucket": bucket, "query": query, "metadata": metadata, "data": b""}
            location = f"http://{headers.get('host', 'localhost')}/{rest}?uploadType=resumable&upload_id={key}"
            return Answer(200, b"", {"Location": location, "X-GUploader-UploadID": key})
        if way == "multipart":
            metadata, data = buckets.parts(headers.get("content-type", ""), raw)
        else:
            metadata, data = {"contentType": headers.get("content-type")}, raw
        name = query.get("name") or metadata.get("name", "")
        return Answer(200, buckets.store(self.state, bucket, name, data, query, metadata).body)

    def _continued(self, upload: dict[str, Any], headers: dict[str, str], raw: bytes) -> Answer:
        upload["data"] += raw
        span = headers.get("content-range", "")
        if span.endswith("/*"):
            return Answer(
                308, b"", {"Range": f"bytes=0-{len(upload['data']) - 1}", "X-Http-Status-Code-Override": "308"}
            )
        name = upload["query"].get("name") or upload["metadata"].get("name", "")
        stored = buckets.store(self.state, upload["bucket"], name, upload["data"], upload["query"], upload["metadata"])
        return Answer(200, stored.body)


def _is_mask(method: Method, name: str) -> bool:
    document = method.document
    return name == "updateMask" and name in document.schemas.get(method.request or "", {}).get("properties", {})
