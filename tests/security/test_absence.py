"""People of an accused unit cannot find out from the desk whether a petition about their unit exists.

For every state of such a petition the desk is compared with the same desk without it. Every page, file and JSON
response must be the same for the unit's people, and must read the database equally often.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.reopening_reasons import ReopeningReason
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, NoticeState
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.usecases.lifecycle.commands import command
from tests.security.role_table import BLOCKS
from tests.unit.desk.office import Office

WARD, SUPERIOR = "PX-00175", "SNV"
ACCUSING = "Cán bộ phường Yên Hòa vòi tiền tôi khi làm khai sinh cho con, không đưa thì hẹn mãi không trả"
INNOCENT = "Vỉa hè phố Trung Kính, phường Yên Hòa bị hàng quán lấn chiếm, người đi bộ phải xuống lòng đường"
REPLY = "Sở đã kiểm tra, xác minh nội dung phản ánh và xử lý người có vi phạm theo quy định của pháp luật hiện hành."
WHY = "Đã xong tại chỗ, không có giấy tờ kèm theo"
PEOPLE = (
    ("px-officer", WARD, Role.OFFICER), ("px-head", WARD, Role.HEAD), ("snv-officer", SUPERIOR, Role.OFFICER),
    ("snv-head", SUPERIOR, Role.HEAD),
)  # fmt: skip
INSIDERS = ("px-officer", "px-head")
_ARGUMENT = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
_ONCE_ONLY = re.compile(r'(name="csrf" value="|"csrf": ?"|nonce="|name="key" value="|nonce-)[^"\']+')


class AccusedOffice:
    """A desk on which a ward has an ordinary petition, and later one that accuses the ward."""

    def __init__(self) -> None:
        self.office = office = Office()
        office.app.extensions["desk_limit"]._most = 1e9
        for who, unit, role in PEOPLE:
            person = Officer(id=who, name=f"Cán bộ {who}", email=f"{who}@example.vn", unit=unit, role=role)
            office.store.create(officer_path(who), person.stored())
        office.app.extensions["desk"].staff.known(fresh=True)
        self.ordinary = self._given(office.files(INNOCENT, user="4000000000000000001"), WARD, "px-officer")
        self.without = dict(office.store.documents)
        petition = office.files(ACCUSING, user="4000000000000000002")
        assert petition.code != self.ordinary.code
        office.routing(petition.code)
        self.code = petition.code
        assert self.now().accused == WARD
        self.stages: dict[str, dict[str, Any]] = {"filed": dict(office.store.documents)}
        self._walk()
        self.without = self._folded(self.without)
        self.stages = {stage: self._folded(documents) for stage, documents in self.stages.items()}
        path = petition_path(self.code)
        moved = self.stages["with its superior"]
        # A unit that is accused only later may have entered it from paper, held it and helped with it.
        taken = {"by": "px-officer", "at": office.clock.now(), "consent": "2026-2", "key": "px-officer:form"}
        once = {"held_by": [WARD, SUPERIOR], "coordinating": [WARD], "source": "paper", "taken": taken}
        self.stages["once with the ward"] = moved | {path: moved[path] | once}
        browsers = {who: office.at_desk(who) for who in (*INSIDERS, "coordinator", "snv-officer", "inspector")}
        self.sessions = {who: browser.client for who, browser in browsers.items()}
        self.csrf = {who: browser.csrf for who, browser in browsers.items()}

    def now(self) -> Petition:
        return self.office.petition(self.code)

    def _given(self, petition: Petition, unit: str, handler: str) -> Petition:
        office = self.office
        self._does("coordinator", petition.code, Action.ACCEPT)
        self._does("coordinator", petition.code, Action.ASSIGN, unit=unit, text="Theo thẩm quyền")
        self._does(handler, petition.code, Action.START)
        return office.petition(petition.code)

    def _does(self, who: str, code: str, action: Action, **given: Any) -> None:
        office = self.office
        person = Officer.model_validate(office.store.documents[officer_path(who)])
        office.clock.advance(minutes=5)
        office.desk(person, command(code, action, office.petition(code).version, **given))

    def _walk(self) -> None:
        stages, documents = self.stages, self.office.store.documents
        self._given(self.now(), SUPERIOR, "snv-officer")
        stages["with its superior"] = dict(documents)
        self.office.clock.advance(days=2)
        self._does("snv-officer", self.code, Action.SUBMIT_ANSWER, text=REPLY, no_evidence=WHY)
        self._does("snv-head", self.code, Action.APPROVE, text="Đã xem")
        stages["answered"] = dict(documents)
        self._does("coordinator", self.code, Action.REOPEN, text="Chưa đúng", reopen_for=ReopeningReason.INCOMPLETE)
        stages["reopened"] = dict(documents)
        self.office.clock.advance(days=90)
        stages["overdue"] = dict(documents)

    def _folded(self, documents: dict[str, Any]) -> dict[str, Any]:
        stored = self.office.store.documents
        stored.clear()
        stored.update(documents)
        self.office.fold()
        return dict(stored)

    def send(self, who: str, path: str, documents: dict[str, Any]) -> tuple[int, str, int]:
        body = {"version": 1, "text": "Theo quy chế", "reason": "Cần xem", "unit": "SXD", "do": "submit"}
        csrf = self.csrf[who]
        if path.startswith("/api/"):
            return self._asked(
                lambda client: client.post(path, json=body, headers={"X-CSRF-Token": csrf}), who, documents
            )
        return self._asked(lambda client: client.post(path, data={"csrf": csrf, **body}), who, documents)

    def serve(self, who: str, path: str, documents: dict[str, Any]) -> tuple[int, str, int]:
        """Return the status, the page without its one-time values, and the number of database reads."""
        return self._asked(lambda client: client.get(path), who, documents)

    def _asked(
        self, ask: Callable[[FlaskClient], TestResponse], who: str, documents: dict[str, Any]
    ) -> tuple[int, str, int]:
        store = self.office.store
        stored = store.documents
        stored.clear()
        stored.update(documents)
        before: int = store.calls  # type: ignore[attr-defined]
        answer = ask(self.sessions[who])
        calls: int = store.calls - before  # type: ignore[attr-defined]
        assert "/sign-in" not in answer.headers.get("Location", ""), who
        return answer.status_code, _ONCE_ONLY.sub(r"\1", answer.get_data().decode(errors="replace")), calls


@pytest.fixture(scope="module")
def accused() -> AccusedOffice:
    return AccusedOffice()


def rules(method: str) -> list[str]:
    """Return the desk's routes that need no argument except a petition's code."""
    found = {row.rule for rows in BLOCKS.values() for row in rows if row.method == method}
    return sorted(rule for rule in found if not _ARGUMENT.search(rule.replace("<code>", "").replace("<action>", "")))


def paths(code: str) -> list[str]:
    queries = ("", "?view=open", "?view=all", f"?unit={WARD}", "?unit=SNV", "?q=vòi tiền", f"?q={code}", "?closed=1")
    of_one = [rule.replace("<code>", code) for rule in rules("GET") if "<code>" in rule]
    return of_one + [rule + query for rule in rules("GET") if "<code>" not in rule for query in queries]


def different(accused: AccusedOffice, who: str, documents: dict[str, Any]) -> list[str]:
    found = []
    for path in paths(accused.code):
        beside, alone = (accused.serve(who, path, item) for item in (documents, accused.without))
        if beside != alone:
            found.append(f"{path}: {beside[0]} {alone[0]}, {beside[2]} and {alone[2]} reads")
    return found


@pytest.mark.parametrize("who", INSIDERS)
def test_no_page_depends_on_a_petition_about_the_unit(accused: AccusedOffice, who: str) -> None:
    receipt = f"/petitions/{accused.code}/receipt"
    for stage, documents in accused.stages.items():
        found = different(accused, who, documents)
        if stage == "once with the ward" and who == "px-officer":  # entered it and has its receipt
            found = [line for line in found if not line.startswith((f"{receipt}: 200 404", "/take-in/mine"))]
        assert found == [], stage


def test_authorised_officers_pages_show_it(accused: AccusedOffice) -> None:
    found = different(accused, "coordinator", accused.stages["with its superior"])
    assert len(found) > 30
    assert len(different(accused, "snv-officer", accused.stages["with its superior"])) > 20


@pytest.mark.parametrize("who", INSIDERS)
def test_forms_about_it_get_the_response_of_an_unknown_petition(accused: AccusedOffice, who: str) -> None:
    for stage, documents in accused.stages.items():
        for rule in rules("POST"):
            if "<code>" not in rule:
                continue
            for action in Action if "<action>" in rule else (Action.ACCEPT,):
                path = rule.replace("<code>", accused.code).replace("<action>", action)
                beside, alone = (accused.send(who, path, item) for item in (documents, accused.without))
                assert beside == alone, (stage, path)


SPAN = "from=2026-11-01&to=2027-04-01"
LISTED = ("arrived", "handled", "open", "overdue", "moved_in", "on_time")
FIGURES = (
    *(f"/figures?{SPAN}&view={view}{unit}" for view in ("", "all", "units") for unit in ("", "&unit=SNV")),
    *(f"/figures.csv?{SPAN}&table={table}" for table in ("steps", "units", "fields", "wards", "kinds")),
    *(f"/figures/list?{SPAN}&count={count}{unit}" for count in LISTED for unit in ("", "&unit=SNV")),
    *("/?view=all", "/?view=open", "/list.csv?view=all"),
)
"""Pages with figures, and the lists of petitions behind these figures."""


@pytest.mark.parametrize(("who", "accuses"), [("inspector", "SNV"), ("coordinator", "VPUB")])
def test_numbers_for_all_units_exclude_closed_petitions(accused: AccusedOffice, who: str, accuses: str) -> None:
    path, found = petition_path(accused.code), list[str]()
    for stage in ("filed", "answered", "overdue"):
        documents = accused.stages[stage]
        petition = Petition.model_validate(documents[path])
        closed = replace(petition, accused=accuses, coordinating=[]).stored()
        for asked in FIGURES:
            beside = accused.serve(who, asked, documents | {path: closed})[:2]
            if beside != accused.serve(who, asked, accused.without)[:2]:
                found.append(f"{stage}: {asked}")
    assert found == []


def test_numbers_for_authorised_officers_include_it(accused: AccusedOffice) -> None:
    documents = accused.stages["answered"]
    differing = [figure for figure in FIGURES if accused.serve("inspector", figure, documents)[:2]
                 != accused.serve("inspector", figure, accused.without)[:2]]  # fmt: skip
    assert len(differing) > 12


def notices_about(accused: AccusedOffice) -> dict[str, dict[str, Any]]:
    text, at = f"Hồ sơ {accused.code} quá hạn", accused.office.clock.now()
    about = About(code=accused.code, seq=1)
    shared: dict[str, Any] = {"channel": "email", "text": text, "about": about, "created_at": at}
    reminder = Notice(id="of-it-reminder", kind=NoticeKind.REMINDER, officer="snv-head", **shared)
    lost = Notice(id="of-it-lost", kind=NoticeKind.ACCEPTED, citizen="x", state=NoticeState.UNDELIVERABLE, **shared)
    return {"reminder": reminder.stored(), "lost": lost.stored()}


def test_no_page_of_a_coordinator_depends_on_accusations_of_coordinators(accused: AccusedOffice) -> None:
    path, found = petition_path(accused.code), list[str]()
    for stage in ("filed", "answered", "overdue"):
        documents = accused.stages[stage]
        kept: dict[str, Any] = {"accused": "VPUB", "unit": "TTTP", "coordinating": [], "handler": None}
        petition = replace(Petition.model_validate(documents[path]), **kept).stored()
        documents = {path: petition, **{f"notices/of-it-{name}": item for name, item in notices_about(accused).items()},
                     **{name: item for name, item in documents.items() if name != path}}  # fmt: skip
        for asked in paths(accused.code):
            beside = accused.serve("coordinator", asked, documents)[:2]
            if beside != accused.serve("coordinator", asked, accused.without)[:2]:
                found.append(f"{stage}: {asked} {beside[0]}")
    assert found == []
