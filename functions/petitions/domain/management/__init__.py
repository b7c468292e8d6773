"""The monthly report for the leadership: its numbers, the units and fields that need attention and why, its sentences.

Import `management_sheet` for its contents, `attention` for the rule, `sentences` for the words.

Stands on: clock, figures, lifecycle, petition, publishing, shared.
"""
