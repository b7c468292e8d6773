"""What the use cases need from outside (database, messages, files, Zalo, ...), as Protocols. Adapters implement them.

`messages`, `store` and `world` use the standard library alone, because the webhook imports them.

Stands on: nothing.
"""
