"""No page of the desk shows internal words: keys, commands, stored data, machine times or English values."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from html.parser import HTMLParser

import pytest

from petitions import domain
from tests.released import all_but
from tests.unit.desk.office import Office
from tests.unit.desk.shell.sights import EVERY_ROLE, furnish, pages_of

_UNREAD = {"script", "style", "textarea", "pre"}
"""Elements without text for readers: scripts, and data to edit."""
_ALSO_VIETNAMESE = {"none", "zalo", "fax", "email", "ihanoi", "1022"}
_PLACE = re.compile(r"\$\{?[a-z_]+\}?")
"""A placeholder in the texts that administrators edit."""
_RAW = {
    "key": r"[a-z]+_[a-z_]+",
    "pair": r"\b[a-z_]+=",
    "data": r"\{\}|\{[\"']|\[\]|[\"']\}",
    "command": r"\bmake [a-z]+|python -m|\s--[a-z]",
    "nothing": r"\b(?:None|True|False|null|undefined|NaN)\b",
    "instant": r"\d{4}-\d\d-\d\d",
    "hash": r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b",
}
_FILE = re.compile(r"[\w.-]+\.(?:csv|xlsx|pdf|jsonl?(?:\.gz)?)")
"""The name of a file for download."""


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = 0
        self.foreign = ""
        """The name of an open element with English text, or ""."""
        self.compared = False
        """Whether a file's digest follows, which users compare with their own file."""
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in _UNREAD
        self.foreign = self.foreign or (tag if dict(attrs).get("lang") == "en" else "")
        self.compared = (dict(attrs).get("class") or "").endswith("hash")
        self.found += [
            value for name, value in attrs if value and name in {"title", "aria-label", "placeholder", "alt"}
        ]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in _UNREAD
        self.foreign = "" if tag == self.foreign else self.foreign

    def handle_data(self, data: str) -> None:
        if not self.hidden and not self.foreign and not self.compared and data.strip():
            self.found.append(" ".join(data.split()))


def stored_words() -> set[str]:
    for module in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        importlib.import_module(module.name)
    kinds = [kind for kind in StrEnum.__subclasses__() if kind.__module__.startswith(domain.__name__)]
    return {value.value for kind in kinds for value in kind if len(value) > 3 and value.isascii()} - _ALSO_VIETNAMESE


def raw_words(page: str, stored: re.Pattern[str]) -> Iterator[str]:
    words = Words()
    words.feed(page)
    for text in (_PLACE.sub("…", _FILE.sub("", item)) for item in words.found):
        for kind, form in _RAW.items():
            if re.search(form, text):
                yield f"{kind}: {text}"
        if found := stored.search(text):
            yield f"stored {found[0]}: {text}"


@pytest.fixture(scope="module")
def office() -> Office:
    office = Office()
    furnish(office)
    coordinator, inspector = office.at_desk("coordinator"), office.at_desk("inspector")
    for number, chosen in enumerate(({"view": "open"}, {"view": "overdue", "unit": "SXD", "level": "urgent"})):
        assert coordinator.submit("/list", key=f"a-list-{number}", **chosen).status_code == 303
    assert inspector.submit("/scoring/make", key="a-scoring", name="2025").status_code == 303
    inspector.see("/audit?officer=sxd-head,admin&unit=SXD&what=view&since=2026-11-01&until=2026-11-30")
    text = {"seen": "", "text": "Cảm ơn anh/chị.", "do": "publish"}
    admin = office.at_desk("admin")
    admin.submit("/admin/texts/rated", **text)
    changed = {"name": "Trần Thu Hằng", "email": "hang@example.vn", "unit": "SYT", "role": "officer", "position": "Phó"}
    assert admin.submit("/admin/officers/sxd-head", **changed, confirmed="1").status_code == 303
    assert admin.submit("/admin/officers/sxd-head", **changed | {"unit": "SXD", "role": "head"}).status_code == 303
    return office


def test_such_words_are_found() -> None:
    stored = re.compile(r"(?<![\w@-])(?:reception|open)(?![\w@-])")
    raw = (
        "open · {}", "name=2026; restates=", "Tiếp nhận reception", "python -m infra.operate recount-scores TỆP",
        "make merge-units", "unit_codes", "2026-11-25-f89edff6", "None", "[]", "bản 25/11/2026, f89edff6",
    )  # fmt: skip
    for item in raw:
        assert list(raw_words(f"<p>{item}</p>", stored)), item
    assert not list(raw_words("<p>Mở · 25/11/2026</p><pre>open</pre><a>HN-261123-0000-0BB3.pdf</a>", stored))


@pytest.mark.parametrize("who", all_but(["coordinator", "inspector"], EVERY_ROLE))
def test_no_page_shows_a_word_of_the_program(office: Office, who: str) -> None:
    stored = re.compile(rf"(?<![\w@-])(?:{'|'.join(map(re.escape, sorted(stored_words())))})(?![\w@-])")
    browser = office.at_desk(who)
    paths = pages_of(office, who)
    found = {path: sorted(set(raw_words(browser.see(path).text, stored))) for path in paths}
    assert {path: words for path, words in found.items() if words} == {}
