"""Reading a citizen's message: its clauses as commands, with the values that they give.

A small learned model finds clauses, commands and values, given the situation. Numbers, codes and the words that the
bot teaches are read by exact rules. A table of harm decides when the bot asks a question instead of acting. Import
`commands` for the commands, `reading` for the protocol of a reader, and `local_reader` for the implementation.

Stands on: language, petition, routing.
"""
