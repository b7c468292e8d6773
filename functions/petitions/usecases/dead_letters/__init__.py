"""Messages that could not be handled.

They are stored as documents, listed, and sent again by an operator or a coordinator. Import any module.

Stands on: portal, shared.
"""
