"""Zalo as the simulation has it: it refuses, hangs and loses answers; events come until they are answered with 200.

Where the account's package shows no conversations, an echo fails at most once: otherwise nothing in the world could
tell a message that was sent from one that was not (PLATFORM 1.6, PLATFORM 1.15).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from petitions.domain.zalo.zalo_webhook import mac
from petitions.usecases.zalo.receive_event import Post
from tests.simulation.scheduler import Scheduler
from tests.unit.notices.channel import FIRST, USER, MemoryZalo
from tests.unit.webhook.recorder import post

OA_KEY = "oa-secret"
SLOW_ECHOES = 0.2
SLOWEST_ECHO = 55.0
PAUSES = (30.0, 300.0, 900.0, 1800.0, 3600.0)
REFUSALS = ("-32", "-200")
WITHOUT_EFFECT = ("500", "html", "unheard", "no connection")
AFTER_EFFECT = ("no answer", "500 after it", "hangs")


Receive = Callable[[Post, Callable[[Any], None]], None]


class SimulatedZalo(MemoryZalo):
    """The platform; `told` are the events that the webhook has acknowledged."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__(scheduler.clock)
        self._scheduler = scheduler
        self.receive: Receive = lambda _post, _done: None
        self.at_once: Receive = self.receive
        self.told: list[dict[str, Any]] = []
        self.package = scheduler.chance.random() < 0.5
        self.down = False
        self.counter = 0
        self.shown: dict[str, list[str]] = {}

    def _handle(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/", 1)[-1]
        self._scheduler.point(f"zalo.{name}")
        fault = self._fault(name)
        if fault in REFUSALS:
            return httpx.Response(200, json={"error": int(fault), "message": "refused"})
        if fault == "no connection":
            raise httpx.ConnectError("refused", request=request)
        if fault == "unheard":
            raise httpx.ReadTimeout("no answer", request=request)
        if fault in {"500", "html"}:
            return httpx.Response(500 if fault == "500" else 200, text="<html>")
        response = super()._handle(request)
        if fault == "hangs":
            self._scheduler.sleep(6)
        if fault in {"no answer", "hangs"}:
            raise httpx.ReadTimeout("no answer", request=request)
        self._scheduler.point(f"zalo.{name} answered")
        return httpx.Response(500, text="") if fault else response

    def _fault(self, name: str) -> str | None:
        if self.down and name != "access_token":
            self._scheduler.reached[f"zalo.{name}", "down"] += 1
            return self._scheduler.chance.choice(("500", "html"))
        if name == "cs":
            return self._scheduler.fault("zalo.cs", *REFUSALS, *WITHOUT_EFFECT, *AFTER_EFFECT, rate=0.2)
        if name in {"conversation", "deletefollowerinfo"}:
            return self._scheduler.fault(f"zalo.{name}", *REFUSALS, *WITHOUT_EFFECT)
        return self._scheduler.fault(f"zalo.{name}", "500", "no connection")

    def _send(self, request: httpx.Request) -> httpx.Response:
        before = len(self.sent)
        response = super()._send(request)
        if len(self.sent) > before:
            user, text, message_id = self.sent[-1]
            self.shown.setdefault(user, []).append(text)
            form = text.startswith("[")
            echo = {
                "app_id": FIRST.app_id,
                "event_name": "oa_send_template" if form else "oa_send_text",
                "sender": {"id": FIRST.oa_id},
                "recipient": {"id": user},
                "message": {"msg_id": message_id, "text": "" if form else text},
                "timestamp": str(int(self.times[-1].timestamp() * 1000)),
            }
            slow = self._scheduler.stormy and self._scheduler.chance.random() < SLOW_ECHOES
            pause = SLOWEST_ECHO * self._scheduler.chance.random() if slow else 0.1
            self._scheduler.after(pause, lambda: self.tell(echo))
        return response

    def writes(self, text: str, user: str = USER) -> None:
        """A citizen writes to the account."""
        self.counter += 1
        self.tell(
            {
                "app_id": FIRST.app_id,
                "event_name": "user_send_text",
                "sender": {"id": user},
                "recipient": {"id": FIRST.oa_id},
                "message": {"msg_id": f"in{self.counter}", "text": text},
                "timestamp": str(int(self._clock.now().timestamp() * 1000)),
            }
        )

    def tell(self, event: dict[str, Any], attempt: int = 0) -> None:
        """Deliver an event to the webhook, again and again until it answers 200."""
        body = json.dumps(event, ensure_ascii=False).encode()
        asked = post(body, mac(FIRST.app_id, body, event["timestamp"], OA_KEY))

        def done(answer: Any) -> None:
            if answer is not None and answer.status == 200:
                self.told.append(event)
            else:
                self._scheduler.reached["webhook", "delivered again"] += 1
                pause = PAUSES[min(attempt, len(PAUSES) - 1)]
                self._scheduler.after(pause, lambda: self.tell(event, attempt + 1))

        if event["event_name"].startswith("oa_") and attempt > 0 and not self.package:
            self.at_once(asked, done)
        else:
            self.receive(asked, done)

    def phone(self, user: str) -> list[str]:
        """Return what this citizen's phone has shown."""
        return self.shown.get(user, [])
