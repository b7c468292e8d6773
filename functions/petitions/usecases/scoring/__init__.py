"""The yearly scoring of units: a draft from histories, objections of units, answers to them, and frozen scores.

Frozen scores stay. A correction is stored beside them as a named restatement.

Import `make_scoring` and `freeze_scoring` for the background jobs, `contest_scores` and `read_scoring` for the desk.

Stands on: difficulties, figures, jobs, officers, reports, shared.
"""
