"""Administration of officers, units, texts, answer templates, calendars, rules and the Official Account.

Stands on: shell, words.
"""
