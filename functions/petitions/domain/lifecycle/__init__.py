"""The life of a petition.

Here are its states, the one table of transitions with the roles that may make them, and the reasons for a refusal and
for a reopening. Import `lifecycle` to query the table.

Stands on: nothing.
"""
