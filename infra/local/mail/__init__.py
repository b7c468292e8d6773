"""An SMTP server and the mailbox in which its mails are read. Stands on `simulators` and `clock`."""
