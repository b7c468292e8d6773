"""A citizen as the channel knows them: the stored document, its inputs, records of guidance, recovered messages.

Import `citizen` for the document. Its parts are in `conversation` and `draft`.

Stands on: files, language, petition, routing, shared.
"""
