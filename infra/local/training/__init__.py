"""The training mode: 30 cases in every state, made by the use cases of the desk, for a new officer to practise on.

`cases.json` describes them, `seed` makes them. The tasks belong to the desk (`functions/desk/training`).
"""
