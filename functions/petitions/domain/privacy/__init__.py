"""The registry of everything that is stored of citizens, and the erasure of one.

Import `personal_data` for what each field may hold, `stored_documents` for the paths and `erasure` for the record of an
erasure.

Stands on: citizen, contact, difficulties, figures, jobs, lifecycle, notices, officers, pages, papers, petition, portal,
publishing, reminders, reports, scoring, shared, units, zalo.
"""
