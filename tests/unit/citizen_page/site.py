"""The deployed citizen pages backed by in-memory fakes, with browsers to visit them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from infra.paths import ROOT
from petitions.adapters import reference
from petitions.adapters.incoming import caller
from petitions.domain.pages.links import page_of
from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames
from petitions.usecases.pages.answer_file import AnswerFile
from petitions.usecases.pages.send_post import SentFile
from petitions.usecases.pages.ward_names import WardNames
from petitions.web import RateLimit
from tests.compiled_templates import COMPILED
from tests.unit.citizen_page.opened import BOUNDARIES
from tests.unit.pages.paged import ADDRESS, DIGITS, Paged
from tests.unit.world import STORAGE

PHOTO = (ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg").read_bytes()
NAME = "Nguyễn Thị Lan"
CITIZEN_URL = "http://trang.example.vn"
MANY = 1_000_000
_BOXES = {"checkbox", "radio"}
_UNSENT = {"file", "image", "submit", "button", "search"}


class PageSite(Paged):
    def __init__(
        self,
        *,
        begun: bool = True,
        mapped: bool = True,
        citizen_url: str = CITIZEN_URL,
        looks: int = MANY,
        page_looks: int = MANY,
        posts: int = MANY,
    ) -> None:
        from page_app import make_app  # noqa: PLC0415 - conftest has put it on the path

        super().__init__(begun=begun)
        world, self.seconds = self.world, 0.0
        wards = {ward.code: ward.name for ward in reference.directory().wards}
        world.public.create(FIGURE_NAMES_PATH, FigureNames(units={}, fields={}, wards=wards).stored())

        def limit(a_minute: int) -> RateLimit:
            return RateLimit(a_minute, lambda: self.seconds)

        self.app = make_app(
            self.open,
            self.sending,
            AnswerFile(world.kept, world.seals),
            WardNames(world.public, world.clock),
            lambda environ: caller(environ, 1),
            public_url="https://pakn.example.vn",
            citizen_url=citizen_url,
            chat_url="https://zalo.example.vn/1",
            storage=STORAGE,
            boundaries=BOUNDARIES if mapped else None,
            looks=limit(looks),
            page_looks=limit(page_looks),
            posts=limit(posts),
        )
        self.app.jinja_env.bytecode_cache = COMPILED
        self.browser = self.visitor()

    def visitor(self, address: str = ADDRESS) -> Visitor:
        return Visitor(self, self.app.test_client(), address)

    def opened(self, link: str | None = None) -> Visitor:
        assert self.browser.opens(link).status_code == 200
        return self.browser

    def word_of(self, answer: TestResponse) -> str:
        """Return the confirmation code sent to the chat, after checking that the response does not contain it."""
        assert answer.status_code == 200, answer.text
        word = str(self.last()["action"]["word"])
        assert word not in answer.text
        self.applies()
        assert word in self.world.last_reply()
        return word

    def everything(self) -> tuple[str, ...]:
        """Return the contents of all databases, of the bucket and of Pub/Sub as text, to search them for secrets."""
        world = self.world
        stored = (world.store.documents, world.public.documents, self.tries.documents, world.kept.objects)
        return (*map(repr, stored), repr(world.publisher.published))

    def published(self) -> int:
        """Return the number of published posts, except reports that a page was opened."""
        return len(self._posts())

    def last(self) -> dict[str, Any]:
        return self._posts()[-1]

    def _posts(self) -> list[dict[str, Any]]:
        posts = [dict(message.data) for message in self.world.publisher.of("page-posts")]
        return [post for post in posts if post["action"]["kind"] != "opened"]


class Visitor:
    """A browser without scripts, which keeps cookies and submits forms with the values they show."""

    def __init__(self, site: PageSite, client: FlaskClient, address: str) -> None:
        self.site, self.client = site, client
        self.headers = {"X-Forwarded-For": f"{address}, 34.1.2.3"}
        self.page = ""
        """The id of the last page opened."""

    def opens(self, link: str | None = None, english: str = "") -> TestResponse:
        self.site.world.relay()
        link = link or self.site.link
        self.page = page_of(link)
        return self.calls("/open", english, data={"link": link})

    def enters(self, digits: str = DIGITS, english: str = "") -> TestResponse:
        self.site.world.relay()
        self.page = page_of(self.site.link)
        return self.calls("/code", english, data={"code": self.site.petition().code, "digits": digits})

    def confirm(self, then: str = "") -> TestResponse:
        key = self.site.key
        word = self.site.word_of(self.calls("/word", data={"key": key, "then": then}))
        return self.calls("/confirm", data={"key": key, "asked": "word", "typed": word, "then": then})

    def confirms(self, typed: str, key: str | None = None, asked: str = "digits") -> TestResponse:
        """Enter telephone digits, or with `asked="word"` a confirmation code, and return the resulting page."""
        return self.calls("/confirm", data={"key": key or self.site.key, "asked": asked, "typed": typed})

    def calls(self, path: str, english: str = "", **options: Any) -> TestResponse:
        return self.client.post(english + path, headers=self.headers, follow_redirects=True, **options)

    def sees(self, rest: str = "", english: str = "") -> TestResponse:
        return self.client.get(f"{english}/p/{self.page}{rest}", headers=self.headers)

    def fills(
        self,
        do: str,
        shown: TestResponse | None = None,
        files: Sequence[SentFile] = (),
        headers: dict[str, str] | None = None,
        **fields: Any,
    ) -> TestResponse:
        """Submit the form that has the given button.

        A field given as None is left out. A list gives several values.
        """
        shown = shown or self.sees()
        action, data = form_of(shown.text, do)
        for name, value in fields.items():
            data.setlist(
                name.replace("__", "-"), [] if value is None else value if isinstance(value, list) else [value]
            )
        sent: dict[str, list[Any]] = dict(data.lists())
        sent["files"] = [(BytesIO(file.content), file.name, file.media_type) for file in files]
        answer = self.client.post(
            action, data=sent, headers=self.headers | (headers or {}), content_type="multipart/form-data"
        )
        answer.request.environ["wsgi.input"].close()  # a large one is a file
        return answer

    def does(
        self, do: str, shown: TestResponse | None = None, files: Sequence[SentFile] = (), **fields: Any
    ) -> TestResponse:
        """Submit the form with the button `do`, let the system apply it, and return the page it redirects to."""
        answer = self.fills(do, shown, files, **fields)
        assert answer.status_code == 303, answer.text
        self.site.applies()
        return self.client.get(answer.location, headers=self.headers)

    def values(self, do: str = "save") -> dict[str, str]:
        return form_of(self.sees().text, do)[1].to_dict()


def form_of(page: str, do: str) -> tuple[str, MultiDict[str, str]]:
    """Return the target of the form with this button, and the fields that a browser sends with the button."""
    forms = [form for form in html5lib.parse(page, namespaceHTMLElements=False).iter("form") if _has(form, do)]
    assert forms, f"no form for {do}"
    fields = MultiDict(list(_fields(forms[0])))
    if do != forms[0].get("action"):
        fields["do"] = do
    return forms[0].get("action", ""), fields


def _has(form: ET.Element, do: str) -> bool:
    is_button: Callable[[ET.Element], bool] = lambda element: element.get("name") == "do" and element.get("value") == do  # noqa: E731
    return form.get("action") == do or any(map(is_button, form.iter("button")))


def _fields(form: ET.Element) -> Iterator[tuple[str, str]]:
    for element in form.iter():
        name, kind = element.get("name"), element.get("type", "text")
        if not name:
            continue
        if element.tag == "textarea":
            yield name, (element.text or "").replace("\n", "\r\n")  # as browsers send it
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = next((option for option in options if option.get("selected") is not None), options[0])
            yield name, chosen.get("value", "")
        elif (
            element.tag == "input"
            and kind not in _UNSENT
            and (kind not in _BOXES or element.get("checked") is not None)
        ):
            yield name, element.get("value", "")


def petition_site(**more: Any) -> PageSite:
    made = PageSite(**more)
    made.world.has_a_coordinator()
    made.world.types("1")
    made.world.routing(made.petition().code)
    return made


def photos(count: int) -> list[SentFile]:
    return [SentFile(f"anh {number}.jpg", "image/jpeg", PHOTO) for number in range(count)]


def page_text(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def faulty(answer: TestResponse) -> list[str]:
    return re.findall(r'id="([\w-]+)-fault"', answer.text)
