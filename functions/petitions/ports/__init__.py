"""Protocols of everything outside the use cases: database, messages, files, Zalo and so on. Adapters implement them.

The modules `messages`, `store` and `world` use only the standard library, because the webhook imports them.

Stands on: nothing.
"""
