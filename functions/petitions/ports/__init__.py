"""What use cases need of the world, as protocols by subject.

`messages`, `store` and `world` use the standard library alone, since the webhook imports them.

Stands on: nothing.
"""
