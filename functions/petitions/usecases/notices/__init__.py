"""The sending of notices, i.e. messages to citizens and officers on Zalo or by e-mail.

A notice is prepared and sent once. If its outcome is unknown, evidence such as Zalo's echo decides. A job of every
minute continues with waiting notices. Import `send_notice` for the entry.

Stands on: shared, zalo.
"""
