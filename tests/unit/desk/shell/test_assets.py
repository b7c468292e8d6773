"""Static files of the desk: addresses with a hash of the content, htmx from its package, and no inline styles."""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest

from tests.unit.desk.office import Office

KINDS = {
    "htmx.js": "text/javascript",
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def test_a_page_loads_its_files_once_and_for_ever() -> None:
    client = Office().app.test_client()
    paths = re.findall(r'(?:href|src)="(/assets/[^"]+)"', client.get("/sign-in").text)
    assert {path.rsplit("/", 1)[-1] for path in paths} == KINDS.keys()
    for path in paths:
        plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip, br"})
        _, _, digest, name = path.split("/")
        assert plain.mimetype == KINDS[name]
        assert hashlib.sha256(plain.data).hexdigest().startswith(digest)
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "immutable" in packed.headers["Cache-Control"]


def test_a_page_from_before_a_deploy_gets_the_present_file_but_keeps_it_not() -> None:
    client = Office().app.test_client()
    answer = client.get("/assets/0123456789abcdef/desk.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("name", ["none.css", "..%2Fmain.py", "bootstrap.css"])
def test_nothing_else_is_served(name: str) -> None:
    assert Office().app.test_client().get(f"/assets/0123456789abcdef/{name}").status_code == 404
