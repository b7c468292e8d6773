"""The coordinators' boards, the dashboards, the audit log, and the differences from the national portal.

Stands on: petition, shell, words.
"""
