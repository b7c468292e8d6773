"""Official reports: their requests, their tables with the petitions behind every number, and frozen versions.

Reports are created in the background. A frozen report can no longer change. A correction is a new version, a
restatement.

Stands on: shell, words.
"""
