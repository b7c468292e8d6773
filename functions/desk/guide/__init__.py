"""How the desk is used.

Here are the glossary of states, clocks and roles, made of the tables that the code itself follows, and the guide to
print.

Stands on: shell, words.
"""
