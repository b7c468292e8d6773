"""The reading of a citizen's message: a list of commands, each about one clause, with the values that it gives.

A small learned model finds clauses, commands and values, given the situation; exact rules decide numbers, codes and
taught words alone. A table of harm says when the bot asks instead. Import `commands` for what may be read, `reading`
for the protocol of a reader, and `local_reader` for the one that ships.

Stands on: language, petition, routing.
"""
