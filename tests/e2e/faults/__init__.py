"""The running stack under faults: simulated citizens and officers at once, real processes, kills, broken neighbours.

`cases.py` is the table of what an outside judge's harness ran. Afterwards the databases, phones, portal and mailbox
are read into what `tests/simulation` reads of its own world, and the same promises are asked.
"""
