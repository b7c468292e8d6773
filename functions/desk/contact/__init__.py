"""The inbox of citizens who wait for a person, and who was not satisfied with an answer.

Stands on: shell.
"""
