"""One reading of a citizen's message: a dialog act with its probability, and the values that the message holds.

A small learned model chooses the act, given the situation; exact rules decide numbers and codes alone. A table of harm
says when the bot asks instead. Import `message_reader` for the reading and `acts` for the names of acts and situations.

Stands on: language, petition, routing.
"""
