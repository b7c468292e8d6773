"""The registry of stored personal data and the erasure of a citizen.

Import `personal_data` for the registry and `erasure` for the record of an erasure.

Stands on: citizen, contact, figures, language, lifecycle, notices, officers, petition, portal, publishing, shared.
"""
