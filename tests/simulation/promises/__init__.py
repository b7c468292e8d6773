"""The promises that must hold when a run has come to rest.

A promise is a function named after its rule, which yields a line for every violation.
"""
