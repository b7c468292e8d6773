"""The pydantic models of what the JSON API answers.

A model is made from the value of a use case by its constructor `of`. JSON and the OpenAPI description come from it.

Stands on: nothing.
"""
