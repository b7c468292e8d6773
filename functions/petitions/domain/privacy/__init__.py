"""The list of all personal data that the system stores, and the erasure of a citizen's data.

Import `personal_data` for the possible content of every field, `stored_documents` for the paths, `erasure` for the
record of an erasure, and `data_storage` for the storage facts in the notice.

Stands on: citizen, contact, difficulties, figures, jobs, language, lifecycle, mailbox, notices, officers, pages,
papers, petition, portal, publishing, reminders, reports, scoring, shared, units, watch, zalo.
"""
