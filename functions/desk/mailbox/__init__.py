"""The tray of e-mails from citizens: the lists, the page of an e-mail, and the officers' decisions.

Stands on: shell, words.
"""
