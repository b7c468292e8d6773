"""What the simulators of Zalo, the portal and the mailbox share.

A simulator is one aiohttp process on 127.0.0.1 (`server`). Its state is one SQLite file that survives a restart
(`database`); faults that a test orders live in memory (`faults`); pages are Jinja templates with times of Hanoi
(`templates`, and the common layout in `pages/`). Imports nothing else of `infra.local`.
"""
