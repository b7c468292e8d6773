"""A running copy of the system on this machine, used from outside as a citizen, an officer and an operator."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

import httpx

from tests import doors
from tests.e2e.stored import stored_petition

ROOT = Path(__file__).resolve().parents[2]
RECORDER = ROOT / "tests" / "privileges" / "recorder" / "sitecustomize.py"
T = TypeVar("T")
PATIENCE = 120.0
FRIDAY = 4
SEE_OTHER = httpx.codes.SEE_OTHER
HANOI = timezone(timedelta(hours=7))
USUAL = "UBND phường chậm trả giấy khai sinh cho con tôi"
PLACE, NAME, PHONE = "Số 12 phố Trung Kính, phường Yên Hòa", "Nguyễn Thị Lan", "0912 345 678"
# Words of the account's questions and answers that distinguish one from another.
ASKS_CONSENT, ASKS_PLACE = "Anh/chị có đồng ý không?", "Sự việc xảy ra ở đâu?"
ASKS_WHO, ASKS_HOME_AND_PHONE = "cho biết họ và tên", "địa chỉ liên hệ và số điện thoại"
ASKS_TO_CONFIRM, FILED = "Xin kiểm tra lại", "đã được ghi nhận"
TALKING = ("zalo_webhook", "intake", "notifications", "relay")
"""The functions that exchange messages with citizens."""
ELSEWHERE = {"public_site": "PUBLIC_URL", "desk": "DESK_URL", "citizen_page": "CITIZEN_URL"}
"""The settings with the addresses of web functions. A function that does not run has no address."""
CODE = re.compile(r"HN-\d{6}-[0-9A-Z]{4}-[0-9A-Z]{4}")


FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5


def wait_for(look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Call `look` until it returns something true, and return that. Raise AssertionError after `patience` seconds.

    The pauses grow, because looking takes time from the machine under test.
    """
    end, pause = monotonic() + patience, FIRST_PAUSE
    while monotonic() < end:
        found = look()
        if found:
            return found
        sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
    raise AssertionError(f"waited {patience:.0f} s in vain for {what}")


def is_working_day(instant: datetime) -> bool:
    """Return whether the day is a working day. Saturdays declared as working days are not counted."""
    calendar = json.loads((ROOT / "functions" / "petitions" / "data" / "calendars.json").read_text())
    off = {day for year in calendar["years"] for day in year["off"]}
    return instant.weekday() <= FRIDAY and instant.date().isoformat() not in off


