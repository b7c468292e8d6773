"""A petition's states, the roles of its actors, and the one table of the transitions between states.

The room also has the reasons for refusals and reopenings. Import `lifecycle` to query the table.

Stands on: nothing.
"""
