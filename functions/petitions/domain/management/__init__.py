"""The monthly report for the city's leadership: numbers, units and fields that need attention, and sentences.

Import `management_sheet` for its contents, `attention` for the rule, `sentences` for the texts.

Stands on: clock, figures, lifecycle, petition, publishing, shared.
"""
