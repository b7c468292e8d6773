"""The real HTTP and SMTP clients of notices: the bytes they send, and the responses they understand."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import strategies as st

from petitions.adapters.mail import SmtpMailer, sender_of, subject_line
from petitions.adapters.pubsub_rest import MetadataToken
from petitions.adapters.token_vault import FileVault, SecretVault
from petitions.adapters.zalo import ZaloApi, ZaloTokenEndpoint
from petitions.domain.notices.delivery_errors import Reaction, reaction_to
from petitions.domain.shared.outcome import Outcome
from petitions.errors import Retryable
from petitions.ports.zalo import Delivery, TokenAnswer, TokenPair
from tests.fakes import FakeClock

TEXT = "Phản ánh HN-261123-ABCD-EFGH\n\n.\nĐến hạn: 16:00 thứ Tư"


def answering(*answers: httpx.Response) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    requests: list[httpx.Request] = []
    queue = list(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return queue.pop(0)

    return httpx.MockTransport(handle), requests


def test_the_request_of_a_message() -> None:
    transport, requests = answering(httpx.Response(200, json={"error": 0, "data": {"message_id": "m1"}}))
    delivery = ZaloApi("https://openapi.test", "https://business.test", transport).send_text("token", "123", "Xin chào")
    assert delivery == Delivery(Outcome.OK, message_id="m1")
    request = requests[0]
    assert (request.method, str(request.url)) == ("POST", "https://openapi.test/v3.0/oa/message/cs")
    assert request.headers["access_token"] == "token"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {"recipient": {"user_id": "123"}, "message": {"text": "Xin chào"}}


@pytest.mark.parametrize(
    ("response", "outcome", "error"),
    [
        (httpx.Response(200, json={"error": -216, "message": "no"}), Outcome.REFUSED, "-216"),
        (httpx.Response(200, json={"error": "-32"}), Outcome.REFUSED, "-32"),
        (httpx.Response(200, json={"error": "who 0912345678 said"}), Outcome.REFUSED, "strange"),
        (httpx.Response(400, json={"error": -201}), Outcome.REFUSED, "-201"),
        (httpx.Response(429), Outcome.REFUSED, "http_429"),
        (httpx.Response(302, headers={"location": "https://elsewhere.test"}), Outcome.REFUSED, "http_302"),
        (httpx.Response(500, json={"error": -1}), Outcome.UNKNOWN, "http_500"),
        (httpx.Response(200, content=b"\xff"), Outcome.UNKNOWN, "not_json"),
        (httpx.Response(200, json=[]), Outcome.UNKNOWN, "not_json"),
        (httpx.Response(200, json={"error": 0}), Outcome.OK, ""),
    ],
)
def test_answers_to_a_message(response: httpx.Response, outcome: Outcome, error: str) -> None:
    transport, _ = answering(response)
    delivery = ZaloApi("https://openapi.test", "https://business.test", transport).send_text("token", "123", "Xin chào")
    assert (delivery.outcome, delivery.error) == (outcome, error)


@pytest.mark.parametrize(
    ("fault", "outcome", "error"),
    [
        (httpx.ConnectError, Outcome.REFUSED, "connect"),
        (httpx.ConnectTimeout, Outcome.REFUSED, "connect"),
        (httpx.ReadTimeout, Outcome.UNKNOWN, "no_answer"),
        (httpx.WriteError, Outcome.UNKNOWN, "no_answer"),
        (httpx.RemoteProtocolError, Outcome.UNKNOWN, "no_answer"),
    ],
)
def test_broken_connections(fault: type[httpx.TransportError], outcome: Outcome, error: str) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        raise fault("broken", request=request)

    transport = httpx.MockTransport(handle)
    delivery = ZaloApi("https://openapi.test", "https://business.test", transport).send_text("token", "123", "Xin chào")
    assert delivery == Delivery(outcome, error=error)
    answer = ZaloTokenEndpoint("https://oauth.test", "https://openapi.test", "1", "secret", transport).refresh("r")
    assert answer == TokenAnswer(outcome, error=error)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"access_token": "a", "refresh_token": "r", "expires_in": "90000"},
            TokenAnswer(Outcome.OK, TokenPair("a", "r", 90000)),
        ),
        ({"access_token": "a", "expires_in": "90000"}, TokenAnswer(Outcome.UNKNOWN, error="not_an_answer")),
        (
            {"access_token": "a", "refresh_token": "r", "expires_in": "soon"},
            TokenAnswer(Outcome.UNKNOWN, error="not_an_answer"),
        ),
        (
            {"error": -14014, "error_name": "Bad", "error_description": "Bad"},
            TokenAnswer(Outcome.REFUSED, error="-14014", description="Bad"),
        ),
    ],
)
def test_answers_to_a_refresh(body: dict[str, Any], expected: TokenAnswer) -> None:
    transport, _ = answering(httpx.Response(200, json=body))
    assert (
        ZaloTokenEndpoint("https://oauth.test", "https://openapi.test", "1", "secret", transport).refresh("r")
        == expected
    )


class Mailbox:
    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.refuse: dict[str, str] = {}

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.refuse.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.refuse.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(envelope)
        if "DATA" in self.refuse and self.refuse["DATA"] == "drop":
            server.transport.abort()
        return self.refuse.get("DATA", "250 OK")

    def message(self) -> EmailMessage:
        content = self.received[-1].content
        assert isinstance(content, bytes)
        parsed = message_from_bytes(content, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp_url(mailbox: Mailbox) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    yield f"smtp://127.0.0.1:{port}"
    server.stop()


def test_a_mail_arrives(mailbox: Mailbox, smtp_url: str) -> None:
    mailer = SmtpMailer(smtp_url, FakeClock())
    subject = "[Phản ánh] 1 quá hạn,\n1 đến hạn hôm nay, 2 sắp đến hạn (26/11/2026)"
    delivery = mailer.send("n1", "thinh.nv@sxd.example.vn", subject, TEXT)
    message = mailbox.message()
    assert delivery == Delivery(Outcome.OK, message_id="<n1@localhost>")
    assert mailbox.received[0].rcpt_tos == ["thinh.nv@sxd.example.vn"]
    assert message["Message-ID"] == "<n1@localhost>"
    assert message["From"] == mailbox.received[0].mail_from == "no-reply@localhost"
    assert message["Subject"] == "[Phản ánh] 1 quá hạn, 1 đến hạn hôm nay, 2 sắp đến hạn (26/11/2026)"
    assert message["Date"] == "Mon, 23 Nov 2026 02:00:00 +0000"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n").rstrip("\n") == TEXT
    assert isinstance(mailbox.received[0].content, bytes)
    assert mailbox.received[0].content.isascii()


WORDS = [
    "[Phản",
    "ánh]",
    "[Quá",
    "hạn]",
    "1",
    "12",
    "quá",
    "hạn,",
    "đến",
    "hạn",
    "hôm",
    "nay",
    "(26/11/2026)",
    "HN-261123-ABCD-EFGH",
    "Cần",
    "liên",
    "hệ:",
    "về",
]


@given(words=st.lists(st.sampled_from(WORDS) | st.text("aâđậ1 .:", min_size=1, max_size=90), max_size=30))
def test_a_subject_arrives_word_for_word_on_lines_that_are_short_enough(words: list[str]) -> None:
    subject = " ".join(words)
    line = subject_line(subject)
    assert message_from_bytes(line + b"\r\n", policy=default)["Subject"] == " ".join(subject.split())
    assert all(len(part) <= 78 for part in line.split(b"\r\n"))


@pytest.mark.parametrize(
    ("command", "answer", "outcome", "error"),
    [
        ("MAIL", "451 later", Outcome.REFUSED, "smtp_451"),
        ("MAIL", "530 who are you", Outcome.REFUSED, "smtp_530"),
        ("RCPT", "450 later", Outcome.REFUSED, "smtp_450"),
        ("RCPT", "550 nobody of that name", Outcome.REFUSED, "smtp_recipient"),
        ("DATA", "452 full", Outcome.REFUSED, "smtp_452"),
        ("DATA", "554 no", Outcome.REFUSED, "smtp_message"),
        ("DATA", "drop", Outcome.UNKNOWN, "no_answer"),
    ],
)
def test_a_mail_is_refused(
    mailbox: Mailbox, smtp_url: str, command: str, answer: str, outcome: Outcome, error: str
) -> None:
    mailbox.refuse[command] = answer
    delivery = SmtpMailer(smtp_url, FakeClock()).send("n1", "a@example.vn", "s", "t")
    assert delivery == Delivery(outcome, error=error)


def test_no_mail_server(smtp_url: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
        delivery = SmtpMailer(url, FakeClock()).send("n1", "a@example.vn", "s", "t")
    assert delivery == Delivery(Outcome.REFUSED, error="connect")


@pytest.mark.parametrize("address", ["a@example.vn\r\nBcc: b@example.vn", "đ@example.vn"])
def test_no_address(smtp_url: str, mailbox: Mailbox, address: str) -> None:
    delivery = SmtpMailer(smtp_url, FakeClock()).send("n1", address, "s", "t")
    assert delivery == Delivery(Outcome.REFUSED, error="smtp_recipient")
    assert mailbox.received == []


def test_a_login(mailbox: Mailbox) -> None:
    def check(
        _server: object, _session: object, _envelope: object, _mechanism: str, given: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=given == LoginPassword(b"bot@hanoi.example.vn", b"s/3 cret"), handled=False)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port, authenticator=check, auth_require_tls=False)
    server.start()
    try:
        right = SmtpMailer(f"smtp://bot%40hanoi.example.vn:s%2F3%20cret@127.0.0.1:{port}", FakeClock())
        assert right.send("n1", "a@example.vn", "s", "t").message_id == "<n1@hanoi.example.vn>"
        wrong = SmtpMailer(f"smtp://bot:wrong@127.0.0.1:{port}", FakeClock())
        assert wrong.send("n1", "a@example.vn", "s", "t") == Delivery(Outcome.REFUSED, error="smtp_auth")
    finally:
        server.stop()
    content = mailbox.received[0].content
    assert isinstance(content, bytes)
    assert base64.b64encode(b"t\r\n").strip() in content


def test_a_mail_to_another_machine_is_encrypted_or_not_sent(
    mailbox: Mailbox, smtp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If STARTTLS is not offered, or its offer was removed, the client neither logs in nor sends any text."""
    real = socket.getaddrinfo
    elsewhere = "mail.hanoi.example.vn"
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *more, **how: real("127.0.0.1" if host == elsewhere else host, *more, **how)
    )
    url = smtp_url.replace("127.0.0.1", f"bot:secret@{elsewhere}")
    delivery = SmtpMailer(url, FakeClock()).send("n1", "a@example.vn", "s", "t")
    assert delivery == Delivery(Outcome.REFUSED, error="smtp_tls")
    assert reaction_to(delivery.error) is Reaction.HUMAN
    assert mailbox.received == []


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp://127.0.0.1:1025", "no-reply@localhost"),
        ("smtp://localhost:1025", "no-reply@localhost"),
        ("smtps://smtp.hanoi.example.vn", "no-reply@hanoi.example.vn"),
        ("smtps://example.vn", "no-reply@example.vn"),
        ("smtps://bot%40hanoi.example.vn:x@relay.example.com:465", "no-reply@hanoi.example.vn"),
    ],
)
def test_the_sender(url: str, sender: str) -> None:
    assert sender_of(url) == sender


