"""Decide how the bot replies to a citizen on Zalo, without side effects: (citizen, input) -> (citizen, effects).

Words used here: an *input* is one message or event, and its *parts* are the text and each attachment. A *draft* is a
petition that is being written, and its *story* is the description of the problem. The draft waits at a *step* for the
next value. Its last step shows a *summary* to confirm. A *reading* is the text of an input as a list of *commands*,
such as "describes a problem" or "gives a phone number".

Start with `flow`: it carries out the commands of a message in a fixed order. `turn` defines its input and its effects,
`dialogue` the situation in which a message is read, and `pauses` the handling of silences. `edits` reads how a message
changes the draft and `corrections` carries the changes out.

Stands on: citizen, contact, language, lifecycle, petition, shared, understanding.
"""
