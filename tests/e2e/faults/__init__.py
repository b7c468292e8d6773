"""The running stack under faults: simulated citizens and officers at once, real processes, kills, broken neighbours.

`cases.py` is the table of faults that an outside judge's harness ran. Afterwards databases, phones, portal and mailbox
are read into the world of `tests/simulation`, and the same promises are checked.
"""
