"""The public database, which the public website reads: results, statistics, statuses by code, and sealed views.

Other modules write to it after every change of a petition. Import any module.

Stands on: figures, pages, shared.
"""
