"""Planted faults in reading e-mails, in the list of waiting e-mails, and in decisions on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from petitions.domain.mailbox import reading
from petitions.domain.mailbox.mail import Mail, MailState
from petitions.usecases.mailbox import handle_mail, read_mailbox, read_tray
from petitions.usecases.mailbox.handle_mail import HandleMail
from petitions.usecases.mailbox.read_mailbox import ReadMailbox
from petitions.usecases.mailbox.tray import mail_of
from tests.simulation.planted.planting import Planted

ONCE = "every_letter_is_in_the_tray_once"
_NOTE, _DECIDE = ReadMailbox._note, HandleMail._decide


def _ahead(self: ReadMailbox, **changes: Any) -> Any:
    begun = changes.get("tries") == 1 and "trying" in changes
    return _NOTE(self, **(changes | {"uid": changes["trying"]} if begun else changes))


def _opened(_self: HandleMail, tx: Any, officer: Any, seen: Any) -> Any:
    return mail_of(tx, officer, seen.id)


def _kept(self: HandleMail, tx: Any, officer: Any, mail: Any, state: Any, seen: Any, **more: str) -> None:
    _DECIDE(self, tx, officer, mail, MailState.REJECTED, seen, **more)


def _none(*_: Any, **__: Any) -> None:
    return None


IN_MAIL: Mapping[str, Planted] = {
    "a letter is passed over before it is read": Planted(ONCE, ReadMailbox, "_note", _ahead),
    "a letter never leaves the door": Planted(ONCE, ReadMailbox, "_keep", _none),
    "a deadly letter is read for ever": Planted(ONCE, read_mailbox, "MOST_TRIES", 10**6),
    "two decide on one letter": Planted("a_letter_is_decided_on_once", HandleMail, "_opened", _opened),
    "a letter is filed as rejected": Planted("a_letter_is_decided_on_once", HandleMail, "_decide", _kept),
    "a decided letter keeps its words": Planted(
        "a_letter_s_words_are_where_it_was_put", Mail, "forgotten", lambda self: self
    ),
    "a letter is filed without its files": Planted("a_letter_s_files_come_along", handle_mail, "_files", lambda _: []),
    "a machine's letter waits for an officer": Planted("machines_letters_wait_aside", reading, "automatic_kind", _none),
    "a clerk reads letters of misconduct": Planted(
        "letters_of_misconduct_are_for_coordinators",
        read_tray,
        "may_read",
        lambda officer, mail: officer.unit == mail.unit,
    ),
}
