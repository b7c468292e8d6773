"""Zalo with refusals, time-outs and lost responses, which repeats an event until the webhook answers 200.

If the account's package does not allow reading conversations, the echo event of a sent message is lost at most once.
Otherwise nothing could distinguish a sent message from an unsent one (PLATFORM 1.6, PLATFORM 1.15).
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from petitions.domain.zalo.zalo_webhook import mac
from tests.simulation.aims import ALONE
from tests.simulation.around.clocks import skew_of
from tests.simulation.functions import APP, OA, OA_KEY
from tests.simulation.scheduler import Scheduler
from tests.unit.notices.channel import MemoryZalo

SLOWEST_ECHO = 55.0
LATEST_EVENT = 40.0
PAUSES = (30.0, 300.0, 900.0, 1800.0, 3600.0)
BEFORE = {"500", "html"}
OUTAGES = ("500", "500", "no connection", "-200")
OF_OAUTH = ("refresh", "exchange")
RATES = {"cs": 0.15, "file": 0.15, "image": 0.15}

Receive = Callable[[Any, Callable[[Any], None]], None]


class SimulatedZalo(MemoryZalo):
    """A simulated Zalo. `acknowledged` lists the events that the webhook has answered with 200."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__(scheduler.clock)
        self._scheduler = scheduler
        self.skew = skew_of(scheduler, "zalo")
        """The time by which Zalo's clock is ahead of ours."""
        self.receive: Receive = lambda _post, _done: None
        self.at_once: Receive = self.receive
        self.acknowledged: list[dict[str, Any]] = []
        self.accepted_at: dict[str, float] = {}
        """The second at which the webhook accepted a message of a citizen, by the message's id."""
        self.package = scheduler.stream("package").random() < 0.5
        self.echoes = not (self.package and scheduler.aim == ALONE and scheduler.stream("echoes").random() < 0.5)
        """Whether the account has echoes switched on. It has, if its conversations cannot be read."""
        self.down = False
        self._outage = scheduler.stream("outage").choice(OUTAGES)
        self.gave_tokens: Callable[[], None] = lambda: None
        """Called just before Zalo's response with a new pair of tokens."""
        self.key = OA_KEY
        """The key of the signatures of the account's events."""
        self.used: str | None = ""
        """The access token with which the last message was sent."""
        self.counter = 0
        self.undelivered = 0
        """The number of events that are not acknowledged yet."""
        self.shown: dict[str, list[str]] = {}
        self.reads: dict[str, Callable[[], None]] = {}
        """The functions to call when a new message is on a phone, by user."""

    def _handle(self, request: httpx.Request) -> httpx.Response:
        name = _call_of(request)
        scheduler = self._scheduler
        scheduler.point(f"zalo.{name}")
        if self.down and name not in OF_OAUTH:
            return self._out_of_order(request)
        fault = scheduler.fault(f"zalo.{name}", RATES.get(name, 0.05))
        if fault and fault[0] == "-":
            return httpx.Response(200, json={"error": int(fault), "message": "refused"})
        if fault == "no connection":
            raise httpx.ConnectError("refused", request=request)
        if fault == "no answer":
            raise httpx.ReadTimeout("no answer", request=request)
        if fault in BEFORE:
            return httpx.Response(500 if fault == "500" else 200, text="<html>")
        given = self.refreshes
        scheduler.log("zalo", name, scheduler.lane)
        response = super()._handle(request)
        if fault == "hangs":
            scheduler.sleep(6)
        if fault in {"answer lost", "hangs"}:
            raise httpx.ReadTimeout("no answer", request=request)
        if self.refreshes > given:
            scheduler.lasts("zalo: new tokens", "happens", 0.0)
            self.gave_tokens()
        scheduler.point("zalo.answered")
        return httpx.Response(500, text="") if fault else response

    def _out_of_order(self, request: httpx.Request) -> httpx.Response:
        """Answer as Zalo's proxy does during an outage, in the same way throughout a run."""
        if self._outage == "no connection":
            raise httpx.ConnectError("refused", request=request)
        if self._outage == "500":
            return httpx.Response(500, text="<html>")
        return httpx.Response(200, json={"error": -200, "message": "failed"})

    def _send(self, request: httpx.Request) -> httpx.Response:
        before = len(self.sent)
        response = super()._send(request)
        if len(self.sent) > before:
            user, text, message_id = self.sent[-1]
            self.used = self.access_token
            self.shown.setdefault(user, []).append(text)
            self._scheduler.log("phone", text.split("\n")[0][:80], "zalo")
            if user in self.reads:
                self.reads[user]()
            form = text.startswith("[")
            name = _echo_of(json.loads(request.content)["message"])
            echo = {
                "app_id": APP,
                "event_name": name,
                "sender": {"id": OA},
                "recipient": {"id": user},
                "message": {"msg_id": message_id, "text": "" if form else text},
                "timestamp": self._stamp(),
            }
            slow = self._scheduler.happens("zalo: echo late", 0.2)
            pause = SLOWEST_ECHO * self._scheduler.stream("echo").random() if slow else 0.1
            if slow:
                self._scheduler.lasts("zalo: echo late", "happens", pause)
            if self.echoes:
                self.undelivered += 1
                self._scheduler.after(pause, lambda: self._deliver(echo))
        return response

    def writes(self, user: str, text: str = "", picture: str = "") -> None:
        message = self._message(text)
        if picture:
            message["attachments"] = [{"type": "image", "payload": {"url": picture, "thumbnail": picture}}]
        self.event("user_send_image" if picture else "user_send_text", user, message=message)

    def _message(self, text: str) -> dict[str, Any]:
        self.counter += 1
        return {"msg_id": f"in{self.counter}"} | ({"text": text} if text else {})

    def event(self, name: str, user: str, **more: Any) -> None:
        fresh = self._said(name, user, **more)
        self.undelivered += 1
        late = self._scheduler.happens("zalo: event late", 0.04)
        pause = LATEST_EVENT * self._scheduler.stream("late").random() if late else 0.0
        self._scheduler.after(pause, lambda: self._deliver(fresh))

    def held(self, user: str, text: str) -> tuple[str, Callable[[], None]]:
        """Write a message without delivering it. Return its id and a function that delivers it."""
        message = self._message(text)
        fresh = self._said("user_send_text", user, message=message)

        def deliver() -> None:
            self.undelivered += 1
            self._deliver(fresh)

        return str(message["msg_id"]), deliver

    def _said(self, name: str, user: str, **more: Any) -> dict[str, Any]:
        message = more.get("message", {})
        self._scheduler.log("zalo", message.get("text") or name, "phone")
        if "text" in message:
            self.written.append((user, message["text"], message["msg_id"], self._clock.now()))
        return {
            "app_id": APP,
            "event_name": name,
            "sender": {"id": user},
            "recipient": {"id": OA},
            "timestamp": self._stamp(),
            **more,
        }

    def _stamp(self) -> str:
        return str(int((self._clock.now() + self.skew).timestamp() * 1000))

    def _conversation(self, request: httpx.Request) -> httpx.Response:
        response = super()._conversation(request)
        answer = response.json()
        if not (self.skew and "data" in answer):
            return response
        ahead = int(self.skew.total_seconds() * 1000)
        lines = [line | {"time": line["time"] + ahead} for line in answer["data"]]
        return httpx.Response(200, json=answer | {"data": lines})

    def _deliver(self, event: dict[str, Any], attempt: int = 0) -> None:
        """Deliver an event to the webhook, repeating it after a pause until the response is 200."""
        body = json.dumps(event, ensure_ascii=False).encode()

        def done(answer: Any) -> None:
            if answer is not None and answer[1] == 200:
                self.acknowledged.append(event)
                self.accepted_at.setdefault(str(event.get("message", {}).get("msg_id")), self._scheduler.now)
                self.undelivered -= 1
            else:
                pause = PAUSES[min(attempt, len(PAUSES) - 1)]
                self._scheduler.reached["webhook", "delivered again"] += 1
                self._scheduler.after(pause, lambda: self._deliver(event, attempt + 1))

        self._scheduler.log("zalo_webhook", event["event_name"], "zalo")
        asked = post(body, mac(APP, body, event["timestamp"], self.key))
        if event["event_name"].startswith("oa_") and attempt > 0 and not self.package:
            self.at_once(asked, done)
        else:
            self.receive(asked, done)

    def phone(self, user: str) -> list[str]:
        return self.shown.get(user, [])

    def seen(self) -> Counter[tuple[str, str]]:
        """Return how often each (user, text) was sent."""
        return Counter((user, text) for user, text, _ in self.sent)


def _call_of(request: httpx.Request) -> str:
    """Return the last segment of the request's path, or "refresh" or "exchange" for a token request."""
    name = request.url.path.rsplit("/", 1)[-1]
    if name == "access_token":
        return "refresh" if b"grant_type=refresh_token" in request.content else "exchange"
    return name


def _echo_of(message: dict[str, Any]) -> str:
    if "attachment" not in message:
        return "oa_send_text"
    if message["attachment"]["type"] == "file":
        return "oa_send_file"
    is_picture = message["attachment"]["payload"]["template_type"] == "media"
    return "oa_send_image" if is_picture else "oa_send_template"


class _Post:
    path, method = "/", "POST"

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ


def post(body: bytes, signature: str) -> Any:
    environ = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "HTTP_X_ZEVENT_SIGNATURE": signature}
    return _Post(environ | {"REMOTE_ADDR": "49.213.81.7"})
