"""The registry of everything that is stored of citizens, and the erasure of one.

Import `personal_data` for what each field may hold, `stored_documents` for the paths, `erasure` for the record of an
erasure and `data_storage` for where the data lie.

Stands on: citizen, contact, difficulties, figures, jobs, language, lifecycle, mailbox, notices, officers, pages,
papers, petition, portal, publishing, reminders, reports, scoring, shared, units, watch, zalo.
"""
