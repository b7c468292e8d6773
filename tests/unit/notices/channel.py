"""The sending of notices with real use cases and the real HTTP client, and with Zalo in memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import httpx

from petitions.adapters import reference
from petitions.adapters.ids import RandomIds
from petitions.adapters.zalo import ZaloApi, ZaloConversations, ZaloTokenEndpoint
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.notices.channels import AccountTerms
from petitions.domain.notices.notice import About, Notice, notice_path
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.outcome import Outcome
from petitions.domain.zalo.grant import ZaloGrant
from petitions.ports.world import Clock
from petitions.ports.zalo import Delivery
from petitions.usecases.notices.echo_flow import EchoFlow
from petitions.usecases.notices.find_evidence import FindEvidence
from petitions.usecases.notices.prepare_notice import PrepareNotice
from petitions.usecases.notices.read_sending import wake_refused
from petitions.usecases.notices.send_notice import SendNotice
from petitions.usecases.notices.send_part import SendPart
from petitions.usecases.notices.send_zalo import SendZalo
from petitions.usecases.notices.sending_limits import MinuteBudget, SendingSwitch
from petitions.usecases.notices.settle_notice import SettleNotice
from petitions.usecases.notices.sweep_notices import SweepNotices
from petitions.usecases.zalo.zalo_tokens import ZaloTokens
from tests.fakes import FakeClock, FakeFiles, FakeStore

ID_KEY = b"0123456789abcdef-test"
USER = "4572947693969771653"
WHO = pseudonym(ID_KEY, USER)
FIRST = ZaloGrant(project="hanoi", app_id="app-1", oa_id="oa-1", refresh_token="first")

Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


def refuse(code: int) -> Fault:
    """Return a fault in which Zalo rejects a call with the error code `code`."""
    return lambda _request, _act: httpx.Response(200, json={"error": code, "message": "refused"})


def answer(status: int, text: str = "") -> Fault:
    """Return a fault in which Zalo ignores a call and responds with this HTTP status and text."""
    return lambda _request, _act: httpx.Response(status, text=text)


def no_answer(request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
    """Carry out the call, and time out before the sender gets the response."""
    act()
    raise httpx.ReadTimeout("no answer", request=request)


def no_connection(request: httpx.Request, _act: Callable[[], httpx.Response]) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


class KilledError(BaseException): ...


def killed(_request: httpx.Request, _act: Callable[[], httpx.Response]) -> httpx.Response:
    raise KilledError


class MemoryZalo:
    """Zalo's endpoints for messages and tokens, in memory.

    `faults` lists faults by the last part of the path. Every call to the path uses up one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self.refresh_token = FIRST.refresh_token
        self.access_token: str | None = None
        self.refreshes = 0
        self.code: str | None = None
        self.verifier = "v" * 43
        self.calls = 0
        self.allowed: int | None = None
        self.too_many = 0
        self.sent: list[tuple[str, str, str]] = []
        self.times: list[datetime] = []
        self.written: list[tuple[str, str, str, datetime]] = []
        """Messages of citizens as (user, text, message id, time)."""
        self.templates: list[tuple[str, str, dict[str, str]]] = []
        self.uploads: dict[str, tuple[str, bytes]] = {}
        self.faults: dict[str, list[Fault]] = {"cs": [], "access_token": [], "template": [], "file": [], "image": []}
        self.faults |= {"deletefollowerinfo": [], "getoa": [], "conversation": []}
        self.package = False
        self.owner = FIRST.oa_id
        self.forgotten: list[str] = []
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/", 1)[-1]
        with self._lock:
            fault = self.faults[name].pop(0) if self.faults[name] else None
            acts = {"cs": self._send, "template": self._template, "access_token": self._grant}
            acts |= {"deletefollowerinfo": self._forget, "getoa": self._account, "conversation": self._conversation}
            act = acts.get(name, self._upload)
            self.calls += name in {"cs", "template"}
            return fault(request, lambda: act(request)) if fault else self._counted(request, act, name)

    def _counted(
        self, request: httpx.Request, act: Callable[[httpx.Request], httpx.Response], name: str
    ) -> httpx.Response:
        """Carry out a call unless the limit per minute is reached (PLATFORM 5.4)."""
        if self.allowed is None or name == "access_token":
            return act(request)
        now = self._clock.now()
        used = sum(at.replace(second=0, microsecond=0) == now.replace(second=0, microsecond=0) for at in self.times)
        if used >= self.allowed:
            self.too_many += 1
            return httpx.Response(200, json={"error": -32, "message": "exceeded its requests per minute"})
        answer = act(request)
        answer.headers["X-RateLimit-Remain"] = str(self.allowed - used - 1)
        return answer

    def _send(self, request: httpx.Request) -> httpx.Response:
        if self.access_token is None or request.headers.get("access_token") != self.access_token:
            return httpx.Response(200, json={"error": -216, "message": "Access token is invalid"})
        body = json.loads(request.content)
        message = body["message"]
        text = message["text"] if "text" in message else self._enclosed(message["attachment"])
        assert 0 < len(text) <= 2000
        message_id = f"zm{len(self.sent)}"
        self.sent.append((body["recipient"]["user_id"], text, message_id))
        self.times.append(self._clock.now())
        return httpx.Response(200, json={"error": 0, "message": "Success", "data": {"message_id": message_id}})

    def _enclosed(self, attachment: dict[str, Any]) -> str:
        """Return "[name]" for an attached file and "[title]" for a form, as the phone shows it."""
        payload = attachment["payload"]
        if attachment["type"] == "file":
            return f"[{self.uploads[payload['token']][0]}]"
        element = payload["elements"][0]
        if payload["template_type"] == "media":
            return f"[{self.uploads[element['attachment_id']][0]}]"
        assert set(element) == {"title", "subtitle", "image_url"}
        return f"[{element['title']}]"

    def _upload(self, request: httpx.Request) -> httpx.Response:
        """Store an uploaded file from a multipart form with the field `file` (PLATFORM 3.6)."""
        kind = request.url.path.rsplit("/", 1)[-1]
        boundary = request.headers["content-type"].partition("boundary=")[2].encode()
        head, _, content = request.read().split(b"--" + boundary)[1].strip(b"\r\n").partition(b"\r\n\r\n")
        assert b'name="file"' in head
        name = head.partition(b'filename="')[2].partition(b'"')[0].decode()
        token = f"up{len(self.uploads)}"
        self.uploads[token] = (name, content)
        data = {"token" if kind == "file" else "attachment_id": token}
        return httpx.Response(200, json={"error": 0, "message": "Success", "data": data})

    def _account(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("access_token") != self.access_token:
            return httpx.Response(200, json={"error": -216, "message": "Access token is invalid"})
        return httpx.Response(200, json={"error": 0, "message": "Success", "data": {"oaid": self.owner}})

    def _conversation(self, request: httpx.Request) -> httpx.Response:
        """Return the messages with a citizen, newest first, if the account's package allows it (PLATFORM 1.8)."""
        if request.headers.get("access_token") != self.access_token:
            return httpx.Response(200, json={"error": -216, "message": "Access token is invalid"})
        if not self.package:
            return httpx.Response(200, json={"error": -224, "message": "OA must upgrade its package"})
        asked = json.loads(request.url.params["data"])
        lines: list[dict[str, Any]] = [
            {"message_id": message_id, "time": int(at.timestamp() * 1000), "from_id": self.owner, "to_id": user}
            | ({"type": "text", "message": text} if text[0] != "[" else {"type": "file", "message": ""})
            for (user, text, message_id), at in zip(self.sent, self.times, strict=True)
            if user == asked["user_id"]
        ]
        lines += [
            {"message_id": message_id, "time": int(at.timestamp() * 1000), "from_id": user, "to_id": self.owner}
            | {"type": "text", "message": text}
            for user, text, message_id, at in self.written
            if user == asked["user_id"]
        ]
        lines.sort(key=lambda line: line["time"])
        page = lines[::-1][asked["offset"] : asked["offset"] + asked["count"]]
        return httpx.Response(200, json={"error": 0, "message": "Success", "data": page})

    def _forget(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("access_token") != self.access_token:
            return httpx.Response(200, json={"error": -216, "message": "Access token is invalid"})
        self.forgotten.append(json.loads(request.content)["user_id"])
        return httpx.Response(200, json={"error": 0, "message": "Success"})

    def _template(self, request: httpx.Request) -> httpx.Response:
        by_phone = request.url.host == "business.test"
        if self.access_token is None or request.headers.get("access_token") != self.access_token:
            return httpx.Response(200, json={"error": -124 if by_phone else -216, "message": "Access token is invalid"})
        body = json.loads(request.content)
        self.templates.append((body["phone" if by_phone else "user_id"], body["template_id"], body["template_data"]))
        data = {"msg_id" if by_phone else "message_id": f"zt{len(self.templates)}"}
        return httpx.Response(200, json={"error": 0, "message": "Success", "data": data})

    def _grant(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        assert request.headers["secret_key"] == "app-secret"
        if form.get("grant_type") == "authorization_code":
            return self._exchange(form)
        if form != {"refresh_token": self.refresh_token, "app_id": "app-1", "grant_type": "refresh_token"}:
            return httpx.Response(200, json={"error": -14014, "error_name": "Invalid refresh token"})
        self.refreshes += 1
        return self._pair()

    def _exchange(self, form: dict[str, str]) -> httpx.Response:
        wanted = {
            "code": self.code,
            "code_verifier": self.verifier,
            "app_id": "app-1",
            "grant_type": "authorization_code",
        }
        if self.code is None or form != wanted:
            return httpx.Response(200, json={"error": -14003, "error_name": "Invalid code verifier"})
        self.code = None
        self.refreshes += 1
        return self._pair()

    def _pair(self) -> httpx.Response:
        self.access_token, self.refresh_token = f"access-{self.refreshes}", f"refresh-{self.refreshes}"
        pair = {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": "90000"}
        return httpx.Response(200, json=pair)

    def texts(self) -> list[str]:
        return [text for _, text, _ in self.sent]


@dataclass
class MemoryMailer:
    """A mail server that stores sent mails in a list and gives the configured responses."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    says: Delivery | None = None

    def send(self, message_key: str, address: str, subject: str, text: str) -> Delivery:
        if self.says is not None:
            return self.says
        self.sent.append((address, subject, text))
        return Delivery(Outcome.OK, message_id=f"<{message_key}@example.vn>")


class MemoryVault:
    def __init__(self) -> None:
        self.pair: str | None = None

    def keep(self, pair: str) -> None:
        self.pair = pair

    def kept(self) -> str | None:
        return self.pair


class Channel:
    """An instance of the function `notifications`.

    With `of`, it shares the fakes (clock, stores, Zalo, mail server) of another channel, like a second instance of the
    function. `twin` returns such an instance.
    """

    def __init__(
        self,
        *,
        of: Channel | None = None,
        store: FakeStore | None = None,
        terms: AccountTerms | None = None,
        first: ZaloGrant = FIRST,
    ) -> None:
        self.terms: AccountTerms = of.terms if of else terms or AccountTerms()
        self.clock: FakeClock = of.clock if of else FakeClock()
        self.store: FakeStore = of.store if of else store or FakeStore()
        self.tokens_store: FakeStore = of.tokens_store if of else FakeStore()
        self.zalo: MemoryZalo = of.zalo if of else MemoryZalo(self.clock)
        self.mailer: MemoryMailer = of.mailer if of else MemoryMailer()
        self.ids = RandomIds()
        endpoint = ZaloTokenEndpoint(
            "https://oauth.test", "https://openapi.test", "app-1", "app-secret", self.zalo.transport
        )
        self.vault: MemoryVault = of.vault if of else MemoryVault()
        self.tokens = ZaloTokens(
            self.tokens_store,
            endpoint,
            self.clock,
            self.ids,
            first,
            vault=self.vault,
            sleep=lambda seconds: self.clock.advance(seconds=seconds),
            consent_url="https://desk.test/zalo",
        )
        self.budget = MinuteBudget(self.clock, 400)
        self.switch = SendingSwitch(self.store, self.clock)
        self.messages = ZaloApi("https://openapi.test", "https://business.test", self.zalo.transport)
        send_zalo = SendZalo(self.tokens, self.messages, self.budget)
        prepare = PrepareNotice(self.clock, self.terms, self.budget, self.switch)
        history = ZaloConversations("https://openapi.test", self.zalo.transport)
        self.flow = EchoFlow(self.store, self.clock)
        evidence = FindEvidence(self.clock, self.tokens, history, self.budget, self.flow, first.oa_id)
        self.files: FakeFiles = of.files if of else FakeFiles()
        part = SendPart(send_zalo, lambda: self.files, "https://pakn.test/assets/contact.png")
        self.send = SendNotice(
            self.store, self.clock, self.ids, part, self.mailer, prepare, evidence, "https://desk.test", reference.texts
        )
        wake = partial(wake_refused, self.store, self.clock, self.tokens)
        self.sweep = SweepNotices(self.store, self.clock, self.send, self.switch, self.budget, wake)
        self.settle = SettleNotice(self.store, ID_KEY, self.flow, self.send.sent)
        if of is None:
            citizen = Citizen(zalo_id=USER, last_interaction_at=self.clock.now())
            self.store.create(citizen_path(WHO), citizen.stored())

    def twin(self) -> Channel:
        return Channel(of=self)

    def plan(self, notice_id: str = "n1", text: str = "Xin chào", kind: str = "reply", **more: Any) -> str:
        fields = {"channel": "zalo", "citizen": WHO} | more
        notice = Notice.model_validate(
            {"id": notice_id, "kind": kind, "text": text, "created_at": self.clock.now(), **fields}
        )
        self.store.create(notice_path(notice_id), notice.stored())
        return notice_id

    def plan_mail(self, notice_id: str = "n1", about: About | None = None, text: str = "Sắp đến hạn") -> str:
        self.store.create("officers/o1", {"id": "o1", "email": "thinh.nv@sxd.example.vn"})
        more = {"channel": "email", "citizen": None, "officer": "o1", "subject": "Nhắc việc", "about": about}
        return self.plan(notice_id, text, "reminder", **more)

    def notice(self, notice_id: str = "n1") -> Notice:
        return Notice.model_validate(self.store.documents[notice_path(notice_id)])

    def state(self, notice_id: str = "n1") -> str:
        return str(self.notice(notice_id).state)

    def echo(self, number: int = -1) -> dict[str, Any]:
        user, text, message_id = self.zalo.sent[number]
        return self.echo_of(text, message_id, user, self.zalo.times[number])

    def echo_of(self, text: str, message_id: str, user: str = USER, at: datetime | None = None) -> dict[str, Any]:
        return {
            "app_id": "app-1",
            "event_name": "oa_send_text",
            "sender": {"id": "oa-1"},
            "recipient": {"id": user},
            "message": {"msg_id": message_id, "text": text},
            "timestamp": str(int((at or self.clock.now()).timestamp() * 1000)),
        }
