"""The work list, the pages of a petition, and the forms that change petitions.

Among them are actions, drafts of answers, petitions entered by officers, formal papers, and a head's recovery plan.

Stands on: shell, words.
"""
