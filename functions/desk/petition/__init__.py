"""The work list and one petition.

Here are the actions, the answer being written, petitions entered by hand, and a head's plan.

Stands on: shell, words.
"""
