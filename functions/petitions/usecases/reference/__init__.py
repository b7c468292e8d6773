"""Publication of reference data, i.e. data that the city maintains: texts, templates, units, calendars, rules.

Deadlines are recomputed and petitions handed over as these data require. Import the module of the action.

Stands on: officers, routing, shared.
"""
