"""Overviews: the coordinators' boards, the dashboards, the audit log, and differences from the national portal.

Stands on: petition, shell, words.
"""
