"""The rule for reading e-mails to the office.

Coordinators may read all of them. Officers of the mailbox's unit may read those that do not report misconduct.
"""

from __future__ import annotations

from petitions.domain.lifecycle.states import Role
from petitions.domain.mailbox.mail import Mail, MailState, mail_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import has_tray
from petitions.errors import NotFound
from petitions.ports.store import Reader

NO_SUCH_MAIL = "Không có thư này."


def may_read(officer: Officer, mail: Mail) -> bool:
    """Return whether the officer may read the e-mail. Nobody may read it before its files are stored."""
    arrived = mail.state is not MailState.ARRIVING
    return arrived and has_tray(officer, mail.unit) and (officer.role is Role.COORDINATOR or not mail.apart)


def mail_of(reader: Reader, officer: Officer, mail_id: str) -> Mail:
    """Return the e-mail with this id. Raise NotFound if there is none or the officer may not read it."""
    found = reader.get(mail_path(mail_id))
    mail = Mail.model_validate(found) if found else None
    if mail is None or not may_read(officer, mail):
        raise NotFound(NO_SUCH_MAIL, reason="mail_unknown")
    return mail
