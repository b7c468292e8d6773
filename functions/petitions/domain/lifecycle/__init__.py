"""The life of a petition: its states, and the one table of the transitions between them.

Here are also the roles that may make a transition, and the reasons for a refusal and for a reopening. Import
`lifecycle` to query the table.

Stands on: nothing.
"""
