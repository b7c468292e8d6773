"""The work list and the pages of a petition.

Here are actions, drafts of answers, petitions entered by officers, papers, and a head's plan.

Stands on: shell, words.
"""
