"""The registry of everything that is stored of citizens, and the erasure of one.

Import `personal_data` for what each field may hold, `stored_documents` for the paths, `known_person` to find a person
in others' words and `erasure` for the record of an erasure.

Stands on: citizen, contact, figures, language, lifecycle, notices, officers, petition, portal, publishing, reminders,
shared, units, zalo.
"""
