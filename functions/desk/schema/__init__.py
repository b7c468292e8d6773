"""The pydantic models of what the JSON API answers.

Stands on: nothing.
"""