class LocalStack:
    """A copy of the system for the tests. With `functions`, only these functions are started."""

    def __init__(
        self, name: str, root: Path = ROOT, begins: time = time(9), functions: tuple[str, ...] = (), **settings: str
    ) -> None:
        self.name = name
        self.begins_at = begins
        self.root = root
        self.functions = functions
        absent = [setting for name, setting in ELSEWHERE.items() if functions and name not in functions]
        self.settings = dict.fromkeys(absent, "http://127.0.0.1:9") | settings
        self.clients: list[httpx.Client] = []
        self.http = self.client()
        self.info: dict[str, Any] = {}
        self._events = itertools.count(1)

    def client(self, base_url: str = "") -> httpx.Client:
        made = httpx.Client(base_url=base_url, timeout=PATIENCE, event_hooks=doors.noting(self._function_at))
        self.clients.append(made)
        return made

    def _function_at(self, url: str) -> str | None:
        urls = self.info.get("functions", {}).items()
        return next((name for name, base in urls if url == base or url.startswith(f"{base}/")), None)

    def command(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run `python -m infra.local ...` as an operator does. `typed` is its standard input."""
        return subprocess.run(
            [sys.executable, "-m", "infra.local", *arguments, "--stack", self.name],
            cwd=self.root,
            env={**os.environ, **self.settings},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def up(self) -> None:
        self._begin_on_a_working_day()
        done = self.command("up", *self._sources())
        assert done.returncode == 0, done.stdout + done.stderr
        self.info = json.loads((self.root / ".local" / self.name / "stack.json").read_text())

    def _begin_on_a_working_day(self) -> None:
        """Set the clock to the morning of a working day that is followed by another one, whenever the tests run.

        At night unrequested messages wait, and before Tết the next working day is many days away.
        """
        clock, now = ROOT / ".local" / self.name / "clock", datetime.now(HANOI)
        if clock.exists():
            return
        morning = datetime.combine(now, self.begins_at, HANOI)
        while not (morning > now and is_working_day(morning) and is_working_day(morning + timedelta(days=1))):
            morning += timedelta(days=1)
        clock.parent.mkdir(parents=True, exist_ok=True)
        clock.write_text(repr((morning - now).total_seconds()))

    def _sources(self) -> tuple[str, ...]:
        """Return the command-line option for a folder of functions that record the rights they use.

        A former release has no such recorder.
        """
        if self.root != ROOT:
            return ()
        folder = self.folder_of_functions()
        if not (folder / RECORDER.name).exists():
            (folder / RECORDER.name).symlink_to(RECORDER)
        return ("--functions", str(folder))

    def folder_of_functions(self) -> Path:
        """Create a folder with the functions of this system and a manifest of them. Return it.

        Messages to other functions are kept by Pub/Sub, and their schedules do not run.
        """
        whole = json.loads((self.root / "functions" / "manifest.json").read_text())
        functions = {name: whole["functions"][name] for name in self.functions or whole["functions"]}
        used = {setting for function in functions.values() for setting in function["settings"]}
        part = whole | {
            "functions": functions,
            "subscriptions": {
                name: item if item["function"] in functions else item | {"function": None}
                for name, item in whole["subscriptions"].items()
            },
            "schedules": {name: item for name, item in whole["schedules"].items() if item["function"] in functions},
            "settings": {name: item for name, item in whole["settings"].items() if name in used},
        }
        folder = self.root / ".local" / self.name / "functions"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("petitions", *functions):
            if not (folder / name).exists():
                (folder / name).symlink_to(self.root / "functions" / name)
        (folder / "manifest.json").write_text(json.dumps(part))
        return folder

    def down(self) -> None:
        self.command("down")
        for client in self.clients:
            client.close()

    def url(self, key: str) -> str:
        return str(self.info[key])

    # The webhook, signed as Zalo signs.

    def env(self, function: str, name: str) -> str:
        return str(self.info["env"][function][name])

    def now_ms(self) -> int:
        offset = (self.root / ".local" / self.name / "clock").read_text() if self._moved() else "0"
        return int((datetime.now(HANOI).timestamp() + float(offset or 0)) * 1000)

    def _moved(self) -> bool:
        return (self.root / ".local" / self.name / "clock").exists()

    def event(self, user: str, text: str, **changes: Any) -> bytes:
        body = {
            "app_id": self.env("zalo_webhook", "ZALO_APP_ID"),
            "user_id_by_app": "1",
            "event_name": "user_send_text",
            "sender": {"id": user},
            "recipient": {"id": self.env("zalo_webhook", "ZALO_OA_ID")},
            "message": {"msg_id": f"{self.name}-{next(self._events)}", "text": text},
            "timestamp": str(self.now_ms()),
        } | changes
        return json.dumps(body, ensure_ascii=False).encode()

    def post_event(
        self, body: bytes, signature: str | None = None, patience: float = PATIENCE, **headers: str
    ) -> httpx.Response:
        if signature is None:
            key = self.env("zalo_webhook", "ZALO_OA_SECRET_KEYS").split(",")[0]
            app, stamp = self.env("zalo_webhook", "ZALO_APP_ID"), json.loads(body)["timestamp"]
            signature = "mac=" + hashlib.sha256(app.encode() + body + stamp.encode() + key.encode()).hexdigest()
        signed = {"X-ZEvent-Signature": signature, **headers}
        return self.http.post(self.info["functions"]["zalo_webhook"], content=body, headers=signed, timeout=patience)

    # The citizen's phone.

    def messages(self, user: str) -> list[dict[str, Any]]:
        found = self.http.get(f"{self.url('zalo_url')}/sim/messages", params={"user_id": user}).json()
        return [message for message in found if message["direction"] == "out"]

    def says(self, user: str, text: str, hears: str = "") -> str:
        """Send a text as the citizen, and return the first new message that contains `hears`.

        Only if no other message can contain `hears` is it certain that the text has been applied.
        """
        before = len(self.messages(user))
        event = self.event(user, text)
        # A first publish to a cold emulator may outlast the webhook's budget. Zalo, too, sends the same body again.
        wait_for(lambda: self.post_event(event).status_code == 200, f"{text!r} to be stored")
        return wait_for(lambda: self._told(user, hears, before), f"the answer to {text!r}, with {hears!r}")

    def _told(self, user: str, words: str, after: int) -> str | None:
        texts = [str(message["text"]) for message in self.messages(user)[after:]]
        return next((text for text in texts if text and words in text), None)  # a form that comes along has no text

    def begins(self, user: str, content: str = USUAL) -> None:
        """Begin a petition in the chat: send its content, which names no place, and give consent."""
        self.says(user, content, ASKS_CONSENT)
        self.says(user, "đồng ý", ASKS_PLACE)

    def completes(self, user: str, place: str = PLACE, name: str = NAME, phone: str = PHONE) -> str:
        self.says(user, place, ASKS_WHO)
        return self.says(user, f"{name}, như trên, {phone}", ASKS_TO_CONFIRM)

    def confirms(self, user: str) -> str:
        answer = self.says(user, "1", FILED)
        found = CODE.search(answer)
        assert found, answer
        return found[0]

    def files(self, user: str, content: str = USUAL) -> str:
        self.begins(user, content)
        assert content in self.completes(user)
        return self.confirms(user)

    # The desk.

    def officer(self, role: str, unit: str | None = None) -> Officer:
        officers = json.loads((self.root / "infra" / "local" / "runner" / "officers.json").read_text())
        rows = officers["officers"] if isinstance(officers, dict) else officers
        chosen = next(row for row in rows if row["role"] == role and unit in {None, row["unit"]})
        return Officer(self, chosen["id"], chosen["unit"])

    # The operator.

    def move_clock(self, step: str) -> None:
        done = self.command("clock", step)
        assert done.returncode == 0, done.stdout + done.stderr

    def mails(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"{self.url('mailbox_url')}/messages").json()
        return found

    def portal_record(self, code: str) -> dict[str, Any] | None:
        records = self.http.get(f"{self.url('portal_url')}/sim/records").json()
        return next((record for record in records if record["our_code"] == code), None)

    def public_status(self, code: str) -> dict[str, Any] | None:
        """Return the public status, or None before there is one. Every call counts towards the limit of requests."""
        answer = self.http.post(f"{self.url('public_url')}/api/status", data={"code": code})
        found: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
        return found

    def pid(self, process: str) -> int:
        info = json.loads((self.root / ".local" / self.name / "stack.json").read_text())
        return int(info["processes"][process])

    def kill(self, process: str) -> None:
        """Send SIGKILL to a function's process group, as when the platform loses an instance."""
        os.killpg(os.getpgid(self.pid(process)), signal.SIGKILL)


class Officer:
    def __init__(self, stack: LocalStack, officer_id: str, unit: str) -> None:
        self.http = stack.client(stack.url("desk_url"))
        self.stack, self.id, self.unit = stack, officer_id, unit
        self.csrf = ""
        self.sign_in()

    def sign_in(self) -> None:
        answer = self.http.post("/sign-in", data={"officer": self.id})
        assert answer.status_code == SEE_OTHER, answer.text
        self.csrf = str(self.http.get("/api/me").json()["csrf"])

    def submit(self, path: str, files: Any = None, **fields: Any) -> httpx.Response:
        """Submit a form of a page with its CSRF token, and return the response."""
        return self.http.post(path, data={"csrf": self.csrf, **fields}, files=files)

    def petition(self, code: str) -> dict[str, Any] | None:
        """Return the stored petition with its files and history, or None if the desk refuses it to this officer."""
        answer = self.http.get(f"/petitions/{code}")
        if answer.status_code == SEE_OTHER:  # a session of before the clock was moved
            self.sign_in()
            answer = self.http.get(f"/petitions/{code}")
        return stored_petition(self.stack.info, code) if answer.status_code == httpx.codes.OK else None

    def try_to(self, code: str, action: str, **fields: Any) -> httpx.Response:
        """Send the form of an action and return the response.

        An answer is submitted from its editor, as on the page.
        """
        if action != "submit_answer":
            return self.submit(f"/petitions/{code}/actions/{action}", **fields)
        return self.submit(f"/petitions/{code}/answer", do="submit", seen=self.draft_version(code), **fields)

    def draft_version(self, code: str) -> str:
        """Return the version mark in the editor of the draft answer, or "" if the officer has no editor."""
        found = re.search(r'name="seen" value="([^"]*)"', self.http.get(f"/petitions/{code}/answer").text)
        return found[1] if found else ""

    def attaches(self, code: str, name: str, content: bytes) -> str:
        file = {"files": (name, content)}
        kept = self.submit(f"/petitions/{code}/answer", files=file, do="save", seen=self.draft_version(code))
        assert kept.status_code == SEE_OTHER, kept.text
        petition = self.petition(code)
        assert petition is not None
        return str(petition["drafted"]["attachments"][-1])

    def does(self, code: str, action: str, **fields: Any) -> dict[str, Any]:
        """Take an action, fail if it is refused, and return the petition as stored afterwards."""
        petition = self.petition(code)
        assert petition is not None
        answer = self.try_to(code, action, version=petition["version"], **fields)
        assert answer.status_code == SEE_OTHER, answer.text
        return stored_petition(self.stack.info, code)
