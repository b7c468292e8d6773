"""Who gets in, who sees what, who may do what: every route for every role."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import flask
import pytest
from flask.testing import FlaskClient

from petitions.domain.lifecycle import allowed
from tests.unit.desk.office import PEOPLE, Office
from tests.unit.world import ID_KEY

MAIN = Path(__file__).parents[3] / "functions/desk/main.py"

# Of a petition that lies with SXD: who may see it.
SEES = {
    "sxd-officer": True,
    "sxd-head": True,
    "syt-officer": False,
    "syt-head": False,
    "coordinator": True,
    "inspector": True,
}
# GET routes with what they answer to those who may see the petition, and to those who may not.
READS = {
    "/": (200, 200),
    "/petitions/{code}": (200, 404),
    "/petitions/{code}/files/{file_id}": (404, 404),  # of a petition without files; with them: test_files
    "/api/me": (200, 200),
    "/api/petitions": (200, 200),
    "/api/petitions/{code}": (200, 404),
}
ENTRANCE = {"/sign-in", "/api/sign-in"}
CHANGES = {
    "/petitions/{code}/reveal",
    "/petitions/{code}/actions/{action}",
    "/api/petitions/{code}/reveal",
    "/api/petitions/{code}/actions/{action}",
    "/sign-out",
}


def routes(office: Office) -> set[str]:
    rules = {re.sub(r"<(\w+)>", r"{\1}", rule.rule) for rule in office.app.url_map.iter_rules()}
    return rules - {"/assets/<path:filename>"}


def test_the_tables_name_every_route() -> None:
    assert routes(Office()) == READS.keys() | ENTRANCE | CHANGES


@pytest.mark.parametrize("who", SEES)
@pytest.mark.parametrize("route", READS)
def test_reading(who: str, route: str) -> None:
    office = Office()
    code = office.filed_in("SXD").code
    answer = office.at_desk(who).see(route.format(code=code, file_id="1"))
    assert answer.status_code == READS[route][0 if SEES[who] else 1]
    if route in {"/", "/api/petitions"}:
        unit_list = answer.text if SEES[who] and who != "coordinator" else ""
        assert (code in answer.text) == bool(unit_list)  # a coordinator begins with the queue of VPUB


@pytest.mark.parametrize("who", SEES)
def test_the_buttons_are_what_the_lifecycle_allows(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    role = next(role for name, _, _, role in PEOPLE if name == who)
    expected = [row.action.value for row in allowed(petition.state, role) if row.action != "merge"]
    assert office.at_desk(who).buttons(petition.code) == (expected if SEES[who] else [])


@pytest.mark.parametrize("who", SEES)
def test_acting(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    expected = 404 if not SEES[who] else 403 if who == "inspector" else 303
    assert office.at_desk(who).does(petition, "accept").status_code == expected
    assert office.petition(petition.code).state == ("accepted" if expected == 303 else "new")


@pytest.mark.parametrize("who", SEES)
def test_acting_through_the_api(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    path = f"/petitions/{petition.code}/actions/accept"
    answer = office.at_desk(who).call(path, {"version": petition.version})
    assert answer.status_code == (404 if not SEES[who] else 403 if who == "inspector" else 200)


@pytest.mark.parametrize("route", sorted(READS))
def test_nobody_signed_in_sees_nothing(route: str) -> None:
    office = Office()
    code = office.filed_in("SXD").code
    answer = office.app.test_client().get(route.format(code=code, file_id="1"))
    assert answer.status_code == (401 if route.startswith("/api/") else 303)
    assert answer.headers.get("Location", "/sign-in").startswith("/sign-in")


@pytest.mark.parametrize("route", sorted(CHANGES - {"/sign-out"}))
def test_nobody_signed_in_changes_nothing(route: str) -> None:
    office = Office()
    code = office.filed_in("SXD").code
    before = dict(office.store.documents)
    answer = office.app.test_client().post(route.format(code=code, action="accept"), json={"version": 1})
    assert answer.status_code == 401
    assert office.store.documents == before


@pytest.mark.parametrize("route", sorted(CHANGES))
def test_a_change_needs_the_sessions_token(route: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("coordinator")
    browser.csrf = "of another session"
    path = route.format(code=petition.code, action="accept")
    answer = browser.submit(path, version=petition.version, reason="gọi hẹn làm việc")
    assert answer.status_code == 403
    if route == "/petitions/{code}/reveal":
        assert "gọi hẹn làm việc" in answer.text  # what was typed is not lost
    assert office.petition(petition.code).state == "new"
    assert not office.store.paths("audit")


def test_a_role_that_changed_or_an_officer_who_left_is_noticed_within_a_minute() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    assert browser.see("/").status_code == 200
    office.store.transact(lambda tx: tx.delete("officers/sxd-officer"))
    office.clock.advance(seconds=60)
    assert browser.see("/").status_code == 303


def test_signing_out_ends_the_session() -> None:
    browser = Office().at_desk("sxd-officer")
    assert browser.submit("/sign-out").status_code == 303
    assert browser.see("/").headers["Location"] == "/sign-in?next=/"


def test_signing_in_on_the_page_leads_back_to_pages_of_our_own_only() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    client = office.app.test_client()
    path = f"/petitions/{petition.code}"
    assert client.get(path).headers["Location"] == f"/sign-in?next={path}"
    page = client.get(f"/sign-in?next={path}").text
    assert all(name in page for _, name, _, _ in PEOPLE)
    for wanted, led in ((path, path), ("//evil.example", "/"), ("https://evil.example/", "/"), ("/sign-out", "/")):
        answer = client.post("/sign-in", data={"officer": "sxd-officer", "next": wanted})
        assert (answer.status_code, answer.headers["Location"]) == (303, led)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_session_ends_eight_hours_after_the_sign_in_and_cannot_be_forged() -> None:
    office = Office()
    assert office.app.permanent_session_lifetime.total_seconds() == 8 * 3600
    assert not office.app.config["SESSION_REFRESH_EACH_REQUEST"]
    browser = office.at_desk("sxd-officer")
    cookie = browser.client.get_cookie(office.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    stranger = office.app.test_client()
    stranger.set_cookie(cookie.key, cookie.value[:-2] + ("AA" if cookie.value[-2:] != "AA" else "BB"))
    assert stranger.get("/").status_code == 303


def test_an_unknown_officer_is_refused() -> None:
    answer = Office().app.test_client().post("/api/sign-in", json={"officer": "nobody"})
    assert answer.status_code == 403
    assert answer.get_json()["error"] == "officer_unknown"


def test_without_the_emulator_nobody_gets_in_not_even_with_a_session() -> None:
    office, cloud = Office(), Office(local=False)
    browser = office.at_desk("coordinator")
    cookie = browser.client.get_cookie(office.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    client: FlaskClient = cloud.app.test_client()
    client.set_cookie(cookie.key, cookie.value)
    for path in [*READS, *ENTRANCE, "/no/such/page"]:
        answer = client.get(path.format(code="HN-261124-1XCF-TP94", file_id="1"))
        assert (path, answer.status_code) == (path, 403)
    for path in [*ENTRANCE, *CHANGES]:
        answer = client.post(path.format(code="HN-261124-1XCF-TP94", action="accept"), json={"officer": "coordinator"})
        assert (path, answer.status_code) == (path, 403)
        assert "Set-Cookie" not in answer.headers
    assert not ENTRANCE & {rule.rule for rule in cloud.app.url_map.iter_rules()}


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("ID_KEY", ID_KEY.decode())
    monkeypatch.setenv("ATTACHMENTS_BUCKET", "b")
    spec = importlib.util.spec_from_file_location("desk_main", MAIN)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1:1", 200), (None, 403), ("", 403)])
def test_the_sign_in_exists_only_beside_the_emulator(
    main: ModuleType, monkeypatch: pytest.MonkeyPatch, host: str | None, status: int
) -> None:
    from desk_parts import Parts  # noqa: PLC0415 - conftest has put it on the path

    office = Office()
    parts: Parts = office.app.extensions["desk"]
    builders = {
        "desk_view": parts.lists, "petition_view": parts.petitions, "act_on_petition": parts.act,
        "read_attachment": parts.read_file, "reveal_contact": parts.reveal,
        "staff": parts.staff, "directory": parts.directory, "ids": parts.ids,
    }  # fmt: skip
    for name, built in builders.items():
        monkeypatch.setattr(f"petitions.wiring.{name}", lambda built=built: built)
    if host is None:
        monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    else:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
    with flask.Flask("framework").test_request_context("/sign-in"):
        assert main.main(flask.request).status_code == status
