"""The running system under faults: simulated citizens and officers at work, killed processes, failing neighbours.

`cases.py` lists the faults, as an external review of the system tried them. After each case the databases, phones,
portal and mailbox are read in the form that `tests/simulation` uses, and the same promises are checked.
"""
