"""Ordered indexes in memory, and the number of index entries that a document makes.

`storage` keeps the indexes up to date and `queries` scans them. The package imports only `wire` and `documents`.
"""
