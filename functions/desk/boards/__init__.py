"""The coordinators' boards, the dashboards, and the differences from the national portal.

Stands on: petition, shell, words.
"""
