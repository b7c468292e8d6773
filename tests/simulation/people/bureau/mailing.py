"""Citizens who send e-mails to the office, and the officers who decide on them at the desk.

Some e-mails arrive twice, some are automatic replies, one kills the process that reads it, and sometimes the mail
server renumbers its messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from petitions.domain.channels.entry import read_entry
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.mailbox.mail import Mail, MailState
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import COORDINATORS
from petitions.domain.shared.channel import Channel
from petitions.errors import Conflict
from petitions.usecases.mailbox.handle_mail import SeenMail
from tests.simulation.around.mailbox import Delivered
from tests.simulation.people.bureau.at_work import AtWork
from tests.simulation.people.trying import in_words
from tests.simulation.people.wordings import PLACE
from tests.unit.mailbox.letters import PDF, letter
from tests.unit.petition.handling import officer

PLACES = ("mailbox.open", "mailbox.after", "mailbox.content", "mailbox.done")
MARK = "biên nhận TĐ{number:03d}"
STORY = "UBND phường chậm trả giấy khai sinh cho con tôi, {mark}. Tôi đã chờ 20 ngày."
MORE = "Tôi xin bổ sung cho hồ sơ đã gửi, {mark}."
ACCUSING = "Cán bộ Sở Xây dựng vòi tiền tôi khi xin giấy phép xây dựng, {mark}"
NAME = "Đỗ Văn Thư"
KINDS = ("story", "story", "story", "with a file", "twice", "more", "accusing", "bounce", "automatic answer", "deadly")
MACHINES = ("bounce", "automatic answer")
HEADERS = {
    "bounce": {"From": "MAILER-DAEMON@example.vn", "Subject": "Undelivered Mail Returned to Sender"},
    "automatic answer": {"Auto_Submitted": "auto-replied", "Subject": "Tự động trả lời"},
}
MOST_LETTERS = 4
READ_EVERY = (20.0, 60.0)
LOOKS_EVERY = (10.0, 40.0)
ZEAL = 0.6
AT_ONCE = 0.25
TIMES = 4
"""How often an officer sends a form again that got no answer."""


@dataclass
class Written:
    kind: str
    mark: str
    sent: list[Delivered] = field(default_factory=list)
    """The messages in the mailbox: two for a letter that was sent twice."""


@dataclass
class Decision:
    mail: str
    version: int
    what: MailState
    by: str
    result: str = "no answer"
    code: str = ""
    text: str = ""
    """The text of the e-mail that the officer saw."""


class Mailing(AtWork):
    def __init__(self, world: Any) -> None:
        super().__init__(world, "mailing")
        self.meets_faults(PLACES)
        self.mailbox = world.mailbox
        self.letters = [
            Written(self.chance.choice(KINDS), MARK.format(number=number))
            for number in range(self.chance.randint(2, MOST_LETTERS))
        ]
        self._unsent = len(self.letters)
        self.decisions: list[Decision] = []
        self.read_by_clerks: set[str] = set()
        """The marks of accusing letters that an officer without the right has read in the tray."""
        self._forms = 0

    @property
    def is_busy(self) -> bool:
        waits = not self.world.office.shut and any(mail.state is MailState.NEW for mail in self._mails())
        return super().is_busy or self._unsent > 0 or self._unread() or waits

    def begin(self) -> None:
        for written in self.letters:
            self.scheduler.after(self.chance.uniform(5, 200), lambda written=written: self._send(written))
        if self.chance.random() < 0.4:
            self.scheduler.after(self.chance.uniform(60, 250), self._renumber)
        self._read()
        self._look()

    def _send(self, written: Written) -> None:
        self._unsent -= 1
        content = self._content(written)
        for _ in range(2 if written.kind == "twice" else 1):
            self.events += 1
            written.sent.append(self.mailbox.arrives(content, deadly=written.kind == "deadly"))

    def _content(self, written: Written) -> bytes:
        words = {"more": MORE, "accusing": ACCUSING}.get(written.kind, STORY).format(mark=written.mark)
        headers = {"From": f"{NAME} <thu@example.vn>", "Message_ID": f"<{written.mark[-3:]}@example.vn>"}
        codes = [path.partition("/")[2] for path in self.world.store.paths("petitions")]
        if written.kind == "more":
            headers["Subject"] = f"Bổ sung {self.chance.choice(codes)}" if codes else "Bổ sung"
        files = [("giay-hen.pdf", "application/pdf", PDF)] if written.kind == "with a file" else []
        return letter(words, *files, **(headers | HEADERS.get(written.kind, {})))

    def _renumber(self) -> None:
        self.mailbox.renumber()
        self.scheduler.reached["mailbox", "renumbered"] += 1

    def _unread(self) -> bool:
        """Return whether a message, under its present number, is missing from the desk's tray."""
        documents = self.world.store.documents
        marks = {
            (fields["validity"], fields["uid"]): fields["mail"]
            for path, fields in documents.items()
            if path.startswith("mail_marks/")
        }
        now = self.mailbox.validity
        for sent in self.mailbox.letters:
            mail = documents.get(f"mails/{marks.get((now, sent.numbers[now]))}")
            if not sent.gone and (mail is None or mail["state"] == MailState.ARRIVING):
                return True
        return False

    def _read(self) -> None:
        if self._unread():
            for _ in range(1 + (self.chance.random() < 0.2)):
                self.world.schedules.call("mailbox-read")
        self.scheduler.after(self.chance.uniform(*READ_EVERY), self._read)

    def _mails(self) -> list[Mail]:
        store = self.world.store
        return [Mail.model_validate(store.documents[path]) for path in store.paths("mails")]

    def _look(self) -> None:
        if self.world.office.shut:
            return
        for mail in self._mails():
            if mail.state is MailState.NEW and self.chance.random() < ZEAL:
                what = self._choice(mail)
                self._decide(mail, what, "thu-1")
                if self.chance.random() < AT_ONCE:
                    self._decide(mail, self.chance.choice((MailState.REJECTED, what)), "thu-2")
        self.scheduler.after(self.chance.uniform(*LOOKS_EVERY), self._look)

    def _choice(self, mail: Mail) -> MailState:
        if mail.twin or mail.fault == "deadly":
            return MailState.REJECTED
        code = find_code(mail.subject)
        open_ones = [path.partition("/")[2] for path in self.world.store.paths("petitions")]
        return MailState.ADDED if code in open_ones and self.chance.random() < 0.8 else MailState.FILED

    def _decide(self, mail: Mail, what: MailState, name: str) -> None:
        role = Role.COORDINATOR if mail.apart or self.chance.random() < 0.5 else Role.OFFICER
        who = officer(COORDINATORS, role, name)
        self._forms += 1
        self.events += 1
        decision = Decision(mail.id, mail.version, what, who.id, text=mail.text)
        self.decisions.append(decision)
        seen = SeenMail(mail.id, mail.version, f"form-of-mail-{self._forms:03}")
        self.trying.under_way += 1
        self._try(who, decision, seen, mail, TIMES)

    def _try(self, who: Officer, decision: Decision, seen: SeenMail, mail: Mail, left: int) -> None:
        def act() -> str:
            try:
                return self._act(who, decision, seen, mail)
            except Conflict:
                return "conflict"

        def on_result(result: object | None) -> None:
            decision.result = str(result) if result else "no answer"
            if decision.result in {"no answer", "try again"} and left:
                self.scheduler.after(20, lambda: self._try(who, decision, seen, mail, left - 1))
            else:
                self.trying.under_way -= 1

        self.scheduler.log("desk", f"{decision.what} {seen.id[:8]}", "officers")
        self.world.start("desk", in_words(act), on_result)

    def _act(self, who: Officer, decision: Decision, seen: SeenMail, mail: Mail) -> str:
        parts = self.world.parts()
        if who.role is not Role.COORDINATOR:
            text = "\n".join(line.mail.text for line in parts.tray.listed(who, "waiting"))
            secret = (written.mark for written in self.letters if written.kind == "accusing")
            self.read_by_clerks.update(mark for mark in secret if mark in text)
        parts.tray.one(who, mail.id)
        match decision.what:
            case MailState.FILED:
                decision.code = parts.handle_mail.file(who, seen, read_entry(self._form(mail), seen.key)).code
            case MailState.ADDED:
                parts.handle_mail.add(who, seen, find_code(mail.subject) or "")
            case _:
                parts.handle_mail.reject(who, seen, "Thư trùng hoặc không đọc được")
        return "done"

    @staticmethod
    def _form(mail: Mail) -> dict[str, str]:
        return {
            "content": mail.text or "Thư không đọc được, người gửi đọc lại qua điện thoại", "name": NAME, "home": PLACE,
            "place": PLACE, "type": "individual", "phone": "0912000071", "email": mail.sender, "reply_by": "email",
            "channel": Channel.EMAIL, "received_at": mail.arrived_at.isoformat(),
        }  # fmt: skip
