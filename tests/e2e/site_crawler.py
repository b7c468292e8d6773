"""A crawler for every public address of the running site, as search engines and mirrors reach it."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urldefrag, urlencode, urljoin

import httpx

from tests.e2e.stack import wait_for

FEWER = 8
"""The number of options tried in a large selection list (more than twice as many), besides the selected ones."""
LOADED = {("link", "href"), ("img", "src"), ("script", "src"), ("source", "src"), ("iframe", "src"), ("object", "data")}
ONLY_NAMED = {"canonical", "alternate"}
"""Relations of `<link>` that a browser does not load."""
SEARCHED = ("giấy khai sinh", "khong co gi", "%", "<b>")
TOO_MANY = 429


@dataclass
class Form:
    action: str
    choices: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "src", "data"):
            if name in given:
                loaded = (tag, name) in LOADED and given.get("rel") not in ONLY_NAMED
                (self.loads if loaded else self.leads).append(given[name])
        if tag == "form":
            self._form = Form(given.get("action", "")) if given.get("method", "get") == "get" else None
            self.forms += [self._form] if self._form else []
        elif self._form and tag == "select":
            self._select = given["name"]
            self._form.choices[self._select] = []
        elif self._form and tag == "option" and given.get("value"):
            self._form.choices[self._select].append(given["value"])
        elif self._form and tag == "input" and given.get("type") == "search":
            self._form.texts.append(given["name"])


class Crawler:
    def __init__(self, http: httpx.Client, url: str) -> None:
        self.url = url
        self.pages: dict[str, httpx.Response] = {}
        self.elsewhere: set[str] = set()
        self.loaded_elsewhere: set[str] = set()
        self._http = http
        self._left: deque[str] = deque()
        self._known: set[str] = set()

    def walk(self, *starts: str) -> None:
        for start in starts:
            self._add(start, "/")
        while self._left:
            path = self._left.popleft()
            answer = self.pages[path] = self._asked(path)
            for found in _found(answer):
                self._add(found, path)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                self._note_loads(answer.text, path)

    def _asked(self, path: str) -> httpx.Response:
        def ask() -> httpx.Response | None:
            answer = self._http.get(self.url + path)
            return answer if answer.status_code != TOO_MANY else None

        return wait_for(ask, path)

    def _add(self, link: str, at: str) -> None:
        whole = urldefrag(urljoin(self.url + at, link)).url
        if not whole.startswith(self.url + "/"):
            self.elsewhere.add(whole)
        elif whole not in self._known:
            self._known.add(whole)
            self._left.append(whole.removeprefix(self.url))

    def _note_loads(self, text: str, at: str) -> None:
        whole = {urljoin(self.url + at, load) for load in Links(text).loads}
        self.loaded_elsewhere |= {item for item in whole if not item.startswith(self.url + "/")}


def _found(answer: httpx.Response) -> Iterator[str]:
    kind, text = answer.headers.get("Content-Type", "").partition(";")[0], answer.text
    yield from re.findall(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
    if "Location" in answer.headers:
        yield answer.headers["Location"]
    readers: dict[str, Callable[[str], Iterator[str]]] = {
        "text/html": _in_html,
        "text/plain": lambda text: iter(re.findall(r"(?:Sitemap|Disallow): (\S+)", text)),
        "application/xml": lambda text: iter(re.findall(r"<(?:loc|url)>([^<]+)</", text)),
        "application/atom+xml": lambda text: iter(re.findall(r'href="([^"]+)"', text.replace("&amp;", "&"))),
        "application/json": _in_json,
    }
    if kind in readers:
        yield from readers[kind](text)


def _in_html(text: str) -> Iterator[str]:
    page = Links(text)
    yield from page.leads
    yield from page.loads
    for form in page.forms:
        for name, values in form.choices.items():
            step = max(1, len(values) // FEWER)
            for value in values[::step]:
                yield f"{form.action}?{urlencode({name: value})}"
        first = {name: values[0] for name, values in form.choices.items() if values}
        yield f"{form.action}?{urlencode(first)}"
        for name in form.texts:
            yield from (f"{form.action}?{name}={quote(words)}" for words in SEARCHED)


def _in_json(text: str) -> Iterator[str]:
    """Yield the addresses of the requests and services in a list of Open311, which gives only their ids."""
    parsed = json.loads(text)
    for item in parsed if isinstance(parsed, list) else []:
        if "service_request_id" in item:
            yield f"/open311/v2/requests/{item['service_request_id']}.json"
        elif "service_code" in item:
            yield f"/open311/v2/requests.json?service_code={item['service_code']}"
