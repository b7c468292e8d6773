"""The public database.

Here are projections written and read, and the door to a petition's page by code and digits. Import any module.

Stands on: figures, pages, shared.
"""
