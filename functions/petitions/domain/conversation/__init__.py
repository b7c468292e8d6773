"""The conversation with a citizen as pure functions.

Start with `flow`: it folds the commands of a message in a fixed order. `turn` defines its input and its effects,
`dialogue` the situation in which a message is read, and `pauses` the handling of silences. `edits` reads how a
message changes the draft and `corrections` carries the changes out.

Stands on: citizen, contact, language, lifecycle, petition, shared, understanding.
"""
