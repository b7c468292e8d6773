"""The mailbox: takes every mail by SMTP, sends none on, and shows them on a page."""
