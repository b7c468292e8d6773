"""The sending of notices.

Notices are prepared, sent once, settled by evidence, and swept. Import `send_notice` for the entry.

Stands on: shared, zalo.
"""
