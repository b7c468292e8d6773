"""The public pages show totals, and a petition's state, unit and dates by its code, and nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import flask
import pytest

from petitions import web
from petitions.errors import Retryable
from petitions.usecases.publishing.public_view import PublicView
from tests.settings import required
from tests.unit.public_site.site import Site
from tests.unit.world import World

MAIN = Path(__file__).parents[3] / "functions/public_site/main.py"
FIELDS = {
    "code",
    "state",
    "state_label",
    "unit",
    "filed_at",
    "due_at",
    "due_why",
    "late",
    "answered_at",
    "merged_into",
    "next",
}


@pytest.fixture
def site() -> Site:
    return Site()


def test_the_status_by_code(site: Site) -> None:
    answer = site.client.post("/api/status", data={"code": site.petition.code}).get_json()
    assert set(answer) == FIELDS
    assert (answer["state"], answer["state_label"]) == ("new", "Mới")
    assert answer["unit"] == "UBND phường Yên Hòa"
    assert answer["answered_at"] is None
    assert answer["due_why"].startswith("8 giờ làm việc kể từ ")


def test_a_code_as_people_write_it(site: Site) -> None:
    written = site.petition.code.lower().replace("-", " ")
    answer = site.client.post("/", data={"code": written})
    assert answer.status_code == 200
    for words in (site.petition.code, "Mới", "UBND phường Yên Hòa", "Hạn hiện tại", "8 giờ làm việc kể từ"):
        assert words in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("", "không nhận mã trong địa chỉ"), ("/en", "no code in its address")]
)
def test_a_code_in_an_address_is_asked_for_once_more(site: Site, language: str, words: str) -> None:
    code = site.petition.code
    answer = site.client.get(f"{language}/", query_string={"code": code})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert words in answer.text
    assert code not in answer.text
    assert words not in site.client.get(f"{language}/").text
    assert site.client.get(f"/api/status/{code}").status_code == 404
    assert site.client.get("/api/status", query_string={"code": code}).status_code == 405


def test_nothing_personal_is_shown(site: Site) -> None:
    pages = [
        site.client.get("/").text,
        site.client.post("/", data={"code": site.petition.code}).text,
        site.client.post("/api/status", data={"code": site.petition.code}).text,
        site.client.get("/figures").text,
    ]
    secrets = ("Nguyễn Thị Lan", "912345678", "Trung Kính", "trả chậm", site.petition.citizen)
    assert not [secret for secret in secrets for page in pages if secret in page]


@pytest.mark.parametrize(
    ("asked", "status", "words", "reason"),
    [
        ("HN-261123-0000-0009", 400, "chưa đúng", "wrong_code"),
        ("xin chào <script>", 400, "không phải mã", "no_code"),
        ("x" * 5000, 400, "không phải mã", "no_code"),
        ("\x00", 400, "không phải mã", "no_code"),
    ],
)
def test_a_wrong_code_is_answered_with_words(site: Site, asked: str, status: int, words: str, reason: str) -> None:
    page = site.client.post("/", data={"code": asked})
    assert page.status_code == status
    assert words in page.text
    assert "<script" not in page.text
    answer = site.client.post("/api/status", data={"code": asked})
    assert (answer.status_code, answer.get_json()["error"]) == (status, reason)


def test_a_right_code_of_nothing(site: Site) -> None:
    other = World()
    other.ids.letters = ["ZZZZZZZ"]
    code = other.files().code
    assert "Không có phản ánh nào" in site.client.post("/", data={"code": code}).text
    answer = site.client.post("/api/status", data={"code": code})
    assert (answer.status_code, answer.get_json()["error"]) == (404, "not_found")


def test_look_ups_are_limited_by_client(site: Site) -> None:
    sent = {"code": site.petition.code}

    def asks(forwarded: str) -> int:
        return site.client.post("/api/status", data=sent, headers={"X-Forwarded-For": forwarded}).status_code

    own = "203.0.113.5, 34.1.2.3"
    assert [asks(f"198.51.100.{number}, {own}") for number in range(30)] == [200] * 30
    assert asks(own) == 429  # for any address that the client writes itself
    assert asks("203.0.113.6, 34.1.2.3") == 200  # the limits of clients are separate
    page = site.client.post("/", data={"code": site.petition.code}, headers={"X-Forwarded-For": own})
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "60"
    assert "quá nhiều yêu cầu" in page.text
    assert site.client.get("/", headers={"X-Forwarded-For": own}).status_code == 200
    site.seconds += 2
    assert [asks(own), asks(own)] == [200, 429]


def test_pages_that_guess_nothing_have_a_wider_limit(site: Site) -> None:
    own = {"X-Forwarded-For": "203.0.113.5, 34.1.2.3"}
    asked = [site.client.get(f"/results?q=tu{number}", headers=own).status_code for number in range(301)]
    assert asked == [200] * 300 + [429]
    assert site.client.get("/results?q=tu1", headers=own).status_code == 200  # it was cached
    assert site.client.post("/api/status", data={"code": site.petition.code}, headers=own).status_code == 200


def test_addresses_of_one_subscriber_are_one_client(site: Site) -> None:
    """A subscriber with IPv6 has 2^64 addresses."""
    sent = {"code": site.petition.code}
    forwarded = [f"2001:db8:0:7::{number:x}, 34.1.2.3" for number in range(31)]
    answers = [
        site.client.post("/api/status", data=sent, headers={"X-Forwarded-For": item}).status_code for item in forwarded
    ]
    assert answers == [200] * 30 + [429]


def test_clients_are_forgotten_rather_than_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_CALLERS", 3)
    limit = web.RateLimit(30, lambda: 0.0)
    for _ in range(30):
        assert limit.allows("first")
    assert not limit.allows("first")
    assert all(limit.allows(item) for item in ("b", "c", "d"))
    assert limit.allows("first")


def test_every_page_is_sealed(site: Site) -> None:
    for path in ("/", "/results", "/nowhere", "/figures"):
        headers = site.client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/nowhere", "GET", 404), ("/api/x", "GET", 404), ("/", "PUT", 405)]
)
def test_other_paths(site: Site, path: str, method: str, status: int) -> None:
    assert site.client.open(path, method=method).status_code == status


def test_internal_error_is_shown_as_one(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise Retryable("down")

    monkeypatch.setattr(site.public, "find", fail)
    assert site.client.get("/").status_code == 503
    assert site.client.get("/data/results.json").get_json()["error"] == "retryable"


def test_through_the_frameworks_request(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACES", "off")
    for setting, value in required("public_site").items():
        monkeypatch.setenv(setting, value)
    monkeypatch.setattr(
        "petitions.wiring.public_site.public_view", lambda: PublicView(site.public, site.clock, site.world.index)
    )
    spec = importlib.util.spec_from_file_location("public_main", MAIN)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with flask.Flask("framework").test_request_context("/", method="POST", data={"code": site.petition.code}):
        answer = module.main(flask.request)
    assert answer.status_code == 200
    assert "UBND phường Yên Hòa" in answer.get_data(as_text=True)


@pytest.mark.parametrize("asked", ["0912345678", "HN-261123-0000-0000"])
def test_mistyped_code_is_explained_first(site: Site, asked: str) -> None:
    page = site.client.post("/", data={"code": asked}).text
    main = page[page.index("<main") :]
    assert main.index('role="alert"') < main.index('id="send"')
    assert f'value="{asked}"' in main
    assert main.count('id="look-up"') == 1


def test_an_address_with_a_slash_at_its_end_is_the_same_page(site: Site) -> None:
    for path in ("/results", "/en/figures", "/how"):
        assert site.client.get(f"{path}/").status_code == 200
