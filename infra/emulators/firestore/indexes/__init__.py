"""Ordered indexes in memory, and the number of index entries of a document.

`storage` keeps the indexes up to date and `queries` scans them. The package imports only `wire` and `documents`.
"""
