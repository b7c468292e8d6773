"""`ports.portal` over the gateway of the National Public Service Portal.

`gateway` makes the calls over `session`. `mapping` has the portal's names, and `reading` translates answers with it.

Stands on: nothing.
"""
