"""Builds the use case of `mail_reader`, the function that reads citizens' e-mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import (
    attachment_files,
    clock,
    ids,
    may_report_misconduct,
    once,
    petitions_store,
    settings_of,
)

if TYPE_CHECKING:
    from petitions.ports.mailbox import Mailbox
    from petitions.usecases.mailbox.read_mailbox import ReadMailbox


@once
def read_mailbox() -> ReadMailbox:
    """Return the scheduled job that copies new e-mails from the mailbox to the desk's list of incoming e-mails."""
    from petitions.usecases.mailbox.read_mailbox import ReadMailbox

    settings = settings_of(config.MailReaderSettings)
    ports = (petitions_store(), clock(), ids(), attachment_files())
    return ReadMailbox(*ports, mailbox(), settings.unit, may_report_misconduct)


def mailbox() -> Mailbox | None:
    """Return the mailbox, or None if `IMAP_URL` is not set."""
    settings = settings_of(config.MailReaderSettings)
    if not settings.imap_url:
        return None
    from petitions.adapters.mailbox.imap import ImapMailbox

    return ImapMailbox(settings.imap_url, settings.imap_password, settings.folder, settings.move_to)
