"""Formal papers: drafts, the number, the files with their signature, and their recipients.

Import `draft_paper`, `issue_paper` and `read_paper` for the desk, `make_paper_files` for `reports`.

Stands on: contact, shared.
"""
