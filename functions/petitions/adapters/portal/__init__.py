"""The connection to the petition system of the National Public Service Portal.

`gateway` makes the calls over `session`. `mapping` has the portal's names and codes, by which `reading` translates
replies.

Stands on: nothing.
"""
