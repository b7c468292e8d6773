"""The common base of the simulators of Zalo, the portal and the mailbox.

A simulator is one aiohttp process on 127.0.0.1 (`server`). Its state is an SQLite file that survives a restart
(`database`). Tests can inject faults, which are kept in memory (`faults`). Pages are Jinja templates with times in
Hanoi (`templates`, and the common layout in `pages/`). The package imports nothing else of `infra.local`.
"""
