"""The tray of citizens' e-mails: its lists, the page of an e-mail, and its steps.

Stands on: shell, words.
"""
