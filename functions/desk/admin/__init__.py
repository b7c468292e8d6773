"""Administration.

Here are officers, units, texts, answer templates, calendars and rules, and the Official Account.

Stands on: shell, words.
"""
