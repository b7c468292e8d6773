"""Malicious files sent from a citizen's page are refused like those in the chat, and their names are plain text."""

from __future__ import annotations

import random

import pytest

from petitions.domain.files.attachment import copy_name
from petitions.ports.files import Download
from petitions.usecases.pages.send_post import SentFile
from tests import media
from tests.security.test_page_attacks import STRANGER, elements
from tests.unit.citizen_page.site import PageSite, page_text, photos
from tests.unit.files.test_keeping import sends
from tests.unit.files.test_media import REFUSED


@pytest.fixture
def site() -> PageSite:
    return PageSite()


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_the_chat_refuses_is_refused_on_the_page_for_the_same_reason(kind: str) -> None:
    content, url = REFUSED[kind], "https://f1.zdn.vn/1"
    chat, page = PageSite(), PageSite()
    chat.world.links.links[url] = Download(content)
    sends(chat.world, url, kind="file", name="giấy tờ.jpg")
    chat.world.fetch()
    browser = page.opened()
    answer = browser.fills("save", files=[SentFile("giấy tờ.jpg", "image/jpeg", content)])
    if not content:  # an empty file is refused at once
        assert answer.status_code == 400
        return
    page.applies()
    page.world.fetch()
    page.world.relay()
    outcomes = [outcome(page_site) for page_site in (chat, page)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[1][0][:2] == ("failed", "type")
    assert "không nhận được" in page_text(browser.sees())


def outcome(site: PageSite) -> list[tuple[str, str, list[str]]]:
    inputs = [item for path, item in site.world.store.documents.items() if "/inputs/" in path]
    left = [name for name in site.world.kept.objects if not name.startswith("sealed/")]
    return [(str(file["state"]), file.get("reason", ""), left) for item in inputs for file in item["files"]]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xe1\xff\xffbroken",
        media.png()[:40],
        media.gif()[:40],
        b"\xff\xd8" + b"\xff\xdd\x00\x04\0\0" * 20_001 + b"\xff\xd9",
        media.mp4() + b"\0\0\0\x08free" * 20_001,
    ],
    ids=["jpeg", "png", "gif", "jpeg of segments", "film of boxes"],
)
def test_a_picture_that_is_broken_on_purpose_is_not_kept(site: PageSite, content: bytes) -> None:
    browser = site.opened()
    browser.does("save", files=[SentFile("a.jpg", "image/jpeg", content)])
    site.world.fetch()
    assert outcome(site) == [("failed", "type", [])]


NAMES = {
    "upwards": "../../../etc/passwd",
    "drive": "C:\\Windows\\system32\\a.exe",
    "element": "'><img src=x onerror=alert(1)>.jpg",
    "template": "{{7*7}}.jpg",
    "turned": "anh\u202egpj.exe",
    "nothing": "a\x00.jpg",
    "long": "x" * 5_000 + ".jpg",
    "spaces": "  ",
    "dots": "..",
    "sealed": "sealed/HN-1/x",
}


@pytest.mark.parametrize("kind", NAMES)
def test_an_odd_name_of_a_file_names_nothing_in_the_bucket_and_is_text_on_the_page(site: PageSite, kind: str) -> None:
    browser = site.opened()
    before = elements(browser.sees())
    answer = browser.fills("save", files=[SentFile(NAMES[kind], "image/jpeg", media.jpeg())])
    assert answer.status_code == 303
    (upload,) = site.last()["uploads"]
    assert upload["object"] == f"uploads/{browser.page}/{site.last()['key']}-0"
    assert len(upload["name"]) <= 120
    assert not set("\u202e\r\n") & set(upload["name"])
    site.applies()
    site.world.fetch()
    site.world.relay()
    assert {name.partition("/")[0] for name in site.world.kept.objects} <= {"originals", "copies", "thumbnails"}
    page = browser.sees()
    assert elements(page).count("img") == before.count("img")
    assert elements(page).count("script") == before.count("script")


def test_a_type_that_the_browser_lies_about_is_found_by_the_bytes(site: PageSite) -> None:
    browser = site.opened()
    kinds = ("text/html", "image/svg+xml", "video/mp4", "x" * 3_000, "image/jpeg; charset=\u202e")
    browser.does("save", files=[SentFile(f"{n}.html", kind, media.jpeg() + bytes([n])) for n, kind in enumerate(kinds)])
    site.world.fetch()
    kept = [
        file
        for document in site.world.store.documents.values()
        for file in document.get("files", [])
        if "sha256" in file
    ]
    assert {file["media_type"] for file in kept} == {"image/jpeg"}
    assert all(copy_name(file["object"], file["sha256"]) in site.world.kept.objects for file in kept)


def test_nobody_can_send_files_to_a_page_that_they_have_not_opened(site: PageSite) -> None:
    browser = site.opened()
    form = browser.sees()
    for stranger in (site.visitor(STRANGER), site.visitor(STRANGER)):
        stranger.page = browser.page
        assert stranger.fills("save", form, photos(3)).status_code == 404
    assert site.world.kept.objects == {}


def test_where_an_unchecked_file_lies_cannot_be_guessed_from_the_link(site: PageSite) -> None:
    browser = site.opened()
    places = set()
    for number in range(3):
        form = random.Random(number).randbytes(12).hex()
        browser.fills("save", files=photos(1), form=form)
        places.add(site.last()["uploads"][0]["object"])
    assert len(places) == 3
    assert all(site.key not in place for place in places)
