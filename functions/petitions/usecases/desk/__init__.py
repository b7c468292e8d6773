"""The pages that an officer reads at the desk, and what is done from a list with many petitions.

They are the work list, one petition, its files, and the coordinators' boards. But for `do_many` nothing here changes
anything; looks and files are noted in the audit. Import the module of the page.

Stands on: lifecycle, officers, petition, privacy, shared.
"""
