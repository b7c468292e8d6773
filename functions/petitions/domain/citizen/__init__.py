"""A citizen as the channel knows them: the stored document, its inputs, records of guidance, recovered messages.

Import `citizen` for the document, `conversation` and `draft` for what is in it.

Stands on: files, language, petition, routing, shared.
"""
