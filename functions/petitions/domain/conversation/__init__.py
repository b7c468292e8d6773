"""The conversation with a citizen as pure functions.

Import `flow` for a turn: it folds the commands of a reading in a fixed order. `turn` has its input and effects,
`dialogue` the situation in which a message is read, `pauses` what a silence means. `edits` reads how a message changes
the draft, `corrections` carries it out.

Stands on: citizen, contact, language, lifecycle, petition, shared, understanding.
"""
