"""The work list and one petition, as pages and as JSON.

Here are acts, answers, entries by hand, a head's plan.

Stands on: shell, words.
"""
