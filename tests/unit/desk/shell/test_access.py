from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import flask
import pytest
from flask.testing import FlaskClient

from petitions.domain.lifecycle.lifecycle import allowed
from petitions.domain.officers.policy import PERMISSION_ROLES
from petitions.domain.petition.petition import Petition
from petitions.errors import ConfigError
from petitions.wiring import desk
from tests.settings import PRIVACY
from tests.unit.desk.office import PEOPLE, Office
from tests.unit.desk.shell.doors import DOORS, SEES
from tests.unit.world import ID_KEY

MAIN = Path(__file__).parents[4] / "functions/desk/main.py"

FILE = "/petitions/<code>/files/<file_id>"
THUMBNAIL = f"{FILE}/thumbnail"
ENTRANCE = {"/sign-in", "/styles"}
CHANGES = [route for route, door in DOORS.items() if door.method == "POST"]
READS = [route for route, door in DOORS.items() if door.method == "GET"]


def filled(route: str, code: str) -> str:
    return (
        route.replace("<code>", code)
        .replace("<action>", "accept")
        .replace("<file_id>", "1")
        .replace("<difference_id>", "D1")
        .replace("<letter_id>", "intake:1")
        .replace("<request_id>", "nobody-person")
        .replace("<difficulty_id>", "nobody-told")
        .replace("<officer_id>", "sxd-head")
        .replace("<unit_code>", "SXD")
        .replace("<kind>", "calendars")
        .replace("<key>", "menu")
        .replace("<template_id>", "handled")
        .replace("<job_id>", "nobody-form0001")
        .replace("<paper_id>", "none")
        .replace("<form>", "pdf")
        .replace("<int:number>", "0")
        .replace("<report_id>", "none")
        .replace("<scoring_id>", "none")
        .replace("<contest_id>", "none")
        .replace("<int:version>", "1")
    )


def test_every_route_is_classified() -> None:
    from desk.shell.guard import permissions  # noqa: PLC0415 - conftest has put it on the path

    named = {rule: item for rule, item in permissions(Office().app).items() if not rule.startswith("/api/v1/")}
    assert named.keys() - {"/assets/<digest>/<name>"} == DOORS.keys() | ENTRANCE | {FILE, THUMBNAIL}
    for route, permission in named.items():
        if route in DOORS:
            assert permission is not None
            assert PERMISSION_ROLES[permission] == DOORS[route].roles, route
        else:
            assert (permission is None) == (route not in {FILE, THUMBNAIL}), route


def test_all_methods_of_a_path_need_the_same_permission() -> None:
    """Tests of one method per path therefore cover all methods. `test_role_matrix.py` tests every method."""
    app = Office().app
    needed: dict[str, set[object]] = {}
    for rule in app.url_map.iter_rules():
        needed.setdefault(rule.rule, set()).add(getattr(app.view_functions[rule.endpoint], "permission", None))
    assert {path: item for path, item in needed.items() if len(item) > 1} == {}


@pytest.fixture(scope="module")
def shared() -> tuple[Office, Petition]:
    office = Office()
    return office, office.filed_in("SXD")


