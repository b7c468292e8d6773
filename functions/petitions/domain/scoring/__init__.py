"""The yearly scoring of units: criteria as data, scores with the petitions behind them, contests, and frozen versions.

Import `scores` to score, `criteria` for the rules, `scoring` for the stored draft.

Stands on: clock, contact, petition, reports, shared.
"""
