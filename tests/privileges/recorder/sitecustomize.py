"""Records the cloud resources that a function uses: databases, folders, topics, secrets, traces.

Python imports a module named `sitecustomize` before anything else. `tests/e2e/stack.py` puts this file beside the
functions of a local system, so that functions and runner need no change. The calls are intercepted in the clients of
gRPC and HTTP, where they leave the process. Calls that bypass our adapters are therefore recorded as well.

A note is a line [function, action, resource] in `.build/privileges`, written once in every process.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

FOLDER = Path(__file__).resolve().parents[3] / ".build" / "privileges"
VAULT = "zalo_tokens_vault"
_NAMED = re.compile(rb'"name": ?"([^"]+)"')
_DATABASE = re.compile(r"projects/[^/]+/databases/([^/]+)")
_TOPIC = re.compile(r"projects/[^/]+/topics/([^/:]+)")
_WRITES = {"Commit", "BatchWrite"}


def rpc(method: str, metadata: dict[str, str], request: Any) -> tuple[str, str]:
    """Return action and resource of a gRPC call. For an unknown service they are the method's full name and "?"."""
    service, _, call = method.lstrip("/").partition("/")
    if service == "google.firestore.v1.Firestore":
        found = _DATABASE.search(metadata.get("google-cloud-resource-prefix", ""))
        # An empty commit ends a transaction that only read.
        writes = call in _WRITES and bool(request.writes)
        return f"firestore.{'write' if writes else 'read'}", found[1] if found else "?"
    if (service, call) == ("google.pubsub.v1.Publisher", "Publish"):
        return "pubsub.publish", str(request.topic).rpartition("/")[2]
    return method, "?"


def storage(method: str, url: str, body: bytes) -> tuple[str, str] | None:
    """Return action and folder of a call to Cloud Storage's JSON API, or None for a further part of an upload."""
    parts = urlsplit(url)
    name = unquote(parts.path.partition("/o/")[2])
    if parts.path.startswith("/upload/"):
        found = _NAMED.search(body[:4096])
        return ("storage.create", _folder(found[1].decode())) if found and method == "POST" else None
    if name:
        action = {"GET": "read", "DELETE": "delete"}.get(method, method)
        return f"storage.{action}", _folder(name)
    if method == "GET" and parts.path.endswith("/o"):
        return "storage.list", _folder(parse_qs(parts.query).get("prefix", [""])[0])
    return f"storage.{method}", parts.path


def _folder(name: str) -> str:
    return name.partition("/")[0] if "/" in name else "?"


class Notes:
    """The notes of one function. The database of petitions is always noted as "petitions", whatever its name."""

    def __init__(self, function: str, folder: Path, petitions: str) -> None:
        self._function, self._folder, self._petitions = function, folder, petitions
        self._lock = threading.Lock()
        self._known: set[tuple[str, str]] = set()

    def note(self, action: str, on: str) -> None:
        use = (action, "petitions" if on == self._petitions and action.startswith("firestore.") else on)
        with self._lock:
            if use in self._known:
                return
            self._known.add(use)
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as notes:
                notes.write(json.dumps([self._function, *use]) + "\n")


class _Listening(MetaPathFinder):
    def __init__(self, changes: dict[str, partial[None]]) -> None:
        self._changes = changes

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        change = self._changes.pop(name, None)
        spec = PathFinder.find_spec(name, path, target) if change else None
        if spec is None or spec.loader is None or change is None:
            return None
        execute = spec.loader.exec_module

        def executed(module: Any) -> None:
            execute(module)
            change(module)

        spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec


def _of_grpc(notes: Notes, grpc: Any) -> None:
    def recorded(proceed: Any, details: Any, request: Any) -> Any:
        notes.note(*rpc(details.method, dict(details.metadata or ()), request))
        return proceed(details, request)

    class Unary(grpc.UnaryUnaryClientInterceptor):  # type: ignore[misc]
        def intercept_unary_unary(self, proceed: Any, details: Any, request: Any) -> Any:
            return recorded(proceed, details, request)

    class Stream(grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
        def intercept_unary_stream(self, proceed: Any, details: Any, request: Any) -> Any:
            return recorded(proceed, details, request)

    for name in ("insecure_channel", "secure_channel"):
        made = getattr(grpc, name)
        setattr(grpc, name, lambda *a, made=made, **k: grpc.intercept_channel(made(*a, **k), Unary(), Stream()))


def _of_http(notes: Notes, client: Any) -> None:
    put = client.HTTPConnection.putrequest

    def recorded(self: Any, method: str, url: str, *more: Any, **others: Any) -> Any:
        topic = _TOPIC.search(url) if url.endswith(":publish") else None
        if topic:
            notes.note("pubsub.publish", topic[1])
        return put(self, method, url, *more, **others)

    client.HTTPConnection.putrequest = recorded


def _of_requests(notes: Notes, sessions: Any) -> None:
    send = sessions.Session.send
    traces = os.environ.get("TRACES", "").removesuffix("off") or "no address"

    def recorded(self: Any, request: Any, **others: Any) -> Any:
        use = None
        if request.url.startswith(os.environ["STORAGE_EMULATOR_HOST"]):
            body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
            use = storage(request.method, request.url, body)
        elif request.url.startswith(traces):
            use = "traces.write", "project"
        elif "googleapis.com" in request.url:
            use = request.method, urlsplit(request.url).netloc
        if use:
            notes.note(*use)
        return send(self, request, **others)

    sessions.Session.send = recorded


def _of_httpx(notes: Notes, httpx: Any) -> None:
    send = httpx.Client.send

    def recorded(self: Any, request: Any, **others: Any) -> Any:
        if request.url.host.endswith("googleapis.com"):
            notes.note(request.method, request.url.host)
        return send(self, request, **others)

    httpx.Client.send = recorded


def _of_settings(notes: Notes, config: Any) -> None:
    def recorded(self: Any, name: str) -> Any:
        field = type(self).__dataclass_fields__.get(name)
        if field is not None:
            notes.note("setting.read", field.metadata["env"])
        return object.__getattribute__(self, name)

    config.Settings.__getattribute__ = recorded


def _of_vault(notes: Notes, vault: Any) -> None:
    for name, action in (("keep", "secret.add"), ("kept", "secret.read")):
        done = getattr(vault.FileVault, name)

        def recorded(self: Any, *arguments: Any, done: Any = done, action: str = action) -> Any:
            notes.note(action, VAULT)
            return done(self, *arguments)

        setattr(vault.FileVault, name, recorded)


_CLIENTS = {
    "grpc": _of_grpc,
    "http.client": _of_http,
    "requests.sessions": _of_requests,
    "httpx": _of_httpx,
    "petitions.config": _of_settings,
    "petitions.adapters.token_vault": _of_vault,
}


def install(notes: Notes) -> None:
    """Record the calls of every client that this process will create."""
    changes = {name: partial(listen, notes) for name, listen in _CLIENTS.items()}
    for name in changes.keys() & sys.modules.keys():
        changes.pop(name)(sys.modules[name])
    sys.meta_path.insert(0, _Listening(changes))


if __name__ == "sitecustomize" and "K_SERVICE" in os.environ:
    install(Notes(os.environ["K_SERVICE"], FOLDER, os.environ.get("FIRESTORE_DATABASE", "petitions")))
