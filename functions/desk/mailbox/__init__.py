"""The tray of citizens' e-mails: its lists, one mail, and what is done with it.

Stands on: shell, words.
"""
