"""The publication of reference data.

Here are texts, answer templates, units, calendars and rules, with the deadlines and handovers that follow. Import
the module of the act.

Stands on: officers, routing, shared.
"""
