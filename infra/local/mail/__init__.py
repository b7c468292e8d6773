"""A mail server for a local stack: it accepts e-mails by SMTP and shows them on a web page.

It depends on `simulators` and `clock`.
"""
