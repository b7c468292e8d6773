"""What citizens and officers do to a petition.

Here are file, act, answer, extend, merge, reopen, enter by hand. Each module is one act. Import the module of the
act.

Stands on: officers, shared.
"""
