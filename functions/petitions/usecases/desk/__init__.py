"""The pages of the desk, the website for officers, and actions on many petitions of a list.

The pages are the work list, one petition, its files, and the coordinators' boards. Only `do_many` changes petitions.
Views and downloads are recorded in the audit log. Import the module of the page.

Stands on: lifecycle, officers, petition, privacy, shared.
"""