def vault_over(*answers: httpx.Response) -> tuple[SecretVault, list[httpx.Request]]:
    transport, requests = answering(*answers)
    vault = SecretVault("projects/p/secrets/s", transport)
    vault._token = FixedToken()
    return vault, requests


class FixedToken(MetadataToken):
    def get(self) -> str:
        return "service-account"


def test_the_vault_over_the_wire() -> None:
    vault, requests = vault_over(
        httpx.Response(200, json={"name": "projects/1/secrets/s/versions/1"}),
        httpx.Response(200, json={"payload": {"data": base64.b64encode(b"pair").decode()}}),
        httpx.Response(404),
    )
    vault.keep("pair")
    assert (vault.kept(), vault.kept()) == ("pair", None)
    add, access, _ = requests
    host = "https://secretmanager.googleapis.com/v1/projects/p/secrets/s"
    assert (add.method, str(add.url)) == ("POST", f"{host}:addVersion")
    assert add.headers["authorization"] == "Bearer service-account"
    assert json.loads(add.content) == {"payload": {"data": base64.b64encode(b"pair").decode()}}
    assert (access.method, str(access.url)) == ("GET", f"{host}/versions/latest:access")


def test_failing_vault_is_reported_without_the_tokens() -> None:
    vault, _ = vault_over(httpx.Response(403), httpx.Response(403))
    with pytest.raises(Retryable) as refused:
        vault.keep("the-pair")
    assert "the-pair" not in str(refused.value)
    with pytest.raises(Retryable):
        vault.kept()


