"""The officers' guide, and a glossary of states, deadlines and roles generated from the tables in the code.

Stands on: shell, words.
"""
