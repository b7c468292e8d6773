"""The stub provider's client of the fake control plane: it sends requests and waits for long operations."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from infra.rehearsal.stub import requests
from infra.rehearsal.stub.requests import ROWS, Values
from infra.rehearsal.stub.schema import Block

LOOK_SECONDS = 0.02
_GONE = 404


class GoogleRefusedError(Exception):
    """Raised if Google refuses a request. It holds the HTTP status and Google's message."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"googleapi: Error {code}: {words}")
        self.code = code


class Cloud:
    """A client of the control plane at a URL.

    `unknown` is the type of values that are not known yet in a plan. `given` is the configuration of the provider.
    """

    def __init__(self, url: str, unknown: type) -> None:
        self._unknown = unknown
        self._host = urlsplit(url).netloc
        self._kept = threading.local()
        self._policies = threading.Lock()
        self.given: Values = {}

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Values:
        """Send a request with a JSON body and return the JSON of the response. Raises GoogleRefusedError."""
        return self._asked(method, path, None if body is None else json.dumps(body).encode(), query)

    def _asked(self, method: str, path: str, raw: bytes | None, query: dict[str, str]) -> Values:
        where = f"/{path}{'?' if query else ''}{urlencode(query)}"
        try:
            answer, body = self._sent(method, where, raw)
        except http.client.RemoteDisconnected:
            # Like the real provider, retry once if the connection is closed (transport/error_retry_predicates.go).
            answer, body = self._sent(method, where, raw)
        found: Values = json.loads(body or b"{}") if body[:1] in (b"{", b"") else {}
        if answer.status >= 400:  # noqa: PLR2004 - HTTP's own number
            raise GoogleRefusedError(answer.status, found.get("error", {}).get("message", ""))
        return found

    def _sent(self, method: str, where: str, raw: bytes | None) -> tuple[http.client.HTTPResponse, bytes]:
        kept = self._kept.__dict__.setdefault("connection", http.client.HTTPConnection(self._host, timeout=60))
        kept.request(method, where, raw, {"Content-Type": "application/json"})
        answer = kept.getresponse()
        return answer, answer.read()

    def completed(self, values: Values) -> Values:
        """Return a resource's arguments, with the provider's project and region as defaults."""
        own = {name: self.given[name] for name in ("project", "region") if self.given.get(name)}
        return values | {name: own[name] for name in own if name in values and not isinstance(values[name], str)}

    def make(self, kind: str, block: Block, values: Values) -> Values:
        row = ROWS[kind]
        if "policy" in row:
            return self._granted(kind, values, granted=True)
        if "upload" in row:
            return self._uploaded(values)
        body = self._body(kind, block, values)
        where = requests.address(row["in"], values) if "in" in row else requests.place(kind, values)
        method = row.get("make", "POST")
        query = {name: requests.address(item, values) for name, item in row.get("queries", {}).items()}
        if method == "POST" and "in" not in row:
            where, _, name = where.rpartition("/")
            query |= {row["query"]: name} if "query" in row else {}
        if "undelete" in row and self._is_deleted(requests.place(kind, values)):
            self.ask("POST", f"{requests.place(kind, values)}:undelete", {})
            return self.ask("PATCH", requests.place(kind, values), body)
        if "wrap" in row:
            body = {row["wrap"]: body} | {name: values[item] for name, item in row["beside"].items()}
        query |= {"updateMask": ",".join(body)} if method == "PATCH" else {}
        answer = self._done(where, self.ask(method, where, body, **query))
        made = answer if "at" not in row else self.ask("GET", requests.place(kind, values))
        self._then(kind, values, {})
        return made

    def change(self, kind: str, block: Block, before: Values, values: Values) -> Values:
        row, where = ROWS[kind], requests.place(kind, values)
        if "policy" in row:
            self._granted(kind, before, granted=False)
            return self._granted(kind, values, granted=True)
        former, body = self._body(kind, block, before), self._body(kind, block, values)
        own = {item for given in row.get("change", {}).values() for item in given.values()}
        mask = sorted(name for name in former | body if former.get(name) != body.get(name) and name not in own)
        if mask:
            masked = not ("replace" in row or "unmasked" in row or where.startswith(("compute/", "storage/")))
            sent = body if not masked else {name: body[name] for name in mask if name in body}
            sent = {row["wrap_change"]: sent} if "wrap_change" in row else sent
            query = {"updateMask": ",".join(mask)} if masked else {}
            self._done(where, self.ask("PUT" if "replace" in row else "PATCH", where, sent, **query))
        self._then(kind, values, before)
        return self.ask("GET", where)

    def delete(self, kind: str, values: Values) -> None:
        """Delete a resource if it exists. Raises GoogleRefusedError."""
        row = ROWS[kind]
        if "policy" in row:
            self._granted(kind, values, granted=False)
        elif "reset" in row:
            where = requests.place(kind, values)
            self._done(where, self.ask("PATCH", where, {}, updateMask=row["reset"]))
        elif "kept" not in row:
            where = requests.place(kind, values)
            try:
                self._done(where, self.ask("DELETE", where))
            except GoogleRefusedError as refused:
                if refused.code != _GONE:
                    raise

    def read(self, kind: str, values: Values) -> Values | None:
        """Return the API's JSON for a resource, or None if it does not exist. Raises GoogleRefusedError."""
        row = ROWS[kind]
        try:
            if "policy" in row:
                return self._policy(row, values) if self._is_granted(kind, values) else None
            answer = self.ask("GET", requests.place(kind, values))
        except GoogleRefusedError as refused:
            if refused.code == _GONE:
                return None
            raise
        return None if answer.get("deleted") or answer.get("state") == "DISABLED" else answer

    def _body(self, kind: str, block: Block, values: Values) -> Values:
        body = requests.body(kind, block, values, self._unknown)
        if "effective_labels" in block.attributes and self.given.get("default_labels"):
            body["labels"] = self.given["default_labels"] | (values.get("labels") or {})
        return body

    def _is_deleted(self, where: str) -> bool:
        try:
            return bool(self.ask("GET", where).get("deleted"))
        except GoogleRefusedError:
            return False

    def _then(self, kind: str, values: Values, before: Values) -> None:
        row, where = ROWS[kind], requests.place(kind, values) if "at" in ROWS[kind] else ""
        for verb, given in {**row.get("then", {}), **(row.get("change", {}) if before else {})}.items():
            if any(values.get(name) != before.get(name) for name in given):
                # Google's paths for these methods of a proxy have no `global`.
                at = where.replace("/global/", "/") if verb in row.get("change", {}) else where
                sent = {name: values[item] for item, name in given.items()}
                self._done(where, self.ask("POST", f"{at}/{verb}", sent))
        if kind == "google_cloud_scheduler_job" and bool(values.get("paused")) != bool(before.get("paused")):
            self.ask("POST", f"{where}:{'pause' if values.get('paused') else 'resume'}", {})

    def _done(self, where: str, answer: Values) -> Values:
        """Wait for a long operation and return its response. A response that is no operation is returned unchanged.

        Raises GoogleRefusedError if the operation fails.
        """
        is_compute = answer.get("kind") == "compute#operation"
        if not (is_compute or re.search(r"(^|/)operations/", str(answer.get("name", "")))):
            return answer
        version = "/".join(where.split("/")[:2])
        path = f"{version}/{answer['name']}"
        if is_compute:
            path = f"compute/compute/v1/{answer['selfLink'].partition('/compute/v1/')[2]}"
        while not (answer.get("done") or answer.get("status") == "DONE"):
            time.sleep(LOOK_SECONDS)
            answer = self.ask("GET", path)
        failed = answer.get("error", {})
        if failed:
            raise GoogleRefusedError(400, failed.get("message") or failed["errors"][0]["message"])
        response: Values = answer.get("response", {})
        return response

    def _uploaded(self, values: Values) -> Values:
        data = Path(values["source"]).read_bytes() if values.get("source") else values["content"].encode()
        query = {"uploadType": "media", "name": values["name"]}
        return self._asked("POST", f"upload/storage/v1/b/{values['bucket']}/o", data, query)

    def _policy(self, row: Values, values: Values) -> Values:
        where = requests.address(row["policy"], values)
        if row.get("read") == "storage":
            return self.ask("GET", f"{where}/iam")
        asked = {"options": {"requestedPolicyVersion": 3}} if row.get("read") and "iam/" not in where else None
        return self.ask(row.get("read", "GET"), f"{where}:getIamPolicy", asked)

    def _is_granted(self, kind: str, values: Values) -> bool:
        policy = self._policy(ROWS[kind], values)
        if kind == "google_project_iam_audit_config":
            return any(item["service"] == values["service"] for item in policy.get("auditConfigs", ()))
        role, member = values["role"], values["member"]
        return any(
            item["role"] == role and member in item["members"] and item.get("condition") == _condition(values)
            for item in policy.get("bindings", ())
        )

    def _granted(self, kind: str, values: Values, *, granted: bool) -> Values:
        """Add a member to a policy or remove it, and return the policy.

        Google's etag guards against concurrent changes.
        """
        row = ROWS[kind]
        with self._policies:
            policy = self._policy(row, values)
            if kind == "google_project_iam_audit_config":
                policy["auditConfigs"] = list(_audited(policy, values, granted=granted))
            else:
                policy["bindings"] = list(_bound(policy, values, granted=granted))
                policy["version"] = 3
            where = requests.address(row["policy"], values)
            if row.get("read") == "storage":
                return self.ask("PUT", f"{where}/iam", policy)
            return self.ask("POST", f"{where}:setIamPolicy", {"policy": policy})


def _condition(values: Values) -> Values | None:
    given = values.get("condition")
    return {name: item for name, item in given[0].items() if item} if given else None


def _bound(policy: Values, values: Values, *, granted: bool) -> Iterator[Values]:
    condition = _condition(values)
    for item in policy.get("bindings", ()):
        same = item["role"] == values["role"] and item.get("condition") == condition
        yield item | {"members": [one for one in item["members"] if not (same and one == values["member"])]}
    if granted:
        binding = {"role": values["role"], "members": [values["member"]]}
        yield binding | ({"condition": condition} if condition else {})


def _audited(policy: Values, values: Values, *, granted: bool) -> Iterator[Values]:
    yield from (item for item in policy.get("auditConfigs", ()) if item["service"] != values["service"])
    if granted:
        logs = [{"logType": item["log_type"]} for item in values["audit_log_config"]]
        yield {"service": values["service"], "auditLogConfigs": logs}
