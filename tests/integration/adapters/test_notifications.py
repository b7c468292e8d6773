"""Notices sent with the real adapters: the Firestore emulator, and the simulators of Zalo and mail."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.emulators.testing.processes import ROOT, free_port
from petitions.adapters import reference
from petitions.adapters.clock import SystemClock
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.adapters.mail import SmtpMailer
from petitions.adapters.token_vault import FileVault
from petitions.adapters.zalo import ZaloApi, ZaloConversations, ZaloTokenEndpoint
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.notices.channels import AccountTerms, ZaloTemplate
from petitions.domain.notices.enclosures import Enclosure, InfoForm
from petitions.domain.notices.notice import Notice, notice_path
from petitions.domain.shared.identity import pseudonym
from petitions.domain.zalo.grant import ZaloGrant
from petitions.domain.zalo.zalo_consent import challenge
from petitions.errors import NeedsHuman
from petitions.ports.store import Query
from petitions.usecases.notices.echo_flow import EchoFlow
from petitions.usecases.notices.find_evidence import FindEvidence
from petitions.usecases.notices.prepare_notice import PrepareNotice
from petitions.usecases.notices.send_notice import SendNotice
from petitions.usecases.notices.send_part import SendPart
from petitions.usecases.notices.send_zalo import SendZalo
from petitions.usecases.notices.sending_limits import MinuteBudget, SendingSwitch
from petitions.usecases.notices.settle_notice import SettleNotice
from petitions.usecases.notices.sweep_notices import SweepNotices
from petitions.usecases.zalo.zalo_tokens import ZaloTokens
from tests.fakes import FakeFiles
from tests.integration.simulators.sandbox import Simulator, Webhook, wait_until

ID_KEY = b"0123456789abcdef-test"
ANSWERED = ZaloTemplate(id="t1", tag=1, fields={"code": 30, "answer": 60})
INDEXES = ROOT / "infra/gcp/firestore.indexes.json"


FORM = InfoForm(title="Chia sẻ thông tin", subtitle="Bấm vào đây")
FILES = [
    Enclosure(name="Quyết định 12.pdf", media_type="application/pdf", object="copies/a/1", otherwise="-"),
    Enclosure(name="ảnh hiện trường.png", media_type="image/png", object="copies/b/2", otherwise="-"),
    Enclosure(name="số liệu.csv", media_type="text/csv", object="copies/c/3", otherwise="-"),
]


class Stack:
    def __init__(self, zalo: Simulator, mail: Simulator, smtp_port: int, webhook: Webhook, vault: Path) -> None:
        self.vault = FileVault(vault)
        self.zalo, self.mail, self.webhook = zalo, mail, webhook
        self.clock = SystemClock()
        self.store = FirestoreStore(CHECKED_PROJECT, "petitions")
        url, self.transport = f"http://127.0.0.1:{zalo.port}", httpx.HTTPTransport()
        self._smtp_port, self._url = smtp_port, url
        self.files = FakeFiles()
        self.tokens, self.send, self.sweep = self.instance()
        self.settle = SettleNotice(self.store, ID_KEY, EchoFlow(self.store, self.clock))

    def instance(self) -> tuple[ZaloTokens, SendNotice, SweepNotices]:
        tokens = ZaloTokens(
            store=FirestoreStore(CHECKED_PROJECT, "channel"),
            oauth=ZaloTokenEndpoint(self._url, self._url, "app-1", "app-key", self.transport),
            clock=self.clock,
            ids=RandomIds(),
            first=ZaloGrant(project=CHECKED_PROJECT, app_id="app-1", oa_id="oa-1", refresh_token="first"),
            vault=self.vault,
            sleep=time.sleep,
            consent_url="https://desk.test/zalo",
        )
        budget, switch = MinuteBudget(self.clock, 400), SendingSwitch(self.store, self.clock)
        send_zalo = SendZalo(tokens, ZaloApi(self._url, self._url, self.transport), budget)
        mailer = SmtpMailer(f"smtp://127.0.0.1:{self._smtp_port}", self.clock)
        terms = AccountTerms(templates={"answered": ANSWERED}, link="https://pakn.example.vn")
        prepare = PrepareNotice(self.clock, terms, budget, switch)
        history = ZaloConversations(self._url, self.transport)
        evidence = FindEvidence(self.clock, tokens, history, budget, EchoFlow(self.store, self.clock), "oa-1")
        part = SendPart(send_zalo, lambda: self.files, "https://pakn.example.vn/assets/contact.png")
        send = SendNotice(
            self.store, self.clock, RandomIds(), part, mailer, prepare, evidence, "https://desk.test", reference.texts
        )
        return tokens, send, SweepNotices(self.store, self.clock, send, switch, budget, lambda: 0)

    def due_now(self) -> None:
        for document in self.store.find(Query("notices", where=(("state", "==", "waiting"),))):
            if "next_attempt_at" in document.data:
                self.store.update(notice_path(document.id), {"next_attempt_at": self.clock.now()})

    def plan(self, notice_id: str, user: str, text: str, **more: object) -> str:
        citizen = Citizen(zalo_id=user, last_interaction_at=self.clock.now())
        who = pseudonym(ID_KEY, user)
        self.store.create(citizen_path(who), citizen.stored())
        fields = {"kind": "reply", "channel": "zalo", "citizen": who, "created_at": self.clock.now()} | more
        notice = Notice.model_validate({"id": notice_id, "text": text, **fields})
        self.store.create(notice_path(notice_id), notice.stored())
        return notice_id

    def state(self, notice_id: str) -> str:
        return str((self.store.get(notice_path(notice_id)) or {})["state"])

    def seen(self, user: str) -> list[str]:
        query = {"user_id": user, "since": "0"}
        return [message["text"] for message in self.zalo.http.get("/sim/messages", params=query).json()]

    def echo(self, user: str, text: str) -> bool:
        events = [json.loads(received.body) for received in list(self.webhook.received)]
        mine = [event for event in events if (event.get("recipient") or {}).get("id") == user]
        for event in mine:
            self.settle(event)
        return any(event["event_name"] == "oa_send_text" and event["message"]["text"] == text for event in mine)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folders: dict[str, Path] = {name: tmp_path_factory.mktemp(name) for name in ("firestore", "zalo", "mail")}
    webhook, smtp_port = Webhook(), free_port()
    arguments = {
        "app-id": "app-1",
        "oa-id": "oa-1",
        "oa-secret-key": "oa-key",
        "app-secret-key": "app-key",
        "first-refresh-token": "first",
        "webhook-url": webhook.url,
        "data": f"{folders['zalo']}/zalo.sqlite",
    }
    port = free_port()
    zalo = Simulator(
        "infra.local.zalo", [f"--port={port}", *(f"--{k}={v}" for k, v in arguments.items())], port, folders["zalo"]
    )
    port = free_port()
    mail_arguments = [f"--port={smtp_port}", f"--http-port={port}", f"--data={folders['mail']}/mail.sqlite"]
    mail = Simulator("infra.local.mail", mail_arguments, port, folders["mail"])
    with FirestoreServer(folders["firestore"] / "data.sqlite", INDEXES) as server:
        zalo.start()
        mail.start()
        with mock.patch.dict("os.environ", {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            stack = Stack(zalo, mail, smtp_port, webhook, folders["zalo"] / "vault")
            yield stack
            stack.transport.close()
        mail.close()
        zalo.close()
    webhook.close()


def test_a_notice_reaches_the_phone(stack: Stack) -> None:
    stack.send(stack.plan("a1", "71", "Xin chào"))
    assert (stack.state("a1"), stack.seen("71")) == ("sent", ["Xin chào"])
    wait_until(lambda: stack.echo("71", "Xin chào"))
    assert stack.state("a1") == "sent"


def test_a_lost_answer_is_settled_by_the_echo(stack: Stack) -> None:
    stack.tokens.current()
    stack.zalo.http.post("/sim/faults", json={"path": "/v3.0/oa/message/cs", "drop_reply": True}).raise_for_status()
    stack.send(stack.plan("b1", "72", "Đã ghi lại"))
    assert stack.state("b1") == "unknown"
    wait_until(lambda: stack.echo("72", "Đã ghi lại"))
    assert (stack.state("b1"), stack.seen("72")) == ("sent", ["Đã ghi lại"])


@pytest.mark.parametrize(("user", "fault"), [("75", {"http_status": 502}), ("76", {"drop_reply": True})])
def test_zalos_conversation_settles_messages_without_an_echo(stack: Stack, user: str, fault: dict[str, Any]) -> None:
    """Unsent messages are sent, and sent ones are not sent again (PLATFORM 1.8)."""
    notices = [stack.plan(f"{name}{user}", user, f"Tin {name}") for name in ("k", "l")]
    stack.send(notices[0])
    stack.zalo.http.post("/sim/faults", json={"path": "/v3.0/oa/message/cs", **fault}).raise_for_status()
    stack.send(notices[1])
    assert stack.state(notices[1]) == "unknown"
    stack.store.update(notice_path(notices[1]), {"next_attempt_at": stack.clock.now()})
    stack.sweep()
    assert (stack.state(notices[1]), stack.seen(user)) == ("sent", ["Tin k", "Tin l"])


def test_an_answers_files_and_the_form_arrive(stack: Stack) -> None:
    """The files are really uploaded to the simulator, which is as strict as Zalo (PLATFORM 3.2, PLATFORM 3.6)."""
    stack.tokens.current()
    for file in FILES:
        stack.files.put(file.object, b"%PDF-1.7 ...", file.media_type)
    stack.send(stack.plan("f1", "61", "Đơn vị trả lời", files=FILES, form=FORM))
    assert stack.state("f1") == "sent"
    shown = stack.zalo.http.get("/sim/messages", params={"user_id": "61", "since": "0"}).json()
    kinds = [[item["type"] for item in message["attachments"]] for message in shown]
    assert kinds == [[], ["template"], ["file"], ["image"], ["file"]]
    assert shown[2]["attachments"][0]["payload"]["name"] == "Quyết định 12.pdf"
    assert shown[4]["attachments"][0]["payload"]["name"] == "số liệu.csv"


@pytest.mark.parametrize("enclosed", [{"form": FORM}, {"files": FILES[:1]}])
def test_enclosure_with_a_lost_response_is_settled_by_its_echo(stack: Stack, enclosed: dict[str, Any]) -> None:
    stack.tokens.current()
    user = f"6{len(str(enclosed))}"
    for fault in ({"hang_seconds": 0.01}, {"drop_reply": True}):  # the text arrives, the rest is uncertain
        stack.zalo.http.post("/sim/faults", json={"path": "/v3.0/oa/message/cs", **fault}).raise_for_status()
    stack.files.put(FILES[0].object, b"%PDF-1.7 ...", FILES[0].media_type)
    notice = stack.plan(f"e{user}", user, "Lời", **enclosed)
    stack.send(notice)
    assert (stack.state(notice), len(stack.seen(user))) == ("unknown", 2)
    wait_until(lambda: stack.echo(user, "Lời") and stack.state(notice) == "sent")


def test_fifty_senders_on_five_instances_with_a_dead_token(stack: Stack) -> None:
    stack.tokens.current()
    instances = [stack.instance() for _ in range(5)]
    for tokens, _, _ in instances:
        tokens.current()
    before = stack.zalo.http.get("/sim/tokens").json()
    stack.zalo.http.post("/sim/tokens/expire").raise_for_status()
    notices = [stack.plan(f"c{number}", f"8{number}", f"Tin {number}") for number in range(50)]
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda number: instances[number % 5][1](notices[number]), range(50)))
    assert {stack.state(notice) for notice in notices} <= {"sent", "waiting"}
    stack.due_now()  # instances that met the running refresh wait a minute
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda instance: instance[2](), instances))
    tokens_now = stack.zalo.http.get("/sim/tokens").json()
    assert (tokens_now["refreshes"], tokens_now["refused"]) == (before["refreshes"] + 1, before["refused"])
    assert [stack.seen(f"8{number}") for number in range(50)] == [[f"Tin {number}"] for number in range(50)]
    assert {stack.state(notice) for notice in notices} == {"sent"}


def test_a_burst_to_one_citizen_arrives_once_and_in_order(stack: Stack) -> None:
    instances = [stack.instance() for _ in range(4)]
    notices = [stack.plan(f"burst{number}", "90", f"Tin {number}") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: instances[number % 4][1](notices[number]), reversed(range(12))))
    for _ in range(4):
        stack.due_now()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda instance: instance[2](), instances))
    assert stack.seen("90") == [f"Tin {number}" for number in range(12)]


@pytest.mark.parametrize(("user", "closed"), [("91", []), ("92", ["template_user"])])
def test_a_template_reaches_the_phone(stack: Stack, user: str, closed: list[str]) -> None:
    notice_id = stack.plan(f"t{user}", user, "Sở trả lời", kind="answered", template={"code": "HN-1"}, closed=closed)
    contact, phone = {"name": "Lan", "phone": f"091200000{user[-1]}"}, f"8491200000{user[-1]}"
    long_ago = stack.clock.now() - timedelta(days=9)
    stack.store.update(citizen_path(pseudonym(ID_KEY, user)), {"contact": contact, "last_interaction_at": long_ago})
    stack.send(notice_id)
    assert stack.state(notice_id) == "sent"
    assert stack.seen(phone if closed else user) == ["code: HN-1\nanswer: -"]


def test_waiting_notices_are_swept(stack: Stack) -> None:
    stack.zalo.http.post("/sim/faults", json={"path": "/v3.0/oa/message/cs", "error": -200}).raise_for_status()
    stack.send(stack.plan("d1", "73", "Chờ"))
    assert stack.state("d1") == "waiting"
    stack.store.update(notice_path("d1"), {"next_attempt_at": stack.clock.now()})
    stack.sweep()
    assert (stack.state("d1"), stack.seen("73")) == ("sent", ["Chờ"])


def test_a_reminder_reaches_the_mailbox(stack: Stack) -> None:
    stack.store.create("officers/o1", {"id": "o1", "email": "thinh.nv@sxd.example.vn"})
    more = {"kind": "reminder", "channel": "email", "citizen": None, "officer": "o1", "subject": "Sắp đến hạn"}
    stack.send(stack.plan("e1", "74", "Phản ánh sắp đến hạn.", **more))
    assert stack.state("e1") == "sent"
    mails = stack.mail.http.get("/messages").json()
    assert "Sắp đến hạn" in json.dumps(mails, ensure_ascii=False)


def test_a_consent_gives_new_tokens_and_the_old_ones_die(stack: Stack) -> None:
    old, verifier = stack.tokens.current(), "v" * 43
    asked = {"app_id": "app-1", "redirect_uri": "http://127.0.0.1:1/back", "state": "s"}
    form = asked | {"code_challenge": challenge(verifier)}
    assert "Đồng ý" in stack.zalo.http.get("/v4/oa/permission", params=form).text
    back = stack.zalo.http.post("/v4/oa/permission", data=form, follow_redirects=False).headers["location"]
    given = parse_qs(urlsplit(back).query)
    assert (given["oa_id"], given["state"]) == (["oa-1"], ["s"])
    with pytest.raises(NeedsHuman):
        stack.tokens.accept("made-up", verifier)
    stack.tokens.accept(given["code"][0], verifier)
    fresh = stack.tokens.current()
    assert fresh.generation == old.generation + 1
    with pytest.raises(NeedsHuman):
        stack.tokens.accept(given["code"][0], verifier)
    stack.send(stack.plan("consented", "95", "Sau khi cấp quyền"))
    assert (stack.state("consented"), stack.seen("95")) == ("sent", ["Sau khi cấp quyền"])