def test_the_vault_on_a_laptop_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "tokens")
    assert vault.kept() is None
    vault.keep("one")
    vault.keep("two")
    assert vault.kept() == "two"
    assert (tmp_path / "tokens").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Retryable):
        FileVault(tmp_path / "nowhere" / "tokens").keep("one")


def test_the_requests_of_templates() -> None:
    ok = {"error": 0, "data": {"message_id": "m1"}}
    by_phone = {"error": 0, "data": {"msg_id": "z1"}}
    transport, requests = answering(
        httpx.Response(200, json=ok),
        httpx.Response(200, json=by_phone),
        httpx.Response(200, json={"error": -118, "message": "no account"}),
    )
    api = ZaloApi("https://openapi.test", "https://business.test", transport)
    assert api.send_template("token", "123", "t1", {"code": "HN"}) == Delivery(Outcome.OK, message_id="m1")
    sent = api.send_template_by_phone("token", "84912345678", "t1", {"code": "HN"}, "n1")
    assert sent == Delivery(Outcome.OK, message_id="z1")
    refused = api.send_template_by_phone("token", "84912345678", "t1", {"code": "HN"}, "n" * 60)
    assert (refused.outcome, refused.error, refused.description) == (Outcome.REFUSED, "phone-118", "no account")
    assert [str(request.url) for request in requests] == [
        "https://openapi.test/v3.0/oa/message/template",
        *["https://business.test/message/template"] * 2,
    ]
    data = {"template_id": "t1", "template_data": {"code": "HN"}}
    assert json.loads(requests[0].content) == {"user_id": "123", **data}
    assert json.loads(requests[1].content) == {"phone": "84912345678", **data, "tracking_id": "n1"}
    assert json.loads(requests[2].content)["tracking_id"] == "n" * 48
    assert {request.headers["access_token"] for request in requests} == {"token"}


