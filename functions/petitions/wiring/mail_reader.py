"""The use case of `mail_reader`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import (
    attachment_files,
    clock,
    ids,
    may_tell_of_misconduct,
    once,
    petitions_store,
    settings_of,
)

if TYPE_CHECKING:
    from petitions.ports.mailbox import Mailbox
    from petitions.usecases.mailbox.read_mailbox import ReadMailbox


@once
def read_mailbox() -> ReadMailbox:
    """Return the reader of the mailbox."""
    from petitions.usecases.mailbox.read_mailbox import ReadMailbox

    settings = settings_of(config.MailReaderSettings)
    ports = (petitions_store(), clock(), ids(), attachment_files())
    return ReadMailbox(*ports, mailbox(), settings.unit, may_tell_of_misconduct)


def mailbox() -> Mailbox | None:
    """Return the mailbox, or None if none is set up."""
    settings = settings_of(config.MailReaderSettings)
    if not settings.imap_url:
        return None
    from petitions.adapters.mailbox.imap import ImapMailbox

    return ImapMailbox(settings.imap_url, settings.imap_password, settings.folder, settings.move_to)
