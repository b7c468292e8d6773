"""Sends e-mail over SMTP: plain text, with a connection per message."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from contextlib import suppress
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from petitions.domain.shared.outcome import Outcome
from petitions.ports.world import Clock
from petitions.ports.zalo import Delivery

TIMEOUT = 8.0
_OK = 250
_TEMPORARY = 4
_HERE = {"127.0.0.1", "localhost", "::1"}


class _UnencryptedError(Exception):
    """Raised if a server on another machine does not offer encryption."""


def sender_of(smtp_url: str) -> str:
    """Return the From address for the mail server in `smtp_url`.

    It is `no-reply@` with the domain of the login: "bot@hanoi.gov.vn" -> "no-reply@hanoi.gov.vn". Otherwise it has the
    domain of the server: "smtp.hanoi.gov.vn" -> "no-reply@hanoi.gov.vn".
    """
    parts = urlsplit(smtp_url)
    login, host = unquote(parts.username or ""), parts.hostname or ""
    if "@" in login:
        return "no-reply@" + login.rsplit("@", 1)[1]
    with suppress(ValueError):
        ipaddress.ip_address(host)
        host = "localhost"
    labels = host.split(".")
    return "no-reply@" + ".".join(labels[1:] if len(labels) > 2 else labels)  # noqa: PLR2004 - host.domain.tld


def subject_line(subject: str) -> bytes:
    """Return the Subject header, folded and encoded. White space becomes single spaces.

    `EmailMessage` of Python 3.11 loses spaces where it folds encoded words beside plain ones.
    """
    encoded = Header(" ".join(subject.split()), "utf-8", header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {encoded}\r\n".encode("ascii")


def _encrypt(smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
    if not smtp.has_extn("starttls"):
        raise _UnencryptedError
    smtp.starttls(context=context)
    smtp.ehlo()


class SmtpMailer:
    """Sends e-mail through the server in `smtp_url` (`smtp://` or `smtps://`). Implements `ports.Mailer`.

    Nothing is sent unencrypted to another machine. An attacker on the way could remove STARTTLS from the server's
    offer, so a missing offer is a refusal.
    """

    def __init__(self, smtp_url: str, clock: Clock) -> None:
        parts = urlsplit(smtp_url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._is_here = self._host in _HERE
        self._port = parts.port or (smtplib.SMTP_SSL_PORT if self._tls else smtplib.SMTP_PORT)
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._sender = sender_of(smtp_url)
        self._clock = clock

    def send(self, message_key: str, address: str, subject: str, text: str) -> Delivery:
        """Send a message to one address and return the outcome. No exception is raised for a failure.

        REFUSED means that nothing was sent. UNKNOWN means that the text was handed over, but the server's reply was
        lost, so that it may have been sent. `message_key` determines the Message-ID.
        """
        try:
            content = subject_line(subject) + self._message(message_key, address, text).as_bytes()
            smtp = self._connect()
        except ValueError:
            return Delivery(Outcome.REFUSED, error="smtp_recipient")
        except smtplib.SMTPAuthenticationError:
            return Delivery(Outcome.REFUSED, error="smtp_auth")
        except _UnencryptedError:
            return Delivery(Outcome.REFUSED, error="smtp_tls")
        except smtplib.SMTPResponseException as error:
            return Delivery(Outcome.REFUSED, error=f"smtp_{error.smtp_code}")
        except OSError:
            return Delivery(Outcome.REFUSED, error="connect")
        try:
            return self._envelope(smtp, address) or self._hand_over(smtp, content, self._id(message_key))
        finally:
            with suppress(OSError):
                smtp.quit()
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        try:
            smtp.ehlo_or_helo_if_needed()
            if not (self._tls or self._is_here):
                _encrypt(smtp, context)
            if self._login:
                smtp.login(*self._login)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _envelope(self, smtp: smtplib.SMTP, address: str) -> Delivery | None:
        try:
            code, _ = smtp.mail(self._sender)
            if code != _OK:
                return Delivery(Outcome.REFUSED, error=f"smtp_{code}")
            code, _ = smtp.rcpt(address)
        except OSError:
            return Delivery(Outcome.REFUSED, error="connect")
        if code // 100 == _OK // 100:
            return None
        return Delivery(Outcome.REFUSED, error=f"smtp_{code}" if code // 100 == _TEMPORARY else "smtp_recipient")

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes, message_id: str) -> Delivery:
        try:
            code, _ = smtp.data(content)
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
        except OSError:
            # The server may have accepted the message although its answer was lost.
            return Delivery(Outcome.UNKNOWN, error="no_answer")
        if code == _OK:
            return Delivery(Outcome.OK, message_id=message_id)
        return Delivery(Outcome.REFUSED, error=f"smtp_{code}" if code // 100 == _TEMPORARY else "smtp_message")

    def _id(self, message_key: str) -> str:
        return f"<{message_key}@{self._sender.rsplit('@', 1)[1]}>"

    def _message(self, message_key: str, address: str, text: str) -> EmailMessage:
        """Return the message without its subject, in ASCII. Raise ValueError for an invalid address."""
        address.encode("ascii")
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = self._sender
        message["To"] = address
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = self._id(message_key)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, charset="utf-8", cte="base64")
        return message
