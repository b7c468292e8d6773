"""The mailbox with citizens' e-mails: IMAP."""
