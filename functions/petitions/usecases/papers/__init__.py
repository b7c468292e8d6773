"""Formal papers to filers, such as a letter of refusal: drafts, numbers, signed files, and delivery.

Import `draft_paper`, `issue_paper` and `read_paper` for the desk, `make_paper_files` for `reports`.

Stands on: contact, shared.
"""
