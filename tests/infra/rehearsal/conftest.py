"""Fixtures: a fake Google control plane in this process, and a client of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.rehearsal.control_plane.discovery import DOCUMENTS, Discovery, NoDocumentsError
from infra.rehearsal.control_plane.plane import ControlPlane
from infra.rehearsal.control_plane.project import enable
from infra.rehearsal.control_plane.server import Served
from infra.rehearsal.control_plane.state import FakeClock, State

PROJECT = "petitions-test"


class Client:
    def __init__(self, plane: ControlPlane) -> None:
        self.plane, self.state = plane, plane.state

    def ask(self, http: str, at: str, body: Any = None, **query: str) -> tuple[int, dict[str, Any]]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        raw = json.dumps(body).encode() if body is not None else b""
        answer = self.plane.handle(http, f"/{at}{'?' if asked else ''}{asked}", {}, raw)
        assert isinstance(answer.body, dict)
        return answer.status, answer.body

    def done(self, http: str, at: str, body: Any = None, **query: str) -> dict[str, Any]:
        status, answer = self.ask(http, at, body, **query)
        assert status == 200, answer
        return answer

    def refused(self, http: str, at: str, body: Any = None, **query: str) -> str:
        status, answer = self.ask(http, at, body, **query)
        assert status >= 400, answer
        return f"{status} {answer['error']['message']}"

    def wait(self, seconds: float) -> None:
        self.state.clock.move(seconds)

    def account(self, name: str) -> str:
        made = self.done("POST", f"iam/v1/projects/{PROJECT}/serviceAccounts", {"accountId": name})
        return str(made["email"])

    def secret(self, name: str, value: str) -> None:
        at = f"secretmanager/v1/projects/{PROJECT}/secrets"
        self.done("POST", at, {"replication": {"automatic": {}}}, secretId=name)
        self.done("POST", f"{at}/{name}:addVersion", {"payload": {"data": base64.b64encode(value.encode()).decode()}})


@pytest.fixture(scope="session")
def discovery() -> Discovery:
    """Google's discovery documents, which describe its APIs. Skips the tests if they are not on this machine."""
    try:
        return Discovery()
    except NoDocumentsError as missing:
        pytest.skip(f"*** THE CONTROL PLANE WAS NOT TESTED: {missing}")


@pytest.fixture
def empty(discovery: Discovery) -> Client:
    """A client of a project without enabled APIs. The clock stands still."""
    return Client(ControlPlane(State(PROJECT, clock=FakeClock(speed=0)), discovery))


@pytest.fixture
def google(empty: Client) -> Client:
    for service in DOCUMENTS:
        enable(empty.state, f"{service}.googleapis.com", 0)
    return empty


@pytest.fixture
def served(google: Client) -> Iterator[Served]:
    with Served(google.plane) as port:
        yield port
