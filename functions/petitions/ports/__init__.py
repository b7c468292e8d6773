"""The world as use cases need it, as protocols by subject.

`messages`, `store` and `world` use the standard library alone, because the webhook imports them.

Stands on: nothing.
"""
