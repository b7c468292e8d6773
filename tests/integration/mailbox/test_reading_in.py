"""Every e-mail on a real mail server is read into the desk exactly once, despite failures."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier, Thread

import pytest

from petitions.adapters.mailbox.imap import ImapMailbox
from petitions.adapters.understanding import routers
from petitions.domain.files.attachment import copy_name, original_name
from petitions.domain.mailbox.mail import Mail, MailboxState, MailState
from petitions.domain.routing.proposed_class import judge_readers
from petitions.errors import Retryable
from petitions.ports.mailbox import Letter, OpenMailbox
from petitions.usecases.mailbox import read_mailbox
from petitions.usecases.mailbox.read_mailbox import LEASE, MOST, MOST_TRIES, PATIENCE, ReadMailbox
from tests.fakes import FakeClock, FakeFiles, FakeIds, FakeStore
from tests.imap_server import PASSWORD, SERVERS, ImapServer, server_of
from tests.mortal import Killed
from tests.unit.mailbox.letters import PDF, STORY, letter

CAME = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NUMBERS = count()
tells, *_ = judge_readers(routers.router().route)


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with server_of(request.param, tmp_path_factory.mktemp("mail")) as running:
        yield running


@dataclass
class Post:
    server: ImapServer
    store: FakeStore = field(default_factory=FakeStore)
    files: FakeFiles = field(default_factory=FakeFiles)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.folder = f"Don{next(NUMBERS)}"
        self.server.make(self.folder)
        self.box = ImapMailbox(self.server.url, PASSWORD, self.folder, "")
        self.read = ReadMailbox(self.store, self.clock, FakeIds(), self.files, self.box, "VPUB", tells)

    def receive(self, *letters: bytes) -> None:
        self.server.receive(*letters, folder=self.folder, at=CAME)

    def mails(self) -> list[Mail]:
        return [Mail.model_validate(self.store.documents[path]) for path in self.store.paths("mails")]

    def only(self) -> Mail:
        (mail,) = self.mails()
        return mail


def test_a_letter_with_files_lies_in_the_tray(server: ImapServer) -> None:
    post = Post(server)
    word = io.BytesIO()
    zipfile.ZipFile(word, "w").writestr("virus.exe", b"MZ")
    post.receive(
        letter(
            STORY,
            ("Đơn.pdf", "application/pdf", PDF),
            ("anh.exe", "image/jpeg", b"MZ\x90"),
            ("goi.zip", "application/zip", word.getvalue()),
            ("hong.png", "image/png", b"\x89PNG\r\n\x1a\nxx"),
        )
    )
    assert post.read() == 1
    mail = post.only()
    assert (mail.state, mail.unit, mail.arrived_at) == (MailState.NEW, "VPUB", CAME)
    assert (mail.sender, mail.subject, mail.text) == ("lan@example.vn", "Phản ánh về giấy khai sinh", STORY)
    assert [(file.name, file.kept, file.reason) for file in mail.files] == [
        ("Đơn.pdf", True, None),
        ("anh.exe", False, "type"),
        ("goi.zip", False, "type"),
        ("hong.png", False, "broken"),
    ]
    pdf = mail.files[0]
    names = {name(pdf.object or "", pdf.sha256 or "") for name in (original_name, copy_name)}
    assert set(post.files.objects) == names
    assert [seen for _, seen in server.flags(post.folder)] == [True]
    assert post.read() == 0
    assert len(post.mails()) == 1


def test_nothing_of_a_letter_is_in_the_log(server: ImapServer, capsys: pytest.CaptureFixture[str]) -> None:
    post = Post(server)
    post.receive(letter(STORY, ("Đơn.pdf", "application/pdf", PDF)), b"\xff\xfe\r\n", letter(List_Id="<x.vn>"))
    assert post.read() == 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {item["metric"] for item in lines} == {"mailbox_read"}
    assert {key for item in lines for key in item} == {"severity", "message", "metric", "automatic", "fault", "files"}


def test_automatic_mail_waits_aside_and_is_not_lost(server: ImapServer) -> None:
    post = Post(server)
    post.receive(
        letter(Auto_Submitted="auto-replied"),
        letter(Message_ID="<2@x>", Precedence="bulk"),
        letter(Message_ID="<3@x>"),
    )
    post.read()
    assert sorted((mail.state.value, mail.automatic) for mail in post.mails() if mail.automatic) == [
        ("aside", "auto_reply"),
        ("aside", "bulk"),
    ]
    assert [mail.state for mail in post.mails() if not mail.automatic] == [MailState.NEW]


def test_mail_about_misconduct_is_kept_apart(server: ImapServer) -> None:
    post = Post(server)
    post.receive(letter("Cán bộ phường đòi tôi 5 triệu đồng tiền bồi dưỡng mới làm giấy khai sinh"))
    post.read()
    assert post.only().apart


def test_a_letter_that_is_too_large_is_there_with_its_beginning(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_mailbox, "LARGEST", 20_000)
    monkeypatch.setattr(read_mailbox, "BEGINNING", 5_000)
    post = Post(server)
    post.receive(letter(STORY, ("lon.pdf", "application/pdf", PDF + b" " * 40_000)))
    post.read()
    mail = post.only()
    assert (mail.fault, mail.subject, mail.text, mail.files) == ("too_large", "Phản ánh về giấy khai sinh", STORY, [])


def test_a_run_reads_so_many_and_the_next_goes_on(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_mailbox, "MOST", 2)
    post = Post(server)
    post.receive(*[letter(Message_ID=f"<{number}@x>") for number in range(5)])
    assert [post.read() for _ in range(4)] == [2, 2, 1, 0]
    assert len({mail.message_id for mail in post.mails()}) == 5


def test_repeated_message_id_makes_two_mails_with_a_remark(server: ImapServer) -> None:
    post = Post(server)
    post.receive(letter(), letter())
    post.read()
    one, other = sorted(post.mails(), key=lambda mail: mail.twin or "")
    assert (one.twin, other.twin) == (None, one.id)


def test_after_a_change_of_uidvalidity_the_message_id_decides(server: ImapServer) -> None:
    post = Post(server)
    known = [letter(Message_ID="<1@x>"), letter(Message_ID="<2@x>"), letter("không có mã", Message_ID="")]
    post.receive(*known)
    post.read()
    before = {mail.id: mail for mail in post.mails()}
    server.make(post.folder)
    reused = letter("Chuyện khác hẳn", Message_ID="<1@x>", Subject="Một việc khác")
    post.receive(*reversed(known), reused, letter("mới", Message_ID="<3@x>"))
    assert post.read() == 5
    new = {mail.id: mail for mail in post.mails() if mail.id not in before}
    assert {mail.text for mail in new.values()} == {"mới", "Chuyện khác hẳn"}
    assert before == {mail.id: mail for mail in post.mails() if mail.id in before}
    assert post.read() == 0


def test_two_runs_at_once_make_one_mail_each(server: ImapServer) -> None:
    post = Post(server)
    post.receive(*[letter(Message_ID=f"<{number}@x>") for number in range(6)])
    read: list[int] = []
    start = Barrier(3)

    def run() -> None:
        start.wait()
        read.append(post.read())

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == [0, 0, 6]
    assert len(post.mails()) == 6


def test_a_run_that_is_slower_than_its_lease_changes_nothing(server: ImapServer) -> None:
    post = Post(server)
    post.receive(letter(STORY, ("a.pdf", "application/pdf", PDF)), letter("hai", Message_ID="<2@x>"))

    def overtaken() -> None:
        post.clock.advance(seconds=LEASE.total_seconds() + 1)
        post.read()

    slow = replace(post.read, mailbox=Interrupted(post.box, overtaken))
    slow()
    assert sorted(mail.text for mail in post.mails()) == sorted([STORY, "hai"])
    state = MailboxState.model_validate(post.store.documents[f"mailboxes/{post.box.name}"])
    newest = post.server.flags(post.folder)[-1][0]
    assert (state.uid, state.trying, state.failing_since) == (newest, None, None)


@dataclass
class Interrupted:
    box: ImapMailbox
    happens: Callable[[], None]
    times: int = 1

    @property
    def name(self) -> str:
        return self.box.name

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        with self.box.open() as folder:
            yield _Folder(folder, self)


@dataclass
class _Folder:
    folder: OpenMailbox
    box: Interrupted

    @property
    def validity(self) -> int:
        return self.folder.validity

    def after(self, uid: int) -> Iterator[Letter]:
        return self.folder.after(uid)

    def content(self, uid: int, most: int) -> bytes | None:
        if self.box.times:
            self.box.times -= 1
            self.box.happens()
        return self.folder.content(uid, most)

    def done(self, uid: int) -> None:
        self.folder.done(uid)


def test_a_letter_that_kills_is_taken_unread_and_the_others_go_on(server: ImapServer) -> None:
    post = Post(server)
    post.receive(letter(), letter("hai", Message_ID="<2@x>"))

    def kills() -> None:
        raise Killed

    for _ in range(MOST_TRIES):
        with pytest.raises(Killed):
            replace(post.read, mailbox=Interrupted(post.box, kills))()
        post.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert post.read() == 2
    assert sorted((mail.text, mail.fault, mail.arrived_at) for mail in post.mails()) == [
        ("", "deadly", CAME),
        ("hai", None, CAME),
    ]
    assert all(mail.state is MailState.NEW for mail in post.mails())


def test_a_store_that_is_down_is_no_try(server: ImapServer) -> None:
    post = Post(server)
    post.receive(letter())

    def fails() -> None:
        raise Retryable("down", reason="down")

    for _ in range(MOST_TRIES * 2):
        replace(post.read, mailbox=Interrupted(post.box, fails))()
    post.read()
    assert (post.only().text, post.only().fault) == (STORY, None)


@dataclass
class Away:
    """The mailbox of a server that is out of reach."""

    box: ImapMailbox

    @property
    def name(self) -> str:
        return self.box.name

    def open(self) -> AbstractContextManager[OpenMailbox]:
        raise Retryable("no connection", reason="imap_connect")


def alarms(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [item["reason"] for item in lines if item["metric"] == "mailbox_stuck"]


def test_a_server_out_of_reach_alarms_after_an_hour(server: ImapServer, capsys: pytest.CaptureFixture[str]) -> None:
    post = Post(server)
    away = replace(post.read, mailbox=ImapMailbox("imap://a@127.0.0.1:1", "x", "INBOX", ""))
    assert away() == 0
    post.clock.advance(seconds=PATIENCE.total_seconds() - 1)
    assert away() == 0
    assert alarms(capsys) == []
    post.clock.advance(seconds=1)
    assert away() == 0
    assert alarms(capsys) == ["imap_connect"]


def test_a_reading_ends_an_earlier_failure(server: ImapServer, capsys: pytest.CaptureFixture[str]) -> None:
    post = Post(server)
    away = replace(post.read, mailbox=Away(post.box))
    for _ in range(2):
        away()
        post.read()
        post.clock.advance(days=1)
    away()
    assert alarms(capsys) == []
    post.clock.advance(seconds=PATIENCE.total_seconds())
    away()
    assert alarms(capsys) == ["imap_connect"]


def test_a_wrong_password_alarms_at_once_and_leaves_the_lease(
    server: ImapServer, capsys: pytest.CaptureFixture[str]
) -> None:
    post = Post(server)
    wrong = replace(post.read, mailbox=ImapMailbox(server.url, "sai", post.folder, ""))
    assert [wrong(), wrong()] == [0, 0]
    assert alarms(capsys) == ["imap_login", "imap_login"]


def test_without_a_mailbox_nothing_happens(server: ImapServer) -> None:
    post = Post(server)
    assert replace(post.read, mailbox=None)() == 0
    assert not post.store.documents


def test_a_run_ends_in_time(server: ImapServer) -> None:
    post = Post(server)
    post.receive(letter(Message_ID="<1@x>"), letter(Message_ID="<2@x>"))
    slow = Interrupted(post.box, lambda: post.clock.advance(seconds=60), times=9)
    assert (replace(post.read, mailbox=slow)(), post.read()) == (1, 1)
    assert MOST >= 20
    assert timedelta(seconds=110) < LEASE
