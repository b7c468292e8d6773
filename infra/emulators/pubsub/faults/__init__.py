"""Fault injection: calls that fail or wait, and deliveries that are duplicated, delayed or reordered.

Later packages use `Faults`, and the admin port fills it. The package imports only `wire`.
"""
