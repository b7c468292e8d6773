"""A desk with an account for every column of `who_may.txt`, and a petition that can be brought into any state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from petitions.adapters.reference import directory, paper_forms
from petitions.domain.contact.contact_request import ContactReason, ContactRequest
from petitions.domain.difficulties.difficulty import (
    Difficulty,
    DifficultyFile,
    DifficultyKind,
    DifficultyState,
    difficulty_path,
)
from petitions.domain.difficulties.difficulty_steps import reported
from petitions.domain.files.attachment import copy_name, thumbnail_name
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.mailbox.mail import Mail, MailFile, MailState, mail_path
from petitions.domain.officers.officer import Officer, SavedFilter, officer_path
from petitions.domain.papers.paper import FrozenFile, Paper, paper_path
from petitions.domain.papers.samples import samples
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import file_path
from petitions.domain.shared.records import replace
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.petition.draft_answer import draft_mark
from tests.particulars import particulars
from tests.security.role_table import PEOPLE
from tests.unit.desk.office import Office, differs
from tests.unit.desk.scoring.planted import plant

MARK = "Chuyenrieng"
"""A word in the petition, its files and its draft that occurs nowhere else. A page with this word
shows the petition.
"""
FILER = ("Quách Thị Mốc", "0977 000 123", "84977000123", "quach.moc@example.com")
ACCUSED = "PX-00175"
KEPT, UNSHARED = "kept-filter", "own-filter"
"""Saved filters of a head. The unit can use the first one, only the head the second one."""
LETTER = "petition-events-routing:77"
_MORE = (
    ("sxd-left", "SXD", Role.OFFICER), ("sxd-away", "SXD", Role.HEAD), ("sxd-deputy", "SXD", Role.OFFICER),
    ("sxd-writer", "SXD", Role.OFFICER), ("sdl-officer", "SDL", Role.OFFICER), ("sdl-head", "SDL", Role.HEAD),
    ("px-officer", ACCUSED, Role.OFFICER), ("px-head", ACCUSED, Role.HEAD), ("stp-officer", "STP", Role.OFFICER),
    ("stp-head", "STP", Role.HEAD),
)  # fmt: skip
"""Further accounts besides one for every role of every office. The absent head has a deputy."""

_CLOSABLE = {State.ANSWERED, State.PUBLISHED, State.TRANSFERRED_OUT, State.CLOSED}
"""States from which a petition can be closed, which requires all contact requests to be answered."""
_PATHS: dict[State, tuple[tuple[str, Action], ...]] = {}


def _way(state: State, before: State, who: str, action: Action) -> None:
    _PATHS[state] = (*_PATHS[before], (who, action))


_PATHS[State.NEW] = ()
_way(State.ACCEPTED, State.NEW, "coordinator", Action.ACCEPT)
_way(State.AWAITING_CITIZEN, State.ACCEPTED, "coordinator", Action.ASK_SUPPLEMENT)
_way(State.ASSIGNED, State.ACCEPTED, "coordinator", Action.ASSIGN)
_way(State.RETURNED, State.ASSIGNED, "sxd-officer", Action.GIVE_BACK)
_way(State.IN_PROGRESS, State.ASSIGNED, "sxd-officer", Action.START)
_way(State.AWAITING_APPROVAL, State.IN_PROGRESS, "sxd-writer", Action.SUBMIT_ANSWER)
_way(State.REDO, State.AWAITING_APPROVAL, "sxd-head", Action.RETURN_FOR_REDO)
_way(State.ANSWERED, State.AWAITING_APPROVAL, "sxd-head", Action.APPROVE)
_way(State.PUBLISHED, State.ANSWERED, "sxd-head", Action.PUBLISH)
_way(State.REOPENED, State.ANSWERED, "coordinator", Action.REOPEN)
_way(State.CLOSED, State.PUBLISHED, "coordinator", Action.CLOSE)
_way(State.REFUSED, State.NEW, "coordinator", Action.REFUSE)
_way(State.TRANSFERRED_OUT, State.NEW, "coordinator", Action.TRANSFER_OUT)
_way(State.WITHDRAWN, State.IN_PROGRESS, "coordinator", Action.WITHDRAW)
_way(State.MERGED, State.IN_PROGRESS, "coordinator", Action.MERGE)


def step(place: Place, action: Action) -> tuple[str, dict[str, Any]]:
    more: dict[Action, dict[str, Any]] = {
        Action.MERGE: {"text": place.main},
        Action.REASSIGN: {"unit": "SDL", "sure": "1"},
        Action.CLASSIFY: {"nature": "both"},
    }
    petition = place.petition()
    fields = {"version": place.version, **particulars(action, petition), **more.get(action, {})}
    if action is not Action.SUBMIT_ANSWER:
        return f"/petitions/{place.code}/actions/{action}", fields
    return f"/petitions/{place.code}/answer", {**fields, "do": "submit", "seen": draft_mark(petition.drafted)}


@dataclass(frozen=True)
class Session:
    """The stored cookie of a signed-in browser. Later requests do not change it."""

    cookie: str
    csrf: str


class Place:
    """The desk with its data. The effects of every request are undone before the next one."""

    def __init__(self) -> None:
        self.office = office = Office()
        office.app.extensions["desk_limit"]._most = 1e9
        office.app.extensions["desk_limit"]._buckets.clear()
        for who, unit, role in _MORE:
            person = Officer(id=who, name=f"Cán bộ {who}", email=f"{who}@example.vn", unit=unit, role=role)
            office.store.create(officer_path(who), person.stored())
        for who, position in (("sxd-head", "Giám đốc"), ("sxd-deputy", "Phó Giám đốc")):
            office.store.update(officer_path(who), {"position": position})
        today = office.clock.now().date()
        stands_in = {"officer": "sxd-deputy", "since": f"{today}", "until": f"{today + timedelta(days=30)}"}
        office.store.update(officer_path("sxd-away"), {"deputy": stands_in})
        kept = SavedFilter(id=KEPT, name="Việc mới", query="view=open&state=new", shared="SXD")
        own = SavedFilter(id=UNSHARED, name="Việc riêng", query="view=open&state=new")
        office.store.update(officer_path("sxd-head"), {"filters": [kept.stored(), own.stored()]})
        self.code, self.main = self._filed()
        differs(office, "D1", code=self.code)
        letter = {
            "consumer": "petition-events-routing", "message_id": "77", "reason": "unexpected", "attempts": 5,
            "payload": b'{"code": "HN-1"}', "key": "HN-1", "attributes": {}, "kept_at": office.clock.now(),
        }  # fmt: skip
        office.store.create(f"dead_letters/{LETTER}", letter)
        office.fold()
        self._born = dict(office.store.documents)
        self.sessions = {who: self._sign_in(who) for group in PEOPLE.values() for who in group if who != "-"}
        left = officer_path("sxd-left")
        self._born[left] = self._born[left] | {"left_at": office.clock.now()}
        self.in_state: dict[State, dict[str, dict[str, Any]]] = {state: self._walked(state) for state in State}
        self.restore(self._born)
        self.client: FlaskClient = office.app.test_client()

    def restore(self, documents: dict[str, dict[str, Any]]) -> None:
        stored = self.office.store.documents
        people = {path: item for path, item in stored.items() if path.startswith("officers/")}
        stored.clear()
        stored.update(documents)
        if any(stored.get(path) is not item for path, item in people.items()):
            self.office.app.extensions["desk"].staff.known(fresh=True)

    def changed(self, before: dict[str, dict[str, Any]]) -> set[str]:
        after = self.office.store.documents
        return {path for path in before.keys() | after.keys() if before.get(path) is not after.get(path)}

    def variant(self, who: str, documents: dict[str, dict[str, Any]], **fields: Any) -> dict[str, dict[str, Any]]:
        """Return the documents with other values in the given fields of the petition.

        For an account "of the accused" the petition accuses the account's own office.
        """
        role = who.partition(" ")[0]
        own = {"coordinator": "VPUB", "inspector": "SNV"}[role] if " " in who else None
        changed = fields | ({"accused": own} if own else {})
        path = petition_path(self.code)
        return documents | {path: documents[path] | changed}

    @property
    def version(self) -> int:
        version: int = self.office.store.documents[petition_path(self.code)]["version"]
        return version

    def person(self, who: str) -> Officer:
        return Officer.model_validate(self.office.store.documents[officer_path(who)])

    def petition(self) -> Petition:
        return self.office.petition(self.code)

    def send(self, who: str, method: str, path: str, body: Any = None) -> TestResponse:
        """Send one request as the given account: a form, or JSON to a path below /api/."""
        client, session = self.client, self._enter(who)
        if method == "GET":
            return client.get(path)
        csrf = session.csrf if session else ""
        if path.startswith("/api/"):
            return client.post(path, json=body, headers={"X-CSRF-Token": csrf})
        return client.post(path, data={"csrf": csrf, **(body or {})})

    def _enter(self, who: str) -> Session | None:
        name, session = self.office.app.config["SESSION_COOKIE_NAME"], self.sessions.get(who)
        self.client.delete_cookie(name)
        if session:
            self.client.set_cookie(name, session.cookie)
        return session

    def _sign_in(self, who: str) -> Session:
        client = self.office.app.test_client()
        answer = client.post("/sign-in", data={"officer": who.partition(" ")[0]})
        assert answer.status_code == 303, (who, answer.text)
        cookie = client.get_cookie(self.office.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return Session(cookie.value, client.get("/api/me").get_json()["csrf"])

    def _filed(self) -> tuple[str, str]:
        office = self.office
        main = office.filed_in("SXD", "Đèn đường ngõ 12 hỏng cả tháng nay, tối đi lại nguy hiểm")
        petition, now = office.filed_in("SXD"), office.clock.now()
        content = f"{MARK}: cán bộ một cửa trả chậm giấy khai sinh, tôi đã đi lại bốn lần."
        fields = {
            "content": content, "title": content[:60], "source": "paper", "accused": ACCUSED,
            "contact": petition.contact.stored() | {"name": FILER[0], "phone": FILER[2], "email": FILER[3]},
            "taken": {"by": "stp-officer", "at": now, "consent": "2026-2", "key": "stp-officer:form"},
            "coordinating": [ACCUSED, "SYT"], "held_by": [ACCUSED, "STP", "SXD"], "handler": "sxd-officer",
            "files": [{"id": "photo", "type": "image"}],
            "rating": {"level": 3, "at": now, "reason": "Chưa xong việc"},
        }  # fmt: skip
        office.store.update(petition_path(petition.code), fields)
        for name, purpose in (("photo", "petition"), ("draft", "answer")):
            file = {
                "schema_version": 1, "id": name, "type": "image", "purpose": purpose, "state": "stored",
                "media_type": "image/jpeg", "size": 20, "sha256": "aa", "object": f"object-{name}",
                "thumbnail": True,
            }  # fmt: skip
            office.store.create(file_path(petition.code, name), file)
            for named, kind in ((copy_name, "image/jpeg"), (thumbnail_name, "image/webp")):
                office.kept.put(named(f"object-{name}", "aa"), f"{MARK} {name}".encode(), kind)
        for name, state in (("draft", "draft"), ("ready", "ready")):
            paper = Paper.model_validate(
                {
                    "id": name, "code": petition.code, "unit": "SXD", "kind": "receipt", "state": state,
                    "subject": MARK, "body": MARK, "drafted_by": "sxd-officer", "drafted_at": now,
                    "object": f"paper-{name}",
                }
            )  # fmt: skip
            if state == "ready":
                (sample,) = (sheet for _, sheet in samples(paper_forms(), directory(), now.date())[:1])
                frozen = FrozenFile(sha256=sha256(FILER[0].encode()).hexdigest(), size=1)
                office.kept.put(copy_name("paper-ready", frozen.sha256), FILER[0].encode(), "application/pdf")
                made: dict[str, Any] = {
                    "number": 1,
                    "year": 2026,
                    "issued_by": "sxd-head",
                    "issued_at": now,
                    "sheet": sample,
                }
                paper = replace(paper, **made, pdf=frozen, docx=frozen)
            office.store.create(paper_path(petition.code, name), paper.stored())
        for name, unit in (("own", "SXD"), ("accused", ACCUSED), ("former", "STP")):
            request = ContactRequest(
                id=f"{name}-low", why=ContactReason.LOW_RATING, citizen=petition.citizen, code=petition.code, unit=unit,
                text=f"{MARK} vẫn chưa xong", at=now, expires_at=now + timedelta(days=400),
            )  # fmt: skip
            office.store.create(f"contact_requests/{request.id}", request.stored())
            due = replace(request, id=f"{name}-due", why=ContactReason.ANSWER_DUE, way="phone", text="")
            office.store.create(f"contact_requests/{due.id}", due.stored())
        self._difficult(petition.code, now)
        self._posted(now)
        plant(office.store, office.frozen, now, "open-year")
        plant(office.store, office.frozen, now, "over-year", over=True)
        return petition.code, main.code

    def _difficult(self, code: str, now: datetime) -> None:
        file = DifficultyFile(id="photo", media_type="image/jpeg", size=20, sha256="aa", object="object-difficulty")
        self.office.kept.put(copy_name(file.object, "aa"), f"{MARK} ảnh".encode(), "image/jpeg")
        difficulty = reported(
            Difficulty(
                id="own-difficulty", kind=DifficultyKind.DATA, unit="SXD", by="sxd-officer", at=now, code=code,
                text=f"{MARK} không tìm ra mẫu", files=[file], changed_at=now,
            ),
            self.person("sxd-officer"),
        )  # fmt: skip
        variants: tuple[tuple[str, dict[str, Any]], ...] = (
            ("own", {}),
            ("solved", {"assigned": "SYT", "state": DifficultyState.ASSIGNED}),
            ("answered", {"answer": f"{MARK} đã thêm", "state": DifficultyState.ANSWERED}),
        )
        for name, more in variants:
            one = replace(difficulty, id=f"{name}-difficulty", **more)
            self.office.store.create(difficulty_path(one.id), one.stored())

    def _posted(self, now: datetime) -> None:
        file = MailFile(id="photo", media_type="image/jpeg", size=20, sha256="aa", object="object-mail", kept=True)
        self.office.kept.put(copy_name("object-mail", "aa"), f"{MARK} ảnh".encode(), "image/jpeg")
        for name, more in (("own", {}), ("aside", {"state": MailState.ASIDE}), ("apart", {"apart": True})):
            mail = Mail(id=f"{name}-mail", unit="SXD", subject=MARK, files=[file], arrived_at=now, changed_at=now)
            made = replace(replace(mail, state=MailState.NEW), **more)
            self.office.store.create(mail_path(made.id), made.stored())

    def _walked(self, state: State) -> dict[str, dict[str, Any]]:
        """Return all documents after the usual steps that lead the petition to this state, handled by its own unit."""
        self.restore(self._born)
        for path in self.office.store.paths("contact_requests") if state in _CLOSABLE else ():
            self.office.store.update(path, {"state": "answered"})
        for who, action in _PATHS[state]:
            before = self.petition()
            asked = particulars(action, before)
            asked |= {"text": self.main} if action is Action.MERGE else {}
            asked |= {"unit": "SXD", "handler": "sxd-officer"} if action is Action.ASSIGN else {}
            self.office.desk(self.person(who), command(self.code, action, before.version, **asked))
        drafted = {"text": f"{MARK} nháp", "by": "sxd-officer", "at": self.office.clock.now(), "attachments": ["draft"]}
        more = {"drafted": drafted} if state is State.IN_PROGRESS else {}
        held = {"unit": "SXD", "handler": "sxd-officer"} if state is State.RETURNED else {}
        if more | held:
            self.office.store.update(petition_path(self.code), more | held)
        assert self.petition().state is state
        return dict(self.office.store.documents)
