"""Fault injection for calls and deliveries.

The rooms above use `Faults`; the admin port fills it. This room stands on `wire`.
"""
