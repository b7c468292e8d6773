"""Requests that bypass Identity-Aware Proxy reach only `/api/v1`, for all forms of paths and headers.

The load balancer routes `/api/v1` and paths below it around the proxy, and Cloud Run does not check callers. Because
the load balancer may match paths differently from the desk, all requests in this module come without the proxy's
signature, with the path as gunicorn passes it on.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from werkzeug.test import TestResponse

from petitions.domain.petition.petition import Petition
from tests.unit.desk.api.systems import System, story, system
from tests.unit.desk.office import Office

PROXY = "X-Goog-Iap-Jwt-Assertion"
FORGED = {PROXY: "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"}
SIGNED = {PROXY: "signed:sxd-head@example.vn"}
REFUSED = {308, 401, 403, 404, 405}

TRICKS = (
    "/api/v1/..{}", "/api/v1/../..{}", "/api/v1/.{}", "/api/v1/%2e%2e{}", "/api/v1/%2E%2E/%2E%2E{}",
    "/api/v1/.%2e{}", "/api/v1%2f..{}", "/api/v1%2F..%2F..{}", "/api/v1/%252e%252e{}", "/api/v1%252f..{}",
    "//api/v1/..{}", "///api//v1//..{}", "/api/v1/{}", "/api/v1//..//..{}", "/./api/v1/..{}", "/api/./v1/..{}",
    "/x/../api/v1/..{}", "/api/v1;{}", "/api/v1/;/..{}", "/api/v1/..;{}", "/api/v1\\..\\..{}", "/api/v1/%5c..%5c..{}",
    "/api/v1%00{}", "/api/v1/%00/..{}", "/api/v1%20{}", "/api/v1%0d%0a{}", "/api/v1%3f{}", "/api/v1/%23/..{}",
    "/API/V1/..{}", "/Api/v1{}", "/api/V1{}", "/api%2fv1/..{}", "/%61pi/v1/..{}", "/api/v1{}/../..{}",
    "{}/../../api/v1/units", "{}%2f..%2f..%2fapi%2fv1", "{};/api/v1/", "{}?/api/v1/", "/{}", "{}/", "{}%2f",
    "/api/v1/%c0%ae%c0%ae{}", "/api/v1/\u2025{}", "/api/v1.{}", "/api/v10{}", "/api/v{}",
)  # fmt: skip
"""Paths that the load balancer may take for `/api/v1` and the desk for a page. {} is the page's path."""


class Cloud:
    def __init__(self) -> None:
        self.office = Office(local=False)
        self.petition: Petition = self.office.filed_in("SXD")
        self.system: System = system(self.office)
        self.key = {"Authorization": f"Bearer {self.system.key}"}

    def asks(self, raw: str, headers: dict[str, str], method: str = "GET") -> TestResponse:
        """Request a path exactly as written. It is decoded once, as gunicorn does."""
        path = unquote(raw.encode().decode("latin-1"), encoding="latin-1")
        client = self.office.app.test_client()
        return client.open("/", method=method, headers=headers, environ_overrides={"PATH_INFO": path})


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    return Cloud()


def test_every_route_except_api_v1_needs_the_signature_for_all_methods(cloud: Cloud) -> None:
    """Static files, sign-out and unknown paths need the signature too."""
    rules = {rule.rule: rule for rule in cloud.office.app.url_map.iter_rules() if not rule.endpoint.startswith("v1.")}
    assert {"/assets/<digest>/<name>", "/sign-out", "/", "/api/me"} <= rules.keys()
    for path in [*(re.sub(r"<[^>]+>", "1", rule) for rule in rules), "/no/such/page", "/robots.txt", "/api", "/api/v2"]:
        for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE", "TRACE"):
            for headers in ({}, FORGED, cloud.key, FORGED | cloud.key):
                answer = cloud.asks(path, headers, method)
                assert (path, method, answer.status_code) == (path, method, 403)
                assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("page", ["/petitions/{code}", "/admin/systems", "/assets/1/desk.css"])
@pytest.mark.parametrize("trick", TRICKS)
def test_no_path_that_looks_like_theirs_opens_a_page(cloud: Cloud, trick: str, page: str) -> None:
    path = page.format(code=cloud.petition.code)
    before = dict(cloud.office.store.documents)
    for headers in ({}, FORGED, cloud.key, FORGED | cloud.key):
        for method in ("GET", "POST"):
            answer = cloud.asks(trick.replace("{}", path), headers, method)
            assert answer.status_code in REFUSED, answer.text
            assert cloud.petition.content not in answer.text
    assert cloud.office.store.documents == before


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v1/none", "/api/v1/units/.."])
def test_unknown_routes_of_api_v1_are_not_found(cloud: Cloud, path: str) -> None:
    for headers in ({}, FORGED, SIGNED, cloud.key):
        answer = cloud.asks(path, headers)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_every_route_of_theirs_needs_a_key_and_no_signature_helps(cloud: Cloud) -> None:
    """Valid signatures are refused too, since they identify people, and people use the pages."""
    rules = [rule for rule in cloud.office.app.url_map.iter_rules() if rule.endpoint.startswith("v1.")]
    before = dict(cloud.office.store.documents)
    for rule in rules:
        path = re.sub(r"<[^>]+>", cloud.petition.code, rule.rule)
        for method in rule.methods or ():
            described = rule.endpoint == "v1.description"  # contains no secrets, and developers need it first
            assert cloud.asks(path, {}, method).status_code == (200 if described else 401)
            for headers in (FORGED, SIGNED, FORGED | cloud.key, SIGNED | cloud.key, {PROXY: ""} | cloud.key):
                assert cloud.asks(path, headers, method).status_code == 403
    for path in ("//api/v1/units", "/api%2fv1/units", "/api/v1%2funits", "/%61pi/v1/units"):
        assert cloud.asks(path, {}).status_code == 401
        assert cloud.asks(path, SIGNED | cloud.key).status_code == 403
    assert cloud.office.store.documents == before


def test_with_a_key_alone_another_system_does_its_work() -> None:
    cloud = Cloud()
    made = cloud.system.post("/petitions", story(cloud.office), once="1022-0001-a")
    assert made.status_code == 200, made.text
    code = made.get_json()["code"]
    assert cloud.system.get(f"/petitions/{code}/state").status_code == 200
    assert "Set-Cookie" not in made.headers