def test_the_request_to_delete_a_profile_and_an_answer_that_is_lost() -> None:
    transport, requests = answering(httpx.Response(200, json={"error": 0, "message": "Success"}), httpx.Response(502))
    api = ZaloApi("https://openapi.test", "https://business.test", transport)
    assert api.delete_profile("token", "123").outcome is Outcome.OK
    assert api.delete_profile("token", "123") == Delivery(Outcome.REFUSED, error="profile")
    request = requests[0]
    assert (request.method, str(request.url)) == ("POST", "https://openapi.test/v2.0/oa/deletefollowerinfo")
    assert (request.headers["access_token"], json.loads(request.content)) == ("token", {"user_id": "123"})


def test_the_requests_of_tokens() -> None:
    pair = {"access_token": "a", "refresh_token": "r", "expires_in": "90000"}
    transport, requests = answering(httpx.Response(200, json=pair), httpx.Response(200, json=pair))
    endpoint = ZaloTokenEndpoint("https://oauth.test", "https://openapi.test", "app-1", "secret", transport)
    endpoint.refresh("old")
    endpoint.exchange("code", "verifier")
    assert {str(request.url) for request in requests} == {"https://oauth.test/v4/oa/access_token"}
    assert {request.headers["secret_key"] for request in requests} == {"secret"}
    assert {request.headers["content-type"] for request in requests} == {"application/x-www-form-urlencoded"}
    assert [request.content.decode() for request in requests] == [
        "refresh_token=old&grant_type=refresh_token&app_id=app-1",
        "code=code&code_verifier=verifier&grant_type=authorization_code&app_id=app-1",
    ]
