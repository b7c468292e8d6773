"""The gateway of the National Public Service Portal behind `ports.portal`.

`gateway` makes the calls over `session`. `mapping` holds the portal's names; `reading` applies them to what comes back.

Stands on: nothing.
"""
