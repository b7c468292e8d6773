"""The acts of citizens and officers on a petition.

They are: file, act, answer, extend, merge, reopen, enter by hand; one module per act. Import the module of the act.

Stands on: contact, files, officers, shared.
"""
