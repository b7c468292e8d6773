"""The desk in memory: its web application, its officers, and a browser for every officer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any, cast

from flask import Flask, template_rendered
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from petitions.adapters import reference
from petitions.config import DeskSettings
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition
from petitions.domain.portal.portal_differences import Difference, difference_path
from petitions.domain.shared.records import replace
from petitions.errors import Forbidden
from petitions.usecases.figures.fold_figures import FoldFigures
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.web import RateLimit
from petitions.wiring.desk import Parts
from tests.compiled_templates import COMPILED
from tests.fakes import FakeClock, FakeFiles, FakeStore
from tests.unit.world import ID_KEY, STORAGE, World

PEOPLE = (
    ("sxd-officer", "Nguyễn Văn Thịnh", "SXD", Role.OFFICER),
    ("sxd-head", "Trần Thu Hằng", "SXD", Role.HEAD),
    ("syt-officer", "Hoàng Anh Tuấn", "SYT", Role.OFFICER),
    ("syt-head", "Bùi Thị Lan Anh", "SYT", Role.HEAD),
    ("coordinator", "Nguyễn Thu Hương", "VPUB", Role.COORDINATOR),
    ("admin", "Đặng Quốc Bảo", "VPUB", Role.ADMIN),
    ("inspector", "Lưu Thị Diệp", "SNV", Role.INSPECTOR),
)


@cache
def _routed(*, local: bool) -> Flask:
    """Return an application that is copied for every office, because compiling its routes is slow."""
    from desk.app import make_app  # noqa: PLC0415

    app = make_app(cast("Parts", None), id_key=ID_KEY, local=local)
    app.jinja_env.bytecode_cache = COMPILED
    return app


class CountingStore(FakeStore):
    """A store that counts reads and writes outside of transactions."""

    calls = 0

    def get(self, path: str) -> Any:
        self.calls += 1
        return super().get(path)

    def count(self, query: Any) -> int:
        self.calls += 1
        return len(FakeStore.find(self, query))

    def find(self, query: Any) -> Any:
        self.calls += 1
        return super().find(query)


class FakeProxy:
    """A stand-in for Identity-Aware Proxy that accepts the text `signed:` followed by an e-mail address."""

    def email(self, assertion: str) -> str:
        signed, _, email = assertion.partition(":")
        if signed != "signed":
            raise Forbidden("Không xác nhận được tài khoản đăng nhập.", reason="assertion")
        return email


@dataclass
class Office(World):
    store: FakeStore = field(default_factory=CountingStore)
    local: bool = True
    proxy: FakeProxy = field(default_factory=FakeProxy)
    frozen: FakeFiles = field(default_factory=FakeFiles)

    def __post_init__(self) -> None:
        super().__post_init__()
        for who, name, unit, role in PEOPLE:
            officer = Officer(id=who, name=name, email=f"{who}@example.vn", unit=unit, role=role)
            self.store.create(officer_path(who), officer.stored())
        self.fold = FoldFigures(self.store, self.clock)
        parts = Parts(
            settings=DeskSettings(
                project="p",
                pubsub_url="http://127.0.0.1:8085",
                bucket="b",
                frozen_bucket="f",
                id_key=ID_KEY,
                app_id="app-1",
                oauth_url="https://oauth.test",
                desk_url="https://desk.test",
                public_url="https://pakn.example.vn",
                citizen_url="https://phieu.example.vn",
                provider=STORAGE.provider,
                stored_in=STORAGE.stored_in,
                abroad=STORAGE.abroad,
                kept_years=STORAGE.kept_years,
            ),
            store=self.store,
            publisher=self.publisher,
            clock=self.clock,
            ids=self.ids,
            files=self.kept,
            frozen=self.frozen,
            identities=self.proxy,
            staff=Staff(self.store, self.clock),
            reference=reference.shipped(),
            timekeeping=self.timekeeping,
        )
        self.app = copy(_routed(local=self.local))
        limit = RateLimit(int(self.app.extensions["desk_limit"]._most))
        self.app.extensions = {**self.app.extensions, "desk": parts, "desk_limit": limit}
        self.app.config = copy(self.app.config)

    @property
    def parts(self) -> Parts:
        parts: Parts = self.app.extensions["desk"]
        return parts

    def officer(self, who: str) -> Officer:
        return Officer.model_validate(self.store.documents[officer_path(who)])

    def at_desk(self, who: str) -> Browser:
        browser = Browser(self.app.test_client(), self.clock)
        browser.enter(who)
        return browser

    def filed_in(self, unit: str, content: str = "UBND phường chậm trả giấy khai sinh") -> Petition:
        known = {petition.code for petition in self.petitions()}
        self.files(content, user=str(10**18 + len(known)))
        filed = next(petition for petition in self.petitions() if petition.code not in known)
        return self.changed(filed.code, unit=unit)

    def refreshed(self, code: str) -> Petition:
        """Store the petition again to update computed fields, and return it."""
        petition = self.petition(code)
        self.store.update(f"petitions/{code}", petition.stored())
        return petition

    def changed(self, code: str, **fields: Any) -> Petition:
        """Change fields of the stored petition directly, and return the petition."""
        before = self.petition(code)
        after = replace(before, **fields)
        if updates := changed_fields(before, after):
            self.store.update(f"petitions/{code}", updates)
        return after

    def petition(self, code: str) -> Petition:
        return Petition.model_validate(self.store.documents[f"petitions/{code}"])


UNRECORDED = re.compile(r"/petitions/[^/]+/(answer|receipt|papers(/\w+)?)|/layout|/me/settings|/take-in")
"""The forms that leave no line: drafts, receipts, the reading of a paper, and an officer’s own settings."""


@dataclass
class Browser:
    client: FlaskClient
    clock: FakeClock
    csrf: str = ""

    def enter(self, who: str) -> None:
        answer = self.client.post("/sign-in", data={"officer": who})
        assert answer.status_code == 303, answer.text
        self.csrf = self.client.get("/api/me").get_json()["csrf"]

    def see(self, path: str) -> TestResponse:
        return self.client.get(path)

    def submit(self, path: str, **fields: Any) -> TestResponse:
        """Submit a form. Fail if it changed something and left no line in the audit or in a petition's history."""
        self.clock.advance(seconds=1)
        store: FakeStore = self.client.application.extensions["desk"].store
        before = dict(store.documents)  # no document is changed in its place
        answer = self.client.post(path, data={"csrf": self.csrf, **fields})
        changed = {at for at, kept in store.documents.items() if before.get(at) is not kept and before.get(at) != kept}
        kept = [at for at in changed | (before.keys() - store.documents.keys()) if not at.startswith("inbox/")]
        recorded = any(at.startswith("audit/") or "/history/" in at for at in kept)
        assert recorded or not kept or UNRECORDED.fullmatch(path) or answer.status_code >= HTTPStatus.BAD_REQUEST, kept
        return answer

    def saves(self, code: str, body: Any) -> TestResponse:
        """Save the draft of an answer as the page's script does."""
        self.clock.advance(seconds=1)
        path = f"/api/petitions/{code}/answer"
        return self.client.post(path, json=body, headers={"X-CSRF-Token": self.csrf})

    def shown(self, path: str) -> dict[str, Any]:
        """Return the values that the page passes to its template. Fail unless the status is 200."""
        with templates_of(self.client.application) as given:
            answer = self.see(path)
        assert answer.status_code == 200, answer.text
        return given[-1]

    def shown_after(self, path: str, **fields: Any) -> dict[str, Any]:
        """Submit a form, and return the values passed to the response's template, with its status as `status`."""
        with templates_of(self.client.application) as given:
            answer = self.submit(path, **fields)
        return {"status": answer.status_code, **(given[-1] if given else {})}

    def refused(self, path: str, **fields: Any) -> tuple[int, str]:
        """Submit a form that the desk rejects, and return the status and the reason."""
        shown = self.shown_after(path, **fields)
        return shown["status"], shown["refusal"].reason

    def listed(self, query: str = "") -> list[Any]:
        return list(self.shown(f"/?{query}")["listing"].lines)

    def many(self, do: str, codes: list[str], **fields: str) -> list[Any]:
        shown = self.shown_after("/bulk", **{"sure": "1", "do": do, "code": codes, **fields})
        assert shown["status"] == 200, shown
        return list(shown["results"])

    def does(self, petition: Petition, action: str, **fields: Any) -> TestResponse:
        """Take a step on the petition's page. An answer is submitted from its editor."""
        if action == "submit_answer":
            path = f"/petitions/{petition.code}/answer"
            seen = re.search(r'name="seen" value="([^"]*)"', self.see(path).text)
            given = {"version": petition.version, "seen": seen[1] if seen else "", "do": "submit", **fields}
            return self.submit(path, **given)
        return self.submit(f"/petitions/{petition.code}/actions/{action}", version=petition.version, **fields)

    def buttons(self, code: str) -> list[str]:
        return re.findall(rf'action="/petitions/{code}/actions/(\w+)"', self.see(f"/petitions/{code}").text)


@contextmanager
def templates_of(app: Flask) -> Iterator[list[dict[str, Any]]]:
    """Yield a list that collects the values passed to templates within the block."""
    given: list[dict[str, Any]] = []

    def keep(_: Flask, *, context: dict[str, Any], **__: Any) -> None:
        given.append(context)

    with template_rendered.connected_to(keep, app):
        yield given


def differs(office: Office, identity: str, **more: Any) -> Difference:
    now = office.clock.now()
    fields = {"kind": "state", "code": "", "reason": "tell_now", "repair": "tell_now", "found_at": now, "seen_at": now}
    fields |= {"here": "DA_TRA_LOI", "there": "DANG_XU_LY"}
    difference = Difference.model_validate({"id": identity, **fields, **more})
    office.store.create(difference_path(identity), difference.stored())
    return difference
