"""Fault injection for calls and deliveries.

The rooms above use `Faults`, and the admin port fills it. This room stands on `wire`.
"""
