"""The yearly scoring of units, from the facts of their petitions and from criteria kept as data.

Units can contest a draft before it is frozen. Import `scores` to score, `criteria` for the rules, `scoring` for the
stored draft.

Stands on: clock, contact, petition, reports, shared.
"""
