"""Fault injection: calls that fail or wait, and deliveries that come twice, late or out of order.

Later packages use `Faults`, and the admin port fills it. The package imports only `wire`.
"""
