"""The mailbox to which citizens send e-mails, over IMAP."""
