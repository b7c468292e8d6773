"""The yearly scoring: a draft made of histories, contested by units, answered, frozen, and restated beside it.

Import `make_scoring` and `freeze_scoring` for the work in the background, `contest_scores` and `read_scoring` for the
desk.

Stands on: difficulties, figures, jobs, officers, reports, shared.
"""
