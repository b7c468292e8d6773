"""The training mode: 30 practice cases in every state, on which a new officer learns the desk (the officers' pages).

`cases.json` describes the cases, and `seed` creates them with the use cases of the desk. The tasks for the officer are
in `functions/desk/training`.
"""
