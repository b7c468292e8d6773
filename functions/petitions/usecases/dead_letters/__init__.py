"""Messages that no consumer could handle ("dead letters").

They are stored as documents, listed, and sent again by an operator or a coordinator. Import any module.

Stands on: portal, shared.
"""
