"""Read a citizen's message as a list of commands, one per clause, with the values that the clause gives.

A small learned model finds clauses, commands and values, given the situation. Numbers, codes and the keywords that the
bot asks people to type are read by exact rules. The bot asks back instead of acting where a wrong reading would do
harm, by a table of harms. Import `commands` for the commands, `reading` for the protocol of a reader, and
`local_reader` for the implementation.

Words are compared *folded*, i.e. in lower case without Vietnamese diacritics: "Đổi" -> "doi".

Stands on: language, petition, routing.
"""
