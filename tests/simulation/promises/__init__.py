"""The promises that must hold when a run has come to rest.

A promise is a function that yields a line for every fault that it finds. The name of the function is the rule.
"""
