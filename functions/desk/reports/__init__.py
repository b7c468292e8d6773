"""Official reports: requested, created in the background, read down to the petitions counted, and frozen.

A frozen report can no longer change. A correction is a new version, a restatement.

Stands on: shell, words.
"""
