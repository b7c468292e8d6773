"""The people of the rehearsal: a citizen who chats through the fake Zalo, and an officer at the deployed desk."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import httpx

from infra.rehearsal.deployed.errors import NotSeenError
from infra.rehearsal.deployed.front import PERSON
from infra.rehearsal.deployed.running import Running

T = TypeVar("T")
PATIENCE = 180.0
CODE = re.compile(r"HN-\d{6}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')

AGREES = "đồng ý"
TALK = (
    ("UBND phường chậm trả giấy khai sinh cho con tôi", "Anh/chị có đồng ý không?"),
    (AGREES, "Sự việc xảy ra ở đâu?"),
    ("Số 12 phố Trung Kính, phường Yên Hòa", "cho biết họ và tên"),
    ("Nguyễn Thị Lan, như trên, 0912 345 678", "Xin kiểm tra lại"),
    ("1", "đã được ghi nhận"),
)
"""The messages with which a citizen files a petition, paired with words of the expected answer."""

UNIT = "PX-00175"
"""The code of the unit to which the petition of `TALK` must be routed: the ward of Yên Hòa."""


def wait_for(look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Call `look` until its result is true, and return the result.

    Raises NotSeenError with `what`, a description of the awaited result, after `patience` seconds.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.3)
    raise NotSeenError(f"waited {patience:.0f} s in vain for {what}")


class Citizen:
    def __init__(self, up: Running, name: str = "Nguyễn Thị Lan") -> None:
        self._http = httpx.Client(base_url=up.around.url("zalo"), timeout=60, trust_env=False)
        self.id = str(self._http.post("/sim/users", json={"name": name}).raise_for_status().json()["id"])
        self.written: list[str] = []

    def received(self) -> list[str]:
        found = self._http.get("/sim/messages", params={"user_id": self.id}).raise_for_status().json()
        return [str(item["text"]) for item in found if item["direction"] == "out"]

    def writes(self, text: str) -> None:
        self.written.append(text)
        self._http.post(f"/sim/users/{self.id}/text", json={"text": text}).raise_for_status()

    def says(self, text: str, hears: str) -> str:
        """Send `text`, and return the first answer that contains `hears`. Raises NotSeenError if none comes in time."""
        before = len(self.received())
        self.writes(text)
        return wait_for(
            lambda: next((item for item in self.received()[before:] if hears in item), None),
            f"the answer “{hears}” to “{text}”; the phone shows {self.received()[before:]}",
        )

    def shows(self, path: str) -> None:
        """Send the Official Account a photo, which the fake Zalo serves under this path."""
        url = f"{self._http.base_url}{path}"
        self._http.post(f"/sim/users/{self.id}/image", json={"url": url}).raise_for_status()

    def files(self, photo: str = "") -> str:
        """File a petition through the conversation in `TALK`, and return the petition's code.

        With `photo`, also send the photo that the fake Zalo serves under this path.
        """
        answer = ""
        for text, hears in TALK:
            answer = self.says(text, hears)
            if photo and text == AGREES:
                self.shows(photo)
        code = CODE.search(answer)
        if code is None:
            raise NotSeenError(f"a code in “{answer}”")
        return code[0]


class Officer:
    """An officer who is signed in with Google and uses the desk behind Identity-Aware Proxy."""

    def __init__(self, up: Running, desk_url: str, email: str) -> None:
        self._http = httpx.Client(timeout=120, trust_env=False, headers={PERSON: email})
        self._up, self._desk = up, up.front.address(desk_url)
        self._cookies: dict[str, str] = {}
        self._csrf = ""

    def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request to the desk and return the response. Cookies are kept as a browser keeps them for https://."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"X-CSRF-Token": self._csrf} if self._csrf else {}
        answer = self._http.request(method, f"{self._desk}{path}", headers=headers, **more)
        for item in answer.headers.get_list("set-cookie"):
            name, _, value = item.partition(";")[0].partition("=")
            self._cookies[name] = value
        if found := _CSRF.search(answer.text):
            self._csrf = found[1]
        return answer

    def petition(self, code: str) -> str:
        """Return the HTML page of a petition, or "" if the desk does not show the petition to this officer."""
        answer = self.asks("GET", f"/petitions/{code}")
        return answer.text if answer.status_code == httpx.codes.OK else ""

    def does(self, code: str, action: str, **fields: str) -> None:
        """Submit the form of an action on a petition. Raises NotSeenError if the desk refuses."""
        version = re.search(r'name="version" value="(\d+)"', self.petition(code))
        form = {"version": version[1] if version else "", **fields}
        answer = self.asks("POST", f"/petitions/{code}/actions/{action}", data=form)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise NotSeenError(f"{action} of {code}: {answer.status_code} {_words(answer.text)}")

    def admits(self, account: dict[str, str | list[str]]) -> str:
        """Create an account for another system, and return its API key.

        Raises NotSeenError if the desk's response shows no key.
        """
        self.asks("GET", "/admin/systems")
        answer = self.asks("POST", "/admin/systems", data={**account, "do": "make", "csrf": self._csrf})
        key = re.search(rf'class="code[^"]*">({account["id"]}\.[^<]+)<', answer.text)
        if key is None:
            raise NotSeenError(f"the key of {account['id']}: {answer.status_code} {_words(answer.text)}")
        return key[1]

    def allows(self) -> None:
        """Give the app the consent of the Official Account, as the account's administrator.

        Raises NotSeenError if the desk does not show the connection.
        """
        self.asks("GET", "/zalo")
        begun = self.asks("POST", "/zalo/begin", data={"csrf": self._csrf})
        link = re.search(r'class="button" href="(http[^"]+)"', begun.text)
        if link is None:
            raise NotSeenError(f"the button to Zalo's page of permissions: {begun.status_code} {_words(begun.text)}")
        page = unescape(link[1])
        allowed = httpx.post(page, data=dict(parse_qsl(urlsplit(page).query)), timeout=60, trust_env=False)
        back = urlsplit(allowed.headers["location"])
        self.asks("GET", f"{back.path}?{back.query}")
        wait_for(
            lambda: "Đã kết nối" in self.asks("GET", "/zalo").text or None, "“Đã kết nối” on the page of the consent"
        )


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<main")[2] or page))[:500]