@pytest.mark.parametrize("who", SEES)
def test_buttons_are_the_allowed_actions(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    role = next(role for name, _, _, role in PEOPLE if name == who)
    expected = [row.action.value for row in allowed(petition.state, role)]
    expected = [item for item in expected if item != "merge"]  # after a preview
    assert office.at_desk(who).buttons(petition.code) == (expected if SEES[who] else [])


def test_ones_own_deed_is_not_somebody_elses() -> None:
    """A browser repeats a request whose response was lost. The desk must not report another officer's change."""
    office = Office()
    petition = office.filed_in("SXD")
    for _ in range(2):
        assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303
    assert office.petition(petition.code).version == petition.version + 1
    assert office.at_desk("sxd-head").does(petition, "accept").status_code == 409


@pytest.mark.parametrize("route", [*READS, FILE])
def test_nobody_signed_in_sees_nothing(shared: tuple[Office, Petition], route: str) -> None:
    office, petition = shared
    code = petition.code
    answer = office.app.test_client().get(filled(route, code))
    assert answer.status_code == (401 if route.startswith("/api/") else 303)
    assert answer.headers.get("Location", "/sign-in").startswith("/sign-in")


@pytest.mark.parametrize("route", CHANGES)
def test_nobody_signed_in_changes_nothing(shared: tuple[Office, Petition], route: str) -> None:
    office, petition = shared
    code = petition.code
    before = dict(office.store.documents)
    answer = office.app.test_client().post(filled(route, code), json={"version": 1})
    assert answer.status_code == 401
    assert office.store.documents == before


@pytest.mark.parametrize("route", CHANGES)
def test_a_change_needs_the_sessions_token(shared: tuple[Office, Petition], route: str) -> None:
    office, petition = shared
    browser = office.at_desk("coordinator")
    browser.csrf = "of another session"
    path = filled(route, petition.code)
    answer = browser.submit(path, version=petition.version, reason="gọi hẹn làm việc")
    assert answer.status_code == 403
    if route == "/petitions/<code>/reveal":
        assert "gọi hẹn làm việc" in answer.text  # the typed text is kept
    assert office.petition(petition.code).state == "new"
    assert not office.store.paths("audit")


def test_changed_role_or_deactivation_takes_effect_within_a_minute() -> None:
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


def test_a_session_cannot_be_forged() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    cookie = browser.client.get_cookie(office.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    stranger = office.app.test_client()
    stranger.set_cookie(cookie.key, cookie.value[:-2] + ("AA" if cookie.value[-2:] != "AA" else "BB"))
    assert stranger.get("/").status_code == 303


def test_a_session_ends_when_it_is_not_used() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("sxd-officer")
    for _ in range(3):
        office.clock.advance(minutes=29)
        assert browser.see("/").status_code == 200
    office.clock.advance(minutes=30)
    late = browser.does(petition, "refuse", text="Nội dung đã gõ")
    assert late.status_code == 401
    assert "Nội dung đã gõ" in late.text  # the typed text is kept
    assert browser.see("/").headers["Location"] == "/sign-in?next=/"


def test_a_session_ends_after_eight_hours_however_much_it_is_used() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    for _ in range(23):
        office.clock.advance(minutes=20)
        assert browser.see("/").status_code == 200
    office.clock.advance(minutes=20)
    assert browser.see("/").status_code == 303


def test_one_officer_cannot_flood_the_desk_and_others_do_not_feel_it() -> None:
    office = Office()
    # The clock stands still for the rate limit, however long the requests take.
    office.app.extensions["desk_limit"]._now = lambda: 0.0
    browser, other = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    statuses = [browser.see("/api/me").status_code for _ in range(260)]
    assert statuses[:230] == [200] * 230
    assert statuses[-1] == 429
    refused = browser.see("/")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "quá nhanh" in refused.text
    assert other.see("/api/me").status_code == 200


def test_an_unknown_officer_is_refused() -> None:
    answer = Office().app.test_client().post("/sign-in", data={"officer": "nobody"})
    assert (answer.status_code, "Không có cán bộ này" in answer.text) == (403, True)


HEADER = "X-Goog-Iap-Jwt-Assertion"


def test_in_the_cloud_a_session_of_the_sign_in_page_opens_nothing() -> None:
    office, cloud = Office(), Office(local=False)
    browser = office.at_desk("coordinator")
    cookie = browser.client.get_cookie(office.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    client: FlaskClient = cloud.app.test_client()
    client.set_cookie(cookie.key, cookie.value)
    client.set_cookie(cloud.app.config["SESSION_COOKIE_NAME"], cookie.value)
    for path in [*READS, *ENTRANCE, FILE, "/no/such/page"]:
        answer = client.get(filled(path, "HN-261124-1XCF-TP94"))
        assert (path, answer.status_code) == (path, 403)
    for path in [*ENTRANCE, *CHANGES]:
        answer = client.post(filled(path, "HN-261124-1XCF-TP94"), json={"officer": "coordinator"})
        assert (path, answer.status_code) == (path, 403)
    assert not ENTRANCE & {rule.rule for rule in cloud.app.url_map.iter_rules()}


def test_in_the_cloud_the_proxy_identifies_the_officer() -> None:
    cloud = Office(local=False)
    petition = cloud.filed_in("SXD")
    client = cloud.app.test_client()
    signed = {HEADER: "signed:SXD-officer@example.vn"}
    page = client.get("/", headers=signed, base_url="https://desk.example.vn")
    assert page.status_code == 200
    assert petition.code in page.text
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    csrf = client.get("/api/me", headers=signed, base_url="https://desk.example.vn").get_json()["csrf"]
    path = f"/petitions/{petition.code}/actions/accept"
    for token, status in (("", 403), (csrf, 303)):
        answer = client.post(
            path,
            data={"version": 1},
            headers=signed | {"X-CSRF-Token": token},
            base_url="https://desk.example.vn",
        )
        assert answer.status_code == status, answer.text
    # Another person at the same browser gets a new session.
    other = {HEADER: "signed:syt-head@example.vn", "X-CSRF-Token": csrf}
    answer = client.post(path, data={"version": 2}, headers=other, base_url="https://desk.example.vn")
    assert (answer.status_code, "Phiên làm việc đã đổi" in answer.text) == (403, True)


def test_in_the_cloud_a_stranger_is_refused_and_a_session_ends() -> None:
    cloud = Office(local=False)
    client = cloud.app.test_client()
    stranger = client.get("/", headers={HEADER: "signed:ai.do@gmail.com"})
    assert stranger.status_code == 403
    assert "ai.do@gmail.com chưa được cấp quyền" in stranger.text
    signed = {HEADER: "signed:sxd-head@example.vn"}
    assert client.get("/", headers=signed, base_url="https://d").status_code == 200
    cloud.clock.advance(minutes=30)
    ended = client.get("/", headers=signed, base_url="https://d")
    assert (ended.status_code, ended.headers["Location"]) == (303, "/?gcp-iap-mode=CLEAR_LOGIN_COOKIE")


def test_an_address_of_two_officers_is_nobodys() -> None:
    cloud = Office(local=False)
    cloud.store.update("officers/sxd-head", {"email": "sxd-officer@example.vn"})
    answer = cloud.app.test_client().get("/", headers={HEADER: "signed:sxd-officer@example.vn"})
    assert answer.status_code == 403


PROXY = "/projects/1/global/backendServices/2"


@pytest.fixture
def audience() -> str:
    return PROXY


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, audience: str) -> ModuleType:
    monkeypatch.setenv("TRACES", "off")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("PUBSUB_URL", "http://127.0.0.1:8085")
    monkeypatch.setenv("ID_KEY", ID_KEY.decode())
    monkeypatch.setenv("ATTACHMENTS_BUCKET", "b")
    monkeypatch.setenv("FROZEN_BUCKET", "f")
    monkeypatch.setenv("ZALO_APP_ID", "app-1")
    monkeypatch.setenv("DESK_URL", "https://desk.test")
    monkeypatch.setenv("PUBLIC_URL", "https://pakn.test")
    monkeypatch.setenv("CITIZEN_URL", "https://phieu.test")
    monkeypatch.setenv("IAP_AUDIENCE", audience)
    for name, value in PRIVACY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    spec = importlib.util.spec_from_file_location("desk_main", MAIN)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("audience", "host", "status"),
    [("", "127.0.0.1:1", 200), (PROXY, "127.0.0.1:1", 403), (PROXY, None, 403), (PROXY, "", 403)],
)
def test_the_sign_in_exists_only_where_no_proxy_is_set(
    main: ModuleType, monkeypatch: pytest.MonkeyPatch, host: str | None, status: int
) -> None:
    parts = Office().app.extensions["desk"]
    monkeypatch.setattr("petitions.wiring.desk.parts", lambda: parts)
    if host is None:
        monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    else:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
    with flask.Flask("framework").test_request_context("/sign-in"):
        assert main.main(flask.request).status_code == status


def test_without_an_emulator_and_without_an_audience_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"GOOGLE_CLOUD_PROJECT": "p", "ID_KEY": ID_KEY.decode(), "ATTACHMENTS_BUCKET": "b", "FROZEN_BUCKET": "f"}
    for name, value in (
        given
        | {"ZALO_APP_ID": "app-1", "DESK_URL": "https://desk.test", "PUBLIC_URL": "https://pakn.test"}
        | {"PUBSUB_URL": "http://127.0.0.1:8085", "CITIZEN_URL": "https://phieu.test"}
        | PRIVACY
    ).items():
        monkeypatch.setenv(name, value)
    for name in ("IAP_AUDIENCE", "FIRESTORE_EMULATOR_HOST"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigError, match="IAP_AUDIENCE is missing"):
        desk.desk_settings()
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    assert desk.desk_settings().iap_audience == ""
