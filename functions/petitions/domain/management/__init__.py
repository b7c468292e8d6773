"""The monthly report for those who lead: its numbers, which units and fields need attention and why, its sentences.

Import `management_sheet` for what is on it, `attention` for the rule, `sentences` for the words.

Stands on: clock, figures, lifecycle, petition, publishing, shared.
"""
