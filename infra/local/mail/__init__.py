"""An SMTP server and the mailbox page that shows its mails. It depends on `simulators` and `clock`."""
