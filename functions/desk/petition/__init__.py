"""The work list and one petition, as pages and as JSON.

Here are the actions, the answer being written, petitions entered by hand, and a head's plan.

Stands on: schema, shell, words.
"""
